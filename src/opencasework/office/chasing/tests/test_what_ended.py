"""A body is chased about a problem no longer once that has ended, though its case stays open for another."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.cases import ledger
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Issue
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LATE = date(2026, 11, 26)


@pytest.fixture
def enquiry(ana, client, time_machine) -> Enquiry:
    """Late, about the first of two problems of its case."""
    time_machine.move_to("2026-11-26T09:00:00Z")
    client.force_login(ana)
    enquiry = EnquiryFactory(by=ana, sent_on=date(2026, 9, 1))
    first = enquiry.case.issues.get()
    Enquiry.objects.filter(pk=enquiry.pk).update(issue=first)
    add_issue(case=enquiry.case, category=first.category, body=None, by=ana)
    enquiry.refresh_from_db()
    return enquiry


def end(client, enquiry: Enquiry) -> Issue:
    issue = enquiry.issue
    assert issue is not None
    address = f"/cases/{enquiry.case_id}/issues/{issue.pk}/ending/"
    assert client.post(address, {"outcome": "withdrew"}).status_code == 302
    issue.refresh_from_db()
    return issue


def test_nothing_is_drafted_and_nobody_is_told_to_ask_about_a_problem_that_has_ended(client, enquiry):
    assert enquiry in Enquiry.objects.to_remind(on=LATE)
    end(client, enquiry)

    assert draft_due_chasers(LATE) == 0
    assert enquiry not in Enquiry.objects.to_remind(on=LATE)
    assert enquiry.case.reference not in client.get("/chasers/?whose=team").content.decode()


def test_a_chaser_that_waits_does_not_leave_once_the_problem_has_ended_until_it_is_taken_up_again(
    client, ana, enquiry
):
    draft_due_chasers(LATE)
    chaser = Letter.objects.drafts().get(kind=Letter.Kind.CHASER)
    issue = end(client, enquiry)

    refused = client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version})

    assert refused.status_code == 422
    assert "What this was asked about has ended: Person withdrew." in refused.content.decode()
    ledger.reopen_issue(issue=issue, by=ana)
    assert client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version}).status_code == 302
