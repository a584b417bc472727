"""A letter in free words to an ombudsman: about a complaint kept here it starts no clock."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import LetterFactory

from .complaining import begin, case_about, post, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

ASKS = "Is it a complaint? Then begin it"


def write(case, to="HOS", **given) -> Letter:
    """A letter in words of our own, ready to be posted."""
    BodyContactFactory(body=body(to), address="1 Ombudsman Street")
    return LetterFactory(case=case, to_body=body(to), issue=case.issues.first(), **given)


def page(client, letter) -> str:
    return client.get(letter.get_absolute_url()).content.decode()


def send(client, letter) -> None:
    given = {"version": letter.version, "posted_on": "today"}
    answer = client.post(f"/letters/{letter.pk}/posting/", given)
    assert answer.status_code == 302, answer.content.decode()


def test_about_a_complaint_that_is_kept_it_starts_no_clock_and_nobody_chases_it(client, damp):
    post(client, "complaint-submission", damp.pk, on="1 apr 2026", sent_by="person")
    letter = write(damp.case)
    assert ASKS not in page(client, letter)
    assert "nobody chases this letter" in page(client, letter)

    send(client, letter)

    assert not Enquiry.objects.exists()
    assert "Reply expected from" not in client.get("/", {"whose": "waiting"}).content.decode()


def test_with_no_complaint_kept_it_asks_whether_it_is_one_and_else_waits_for_an_answer(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    letter = write(case)
    asked = page(client, letter)

    send(client, letter)

    assert ASKS in asked
    assert f"/cases/{case.pk}/ombudsman/new/?issue={case.issues.get().pk}" in asked
    assert Enquiry.objects.get().body.code == "HOS"


@pytest.mark.parametrize("ended", ["declined", "withdrawn"])
def test_once_a_complaint_has_ended_a_letter_asks_anew(client, damp, ended):
    post(client, "complaint-submission", damp.pk, on="1 apr 2026", sent_by="person")
    post(client, "complaint-progress", damp.pk, to=ended, on="today", why="Too late")
    letter = write(damp.case)

    assert ASKS in page(client, letter)
    send(client, letter)
    assert Enquiry.objects.exists()


def test_a_complaint_about_another_problem_or_to_another_ombudsman_is_not_it(client, damp, ana):
    other = write(damp.case, to="LGSCO")
    assert ASKS in page(client, other)
    send(client, other)
    assert Enquiry.objects.get().body.code == "LGSCO"


def test_where_the_problem_is_with_the_ombudsman_itself_it_is_an_enquiry_like_any(client, ana):
    case = case_about("HOU-DAMP", "HOS", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    letter = write(case)

    assert ASKS not in page(client, letter)
    send(client, letter)
    assert Enquiry.objects.get().due_on > timezone.localdate()


def test_a_letter_to_any_other_body_is_asked_nothing(client, damp):
    letter = write(damp.case, to="HA")

    assert ASKS not in page(client, letter)
    send(client, letter)
    assert Enquiry.objects.exists()


def test_the_covering_letter_says_that_none_came_and_speaks_of_no_form_where_none_goes(client, ana):
    case = case_about("UTL-EN", "ENERGYSUP", ana)
    client.force_login(ana)
    stage(client, case, "ENERGYSUP", sent="1 jul 2026")

    post(client, "complaint-letter", begin(client, case, "ENERGYO").pk)

    words = case.complaints.get().letter.text
    assert "final response: none came within 8 weeks, which ended on 26 August 2026." in words
    assert "signed form" not in words
    assert "missing" not in words


def test_the_covering_letter_names_the_final_response_and_no_form_before_one_is_signed(client, ana):
    case = case_about("IMM-PASS", "HMPO", ana)
    client.force_login(ana)
    stage(client, case, "HMPO", answered="1 jul 2026", final=True)

    post(client, "complaint-letter", begin(client, case, "PHSO-GOV").pk)

    words = case.complaints.get().letter.text
    assert "The body’s final response: 1 July 2026." in words
    assert "signed form" not in words
