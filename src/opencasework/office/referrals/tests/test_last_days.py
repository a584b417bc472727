"""The last day of a complaint: by a reply that was final, in the calendar, at the right scheme."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.letters.answering import mark_reply
from opencasework.office.letters.models import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.referrals.actions import NotDone, submit
from opencasework.office.reminders.things import things_of
from opencasework.office.routes.models import KeyDate

from .complaining import begin, case_about, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten_on_a_monday(home):
    with time_machine.travel("2026-11-23 10:00", tick=False):
        yield


@pytest.fixture
def case(client, ana):
    return case_about("HOU-DAMP", "HA", ana)


@pytest.fixture
def enquiry(case, ana):
    return EnquiryFactory(
        case=case, to_body=body("HA"), issue=case.issues.get(), by=ana, sent_on=date(2026, 10, 1)
    )


def final_response(client, enquiry) -> Reply:
    client.post(f"/enquiries/{enquiry.pk}/replies/", {"kind": "final_response", "received_on": "3 nov 2026"})
    return enquiry.replies.get()


def route(client, case) -> str:
    return client.get(f"/cases/{case.pk}/route/").content.decode()


def test_a_final_response_that_comes_as_a_reply_starts_the_limits_wherever_they_are_shown(
    client, ana, case, enquiry
):
    complaint = begin(client, case, "HOS")
    assert complaint.by_when is None

    final_response(client, enquiry)

    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 11, 3)
    assert "3 November 2027" in route(client, case)
    assert "Final answer on Tuesday 3 November 2026 (reply of Housing association" in page(client, complaint)
    assert KeyDate.objects.get().issue == case.issues.get()
    ends = {(thing.key.split("-")[0], thing.on) for thing in things_of(ana, today=timezone.localdate())}
    assert {("limit", date(2027, 11, 3)), ("complaint", date(2027, 11, 3))} <= ends


def test_one_that_was_no_final_response_after_all_starts_none(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    reply = final_response(client, enquiry)
    enquiry.refresh_from_db()
    enquiry.changed_mind = "yes"
    enquiry.save()

    mark_reply(reply=reply, kind=Reply.Kind.HOLDING, by=ana)

    complaint.refresh_from_db()
    enquiry.refresh_from_db()
    assert complaint.by_when is None
    assert "3 November 2027" not in route(client, case)
    assert "No final answer is recorded" in page(client, complaint)
    assert (enquiry.answered_on, enquiry.changed_mind) == (None, "")


def test_a_complaint_does_not_go_to_a_scheme_that_no_longer_looks_at_it(client, ana, case):
    complaint = begin(client, case, "HOS")
    case.issues.update(body=body("LA-SC"))
    complaint.refresh_from_db()

    with pytest.raises(NotDone, match="Scottish Public Services Ombudsman"):
        submit(complaint, on=timezone.localdate(), by=ana, although="It is urgent.")

    complaint.refresh_from_db()
    assert complaint.is_preparing
