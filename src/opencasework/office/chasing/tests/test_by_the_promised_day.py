"""An answer that is promised for later, or was asked of somebody above, is not shown as past its date."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
ASKED, TODAY, PROMISED = date(2026, 9, 1), date(2026, 9, 28), date(2026, 10, 9)


@pytest.fixture
def late(client, on_the_day) -> Enquiry:
    """Due on 15 September, and it is the 28th."""
    on_the_day(TODAY)
    late = EnquiryFactory(to_body=BodyFactory(name="Fenwick Homes", reply_target_days=10), sent_on=ASKED)
    client.force_login(late.case.owner)
    return late


@pytest.fixture
def above(late) -> Enquiry:
    """The same, put to the department on the 21st."""
    department = BodyFactory(name="Department for Homes", reply_target_days=20)
    above = EnquiryFactory(to_body=department, case=late.case, sent_on=date(2026, 9, 21))
    Letter.objects.filter(pk=above.letter_id).update(about_enquiry=late)
    return above


def shown(client, late: Enquiry) -> dict[str, str]:
    """The card of the case, that of the body, and the page of the enquiry."""
    addresses = {
        "case": f"/cases/{late.case_id}/enquiries/",
        "body": f"/bodies/{late.body_id}/answers/",
        "enquiry": late.get_absolute_url(),
    }
    return {name: unescape(client.get(url).content.decode()) for name, url in addresses.items()}


def test_what_they_promised_for_later_has_days_left_until_that_day(client, late):
    before = shown(client, late)
    actions.receive_reply(enquiry=late, received_on=TODAY, kind="holding", promised_on=PROMISED)

    pages = shown(client, late)

    assert all("13 days late" in page for page in before.values())
    assert all("11 days left" in page and "days late" not in page for page in pages.values())
    assert all("promised by 9 Oct" in pages[name] for name in ("case", "body"))


def test_once_that_day_has_passed_it_is_late_since_its_own(client, late, on_the_day):
    actions.receive_reply(enquiry=late, received_on=TODAY, kind="holding", promised_on=PROMISED)
    on_the_day(date(2026, 10, 12))
    client.force_login(late.case.owner)

    assert all("27 days late" in page for page in shown(client, late).values())


def test_what_was_put_to_somebody_above_waits_for_that_answer(client, late, above):
    pages = shown(client, late)

    assert all("Put to Department for Homes" in page and "days late" not in page for page in pages.values())
    assert "put to Department for Homes on 21 Sep, whose answer is waited for" in pages["case"]


def test_it_is_not_past_its_date_above_the_timeline_and_not_among_what_is_waited_for(client, late, above):
    case = unescape(client.get(f"/cases/{late.case_id}/").content.decode())
    waiting = unescape(client.get("/?whose=waiting").content.decode())

    assert "Next: chase Fenwick Homes" not in case
    assert "Fenwick Homes" not in waiting
    assert "Department for Homes" in waiting


def test_where_the_one_above_has_answered_something_else_it_is_late_again(client, late, above):
    Enquiry.objects.filter(pk=above.pk).update(answered_on=TODAY)

    assert all("13 days late" in page for page in shown(client, late).values())
