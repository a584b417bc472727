"""What letters say of whom to reach and who agrees: public lines with hours, names, consent on file."""

from __future__ import annotations

import pytest

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db

MEMBERS_LINE, PUBLIC_LINE = "0300 555 0101", "0300 555 0202"


@pytest.fixture
def body(home) -> Body:
    """It has a line for members, a correspondence team and one level up; no line for the public."""
    OfficeFactory()
    made = BodyFactory(name="Wexcombe Trust")
    for kind in (BodyContact.Kind.HOTLINE, BodyContact.Kind.CORRESPONDENCE, BodyContact.Kind.ESCALATION):
        BodyContactFactory(body=made, kind=kind, phone=MEMBERS_LINE, email="members@trust.example")
    return made


@pytest.fixture
def case(body) -> Case:
    made = CaseFactory()
    made.issues.update(body=body)
    return made


def to_the_person(case: Case, language: str = "en") -> Letter:
    return actions.worded(
        case=case, template=actions.template_of("LT-SIGN"), by=case.owner, today=case.opened_at.date(),
        to_person=case.constituent, language=language,
    )  # fmt: skip


def test_a_person_is_never_given_a_line_for_members(case, client):
    letter = actions.keep_draft(to_the_person(case), by=case.owner)
    client.force_login(case.owner)

    page = client.get(letter.get_absolute_url()).content.decode()

    assert MEMBERS_LINE not in letter.text
    assert "members@trust.example" not in letter.text
    assert "The people who can help you are Wexcombe Trust." in letter.text
    assert "[body contact missing]" in letter.text
    assert "Fill it in on the page of Wexcombe Trust" in page


@pytest.mark.parametrize(
    ("language", "hours"),
    [("en", "Monday to Friday 9:00 to 17:00"), ("cy", "dydd Llun i dydd Gwener 9:00 i 17:00")],
)
def test_a_person_is_given_the_line_for_the_public_with_its_hours(case, body, language, hours):
    BodyContactFactory(
        body=body, kind=BodyContact.Kind.PUBLIC, phone=PUBLIC_LINE, email="", hours="Mon-Fri 9-17"
    )

    letter = to_the_person(case, language)

    assert f"{PUBLIC_LINE} ({hours})" in letter.text
    assert MEMBERS_LINE not in letter.text


def test_a_letter_to_a_body_does_not_go_to_its_line_for_the_public(body):
    BodyContactFactory(body=body, kind=BodyContact.Kind.PUBLIC, email="hello@trust.example")

    assert actions.best_contact(body).kind == BodyContact.Kind.CORRESPONDENCE


def test_an_ombudsman_is_named_and_not_coded(body):
    letter = LetterFactory(template="LT-OMB", to_body=Body.objects.get(code="PHSO"), text="")
    Body.objects.filter(pk=body.pk).update(ombudsman="ICE>PHSO")
    body.refresh_from_db()
    other = LetterFactory(template="LT-OMB", to_body=body, text="")

    assert "to the Parliamentary and Health Service Ombudsman." in letter.text
    assert (
        "to the Independent Case Examiner, then the Parliamentary and Health Service Ombudsman." in other.text
    )


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("signed", "Their signed consent of 4 May 2026 is attached."),
        ("verbal", "They gave us their consent by word of mouth on 4 May 2026."),
        ("", "[consent attached missing]"),
    ],
)
def test_a_letter_to_a_hospital_says_which_consent_there_is(body, basis, said):
    case = CaseFactory()
    if basis:
        AuthorityFactory(case=case, given_on="2026-05-04", signed=basis == Authority.Basis.SIGNED)

    letter = LetterFactory(case=case, template="LT-NHS", to_body=body, text="", authority=False)

    assert f"They agree that you answer me. {said}" in letter.text
