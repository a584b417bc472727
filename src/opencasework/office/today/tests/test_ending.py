"""A person's own time limit is on My day for its last two weeks, until somebody says what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import access, ledger
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.tests.complaining import begin
from opencasework.office.reminders.digest import written
from opencasework.office.reminders.things import things_of
from opencasework.office.routes.keeping import keep_all
from opencasework.office.routes.models import LastDay
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NAME = "Ask DWP for mandatory reconsideration"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-23 10:00", tick=False) as clock:
        yield clock


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def case(client, ana):
    """Decided on 3 November, so that a reconsideration can be asked for until 3 December."""
    case = CaseFactory(by=ana, category=Category.objects.get(code="BEN-PIP"), title="PIP refused")
    case.plan(next_action="Ring", on=date(2027, 3, 1), by=ana)
    record(client, case, "decision", "3 nov")
    return case


def record(client, case, kind, day, issue=""):
    client.post(reverse("route-date-new", args=[case.pk]), {"issue": issue, "kind": kind, "day": day})


def test_closing_says_which_limit_still_runs_and_the_letter_names_its_day(client, case):
    shown = " ".join(client.get(f"/cases/{case.pk}/closure/").content.decode().split())
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised", "letter": "on"})

    letter = case.letters.get(kind="closing")
    assert (
        f"A time limit of theirs runs: {NAME} until Thursday 3 December 2026. Closed, nobody is reminded"
        in shown
    )
    assert f"3 December 2026 is your last day for this: {NAME}." in letter.text


def test_the_closing_letter_of_what_was_put_right_names_no_last_day(client, case):
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "put-right", "letter": "on"})

    assert "last day" not in case.letters.get(kind="closing").text


def rows(client, whose="mine") -> int:
    return client.get(f"/?whose={whose}").content.decode().count(f">{NAME}: ")


def say(client, row, **given):
    return client.post(row.get_absolute_url(), given, follow=True)


@pytest.mark.parametrize(("today", "is_there"), [("2026-11-18", False), ("2026-11-19", True)])
def test_it_is_a_row_from_fourteen_days_before(client, case, clock, today, is_there):
    clock.move_to(f"{today} 10:00")
    client.force_login(case.owner)

    assert rows(client) == rows(client, "team") == int(is_there)


def test_the_row_says_the_last_day_and_is_nobody_elses_but_the_teams(client, case):
    assert "last day Thu 3 Dec" in client.get("/").content.decode()
    client.force_login(StaffFactory())
    assert (rows(client), rows(client, "team")) == (0, 1)


def test_once_it_has_passed_it_is_late(client, case, clock):
    clock.move_to("2026-12-05 10:00")
    client.force_login(case.owner)

    page = client.get("/").content.decode()

    assert "Past their date" in page
    assert "last day was Thu 3 Dec" in page


def test_the_digest_says_it_with_the_last_day_and_not_what_it_is_about(client, case):
    text = written(case.owner, timezone.localdate())[1]

    assert f"- {case.reference}: time limit to keep, last day Thu 3 Dec" in text
    assert "reconsideration" not in text


def test_a_restricted_case_is_seen_by_those_on_it_and_not_named_in_the_digest(client, case, ana):
    access.restrict(case, by=ana)

    assert rows(client) == 1
    assert "A restricted case: time limit to keep" in written(ana, timezone.localdate())[1]
    client.force_login(StaffFactory(role=Role.CASEWORKER))
    assert rows(client, "team") == 0


def test_what_was_used_is_on_no_list_and_in_no_calendar(client, case, ana):
    row = LastDay.objects.get(limit_code="DL-MR")

    shown = say(client, row, became="used", used_on="20 nov").content.decode()

    assert "Used on 20 November 2026" in shown
    assert rows(client) == rows(client, "team") == 0
    assert "time limit ends" not in [each.words for each in things_of(ana, today=timezone.localdate())]
    line = case.events.filter(kind=Event.Kind.DATED).first()
    assert "used on Friday 20 November 2026" in line.text
    client.post(reverse("route-limit-back", args=[case.pk, row.pk]))
    assert rows(client) == 1


def test_what_was_used_before_it_began_is_asked_about(client, case):
    row = LastDay.objects.get(limit_code="DL-MR")

    refused = say(client, row, became="used", used_on="3 november 2023")

    assert refused.status_code == 422
    assert "It runs from Tuesday 3 November 2026." in refused.content.decode()
    assert rows(client) == 1
    say(client, row, became="used", used_on="3 nov")
    assert rows(client) == 0


def another(ana, case):
    """A second case for the same person, with the same decision."""
    other = CaseFactory(by=ana, person=case.constituent, category=case.issues.get().category)
    other.issues.update(body=body("DWP-DIS"))
    other.plan(next_action="Ring", on=date(2027, 3, 1), by=ana)
    return other


def test_of_two_cases_about_one_decision_one_answer_is_for_both(client, case, ana):
    other = another(ana, case)
    record(client, other, "decision", "3 nov")
    row = LastDay.objects.get(limit_code="DL-MR", case=case)
    its = LastDay.objects.get(limit_code="DL-MR", case=other)
    asked = client.get(row.get_absolute_url()).content.decode()
    assert "Is another case about the same decision?" in asked
    assert rows(client) == 2

    shown = say(client, row, became="used", used_on="20 nov", also=its.pk).content.decode()

    assert f"The same stands on {other.reference}." in shown
    assert rows(client) == 0
    line = other.events.filter(kind=Event.Kind.DATED).first()
    assert "used on Friday 20 November 2026" in line.text


def test_where_the_other_case_is_not_ticked_it_still_asks(client, case, ana):
    other = another(ana, case)
    record(client, other, "decision", "3 nov")

    say(client, LastDay.objects.get(limit_code="DL-MR", case=case), became="used", used_on="20 nov")

    assert rows(client) == 1


@pytest.mark.parametrize("apart", ["another day", "another person", "restricted"])
def test_no_other_case_is_offered_that_is_about_something_else_or_unknown_here(client, case, ana, apart):
    other = another(ana, case) if apart != "another person" else CaseFactory(by=ana, body=body("DWP-DIS"))
    other.issues.update(category=case.issues.get().category)
    record(client, other, "decision", "4 nov" if apart == "another day" else "3 nov")
    if apart == "restricted":
        access.restrict(other, by=ana)
        client.force_login(StaffFactory(role=Role.CASEWORKER))

    asked = client.get(LastDay.objects.get(limit_code="DL-MR", case=case).get_absolute_url()).content.decode()

    assert other.reference not in asked
    assert "Is another case about the same decision?" not in asked


def test_that_it_is_of_no_matter_wants_a_reason(client, case):
    row = LastDay.objects.get(limit_code="DL-MR")

    refused = say(client, row, became="no_matter")

    assert refused.status_code == 422
    assert "Say why it is of no matter" in refused.content.decode()
    assert say(client, row, became="used").status_code == 422
    say(client, row, became="no_matter", why="They agree with the decision")
    assert rows(client) == 0
    assert (
        "They agree with the decision" in client.get(reverse("case-route", args=[case.pk])).content.decode()
    )


def test_a_notice_of_the_reconsideration_says_that_it_was_asked_for(client, case):
    record(client, case, "reconsidered", "20 nov")
    assert rows(client) == 0

    record(client, case, "decision", "21 nov")  # and a new decision that it can be asked for again
    assert LastDay.objects.filter(limit_code="DL-MR", until=date(2026, 12, 21)).exists()


def test_a_problem_that_ended_and_a_closed_case_have_no_row(client, case, ana):
    other = case.issues.create(category=Category.objects.get(code="LOC-CTAX"))
    assert rows(client) == 1
    ledger.end_issue(issue=case.issues.exclude(pk=other.pk).get(), outcome="put-right", by=ana)

    assert rows(client) == 0


def test_two_problems_with_one_last_day_are_one_row(client, case):
    case.issues.create(category=case.issues.get().category, body=body("DWP-UC"))
    record(client, case, "decision", "3 nov", issue="all")

    assert LastDay.objects.filter(limit_code="DL-MR").count() == 2
    assert rows(client) == 1
    say(client, LastDay.objects.filter(limit_code="DL-MR").last(), became="used", used_on="today")
    assert rows(client) == 0


def test_a_date_that_was_wrong_takes_its_row_along(client, case):
    client.post(reverse("route-date-back", args=[case.pk, case.key_dates.get().pk]))

    assert rows(client) == 0


def test_another_kind_of_problem_has_other_limits(client, case, ana):
    issue = case.issues.get()
    issue.category = Category.objects.get(code="LOC-CTAX")
    issue.save(update_fields=["category"])

    assert rows(client) == 0


def test_a_complaint_that_is_kept_says_its_last_day_once(client, ana):
    case = CaseFactory(by=ana, category=Category.objects.get(code="HOU-DAMP"))
    case.issues.update(body=body("HA"))
    case.plan(next_action="Ring", on=date(2027, 3, 1), by=ana)
    record(client, case, "final", "1 dec 2025")
    took = "Take a complaint about a landlord to the Housing Ombudsman:"
    assert took in client.get("/").content.decode()

    begin(client, case, "HOS")

    page = client.get("/").content.decode()
    assert took not in page
    assert "Complain to the" in page


def test_the_worker_keeps_what_was_dated_before_this_version(client, case):
    LastDay.objects.all().delete()
    assert rows(client) == 0

    assert keep_all() > 0
    assert keep_all() == 0
    assert rows(client) == 1


@pytest.mark.parametrize(("until", "rests"), [("2 dec", True), ("3 dec", True), ("4 dec", False)])
def test_it_rests_until_its_last_day_and_no_longer(client, case, clock, until, rests):
    row = LastDay.objects.get(limit_code="DL-MR")

    said = client.post(f"/today/rows/limits/{row.pk}/snooze/", {"until": until}, follow=True)

    assert ("its last day is on Thu 3 Dec" in said.content.decode()) != rests
    assert rows(client) == int(not rests)
    clock.move_to("2026-12-03 10:00")
    client.force_login(case.owner)
    assert rows(client) == 1


def test_a_complaint_does_not_rest_beyond_its_last_day(client, ana, clock):
    case = CaseFactory(by=ana, category=Category.objects.get(code="HOU-DAMP"))
    case.issues.update(body=body("HA"))
    case.plan(next_action="Ring", on=date(2027, 3, 1), by=ana)
    record(client, case, "final", "1 dec 2025")
    complaint = begin(client, case, "HOS")
    address = f"/today/rows/complaints/{complaint.pk}/snooze/"

    said = client.post(address, {"until": "8 dec"}, follow=True).content.decode()

    assert "its last day is on Tue 1 Dec" in said
    assert address in client.get("/").content.decode()
    client.post(address, {"until": "1 dec"})
    assert address not in client.get("/").content.decode()
    complaint.by_when -= timedelta(days=3)  # an earlier last day was found since
    complaint.save()
    assert address in client.get("/").content.decode()
