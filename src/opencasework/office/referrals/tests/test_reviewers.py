"""The reviewer who comes before an ombudsman: its answer is none of the department's, whose limits stay."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.places.models import Office
from opencasework.office.referrals.checks import days_known
from opencasework.office.referrals.models import Complaint
from opencasework.office.routes.models import KeyDate, LastDay
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import begin, card, case_about, page, post, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def route(client, case) -> str:
    return client.get(reverse("case-route", args=[case.pk])).content.decode()


def kept(case, code: str) -> list[date]:
    return [each.until for each in LastDay.objects.filter(case=case, limit_code=code)]


@pytest.mark.parametrize(
    ("category", "department", "reviewer", "limit"),
    [("BEN-OVP", "DWP-UC", "ICE", "DL-ICE"), ("TAX-PAYE", "HMRC", "ADJ", "DL-ADJ")],
)
def test_the_limit_for_a_reviewer_stays_where_its_own_answer_is_recorded(
    client, ana, category, department, reviewer, limit
):
    case = case_about(category, department, ana)
    stage(client, case, department, answered="1 jul 2026", final=True)
    assert kept(case, limit) == [date(2027, 1, 1)]

    stage(client, case, reviewer, name="Review", sent="6 jul 2026", answered="2 nov 2026", final=True)

    assert days_known(case, case.issues.get()) == {
        "complained": date(2026, 1, 5), "final": date(2026, 7, 1), "reviewer": date(2026, 11, 2),
    }  # fmt: skip
    assert kept(case, limit) == []  # it was used: the reviewer has answered
    assert "2 May 2027" not in route(client, case)


def test_the_reviewers_answer_that_is_written_down_first_begins_nothing(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    stage(client, case, "ICE", name="Review", sent="6 jul 2026", answered="2 nov 2026", final=True)
    assert days_known(case, case.issues.get()) == {"reviewer": date(2026, 11, 2)}

    stage(client, case, "DWP-UC", sent="5 jan 2026", answered="1 jul 2026", final=True)

    assert days_known(case, case.issues.get())["final"] == date(2026, 7, 1)
    assert days_known(case, case.issues.get())["complained"] == date(2026, 1, 5)


def test_the_letter_to_the_ombudsman_names_the_reviewers_answer(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    stage(client, case, "DWP-UC", answered="1 jul 2026", final=True)
    stage(client, case, "ICE", name="Review", sent="6 jul 2026", answered="2 nov 2026", final=True)
    complaint = begin(client, case, "PHSO-GOV")

    post(client, "complaint-letter", complaint.pk)

    complaint.refresh_from_db()
    assert "2 November 2026" in complaint.letter.text
    assert "1 July 2026" not in complaint.letter.text


def test_in_northern_ireland_the_ombudsmans_months_run_from_the_reviewers_answer(client, ana):
    Office.objects.update(nation="ni")
    case = case_about("BEN-UC", "DFC-NI", ana)
    stage(client, case, "DFC-NI", answered="1 jul 2026", final=True)
    stage(client, case, "ICE", name="Review", sent="6 jul 2026", answered="2 nov 2026", final=True)

    assert "2 May 2027" in card(client, case)


def test_what_a_reviewer_decided_on_a_complaint_of_ours_counts_the_same_until_it_is_taken_back(client, ana):
    Office.objects.update(nation="ni")
    client.force_login(StaffFactory(office_manager=True))
    case = case_about("BEN-UC", "DFC-NI", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    stage(client, case, "DFC-NI", answered="1 jul 2026", final=True)
    complaint = begin(client, case, "ICE")
    post(client, "complaint-submission", complaint.pk, on="6 jul 2026")
    given = {"to": "decided", "decision": "not", "on": "2 nov 2026", "ends_issue": ""}
    assert "Decided" in post(client, "complaint-progress", complaint.pk, **given)

    assert "2 May 2027" in card(client, case)
    assert "Until Friday 1 January 2027" in page(client, Complaint.objects.get())

    step = complaint.steps.latest("pk")
    assert "Taken back" in post(client, "complaint-step-back", complaint.pk, step.pk)
    assert not KeyDate.objects.standing().filter(kind="reviewer").exists()


def test_a_stage_of_a_reviewer_that_was_a_mistake_takes_its_day_along(client, ana):
    case = case_about("BEN-OVP", "DWP-UC", ana)
    stage(client, case, "DWP-UC", answered="1 jul 2026", final=True)
    stage(client, case, "ICE", name="Review", sent="6 jul 2026", answered="2 nov 2026", final=True)

    post(client, "complaint-stage-back", case.pk, case.complaint_stages.get(name="Review").pk)

    assert {each.kind for each in KeyDate.objects.standing()} == {"complained", "final"}
    assert kept(case, "DL-ICE") == [date(2027, 1, 1)]


def test_an_answer_of_the_housing_ombudsman_gives_nobody_another_year(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    stage(client, case, "HA", answered="13 mar 2026", final=True)

    stage(client, case, "HOS", name="Ombudsman", sent="6 jul 2026", answered="2 nov 2026", final=True)

    assert kept(case, "DL-HOS") == [date(2027, 3, 13)]
    assert "2 November 2027" not in card(client, case)


def test_what_was_kept_of_a_reviewers_answer_before_is_told_apart_from_the_departments(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    stage(client, case, "DWP-UC", answered="1 jul 2026", final=True)
    stage(client, case, "ICE", name="Review", sent="6 jul 2026", answered="2 nov 2026", final=True)
    KeyDate.objects.filter(kind="reviewer").update(kind="final")
    upgrade = import_module("opencasework.office.referrals.migrations.0008_answers_of_reviewers")

    upgrade.tell_them_apart(apps, None)

    assert days_known(case, case.issues.get())["final"] == date(2026, 7, 1)
