"""My day says of an enquiry that has climbed its ladder to consider the ombudsman, until that is done."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.chasing.models import Rung
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.referrals.models import Complaint
from opencasework.office.referrals.tests.complaining import begin
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _at_ten_on_a_monday():
    with time_machine.travel("2026-11-23 10:00", tick=False):
        yield


@pytest.fixture
def case(client):
    """Damp that a housing association is asked about, and a charge of the council."""
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    case = CaseFactory(by=ana, category=Category.objects.get(code="HOU-DAMP"))
    case.issues.update(body=body("HA"))
    case.issues.create(category=Category.objects.get(code="LOC-CTAX"), body=body("LA-DISTRICT"))
    case.plan(next_action="Ring the family", on=date(2027, 1, 4), by=ana)
    Rung.objects.exclude(step=Rung.Step.OMBUDSMAN).delete()
    return case


def damp(case):
    return case.issues.get(body=body("HA"))


def charge(case):
    return case.issues.get(body=body("LA-DISTRICT"))


def climbed(case, whom: str, issue) -> Enquiry:
    found = EnquiryFactory(
        case=case, to_body=body(whom), issue=issue, by=case.owner, sent_on=date(2026, 6, 1)
    )
    assert draft_due_chasers(TODAY) == 1
    return found


def says_to_consider(client, enquiry) -> bool:
    return f"Consider the ombudsman for {enquiry.body}" in client.get("/").content.decode()


def ended(complaint: Complaint, state: str) -> None:
    how = {"decision": "not"} if state == "decided" else {"why_declined": "Out of time"}
    Complaint.objects.filter(pk=complaint.pk).update(state=state, ended_on=TODAY, **how)


def test_a_complaint_about_the_same_problem_is_what_was_to_be_considered(client, case):
    enquiry = climbed(case, "HA", damp(case))
    assert says_to_consider(client, enquiry)

    complaint = begin(client, case, "HOS", issue=damp(case).pk)
    assert not says_to_consider(client, enquiry)
    ended(complaint, "decided")
    assert not says_to_consider(client, enquiry)


def test_one_that_was_declined_leaves_it_to_be_considered(client, case):
    enquiry = climbed(case, "HA", damp(case))

    ended(begin(client, case, "HOS", issue=damp(case).pk), "declined")

    assert says_to_consider(client, enquiry)


def test_one_that_was_decided_hides_nothing_of_a_body_that_was_asked_after_it_had_gone(client, case):
    complaint = begin(client, case, "HOS", issue=damp(case).pk)
    Complaint.objects.update(submitted_on=date(2026, 5, 29))
    enquiry = climbed(case, "HA", damp(case))
    whole = climbed(case, "HA", None)
    assert not says_to_consider(client, enquiry)

    ended(complaint, "decided")
    assert client.get("/").content.decode().count("Consider the ombudsman for Housing association") == 2
    Complaint.objects.update(submitted_on=date(2026, 6, 2))
    assert not says_to_consider(client, whole)


def test_one_about_another_problem_hides_nothing(client, case):
    enquiry = climbed(case, "LA-DISTRICT", charge(case))

    begin(client, case, "HOS", issue=damp(case).pk)

    assert says_to_consider(client, enquiry)


def test_of_an_enquiry_about_no_problem_in_particular_the_body_tells(client, case):
    council = climbed(case, "LA-DISTRICT", None)
    begin(client, case, "HOS", issue=damp(case).pk)
    assert says_to_consider(client, council)

    landlord = climbed(case, "HA", None)
    assert not says_to_consider(client, landlord)


def test_after_the_answer_nobody_is_to_consider_it_and_the_person_is_told(client, case):
    case.plan(next_action="See whether they have replied", on=TODAY, by=case.owner)
    enquiry = climbed(case, "HA", damp(case))
    case.refresh_from_db()
    planned = case.next_action

    client.post(f"/enquiries/{enquiry.pk}/replies/", {"kind": "substantive", "received_on": "today"})

    case.refresh_from_db()
    assert planned == f"Consider the ombudsman for {enquiry.body}"
    assert case.next_action == f"Tell {case.constituent} what {enquiry.body} said"
    assert not says_to_consider(client, enquiry)
