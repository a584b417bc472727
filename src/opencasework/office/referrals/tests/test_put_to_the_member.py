"""The time limit of the Parliamentary Ombudsman is kept by the complaint to a member, not by what we send."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases import moving
from opencasework.office.cases.models import Event
from opencasework.office.referrals.models import Complaint
from opencasework.office.reminders.things import things_of
from opencasework.office.routes.keeping import keep_all
from opencasework.office.routes.models import LastDay
from opencasework.office.tags.models import Category

from .complaining import begin, case_about, page, post, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
OPENED = datetime(2025, 12, 18, 10, tzinfo=timezone.get_default_timezone())
IN_TIME = (
    "Put to a member on Thursday 18 December 2025 (the day this case was opened), "
    "before Friday 20 November 2026 was over."
)


@pytest.fixture
def case(client, ana):
    """About the passport office, opened eleven months ago; the body has had its say."""
    case = case_about("IMM-PASS", "HMPO", ana, at=OPENED)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    stage(client, case, "HMPO", answered="1 oct 2026", final=True)
    BodyContactFactory(body=body("PHSO"), email="complaints@phso.example")
    return case


def known(client, case, day: str, **more) -> None:
    post(client, "route-date-new", case.pk, kind="known", day=day, known_from="Their letter", **more)


def told(client, case, day: str) -> None:
    post(client, "route-date-new", case.pk, kind="to_member", day=day, known_from="Letter of the MP for Ely")


def last_days(ana) -> list[date]:
    """Those in the calendar of a colleague."""
    found = things_of(ana, today=timezone.localdate())
    return [thing.on for thing in found if thing.words == "last day for a complaint"]


def test_what_reached_the_office_in_time_goes_on_when_it_is_ready(client, ana, case):
    known(client, case, "20 nov 2025")
    complaint = begin(client, case, "PHSO-GOV")

    shown = page(client, complaint)

    assert IN_TIME in shown
    assert "The time limit is kept" in shown
    assert "Say why it is late" not in shown
    assert "Parliamentary Commissioner Act 1967 s.6(3)" in shown


def test_then_no_last_day_is_in_my_day_or_the_calendar(client, ana, case):
    known(client, case, "20 nov 2025")
    complaint = begin(client, case, "PHSO-GOV")

    complaint.refresh_from_db()
    assert complaint.by_when is None
    assert last_days(ana) == []
    assert "Complain to the PHSO" not in client.get("/").content.decode()


def test_what_reached_the_office_too_late_says_why_or_which_member_was_told_before(client, ana, case):
    known(client, case, "3 dec 2024")
    complaint = begin(client, case, "PHSO-GOV")
    before = page(client, complaint)

    told(client, case, "1 dec 2025")

    after = page(client, complaint)
    complaint.refresh_from_db()
    assert "Ended on Wednesday 3 December 2025. Put to a member on Thursday 18 December 2025" in before
    assert "Say why it is late. Later for a good reason. Was another member told in time?" in before
    assert "?kind=to_member" in before
    assert "Put to a member on Monday 1 December 2025 (Letter of the MP for Ely), before" in after
    assert complaint.by_when is None


def test_why_it_is_late_goes_in_no_letter_once_it_proved_to_be_in_time(client, ana, case):
    known(client, case, "3 dec 2024")
    complaint = begin(client, case, "PHSO-GOV", late_reason="She was in hospital.")
    told(client, case, "1 dec 2025")

    post(client, "complaint-letter", complaint.pk)

    complaint.refresh_from_db()
    assert "in hospital" not in complaint.letter.text


def test_a_letter_that_says_why_it_is_late_is_warned_about_once_it_proved_to_be_in_time(client, ana, case):
    known(client, case, "3 dec 2024")
    complaint = begin(client, case, "PHSO-GOV", late_reason="She was in hospital.")
    post(client, "complaint-letter", complaint.pk)
    complaint.refresh_from_db()
    asks = "It is in time, and the letter says why it comes late."
    assert "Why it comes late: She was in hospital." in complaint.letter.text
    assert asks not in client.get(complaint.letter.get_absolute_url()).content.decode()

    told(client, case, "1 dec 2025")

    assert asks in client.get(complaint.letter.get_absolute_url()).content.decode()


def test_a_member_is_told_of_nothing_that_the_person_did_not_know_yet(client, ana, case):
    known(client, case, "1 mar 2026")
    complaint = begin(client, case, "PHSO-GOV")

    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 3, 1)
    assert "Until Monday 1 March 2027." in page(client, complaint)


def test_a_problem_that_was_added_later_was_put_to_the_member_then(client, ana, case):
    with time_machine.travel("2026-06-02 10:00", tick=False):
        client.force_login(ana)
        added = Category.objects.get(code="IMM-ILR")
        client.post(f"/cases/{case.pk}/issues/new/", {"category": added.code, "body": "UKVI"})
    client.force_login(ana)
    issue = case.issues.get(category=added)
    known(client, case, "20 mar 2025", issue=issue.pk)
    complaint = begin(client, case, "PHSO-GOV", issue=issue.pk)

    shown = page(client, complaint)

    assert (
        "Ended on Friday 20 March 2026. Put to a member on Tuesday 2 June 2026 (added to this case" in shown
    )


def test_of_the_health_service_it_counts_to_the_day_it_goes(client, ana):
    case = case_about("HEA-CARE", "NHSTRUST", ana, at=OPENED)
    known(client, case, "20 nov 2025")
    complaint = begin(client, case, "PHSO-NHS")

    complaint.refresh_from_db()
    assert complaint.by_when == date(2026, 11, 20)
    assert "Ended on Friday 20 November 2026." in page(client, complaint)
    assert Complaint.objects.get().scheme.time_limit.source == "PHSO page for advocates"


@pytest.fixture
def at_work(ana):
    """About Access to Work, opened when the other was."""
    return case_about("BEN-ATW", "DWP", ana, at=OPENED)


def is_owed(case) -> bool:
    return LastDay.objects.filter(case=case, limit_code="DL-PHSOGOV").exists()


@pytest.mark.parametrize(
    ("day", "owed"), [("20 nov 2025", False), ("3 dec 2024", True), ("1 mar 2026", True)]
)
def test_the_persons_own_limit_to_tell_a_member_goes_by_the_same_day(client, at_work, day, owed):
    known(client, at_work, day)

    assert is_owed(at_work) == owed


def test_a_message_from_before_the_case_was_opened_told_the_member_too(client, ana, at_work):
    known(client, at_work, "10 dec 2024")
    assert is_owed(at_work)

    at_work.record(Event.Kind.MESSAGE_IN, by=ana, text="Taxi fares", at=OPENED - timedelta(days=9))
    keep_all()

    assert not is_owed(at_work)


def test_of_two_cases_that_became_one_each_problem_came_with_its_own(client, ana, case):
    known(client, case, "20 nov 2025")
    newer = case_about("BEN-ATW", "DWP", ana, at=OPENED + timedelta(days=300))
    moving.merge(case=case, into=newer, by=ana, same=())
    issue = newer.issues.get(category__code="IMM-PASS")
    complaint = begin(client, newer, "PHSO-GOV", issue=issue.pk)

    shown = page(client, complaint)

    assert "Say why it is late" not in shown
    assert "Put to a member on Thursday 18 December 2025" in shown


def test_a_problem_that_is_the_same_as_an_older_one_came_with_that(client, ana, at_work):
    known(client, at_work, "20 nov 2025")
    newer = case_about("BEN-ATW", "DWP", ana, at=OPENED + timedelta(days=340))
    moving.merge(case=at_work, into=newer, by=ana, same=None)

    assert not is_owed(newer)
