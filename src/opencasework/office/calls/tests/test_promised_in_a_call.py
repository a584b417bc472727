"""What a body promises on the telephone holds chasers, and who was rung today is not rung again."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.calls.lists import calls_to_make
from opencasework.office.cases.models import Event
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TODAY, TOMORROW, AFTER = date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 11)


@pytest.fixture(autouse=True)
def thursday(time_machine):
    time_machine.move_to("2026-11-26T10:00:00+00:00", tick=False)


@pytest.fixture
def late(client) -> Enquiry:
    """Put to Universal Credit on 1 September, and not answered."""
    found = EnquiryFactory(to_body=body("DWP-UC"), sent_on=date(2026, 9, 1))
    AuthorityFactory(case=found.case, given_on=date(2026, 1, 1))
    BodyContactFactory(body=found.body, phone="01632 960310")
    client.force_login(found.case.owner)
    return found


def ring(client, enquiry: Enquiry, **more):
    said = {"other_side": "Mr Shah", "body": enquiry.body.pk, "text": "It is with the decision maker."}
    return client.post(f"/cases/{enquiry.case.pk}/calls/", said | more)


def listed(enquiry: Enquiry, on: date) -> int:
    return len(calls_to_make(enquiry.case.owner, mine=True, on=on))


def test_what_they_promise_in_a_call_holds_the_chaser_and_the_call_list_until_that_day(client, late):
    assert ring(client, late, promised_on="10 Dec 2026").status_code == 302

    reply = late.replies.get()
    assert (reply.kind, reply.promised_on, reply.received_on) == ("holding", date(2026, 12, 10), TODAY)
    call = late.case.events.get(kind=Event.Kind.CALL)
    assert "They promise an answer by 10 December 2026." in call.text
    assert (draft_due_chasers(TOMORROW), draft_due_chasers(AFTER)) == (0, 1)
    assert (listed(late, TOMORROW), listed(late, AFTER)) == (0, 1)


def test_who_was_rung_today_about_a_case_is_not_rung_again_today(client, late):
    assert listed(late, TODAY) == 1

    ring(client, late)

    assert (listed(late, TODAY), listed(late, TOMORROW)) == (0, 1)
    line = late.case.events.get(kind=Event.Kind.CALL)
    late.case.record(Event.Kind.UNDELIVERED, by=late.case.owner, call=line.pk, text="Taken back")
    assert listed(late, TODAY) == 1


def test_of_several_enquiries_the_oldest_has_the_promise_and_a_person_promises_none(client, late):
    EnquiryFactory(case=late.case, to_body=late.body, sent_on=date(2026, 10, 1))

    refused = ring(client, late, body="else", promised_on="10 Dec 2026")
    ring(client, late, promised_on="10 Dec 2026")

    assert refused.status_code == 422
    assert "Say which body promised it" in refused.content.decode()
    assert [one.promised_on is not None for one in late.case.enquiries.order_by("due_on")] == [True, False]
