"""What is pressed twice stands once, and what is begun on a case that a colleague closed is not taken."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.referrals.models import Complaint, ComplaintStage, Inward, Outward, Partner
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import case_about, lines, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def case(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    return case


@pytest.fixture
def advice(case):
    return Partner.objects.create(body=body("CAB"), kind="advice", answer_days=5)


def a_stage(case, **more) -> dict[str, str]:
    given = {"body": "HA", "name": "Stage 1", "sent_on": "5 jan 2026", "sent_by": "person"}
    return {**given, "issue": case.issues.get().pk, **more}


def a_complaint(case) -> dict[str, str]:
    words = {"what_happened": "Damp for a year.", "injustice": "Asthma"}
    return {"issue": case.issues.get().pk, "scheme": "HOS", "court": "none", **words}


def a_referral(partner) -> dict[str, str]:
    consent = {"consent": "verbal", "consent_words": "Yes, tell them.", "why_verbal": "By telephone."}
    return {"partner": partner.pk, "shared": "The damp.", "how": "phone", **consent}


def test_a_stage_that_is_pressed_twice_stands_once(client, case):
    for _press in range(2):
        said = post(client, "complaint-stage-new", case.pk, **a_stage(case))

    assert "You had recorded this already, so it is there once." in said
    assert ComplaintStage.objects.count() == 1
    assert KeyDate.objects.count() == 1
    assert len(lines(case)) == 1


def test_a_stage_that_a_colleague_recorded_is_theirs(client, case):
    post(client, "complaint-stage-new", case.pk, **a_stage(case))
    client.force_login(StaffFactory())

    said = post(client, "complaint-stage-new", case.pk, **a_stage(case))

    assert f"{case.owner} had recorded this already" in said
    assert ComplaintStage.objects.count() == 1


@pytest.mark.parametrize("other", [{"name": "Stage 2"}, {"sent_on": "6 jan 2026"}, {"note": "By telephone"}])
def test_what_differs_is_another_stage(client, case, other):
    post(client, "complaint-stage-new", case.pk, **a_stage(case))

    post(client, "complaint-stage-new", case.pk, **a_stage(case, **other))

    assert ComplaintStage.objects.count() == 2


def test_a_complaint_that_is_begun_by_a_double_press_is_one(client, case):
    for _press in range(2):
        said = post(client, "complaint-new", case.pk, **a_complaint(case))

    assert "is being prepared" in said
    assert Complaint.objects.count() == 1


def test_that_a_partner_was_asked_again_is_recorded_once_a_day(client, case, advice):
    post(client, "outward-new", case.pk, **a_referral(advice))
    made = Outward.objects.get()

    for _press in range(2):
        said = post(client, "outward-reminder", made.pk, on="today")

    assert "This had been recorded already, so it is there once." in said
    made.refresh_from_db()
    assert made.reminders == 1
    assert sum("was reminded on" in line.text for line in case.events.all()) == 1


def closed_meanwhile(client, case) -> str:
    """A colleague closes the case while the form is open here."""
    kofi = StaffFactory()
    case.close(outcome="advised", by=kofi)
    return f"{kofi} closed this case at"


def test_no_stage_of_a_complaint_is_taken_on_a_case_that_a_colleague_closed(client, case):
    says = closed_meanwhile(client, case)

    said = post(client, "complaint-stage-new", case.pk, **a_stage(case, note="She rang them"))

    assert says in said
    assert "She rang them" in said  # what was typed is not lost
    assert not ComplaintStage.objects.exists()


def test_no_complaint_is_begun_there(client, case):
    says = closed_meanwhile(client, case)

    said = post(client, "complaint-new", case.pk, **a_complaint(case))

    assert says in said
    assert "Damp for a year." in said
    assert not Complaint.objects.exists()


def test_nothing_goes_to_a_partner_from_there(client, case, advice):
    says = closed_meanwhile(client, case)

    said = post(client, "outward-new", case.pk, **a_referral(advice))

    assert says in said
    assert not Outward.objects.exists()


def test_that_it_came_from_a_partner_can_be_said_of_a_closed_case_which_says_that_it_is(client, case, advice):
    closed_meanwhile(client, case)
    given = {"partner": advice.pk, "came_on": "today", "consent": "seen", "wants_to_hear": "on"}

    said = post(client, "inward-new", case.pk, **given)

    assert "The case is closed. They wait to hear what came of it." in said
    assert Inward.objects.count() == 1


def test_an_answer_that_comes_after_the_closing_is_kept_and_says_that_the_case_is_closed(client, case):
    post(client, "complaint-stage-new", case.pk, **a_stage(case))
    made = ComplaintStage.objects.get()
    closed_meanwhile(client, case)

    given = {"on": "today", "answer": "not"}
    said = post(client, "complaint-stage", case.pk, made.pk, **given)

    assert "The case is closed. Reopen it if the complaint goes on." in said
    made.refresh_from_db()
    assert made.answered_on == date(2026, 11, 23)
