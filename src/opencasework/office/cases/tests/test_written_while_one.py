"""A merge is taken back: what was noted meanwhile is offered to the case that is one of its own again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.cases.actions import write_note
from opencasework.office.cases.models import Case, Event, Move
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.permissions import MAY, May
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def tom(client):
    tom = StaffFactory(first_name="Tom", office_manager=True)
    client.force_login(tom)
    return tom


@pytest.fixture
def two(client, tom):
    """Two cases that are one: the first stands for both, and something is noted on it before and after."""
    stays, goes = CaseFactory(by=tom, title="Rent"), CaseFactory(by=tom, title="Damp")
    write_note(case=stays, text="Before all of it.", by=tom)
    client.post(f"/cases/{stays.pk}/merging/", {"other": goes.reference})
    write_note(case=stays, text="The landlord came about the damp.", by=tom)
    write_note(case=stays, text="The rent is paid.", by=tom)
    return stays, goes


def apart(client, stays):
    return client.post(f"/cases/{stays.pk}/moves/{Move.objects.get().pk}/undo/", follow=True)


def words(answer) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def line(text) -> int:
    return Event.objects.get(text=text).pk


def since(stays) -> str:
    return f"/cases/{stays.pk}/moves/{Move.objects.get().pk}/since/"


def page(client, case) -> str:
    return words(client.get(f"/cases/{case.pk}/?show=notes&all=1"))


def test_it_is_asked_at_once_which_notes_are_about_the_other_case(client, two):
    stays, goes = two

    answer = apart(client, stays)

    assert answer.request["PATH_INFO"] == since(stays)
    asked = words(answer)
    assert f"These notes and calls stand on {stays.reference}." in asked
    assert f"Tick those that are about {goes.reference}, Damp" in asked
    assert "The landlord came about the damp." in asked
    assert "The rent is paid." in asked
    assert "Before all of it." not in asked
    assert "The landlord came about the damp." not in page(client, goes)


def test_what_is_ticked_is_shown_there_too_and_stays(client, two):
    stays, goes = two
    apart(client, stays)

    done = client.post(since(stays), {"lines": [line("The landlord came about the damp.")]}, follow=True)

    assert f"One line is shown on {goes.reference}, too." in words(done)
    for case in two:
        assert "The landlord came about the damp." in page(client, case)
    assert "The rent is paid." not in page(client, goes)
    assert "One note or call written while this case was part of another is shown here, too." in page(
        client, goes
    )
    assert "The landlord came about the damp." not in words(client.get(since(stays)))


def test_it_can_be_come_back_to_from_the_timeline_of_both(client, two):
    stays, _ = two
    apart(client, stays)

    for case in two:
        html = client.get(f"/cases/{case.pk}/").content.decode()
        assert f'href="/cases/{case.pk}/moves/{Move.objects.get().pk}/since/"' in html


def test_who_may_not_take_a_merge_back_is_offered_no_way_there(client, two, tom, monkeypatch):
    stays, _ = two
    apart(client, stays)
    monkeypatch.setitem(MAY, tom.role, MAY[tom.role] - {May.CLOSE_CASES})

    answer = client.get(f"/cases/{stays.pk}/")

    assert answer.status_code == 200
    assert "/since/" not in answer.content.decode()
    assert client.get(since(stays)).status_code == 403


def test_nothing_ticked_is_said(client, two):
    stays, _ = two
    apart(client, stays)

    answer = client.post(since(stays), {})

    assert answer.status_code == 422
    assert "Tick what is about it, or leave all as it is." in words(answer)


def test_a_line_of_before_or_of_elsewhere_is_not_shown_by_giving_its_number(client, two, tom):
    stays, goes = two
    other = CaseFactory(by=tom)
    write_note(case=other, text="Of another case.", by=tom)
    apart(client, stays)

    for text in ("Before all of it.", "Of another case."):
        assert client.post(since(stays), {"lines": [line(text)]}).status_code == 422
        assert text not in page(client, goes)


def test_with_nothing_noted_meanwhile_nothing_is_asked(client, tom):
    stays, goes = CaseFactory(by=tom), CaseFactory(by=tom)
    client.post(f"/cases/{stays.pk}/merging/", {"other": goes.reference})

    assert apart(client, stays).request["PATH_INFO"] == f"/cases/{stays.pk}/"


def test_nobody_is_asked_who_may_not_know_of_both(client, two):
    stays, goes = two
    apart(client, stays)
    Case.objects.filter(pk=goes.pk).update(need_to_know=True, owner=None)
    client.force_login(StaffFactory(first_name="Bo", office_manager=True))

    assert client.get(since(stays)).status_code == 404
    assert client.post(since(stays), {"lines": [line("The rent is paid.")]}).status_code == 404
    assert "/since/" not in client.get(f"/cases/{stays.pk}/").content.decode()


def test_what_the_case_became_part_of_later_was_not_written_while_the_two_were_one(client, tom, two):
    stays, _goes = two
    larger = CaseFactory(by=tom, title="Everything")
    write_note(case=larger, text="Long before they met.", by=tom)
    where = since(stays)
    apart(client, stays)
    client.post(f"/cases/{larger.pk}/merging/", {"other": stays.reference})
    write_note(case=larger, text="Long after they parted.", by=tom)

    asked = words(client.get(where, follow=True))

    assert "The landlord came about the damp." in asked
    assert "Long before they met." not in asked
    assert "Long after they parted." not in asked


def begin(client, case, text: str) -> None:
    client.post(f"/cases/{case.pk}/drafts/note/", {"text": text, "since": timezone.now().isoformat()})


def begun(client, case) -> str:
    return client.get(f"/cases/{case.pk}/").context["note_form"]["text"].value() or ""


@pytest.mark.parametrize("other", ["half a note on the rent", ""])
def test_a_note_half_typed_on_a_case_that_is_merged_is_offered_on_the_other(client, tom, other):
    stays, goes = CaseFactory(by=tom), CaseFactory(by=tom)
    begin(client, goes, "half a note on the damp")
    begin(client, stays, other)
    if not other:  # saved, so that what is left of it is empty
        client.post(f"/cases/{stays.pk}/drafts/note/", {"drop": "yes"})

    client.post(f"/cases/{stays.pk}/merging/", {"other": goes.reference})

    assert begun(client, stays).split("\n\n") == [*filter(None, [other]), "half a note on the damp"]


def test_nobody_is_offered_what_a_colleague_has_begun(client, tom):
    stays, goes = CaseFactory(by=tom), CaseFactory(by=tom)
    begin(client, stays, "mine")
    client.force_login(colleague := StaffFactory())
    begin(client, goes, "theirs")
    client.force_login(tom)
    client.post(f"/cases/{stays.pk}/merging/", {"other": goes.reference})

    assert begun(client, stays) == "mine"
    client.force_login(colleague)
    assert begun(client, stays) == "theirs"
