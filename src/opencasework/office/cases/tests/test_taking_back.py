"""The last plan, hand-over and change of levels, and a number that was removed, can be taken back."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases import actions, taking_back
from opencasework.office.cases.models import Event, RemovedNumber
from opencasework.office.cases.numbers import HIDDEN
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Kind = Event.Kind


def undo_in(page: str) -> str:
    """Where the message that says it was done takes it back."""
    return page.partition("/undo/")[0].rpartition('action="')[2] + "/undo/"


def plan(client, case, words: str) -> str:
    answer = client.post(
        f"/cases/{case.pk}/next-action/", {"next_action": words, "on": "in 10 days"}, follow=True
    )
    return answer.content.decode()


def test_a_plan_is_taken_back_and_the_timeline_keeps_both(client):
    case = CaseFactory()
    client.force_login(case.owner)
    planned = (case.next_action, case.next_action_on)
    page = plan(client, case, "Ring the landlord")
    line = case.events.filter(kind=Kind.PLANNED).first()

    assert f"/cases/{case.pk}/lines/{line.pk}/undo/" in page
    client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/")

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == planned
    assert case.events.filter(kind=Kind.PLANNED).count() == 2


def test_a_plan_that_was_changed_again_is_not_taken_back(client):
    case = CaseFactory()
    client.force_login(case.owner)
    plan(client, case, "Ring the landlord")
    first = case.events.filter(kind=Kind.PLANNED).first()
    plan(client, case, "Write to the landlord")

    page = client.post(f"/cases/{case.pk}/lines/{first.pk}/undo/", follow=True).content.decode()

    case.refresh_from_db()
    assert "it was changed again since" in page
    assert case.next_action == "Write to the landlord"


def test_a_case_given_away_comes_back(client):
    case, tom = CaseFactory(), StaffFactory()
    client.force_login(case.owner)
    owner = case.owner
    case.assign(to=tom, by=owner)
    line = taking_back.last_line(case, Kind.ASSIGNED)

    client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/")

    case.refresh_from_db()
    assert case.owner == owner


def test_levels_are_taken_back_but_not_a_restriction(client):
    case = CaseFactory()
    client.force_login(case.owner)
    levels = {"transferability": case.transferability, "tag_reason": "", "by": case.owner}
    before = case.urgency
    actions.set_tags(case=case, urgency="URG-3", sensitivity=case.sensitivity, **levels)
    line = taking_back.last_line(case, Kind.TAGGED)

    client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/")
    case.refresh_from_db()
    after = case.urgency
    actions.set_tags(case=case, urgency=after, sensitivity="SEN-4", **levels)

    assert after == before
    assert taking_back.last_line(case, Kind.TAGGED) is None


def test_after_a_day_the_log_offers_it_no_more(client):
    case = CaseFactory()
    case.plan(next_action="Ring the landlord", on=timezone.localdate() + timedelta(days=3), by=case.owner)

    assert taking_back.undoable(case)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert not taking_back.undoable(case)


def test_who_may_not_change_cases_takes_nothing_back(client):
    case = CaseFactory()
    case.plan(next_action="Ring the landlord", on=timezone.localdate() + timedelta(days=3), by=case.owner)
    vic = StaffFactory(volunteer=True)
    case.shared_with.add(vic)
    client.force_login(vic)
    line = case.events.filter(kind=Kind.PLANNED).first()

    assert client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/").status_code == 403
    assert "Take back" not in client.get(f"/cases/{case.pk}/").content.decode()


# --- a number that was removed ------------------------------------------------------------------------


def remove(client, case, number):
    return client.post(f"/cases/{case.pk}/references/{number.pk}/removal/", follow=True).content.decode()


@pytest.fixture
def nhs(ana):
    """An NHS number on a case that everybody who does casework sees."""
    case = CaseFactory(by=ana, sensitivity="SEN-1")
    return case, actions.add_reference(case=case, kind="NHS", value="999 000 0018", by=ana)


def test_a_number_removed_by_mistake_is_taken_back_as_it_was(ana, client, nhs):
    case, number = nhs
    kept = (number.kind, number.value, number.compact, number.label, number.person)

    page = remove(client, case, number)
    assert not case.references.exists()
    said = client.post(undo_in(page), follow=True).content.decode()

    back = case.references.get()
    assert (back.kind, back.value, back.compact, back.label, back.person) == kept
    assert "is on the case again" in said
    assert not RemovedNumber.objects.exists()
    assert list(case.events.values_list("kind", flat=True)[:2]) == [
        Kind.REFERENCE_ADDED,
        Kind.REFERENCE_REMOVED,
    ]


def test_two_numbers_are_taken_back_in_any_order_and_each_once(ana, client, nhs):
    case, first = nhs
    second = actions.add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    pages = [remove(client, case, number) for number in (first, second)]

    for page in pages:
        client.post(undo_in(page))
    again = client.post(undo_in(pages[0]), follow=True).content.decode()

    assert {number.kind for number in case.references.all()} == {"NHS", "NINO"}
    assert "It cannot be taken back any more" in again


def test_after_a_day_the_number_is_forgotten(ana, client, nhs):
    case, number = nhs
    page = remove(client, case, number)
    line = case.events.get(kind=Kind.REFERENCE_REMOVED)

    with time_machine.travel(line.recorded_at + taking_back.GOOD_FOR + timedelta(minutes=1)):
        assert taking_back.forget_removed() == 1
        client.force_login(ana)
        said = client.post(undo_in(page), follow=True).content.decode()

    assert "It cannot be taken back any more" in said
    assert not case.references.exists()


@pytest.mark.parametrize("is_old", [False, True])
def test_a_removed_number_is_hidden_from_those_for_whom_it_was_hidden(ana, client, nhs, is_old):
    case, number = nhs
    masked = number.masked
    if is_old:  # as lines were written before they said of which kind the number was
        case.record(Kind.REFERENCE_REMOVED, by=ana, text=f"{number.kind_name} {masked}")
    else:
        remove(client, case, number)
    mine = client.get(f"/cases/{case.pk}/").content.decode()
    client.force_login(StaffFactory(role="administrator"))

    theirs = client.get(f"/cases/{case.pk}/").content.decode()

    assert f"Reference removed: {number.kind_name} {masked}" in unescape(mine)
    assert f"Reference removed: {number.kind_name} {HIDDEN}" in unescape(theirs)
    assert masked not in theirs
