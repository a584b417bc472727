"""A number in a title or a next action, which everybody reads, goes where numbers are covered by role."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_issue, write_note
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.moving import split
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.facts import body_references
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

NINO = "QQ 12 34 56 C"


@pytest.fixture
def case(db) -> Case:
    OfficeFactory()
    return CaseFactory(by=StaffFactory(), sensitivity="SEN-1")


@pytest.fixture
def caseworker(client, case):
    client.force_login(case.owner)
    return case.owner


def in_full(case) -> list[str]:
    notes = case.events.filter(kind=Event.Kind.NOTE, text__startswith="In full: ").order_by("pk")
    return [line.text.removeprefix("In full: ") for line in notes]


def test_of_a_new_case(client, caseworker):
    person = PersonFactory()
    given = {
        "person": person.pk, "title": f"Claim {NINO} stopped", "category": CategoryFactory().code,
        "urgency": "URG-2", "sensitivity": "SEN-1", "transferability": "TRF-0", "channel": "phone",
        "next_action": f"Ring DWP about {NINO}", "next_action_on": "in 3 days",
    }  # fmt: skip

    client.post(f"/cases/new/?person={person.pk}", given)

    case = Case.objects.latest("pk")
    assert (case.title, case.next_action) == ("Claim QQ•••C stopped", "Ring DWP about QQ•••C")
    assert in_full(case) == [f"Claim {NINO} stopped", f"Ring DWP about {NINO}"]


def test_of_a_case_that_gets_a_better_title(client, case, caseworker):
    typed = f"Prison number A1234BC, {NINO}"

    page = client.post(f"/cases/{case.pk}/title/", {"title": typed, "channel": "phone"}, follow=True)

    case.refresh_from_db()
    assert "A number in it is shown short" in page.content.decode()
    assert case.title == "Prison number A1•••C, QQ•••C"
    assert in_full(case) == [typed]
    assert not any("A1234BC" in line.text for line in case.events.filter(kind=Event.Kind.RENAMED))


def test_whose_it_is_nobody_has_said_so_it_goes_into_no_letter_and_is_proposed(client, case, caseworker):
    dwp = body("DWP")

    client.post(
        f"/cases/{case.pk}/next-action/",
        {"next_action": f"Ask if {NINO} is her ex-husband’s", "on": "in 3 days"},
    )
    proposed = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert not case.references.exists()
    assert body_references(case, dwp) == ""
    assert "National Insurance number" in proposed


def test_of_what_happens_next_planned_by_a_form_or_in_a_note(client, case, caseworker):
    client.post(f"/cases/{case.pk}/next-action/", {"next_action": f"Chase {NINO}", "on": "in 3 days"})
    case.refresh_from_db()
    assert case.next_action == "Chase QQ•••C"

    client.post(f"/cases/{case.pk}/notes/", {"text": "She rang. !tomorrow ring prison about A1234BC"})
    case.refresh_from_db()
    assert case.next_action == "Ring prison about A1•••C"
    assert in_full(case) == [f"Chase {NINO}", "Ring prison about A1234BC"]


def test_nothing_of_a_long_one_is_lost_and_no_part_of_a_number_is_left(client, case, caseworker):
    at_the_end = f"{'y' * 190} {NINO}"

    write_note(case=case, text=f"!tomorrow {at_the_end}", by=caseworker)

    case.refresh_from_db()
    assert "QQ 12" not in case.next_action
    assert in_full(case) == [f"Y{at_the_end[1:]}"]


def test_of_a_case_that_is_split_off_stays_with_it(client, case, caseworker):
    second = add_issue(case=case, category=CategoryFactory(), by=caseworker)

    new = split(
        case=case, title="Theft", issues=[second.pk], people=[case.case_people.get().pk], rows={}, lines=[],
        next_action="Ring prison about A1234BC", next_action_on=timezone.localdate(), by=caseworker,
    )  # fmt: skip

    assert new.next_action == "Ring prison about A1•••C"
    assert (in_full(new), in_full(case)) == (["Ring prison about A1234BC"], [])


def test_what_everybody_may_read_stays_as_it_was_typed(client, case, caseworker):
    words = f"OC-2026-00007, planning 24/01234/FUL, flat 12, WX1 1AA, {'x' * 100}"

    client.post(f"/cases/{case.pk}/title/", {"title": words, "channel": "phone"})

    case.refresh_from_db()
    assert case.title == words
    assert in_full(case) == []


@pytest.mark.parametrize(("role", "sees"), [(Role.ADMINISTRATOR, False), (Role.MEMBER, True)])
def test_a_subject_shows_a_number_to_whom_its_card_would(client, case, role, sees):
    subject = "Prison number A1234BC"
    letter = LetterFactory(case=case)
    Letter.objects.filter(pk=letter.pk).update(subject=subject)
    message = MessageFactory(subject=subject, text="Damp.")
    client.force_login(StaffFactory(role=role))

    for address in (
        f"/letters/{letter.pk}/", f"/letters/{letter.pk}/history/", "/letters/",
        f"/inbox/messages/{message.pk}/", f"/inbox/messages/{message.pk}/tags/",
    ):  # fmt: skip
        page = client.get(address, follow=True).content.decode()
        assert ("A1234BC" in page, "Prison number" in page) == (sees, True), address
