"""A problem that was written down twice, on two cases or on one, is one problem for the ombudsman too."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases.models import Case, Issue, Move
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.checks import days_known
from opencasework.office.referrals.models import Complaint
from opencasework.office.routes.models import KeyDate
from opencasework.office.tags.models import Category

from .complaining import begin, card, case_about, page, post, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

WORDS = {"court": "none", "what_happened": "They took the wrong income.", "injustice": "£400 too much."}


def pair(category: str, whom: str, by) -> tuple[Case, Case]:
    """Two cases about one thing."""
    OfficeFactory()
    return case_about(category, whom, by), case_about(category, whom, by)


def merge(client, case: Case, *, into: Case) -> None:
    """As one problem, which is what the form proposes of such a pair."""
    given = {"other": case.reference, "same": [case.issues.get().pk]}
    client.post(f"/cases/{into.pk}/merging/", given)
    assert case.issues.count() == 0


def apart(client, case: Case) -> None:
    move = Move.objects.get(source=case)
    client.post(f"/cases/{move.target_id}/moves/{move.pk}/undo/")
    assert case.issues.get().duplicate_of is None


def standing(case: Case) -> Issue:
    return case.issues.get(duplicate_of=None)


def complain(client, case: Case, scheme: str) -> str:
    return post(client, "complaint-new", case.pk, issue=standing(case).pk, scheme=scheme, **WORDS)


# --- what the reviewer said -------------------------------------------------------------------------------


def reviewed(client, case: Case, whom: str = "CMS") -> None:
    """The body and the Independent Case Examiner have had their say."""
    stage(client, case, whom, name="Stage 2", answered="5 feb 2026", final=True)
    stage(client, case, "ICE", name="ICE", sent="10 feb 2026", answered="5 jun 2026", final=True)


def test_what_the_reviewer_said_of_a_problem_counts_for_the_one_it_is_the_same_as(client, ana):
    one, other = pair("FAM-CMCALC", "CMS", ana)
    reviewed(client, other)

    merge(client, other, into=one)

    assert "The Independent Case Examiner has answered." in card(client, one)
    assert "comes before the PHSO" not in complain(client, one, "PHSO-GOV")
    assert one.complaints.get().scheme_code == "PHSO-GOV"


def test_of_two_problems_of_one_case_that_are_the_same_what_was_said_of_either_counts(client, ana):
    OfficeFactory()
    case = case_about("FAM-CMCALC", "CMS", ana)
    reviewed(client, case)
    first = case.issues.get()
    second = Issue.objects.create(case=case, category=first.category, body=first.body)

    client.post(f"/cases/{case.pk}/issues/{first.pk}/duplicate/", {"original": second.pk})

    assert standing(case) == second
    assert "The Independent Case Examiner has answered." in card(client, case)
    complain(client, case, "PHSO-GOV")
    assert case.complaints.get().scheme_code == "PHSO-GOV"


def test_once_they_are_two_cases_again_each_has_what_was_said_of_its_own(client, ana):
    one, other = pair("FAM-CMCALC", "CMS", ana)
    reviewed(client, other)
    merge(client, other, into=one)

    apart(client, other)

    assert "The Independent Case Examiner has answered." not in card(client, one)
    assert "The Independent Case Examiner has answered." in card(client, other)
    assert "comes before the PHSO" in complain(client, one, "PHSO-GOV")
    assert not Complaint.objects.exists()


# --- when the complaint was made --------------------------------------------------------------------------


def first_stage(client, case: Case, name: str, sent: str, issue: Issue | None) -> str:
    """A stage with the energy supplier, sent by the person."""
    given = {"body": "ENERGYSUP", "name": name, "sent_on": sent, "sent_by": "person"}
    return post(client, "complaint-stage-new", case.pk, **given, issue=issue.pk if issue else "")


@pytest.mark.parametrize("begun", ["for the problem", "for none in particular", "on the other case"])
def test_the_complaint_was_made_with_its_first_stage_wherever_that_was_written_down(client, ana, begun):
    one, other = pair("UTL-EN", "ENERGYSUP", ana)
    on = other if begun == "on the other case" else one
    issue = None if begun == "for none in particular" else standing(on)
    first_stage(client, on, "Stage 1", "5 oct 2026", issue)
    if on == other:
        merge(client, other, into=one)

    first_stage(client, one, "Stage 2", "9 nov 2026", standing(one))

    assert days_known(one, standing(one))[KeyDate.Kind.COMPLAINED] == date(2026, 10, 5)
    assert "30 November 2026" in card(client, one), "eight weeks from the first stage"


def test_a_later_stage_for_none_in_particular_does_not_move_the_day_of_the_one_problem(client, ana):
    one, _ = pair("UTL-EN", "ENERGYSUP", ana)
    first_stage(client, one, "Stage 1", "5 oct 2026", standing(one))

    first_stage(client, one, "Stage 2", "9 nov 2026", None)

    assert days_known(one, standing(one))[KeyDate.Kind.COMPLAINED] == date(2026, 10, 5)


def test_a_stage_of_another_problem_is_not_the_first_of_this_one(client, ana):
    one, _ = pair("UTL-EN", "ENERGYSUP", ana)
    first = one.issues.get()
    second = Issue.objects.create(case=one, category=Category.objects.get(code="UTL-GRID"), body=first.body)
    first_stage(client, one, "Stage 1", "5 oct 2026", first)

    first_stage(client, one, "Stage 1 again", "9 nov 2026", second)

    assert days_known(one, first)[KeyDate.Kind.COMPLAINED] == date(2026, 10, 5)
    assert days_known(one, second)[KeyDate.Kind.COMPLAINED] == date(2026, 11, 9)


# --- the complaint of a problem that became the same as another -------------------------------------------


@pytest.fixture
def bins(client, ana) -> tuple[Case, Case]:
    """Two cases about the bins of one council; of the second a complaint is being prepared."""
    one, other = pair("LOC-BINS", "LA-UNITARY", ana)
    for each in (one, other):
        AuthorityFactory(case=each, given_on=date(2026, 1, 1))
    stage(client, other, "LA-UNITARY", name="Stage 2", answered="5 feb 2026", final=True)
    begin(client, other, "LGSCO")
    return one, other


def knew(client, case: Case) -> None:
    given = {"kind": "known", "day": "1 dec 2025", "known_from": "them", "issue": standing(case).pk}
    post(client, "route-date-new", case.pk, **given)


def test_a_complaint_has_its_last_day_by_what_is_recorded_of_the_problem_it_is_the_same_as(client, bins):
    one, other = bins
    merge(client, other, into=one)

    knew(client, one)

    complaint = one.complaints.get()
    assert complaint.by_when == date(2026, 12, 1)
    assert "1 December 2026" in page(client, complaint)


def decided(client, complaint: Complaint) -> None:
    """Submitted, taken, and upheld with £500, which ends its problem."""
    post(client, "complaint-submission", complaint.pk, on="today", sent_by="office", although="Now known.")
    post(client, "complaint-progress", complaint.pk, to="accepted", on="today")
    given = {"to": "decided", "on": "today", "decision": "upheld", "amount": "500", "ends_issue": "on"}
    said = post(client, "complaint-progress", complaint.pk, **given)
    complaint.refresh_from_db()
    assert complaint.state == Complaint.State.DECIDED, said


def test_its_decision_ends_the_problem_that_stands_for_both_and_taken_back_opens_it_again(client, bins):
    one, other = bins
    merge(client, other, into=one)
    complaint = one.complaints.get()

    decided(client, complaint)

    assert standing(one).ending == "Money recovered, £500.00"

    step = complaint.steps.standing().last()
    client.post(reverse("complaint-step-back", args=[complaint.pk, step.pk]))
    assert standing(one).is_open


def test_of_a_problem_whose_complaint_is_under_way_no_second_one_is_begun_under_the_same(client, bins):
    one, other = bins
    merge(client, other, into=one)

    said = complain(client, one, "LGSCO")

    assert "A complaint to the LGSCO about this is under way already." in said
    assert one.complaints.count() == 1
    assert one.complaints.get().get_absolute_url() in card(client, one)


def test_two_complaints_about_what_became_one_problem_say_so_until_one_is_taken_back(client, bins):
    one, other = bins
    stage(client, one, "LA-UNITARY", name="Stage 2", answered="5 feb 2026", final=True)
    begin(client, one, "LGSCO")
    again = "Another complaint to the LGSCO about the same problem"
    assert again not in card(client, one)

    merge(client, other, into=one)

    first, second = one.complaints.order_by("pk")
    assert again in card(client, one)
    assert again in page(client, first)
    assert again in page(client, second)
    said = post(client, "complaint-submission", first.pk, on="today", sent_by="office")
    assert "put to them once" in said

    post(client, "complaint-progress", second.pk, to="withdrawn", on="today")
    assert again not in page(client, first)


def test_once_they_are_two_cases_again_each_has_a_complaint_of_its_own(client, bins):
    one, other = bins
    merge(client, other, into=one)
    apart(client, other)

    complain(client, one, "LGSCO")

    assert (one.complaints.count(), other.complaints.count()) == (1, 1)
