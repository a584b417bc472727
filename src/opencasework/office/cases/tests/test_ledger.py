"""The issue ledger: what happened to each of the problems of a case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(ana):
    case = CaseFactory(by=ana, category=CategoryFactory(code="BEN-UC"))
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=ana)
    return case


def counted(measure):
    gather(everything=True)
    return Fact.objects.filter(measure=measure).count()


def test_one_problem_ends_with_its_outcome_and_money_and_the_case_stays_open(ana, case, client):
    benefit, damp = case.issues.all()

    page = client.post(
        f"/cases/{case.pk}/issues/{benefit.pk}/ending/",
        {"outcome": "money-recovered", "amount": "420.50"},
        follow=True,
    ).content.decode()

    benefit.refresh_from_db()
    case.refresh_from_db()
    assert (benefit.outcome, benefit.amount) == ("money-recovered", Decimal("420.50"))
    assert case.is_open
    assert "£420.50" in page
    assert counted("cases_closed") == 1
    assert damp.is_open


def test_money_is_taken_as_people_write_it_and_shown_so(ana, case, client):
    benefit = case.issues.first()

    page = client.post(
        f"/cases/{case.pk}/issues/{benefit.pk}/ending/",
        {"outcome": "money-recovered", "amount": " £1,240.50"},
        follow=True,
    ).content.decode()

    benefit.refresh_from_db()
    assert benefit.amount == Decimal("1240.50")
    assert page.count("£1,240.50") >= 2  # beside the issue, and on the timeline


def test_the_tags_at_the_top_are_those_still_open_once_each(ana, case, client):
    benefit, damp = case.issues.all()
    add_issue(case=case, category=damp.category, by=ana)
    client.post(f"/cases/{case.pk}/issues/{benefit.pk}/ending/", {"outcome": "withdrew"})

    page = client.get(f"/cases/{case.pk}/")

    assert page.context["issue_tags"] == [damp.category.label]


def test_when_every_problem_has_ended_the_case_is_offered_to_be_closed_without_another_question(
    ana, case, client
):
    for issue in case.issues.all():
        page = client.post(
            f"/cases/{case.pk}/issues/{issue.pk}/ending/", {"outcome": "put-right"}, follow=True
        ).content.decode()
    assert f'Every issue has ended. <a href="/cases/{case.pk}/closure/">' in page

    client.post(f"/cases/{case.pk}/closure/", {})

    case.refresh_from_db()
    assert not case.is_open
    assert counted("cases_closed") == 2


def test_one_problem_is_taken_up_again_and_the_timeline_keeps_how_it_had_ended(ana, case, client):
    issue = case.issues.first()
    client.post(f"/cases/{case.pk}/issues/{issue.pk}/ending/", {"outcome": "not-upheld"})

    page = client.post(f"/cases/{case.pk}/issues/{issue.pk}/reopening/", follow=True).content.decode()

    issue.refresh_from_db()
    assert issue.is_open
    assert "it had ended: Not upheld" in page


def test_a_problem_is_said_better_with_its_body(ana, case, client):
    issue, dwp = case.issues.first(), body("DWP")

    client.post(f"/cases/{case.pk}/issues/{issue.pk}/", {"category": "HOU-DAMP", "body": "DWP"})

    issue.refresh_from_db()
    assert (issue.category.code, issue.body) == ("HOU-DAMP", dwp)
    assert {Event.Kind.TAGGED, Event.Kind.ISSUE_CHANGED} <= set(case.events.values_list("kind", flat=True))


def test_the_same_problem_written_down_twice_is_counted_once_and_can_be_taken_back(ana, case, client):
    first, second = case.issues.all()
    assert counted("cases_opened") == 2

    client.post(f"/cases/{case.pk}/issues/{second.pk}/duplicate/", {"original": first.pk})
    assert counted("cases_opened") == 1
    client.post(f"/cases/{case.pk}/issues/{second.pk}/reopening/")

    assert counted("cases_opened") == 2
    second.refresh_from_db()
    assert second.is_open


def test_closing_gives_a_duplicate_no_outcome(ana, case, client):
    first, second = case.issues.all()
    client.post(f"/cases/{case.pk}/issues/{second.pk}/duplicate/", {"original": first.pk})

    client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology"})

    second.refresh_from_db()
    assert (second.outcome, counted("cases_closed")) == ("", 1)


def test_an_issue_of_another_case_is_not_found(ana, case, client):
    other = CaseFactory(by=ana).issues.get()

    assert client.get(f"/cases/{case.pk}/issues/{other.pk}/ending/").status_code == 404


def test_the_issues_of_a_closed_case_stay_as_they_ended(ana, case, client):
    case.close(outcome="advised", by=ana)

    page = client.post(f"/cases/{case.pk}/issues/{case.issues.first().pk}/reopening/", follow=True)

    assert "Reopen the case first." in page.content.decode()
    assert not case.issues.open().exists()
