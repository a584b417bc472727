"""The plan to see whether a body has replied moves with the day on which its answer is awaited."""

from __future__ import annotations

import re
from datetime import date

import pytest

from opencasework.office.letters.actions import next_after_asking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

DUE, LATER = date(2026, 9, 15), date(2026, 9, 30)
LOOK_AGAIN = date(2026, 9, 24)  # ten working days after the 10th


@pytest.fixture
def case(client, enquiry, on_the_day):
    """Nothing but the answer is waited for, on the tenth of September; its owner is signed in."""
    on_the_day(date(2026, 9, 10))
    enquiry.case.plan(next_action=next_after_asking(enquiry), on=DUE, by=enquiry.case.owner)
    client.force_login(enquiry.case.owner)
    return enquiry.case


def does(client, enquiry, act: str, **said: str) -> str:
    """Do something to the clock, and return where that is taken back."""
    page = client.post(f"/enquiries/{enquiry.pk}/{act}/", said, follow=True)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r"/enquiries/\d+/undo/[^\"'/]+/", page.content.decode())
    return found.group() if found else ""


def stops(client, enquiry) -> str:
    return does(client, enquiry, "stop", stopped_on="today", reason="They want the form")


def planned(case) -> tuple[str, date]:
    case.refresh_from_db()
    return case.next_action, case.next_action_on


def test_with_another_due_date_the_plan_moves_and_with_its_undo_it_moves_back(client, enquiry, case):
    replied = next_after_asking(enquiry)

    undo = does(client, enquiry, "due", due_on="30 Sep", why="They said by then")
    moved = planned(case)
    client.post(undo)

    assert moved == (replied, LATER)
    assert planned(case) == (replied, DUE)


def test_while_the_clock_stands_somebody_looks_after_ten_working_days_whether_it_can_run(
    client, enquiry, case
):
    replied, stands = next_after_asking(enquiry), f"See whether the clock of {enquiry.body} can run again"

    stops(client, enquiry)
    stopped = planned(case)
    does(client, enquiry, "resume", resumed_on="today")

    assert stopped == (stands, LOOK_AGAIN)
    assert planned(case) == (replied, DUE)


def test_a_stop_that_is_taken_back_plans_what_was_planned(client, enquiry, case):
    before = planned(case)

    client.post(stops(client, enquiry))

    assert planned(case) == before


def test_my_day_calls_nothing_late_while_the_clock_stands(client, enquiry, case, on_the_day):
    stops(client, enquiry)

    on_the_day(date(2026, 9, 20))
    client.force_login(case.owner)
    page = client.get("/").content.decode()

    assert "5 days late" not in page
    assert next_after_asking(enquiry) not in page


def test_an_answer_that_comes_while_the_clock_stands_is_passed_on(client, enquiry, case):
    stops(client, enquiry)

    does(client, enquiry, "replies", kind="substantive", received_on="today")

    assert planned(case)[0] == f"Tell {case.constituent} what {enquiry.body} said"


def test_a_plan_that_somebody_made_stays_where_it_is(client, enquiry, case):
    case.plan(next_action="Send the form", on=date(2026, 9, 11), by=case.owner)

    does(client, enquiry, "due", due_on="30 Sep", why="They said by then")
    stops(client, enquiry)

    assert planned(case) == ("Send the form", date(2026, 9, 11))


def test_with_a_promise_the_plan_moves_to_the_day_they_promised(client, enquiry, case):
    does(client, enquiry, "replies", kind="holding", received_on="today", promised_on="30 Sep")

    assert planned(case) == (next_after_asking(enquiry), LATER)


def test_a_day_that_was_agreed_while_the_clock_stood_is_not_moved_when_it_runs(
    client, enquiry, case, on_the_day
):
    stops(client, enquiry)
    does(client, enquiry, "due", due_on="30 Sep", why="They said by then")
    on_the_day(date(2026, 9, 24))
    client.force_login(case.owner)

    does(client, enquiry, "resume", resumed_on="today")

    enquiry.refresh_from_db()
    assert (enquiry.due_on, enquiry.due_rule) == (LATER, f"Set by {case.owner}: They said by then")
    assert planned(case) == (next_after_asking(enquiry), LATER)


def test_the_next_time_the_clock_stands_that_day_is_moved_as_others_are(client, enquiry, case, on_the_day):
    stops(client, enquiry)
    does(client, enquiry, "due", due_on="30 Sep", why="They said by then")
    does(client, enquiry, "resume", resumed_on="today")
    stops(client, enquiry)
    on_the_day(date(2026, 9, 17))
    client.force_login(case.owner)

    does(client, enquiry, "resume", resumed_on="today")

    enquiry.refresh_from_db()
    assert enquiry.due_on == date(2026, 10, 7)  # five working days later
