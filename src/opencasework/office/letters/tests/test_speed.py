"""How fast a body really answers: open enquiries are waits, few are said to be few, no secret shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from statistics import median_low

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters import actions
from opencasework.office.letters.speed import Wait, median, speed, speed_of
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Sensitivity

TODAY = date(2026, 11, 26)

# Freireich and others (1963): weeks of remission of 42 children, as every textbook of survival prints them.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def waits(text):
    return [Wait(int(word.rstrip("+")), answered=not word.endswith("+")) for word in text.split()]


def test_the_median_is_that_of_the_textbook():
    assert median(waits(TREATED)) == 23
    assert median(waits(PLACEBO)) == 8


def test_the_median_is_not_reached_while_fewer_than_half_would_be_answered():
    assert median(waits("3 5 30+ 30+ 30+")) is None
    assert median([]) is None


@given(st.lists(st.integers(0, 300), min_size=1))
def test_with_every_enquiry_answered_it_is_the_ordinary_median(days):
    assert median([Wait(day, answered=True) for day in days]) == median_low(days)


@given(st.lists(st.tuples(st.integers(0, 300), st.booleans())), st.integers(0, 300))
def test_one_more_that_still_waits_never_makes_a_body_faster(known, waited):
    before = median([Wait(day, answered=answered) for day, answered in known])
    after = median([*(Wait(day, answered=answered) for day, answered in known), Wait(waited, answered=False)])

    assert after is None or (before is not None and after >= before)


def test_the_share_counts_those_that_have_had_twenty_working_days_and_no_others():
    found = speed_of(
        [
            Wait(5, answered=True),
            Wait(20, answered=True),
            Wait(21, answered=True),
            Wait(40, answered=False),
            Wait(
                3, answered=True, had_time=False
            ),  # sent last week: whether it counts must not hang on its answer
            Wait(9, answered=False, had_time=False),
            Wait(4, answered=False),  # its case was closed early
        ]
    )

    assert (found.in_time, found.had_time, found.share, found.count, found.waiting) == (2, 4, 50, 7, 3)


def asked(days_ago, answered_after=None, **given):
    """An enquiry sent so many days ago, answered so many working days later."""
    sent_on = TODAY - timedelta(days=days_ago)
    enquiry = EnquiryFactory(sent_on=sent_on, **given)
    if answered_after is not None:
        on = working_days_after(sent_on, answered_after, nation=enquiry.body.holiday_nation)
        actions.receive_reply(enquiry=enquiry, received_on=on, kind="substantive", by=enquiry.case.owner)
    return enquiry


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 26, 10), tick=False)
def test_the_page_of_a_body_says_how_fast_it_and_its_services_answer(ana, client):
    for after in (4, 8, 12, 16, None, None):
        asked(100, after, case=CaseFactory(by=ana), to_body=body("DWP-UC"))

    card = client.get(f"/bodies/{body('DWP').pk}/answers/").content.decode()

    assert "Half within 12 working days" in card
    assert "67% within 20 working days: 4 of the 6" in card
    assert "6 enquiries in two years; 2 without an answer" in card
    assert "A small number" in card


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 26, 10), tick=False)
def test_of_few_enquiries_only_their_number_is_said(ana, client):
    fenwick = BodyFactory()
    nothing = client.get(f"/bodies/{fenwick.pk}/answers/").content.decode()
    for after in (3, None):
        asked(60, after, case=CaseFactory(by=ana), to_body=fenwick)
    few = client.get(f"/bodies/{fenwick.pk}/answers/").content.decode()

    assert "We have asked them nothing" in nothing
    assert "Only 2 enquiries in the last two years, 1 answered" in few
    assert "Half within" not in few


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 26, 10), tick=False)
def test_bank_holidays_are_those_of_the_body():
    by = StaffFactory()
    for nation in ("en", "sc"):  # 30 November 2025 was a Sunday: Scotland kept the Monday
        enquiry = EnquiryFactory(
            case=CaseFactory(by=by),
            to_body=BodyFactory(nation=nation, name=nation),
            sent_on=date(2025, 11, 28),
        )
        actions.receive_reply(enquiry=enquiry, received_on=date(2025, 12, 2), kind="substantive", by=by)

    found = [speed(enquiry_body, staff=by, today=TODAY) for enquiry_body in map(_named, ("en", "sc"))]
    assert [one.median for one in found] == [2, 1]


def _named(name):
    from opencasework.office.bodies.models import Body

    return Body.objects.get(name=name)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_restricted_case_changes_no_figure_of_anybody(role):
    fenwick = BodyFactory()
    owner = StaffFactory()
    viewer = StaffFactory(role=role)
    for days in range(6):
        asked(100 + days, 5, case=CaseFactory(by=owner), to_body=fenwick)
    before = speed(fenwick, staff=viewer, today=TODAY)
    hidden = CaseFactory(by=owner, need_to_know=True)
    asked(300, None, case=hidden, to_body=fenwick)
    criminal = CaseFactory(by=owner)
    criminal.sensitivity = Sensitivity.CRIMINAL_OR_SAFEGUARDING
    criminal.save()
    asked(300, None, case=criminal, to_body=fenwick)

    assert speed(fenwick, staff=viewer, today=TODAY) == before
    assert speed(fenwick, staff=owner, today=TODAY).count == 6


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 26, 10), tick=False)
def test_a_case_closed_without_an_answer_waited_until_it_was_closed():
    case = CaseFactory(by=(by := StaffFactory()))
    enquiry = asked(100, None, case=case)
    with time_machine.travel(datetime(2026, 9, 1, 10), tick=False):
        case.close(outcome="withdrew", by=by)

    found = speed(enquiry.body, staff=by, today=timezone.localdate())

    assert (found.longest, found.median) == (working_days(enquiry.sent_on, date(2026, 9, 1)), None)


def working_days(start, end):
    from opencasework.office.kit.working_days import working_days_between

    return working_days_between(start, end)
