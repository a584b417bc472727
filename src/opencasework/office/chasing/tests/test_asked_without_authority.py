"""What is asked by telephone or portal passes the gate of letters: authority, or a reason why not."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.authority.models import Demand, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing import clock
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.permissions import MAY, May

pytestmark = pytest.mark.django_db

REASON = "No food in the house, form to follow"


@pytest.fixture
def case(home, on_the_day, client) -> Case:
    """Nobody's authority is on file; its owner is signed in, on a Tuesday."""
    on_the_day(date(2026, 9, 1))
    OfficeFactory()
    made = CaseFactory()
    client.force_login(made.owner)
    return made


def ask(client, case, body, **given):
    said = {"body": body.code, "means": "phone", "question": "Where is the payment?", "asked_on": "today"}
    return client.post(f"/cases/{case.pk}/enquiries/new/", said | given, follow=True)


@pytest.mark.parametrize("means", ["phone", "portal"])
def test_without_authority_nothing_is_asked_until_somebody_says_why(client, case, means):
    body = BodyFactory()

    refused = ask(client, case, body, means=means)
    again = ask(client, case, body, means=means, no_authority_reason=REASON)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert f"No authority covers {body}" in page
    assert f"/cases/{case.pk}/authorities/asking/" in page
    assert "Where is the payment?" in page  # what was typed stays
    assert again.status_code == 200
    assert case.enquiries.get().means == means


def test_the_reason_stands_on_the_timeline_and_in_the_weekly_review(client, case):
    body = BodyFactory()

    ask(client, case, body, no_authority_reason=REASON)

    asked = case.enquiries.get()
    line = case.events.latest("pk")
    review = client.get("/authority/review/").content.decode()
    assert f"Asked without authority to act: {REASON}" in line.text
    assert line.detail["without_authority"] is True
    assert REASON in review
    assert f"/enquiries/{asked.pk}/" in review


def test_what_is_written_down_weeks_later_stands_in_the_review_of_that_week(client, case):
    ask(client, case, BodyFactory(), asked_on="27 July", no_authority_reason=REASON)

    assert REASON in client.get("/authority/review/").content.decode()


def test_authority_on_file_asks_for_no_reason_and_lists_nothing(client, case):
    AuthorityFactory(case=case)

    page = client.get(f"/cases/{case.pk}/enquiries/new/?body={BodyFactory().code}").content.decode()
    ask(client, case, BodyFactory(), no_authority_reason=REASON)

    assert "No authority covers" not in page
    assert "Why you asked without" not in page
    assert case.enquiries.count() == 1
    assert not SentWithout.objects.exists()
    assert REASON not in case.events.latest("pk").text


def test_authority_given_after_the_day_of_asking_did_not_cover_it(client, case):
    AuthorityFactory(case=case)

    refused = ask(client, case, BodyFactory(), asked_on="28 Aug")

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "No authority covered" in page
    assert "today one does" in page


def test_what_was_not_asked_after_all_is_listed_as_taken_back_and_by_whom(client, case):
    ask(client, case, BodyFactory(), no_authority_reason=REASON)
    asked = case.enquiries.get()

    client.post(f"/enquiries/{asked.pk}/withdrawal/")

    review = client.get("/authority/review/").content.decode()
    assert not case.enquiries.exists()
    assert REASON in review
    assert f"Taken back by {case.owner}" in review
    assert f"/enquiries/{asked.pk}/" not in review
    assert case.events.filter(text__contains=REASON).exists()  # the timeline keeps what was written


def test_who_may_not_go_without_authority_is_told_who_can(client, case, monkeypatch):
    monkeypatch.setitem(MAY, Role.CASEWORKER, MAY[Role.CASEWORKER] - {May.SEND_WITHOUT_AUTHORITY})

    refused = ask(client, case, BodyFactory(), no_authority_reason=REASON)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "A colleague who may go without authority can record this enquiry" in page
    assert "Why you asked without" not in page
    assert not case.enquiries.exists()


def test_the_home_office_asked_by_telephone_wants_the_signed_authority_in_five_working_days(client, case):
    ask(client, case, Body.objects.get(code="HO"), no_authority_reason=REASON)

    assert Demand.objects.running().get().due_on == date(2026, 9, 8)


def test_what_was_not_asked_after_all_started_no_clock_unless_something_else_did_that_day(client, case):
    home_office = Body.objects.get(code="HO")
    ask(client, case, home_office, no_authority_reason=REASON)
    ask(client, case, home_office, question="And the passport?", no_authority_reason=REASON)
    first, second = case.enquiries.order_by("pk")

    clock.take_back_asking(second, by=case.owner, reason="Another case")
    after_one = Demand.objects.count()
    clock.take_back_asking(first, by=case.owner, reason="Another case")

    assert (after_one, Demand.objects.count()) == (1, 0)
