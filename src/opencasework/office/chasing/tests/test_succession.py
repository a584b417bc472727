"""Another successor, or none after all: what a body owed goes along, and back."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters.actions import mark_posted
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

SENT, CHASED = date(2026, 9, 1), date(2026, 9, 16)


@pytest.fixture
def old(client, home, on_the_day) -> Body:
    """A council that became part of another, with an enquiry by a team of it; a manager is signed in."""
    on_the_day(CHASED)
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    return BodyFactory(name="Old Council", parent=BodyFactory(name="The Region"))


@pytest.fixture
def enquiry(old) -> Enquiry:
    enquiry = EnquiryFactory(to_body=old, sent_on=SENT)
    Enquiry.objects.filter(pk=enquiry.pk).update(to_whom="Jo of benefits")
    return enquiry


def reachable(name: str) -> Body:
    body = BodyFactory(name=name)
    BodyContactFactory(body=body, email=f"{name.split()[0].lower()}@council.example")
    return body


def becomes(client, body: Body, successor: Body) -> None:
    assert client.post(f"/bodies/{body.pk}/successor/", {"successor": successor.code}).status_code == 302


def take_back(client, body: Body) -> str:
    return client.post(f"/bodies/{body.pk}/successor/removal/", follow=True).content.decode()


def test_what_went_to_the_wrong_successor_goes_to_the_right_one_when_it_is_named(client, old, enquiry):
    wrong, right = reachable("Wrong One"), reachable("Right One")
    of_the_wrong_one = EnquiryFactory(to_body=wrong, sent_on=date(2026, 9, 10))
    becomes(client, old, wrong)

    becomes(client, old, right)
    draft_due_chasers(CHASED)

    enquiry.refresh_from_db()
    of_the_wrong_one.refresh_from_db()
    assert (enquiry.body, of_the_wrong_one.body) == (right, wrong)
    assert Letter.objects.drafts().get().to_email == "right@council.example"
    assert enquiry.case.events.filter(text__startswith=f"{old} is part of {right} now").exists()


def test_letters_that_wait_for_the_wrong_successor_wait_for_the_right_one(client, old, enquiry):
    wrong, right = reachable("Wrong One"), reachable("Right One")
    before = LetterFactory(to_body=old)
    meant = LetterFactory(to_body=wrong)
    becomes(client, old, wrong)
    draft_due_chasers(CHASED)
    chaser = Letter.objects.get(kind=Letter.Kind.CHASER)
    assert chaser.to_email == "wrong@council.example"

    becomes(client, old, right)

    for letter in (before, chaser):
        letter.refresh_from_db()
        assert (letter.to_body, letter.to_email) == (right, "")
        page = client.get(letter.get_absolute_url()).content.decode()
        assert f"{old} is part of {right} now: choose whom to write to" in page
    meant.refresh_from_db()
    assert meant.to_body == wrong


def test_a_chaser_goes_along_as_often_as_another_successor_is_named(client, old, enquiry):
    first, second, third = (BodyFactory(name=name) for name in ("First", "Second", "Third"))
    becomes(client, old, first)
    draft_due_chasers(CHASED)

    becomes(client, old, second)
    becomes(client, old, third)

    enquiry.refresh_from_db()
    assert (enquiry.body, Letter.objects.drafts().get().to_body) == (third, third)


def test_the_page_offers_to_take_it_back_and_everything_returns(client, old, enquiry):
    wrong, above = reachable("Wrong One"), old.parent
    waits = LetterFactory(to_body=old)
    becomes(client, old, wrong)

    page = client.get(f"/bodies/{old.pk}/successor/").content.decode()
    said = take_back(client, old)

    for each in (old, enquiry, waits):
        each.refresh_from_db()
    assert f'action="/bodies/{old.pk}/successor/removal/"' in page
    assert f"Taken back: {old} owes its open answers again." in said
    assert (old.parent, enquiry.body, enquiry.to_whom) == (above, old, "Jo of benefits")
    assert (waits.to_body, waits.to_email) == (old, "")
    assert enquiry.case.events.filter(text__startswith=f"{old} is no part of {wrong} after all").exists()
    assert "There is nothing to take back" in take_back(client, old)


def test_the_plan_to_see_whether_it_has_replied_names_who_owes_the_answer(client, old, enquiry):
    case = enquiry.case
    case.plan(next_action=f"See whether {old} has replied", on=enquiry.due_on, by=case.owner)
    planned = []
    for name in ("Wrong One", "Right One"):
        becomes(client, old, BodyFactory(name=name))
        case.refresh_from_db()
        planned.append(case.next_action)

    take_back(client, old)

    case.refresh_from_db()
    assert planned == ["See whether Wrong One has replied", "See whether Right One has replied"]
    assert (case.next_action, case.next_action_on) == ("See whether Old Council has replied", enquiry.due_on)


def test_along_a_chain_only_what_went_that_way_returns(client, old, enquiry):
    middle, last = BodyFactory(name="Middle"), BodyFactory(name="Last")
    of_the_middle = EnquiryFactory(to_body=middle, sent_on=SENT)
    becomes(client, old, middle)
    becomes(client, middle, last)

    take_back(client, old)

    enquiry.refresh_from_db()
    of_the_middle.refresh_from_db()
    assert (enquiry.body, of_the_middle.body) == (old, last)


def test_what_was_on_a_closed_case_meanwhile_goes_to_the_right_one_when_it_is_opened_again(
    client, old, enquiry
):
    wrong, right = reachable("Wrong One"), reachable("Right One")
    becomes(client, old, wrong)
    client.post(f"/cases/{enquiry.case.pk}/closure/", {"outcome": "advised"})
    becomes(client, old, right)

    again = {"reason": "They rang", "next_action": "Ring back", "on": "tomorrow"}
    client.post(f"/cases/{enquiry.case.pk}/reopening/", again)

    enquiry.refresh_from_db()
    assert enquiry.body == right


def test_only_who_manages_the_office_takes_it_back(client, old, enquiry):
    successor = BodyFactory()
    becomes(client, old, successor)
    client.force_login(StaffFactory())

    refused = client.post(f"/bodies/{old.pk}/successor/removal/")

    enquiry.refresh_from_db()
    assert (refused.status_code, enquiry.body) == (403, successor)


def test_what_is_asked_of_the_old_body_afterwards_is_owed_by_its_successor(client, old):
    OfficeFactory()
    new = reachable("New Unitary")
    BodyContactFactory(body=old, email="old@council.example")
    becomes(client, old, new)
    case = CaseFactory(by=StaffFactory())
    asked = {
        "body": old.code, "means": "phone", "asked_on": "2026-09-16", "question": "When?", "to_whom": "Jo",
        "no_authority_reason": "They are in danger.",
    }  # fmt: skip

    said = [client.post(f"/cases/{case.pk}/enquiries/new/", asked, follow=True) for _ in range(2)]

    assert "Recorded. Old Council is part of New Unitary now. New Unitary should answer" in unescape(
        said[0].content.decode()
    )
    assert "You had recorded this already" in said[1].content.decode()
    enquiry = case.enquiries.get()
    assert (enquiry.body, enquiry.handed_on.asked) == (new, old)
    draft_due_chasers(date(2026, 12, 1))
    assert Letter.objects.drafts().get().to_email == "new@council.example"


def test_a_letter_to_the_old_body_says_that_it_is_part_of_another_and_its_answer_is_owed_there(client, old):
    new = reachable("New Unitary")
    becomes(client, old, new)
    letter = LetterFactory(to_body=old, to_email="old@council.example")

    shown = unescape(client.get(letter.get_absolute_url()).content.decode())
    mark_posted(letter, on=CHASED, by=StaffFactory())

    assert "Old Council is part of New Unitary now. Should it go there?" in shown
    enquiry = Enquiry.objects.get(letter=letter)
    assert (enquiry.body, enquiry.handed_on.asked) == (new, old)
