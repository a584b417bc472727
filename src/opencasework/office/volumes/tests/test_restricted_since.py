"""A case that went in a letter about several is restricted since: who may not know of it reads nothing."""

from __future__ import annotations

from datetime import datetime
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.access import restrict
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LONDON = timezone.get_default_timezone()
SECRETS = ("Kamila", "cot", "QQ 12 34 56 C", "QQ123456C")


@pytest.fixture
def ana():
    return StaffFactory(first_name="Ana")


@pytest.fixture
def hidden(ana) -> Case:
    case = CaseFactory(by=ana, person=PersonFactory(full_name="Kamila Sample"), title="Mould behind the cot")
    add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    return case


@pytest.fixture
def draft(client, ana, hidden, time_machine) -> Letter:
    """It puts the hidden case below that of somebody else, which all may know of."""
    time_machine.move_to(datetime(2026, 9, 17, 10, tzinfo=LONDON), tick=False)
    body = BodyFactory(reply_target_days=10)
    LetterFactory(case=hidden, to_body=body, by=ana)
    letter = LetterFactory(to_body=body, by=ana, text="The roof of the house in Mill Lane leaks.")
    client.force_login(ana)
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(hidden.pk)]})
    letter.refresh_from_db()
    assert "Kamila Sample" in letter.text
    return letter


@pytest.fixture
def letter(draft, ana) -> Letter:
    """It left."""
    actions.record_departure(draft, at=timezone.now(), by=ana)
    return draft


def addresses_of(letter):
    case, enquiry = letter.case.pk, letter.enquiry.pk
    pages = ("", "letter.pdf", "letter.docx", "history/", "papers/")
    of_letter = [f"/letters/{letter.pk}/{page}" for page in pages]
    return [*of_letter, f"/cases/{case}/", "/letters/", f"/enquiries/{enquiry}/", "/chasers/"]


def finds(client, letter) -> list[str]:
    searched = ("Kamila", "cot", "QQ123456C")
    return [
        q for q in searched if f"/letters/{letter.pk}/" in client.get("/search/", {"q": q}).content.decode()
    ]


def shown_to(client, staff, addresses):
    client.force_login(staff)
    return unescape("".join(client.get(address).content.decode("latin-1") for address in addresses))


def test_who_may_not_know_of_the_case_reads_nothing_of_it(client, ana, hidden, letter):
    kofi = StaffFactory(first_name="Kofi")
    before = shown_to(client, kofi, addresses_of(letter))
    assert "Kamila" in before
    assert finds(client, letter) == ["Kamila", "cot"]
    restrict(hidden, by=ana)

    shown = shown_to(client, kofi, addresses_of(letter))

    for secret in (*SECRETS, hidden.reference):
        assert secret not in shown, secret
    assert finds(client, letter) == []
    assert "The roof of the house" in shown_to(client, kofi, [f"/letters/{letter.pk}/"])
    assert client.get(f"/letters/{letter.pk}/letter.pdf").status_code == 404
    assert client.post(f"/letters/{letter.pk}/undo/").status_code == 404
    assert client.get(f"/cases/{letter.case.pk}/").status_code == 200


def test_one_that_was_thrown_away_before_names_it_no_more_when_it_is_taken_back(client, ana, hidden, draft):
    client.post(f"/letters/{draft.pk}/discarding/", {"version": draft.version})
    restrict(hidden, by=ana)

    client.post(f"/letters/{draft.pk}/restoring/")

    client.force_login(StaffFactory(first_name="Kofi"))
    shown = [client.get(f"/letters/{draft.pk}/{page}").content.decode() for page in ("", "history/")]
    assert "The roof of the house" in shown[0]
    assert "Kamila" not in "".join(shown)


def test_who_may_know_of_it_reads_the_letter_as_it_left(client, ana, hidden, letter):
    restrict(hidden, by=ana)

    client.force_login(ana)
    assert "Kamila Sample" in unescape(client.get(f"/letters/{letter.pk}/").content.decode())
    letter.refresh_from_db()
    assert "Kamila Sample" in letter.text


def test_a_chaser_drafted_since_says_nothing_of_it_and_is_seen_by_all(client, ana, hidden, letter):
    restrict(hidden, by=ana)

    chaser = draft_chaser(enquiry=letter.enquiry, by=ana).letter

    kofi = StaffFactory(first_name="Kofi")
    client.force_login(kofi)
    page = unescape(client.get(f"/letters/{chaser.pk}/").content.decode())
    assert "The roof of the house" in page
    assert "Kamila" not in page
