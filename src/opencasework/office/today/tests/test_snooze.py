"""Any row of one's day rests until a day: on one's own list, and nowhere else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.today.models import Snoozed

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def late(ana):
    case = CaseFactory(by=ana, next_action="Write", next_action_on=date(2027, 3, 1))
    return EnquiryFactory(case=case, to_body=body("DWP"), sent_on=date(2026, 10, 1))


def shown(client, whose="mine") -> str:
    return client.get(f"/?whose={whose}").content.decode()


@time_machine.travel(THURSDAY, tick=False)
def test_a_late_answer_rests_until_the_day_and_then_comes_back(ana, client, late):
    address = f"/today/rows/late_replies/{late.pk}/snooze/"
    assert f'action="{address}"' in shown(client)

    page = client.post(address, {"until": "monday"}, follow=True).content.decode()

    assert "comes back on Mon 30 Nov" in page
    assert "Nothing needs you today." in page
    assert "Chase " in shown(client, "team")
    late.refresh_from_db()
    assert late.due_on < date(2026, 11, 26)  # its date is not ours to move
    with time_machine.travel(THURSDAY + timedelta(days=4), tick=False):
        client.force_login(ana)
        assert f'action="{address}"' in shown(client)


@time_machine.travel(THURSDAY, tick=False)
def test_it_can_be_taken_back_at_once(ana, client, late):
    page = client.post(f"/today/rows/late_replies/{late.pk}/snooze/", {"until": "1 week"}, follow=True)
    undo = f"/today/rows/late_replies/{late.pk}/wake/"
    assert f'action="{undo}"' in page.content.decode()

    client.post(undo)

    assert "Chase " in shown(client)


@time_machine.travel(THURSDAY, tick=False)
@time_machine.travel(THURSDAY, tick=False)
@pytest.mark.parametrize(
    ("until", "says"), [("25 dec", "Fri 25 Dec, a bank holiday"), ("sat", "Sat 28 Nov, at the weekend")]
)
def test_of_a_day_on_which_nobody_is_there_it_says_so(ana, client, late, until, says):
    rest = f"/today/rows/late_replies/{late.pk}/snooze/"
    plan = f"/today/cases/{late.case.pk}/snooze/"
    for address in (rest, plan):
        assert says in client.post(address, {"until": until}, follow=True).content.decode()


@time_machine.travel(THURSDAY, tick=False)
def test_nothing_rests_for_more_than_a_year(ana, client, late):
    rest = f"/today/rows/late_replies/{late.pk}/snooze/"
    plan = f"/today/cases/{late.case.pk}/snooze/"
    for address in (rest, plan):
        said = client.post(address, {"until": "27 nov 2027"}, follow=True).content.decode()
        assert "Saturday 27 November 2027 is more than a year away. Choose a day within a year" in said

    late.case.refresh_from_db()
    assert late.case.next_action_on == date(2027, 3, 1)
    assert not Snoozed.objects.exists()


@pytest.mark.parametrize("until", ["", "yesterday", "soon"])
def test_a_day_that_is_none_or_past_puts_nothing_off(until, ana, client, late):
    client.post(f"/today/rows/late_replies/{late.pk}/snooze/", {"until": until})

    assert "Chase " in shown(client)


@time_machine.travel(THURSDAY, tick=False)
def test_nobody_puts_off_what_is_not_theirs_or_is_not_there(ana, client, late):
    client.force_login(StaffFactory())

    asked = [f"/today/rows/late_replies/{late.pk}/snooze/", f"/today/rows/nothing/{late.pk}/snooze/"]
    assert [client.post(each, {"until": "monday"}).status_code for each in asked] == [404, 404]
