"""What the form of a closing promises: the figures add up the pounds that were recovered."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
import time_machine

from opencasework.office.cases import moving
from opencasework.office.cases.actions import add_issue, share
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
AGAIN = {"reason": "They rang", "next_action": "Ring", "on": "tomorrow"}


def close(client, case, amount, **more) -> None:
    given = {"outcome": "money-recovered", "amount": amount, **more}
    assert client.post(f"/cases/{case.pk}/closure/", given).status_code == 302


def page(client) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", client.get("/figures/").content.decode())


def together(client) -> str:
    """The sum of all months; empty where nothing was recovered."""
    found = re.search(r"Together\s+(£[\d,.]+)", page(client))
    return found[1] if found else ""


def download(client) -> list[str]:
    text = client.get("/figures/figures.csv").content.decode("utf-8-sig")
    return [row["pounds"] for row in csv.DictReader(io.StringIO(text)) if row["pounds"]]


def test_an_ending_that_asks_nothing_of_money_keeps_what_was_recovered(client, ana):
    client.force_login(ana)
    case = CaseFactory(by=ana)
    close(client, case, "500")
    client.post(f"/cases/{case.pk}/reopening/", AGAIN)
    case.refresh_from_db()

    case.close(outcome="referred", by=ana)  # as when they took it

    assert together(client) == "£500.00"


def test_the_pounds_of_a_closing_are_added_up_by_month_and_topic(client, ana):
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC), tick=False):
        client.force_login(ana)
        close(client, CaseFactory(by=ana), "1,240.50")
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        client.force_login(ana)
        case = CaseFactory(by=ana, category=CategoryFactory(code="HOU-DAMP"))
        close(client, case, "59.50")

        shown = re.sub(r"\s+", " ", page(client))

        assert "November 2026 £59.50 October 2026 £1,240.50 Together £1,300.00" in shown
        assert "Pounds recovered by topic" in shown
        assert sorted(download(client)) == ["1240.50", "59.50"]


def test_each_issue_brings_its_own(client, ana):
    case = CaseFactory(by=ana)
    other = add_issue(case=case, category=CategoryFactory(code="TAX-SVC"), by=ana)
    close(client, case, "", **{f"amount_{case.issues.first().pk}": "100", f"amount_{other.pk}": "20"})

    assert together(client) == "£120.00"


def test_a_closing_that_is_taken_back_brings_nothing(client, ana):
    case = CaseFactory(by=ana)
    close(client, case, "420")
    counted = together(client)

    client.post(f"/cases/{case.pk}/closure/undo/")

    assert counted == "£420.00"
    assert together(client) == ""
    assert "Pounds recovered" not in page(client)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_reopened_keeps_its_pounds_and_counts_once_with_the_next_ending(client, ana, at_once):
    case = CaseFactory(by=ana)
    close(client, case, "420")
    if not at_once:
        gather()
    client.post(f"/cases/{case.pk}/reopening/", AGAIN)
    reopened = together(client)

    close(client, case, "500")

    assert reopened == "£420.00"
    assert together(client) == "£500.00"
    assert Fact.objects.filter(measure="cases_closed").count() == 2  # it has ended twice
    gather(everything=True)
    assert together(client) == "£500.00"


def test_of_a_reopened_case_the_issue_shows_the_pounds_and_the_next_closing_begins_with_them(client, ana):
    case = CaseFactory(by=ana)
    close(client, case, "420")
    client.post(f"/cases/{case.pk}/reopening/", AGAIN)

    shown = client.get(f"/cases/{case.pk}/").content.decode()
    form = client.get(f"/cases/{case.pk}/closure/").content.decode()
    alone = client.get(f"/cases/{case.pk}/issues/{case.issues.get().pk}/ending/").content.decode()
    otherwise = client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology", "amount": "420.00"})
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology", "amount": ""})

    assert "<strong>£420.00</strong>" in shown
    assert 'value="420.00"' in form
    assert 'value="420.00"' in alone
    assert "Pounds are counted where it ended with" in otherwise.content.decode()
    assert together(client) == ""
    assert case.issues.get().amount is None


def test_of_several_issues_each_begins_with_its_own(client, ana):
    case = CaseFactory(by=ana)
    other = add_issue(case=case, category=CategoryFactory(code="TAX-SVC"), by=ana)
    first = case.issues.first()
    close(client, case, "", **{f"amount_{first.pk}": "100", f"amount_{other.pk}": "20"})
    client.post(f"/cases/{case.pk}/reopening/", AGAIN)

    form = client.get(f"/cases/{case.pk}/closure/").content.decode()

    assert together(client) == "£120.00"
    assert 'value="100.00"' in form
    assert 'value="20.00"' in form


@pytest.mark.parametrize("at_once", [True, False])
def test_a_second_closing_that_is_taken_back_leaves_what_the_first_recovered(client, ana, at_once):
    case = CaseFactory(by=ana)
    close(client, case, "420")
    client.post(f"/cases/{case.pk}/reopening/", AGAIN)
    close(client, case, "500")
    if not at_once:
        gather()

    client.post(f"/cases/{case.pk}/closure/undo/")

    assert together(client) == "£420.00"
    assert case.issues.get().pounds == "£420.00"
    gather(everything=True)
    assert together(client) == "£420.00"


def test_one_issue_that_is_taken_up_by_itself_brings_nothing(client, ana):
    case = CaseFactory(by=ana)
    add_issue(case=case, category=CategoryFactory(code="TAX-SVC"), by=ana)
    issue = case.issues.first()
    client.post(f"/cases/{case.pk}/issues/{issue.pk}/ending/", {"outcome": "money-recovered", "amount": "75"})
    counted = together(client)

    client.post(f"/cases/{case.pk}/issues/{issue.pk}/reopening/")

    assert counted == "£75.00"
    assert together(client) == ""


def test_those_of_a_restricted_case_are_not_in_the_sum_of_who_may_not_know_of_it(client, ana):
    senior = StaffFactory(senior=True)
    hidden = CaseFactory(by=senior)
    client.force_login(senior)
    close(client, hidden, "420")
    share(case=hidden, need_to_know=True, shared_with=[], by=senior)
    theirs = together(client)

    client.force_login(ana)

    assert theirs == "£420.00"
    assert together(client) == ""
    assert download(client) == []


def test_what_was_paid_before_a_merge_and_said_again_after_it_counts_once(client, ana):
    paid, stands = CaseFactory(by=ana), CaseFactory(by=ana, category=CategoryFactory(code="HOU-DAMP"))
    issue = paid.issues.get()
    close(client, paid, "500")
    before = together(client)
    moving.merge(case=paid, into=stands, by=ana, same=())
    client.post(f"/cases/{stands.pk}/issues/{issue.pk}/reopening/")
    reopened = together(client)

    ended = {"outcome": "money-recovered", "amount": "420"}
    client.post(f"/cases/{stands.pk}/issues/{issue.pk}/ending/", ended)

    assert (before, reopened) == ("£500.00", "")
    assert together(client) == "£420.00"
    gather(everything=True)
    assert together(client) == "£420.00"
