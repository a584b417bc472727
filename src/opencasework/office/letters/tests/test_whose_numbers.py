"""A letter to a body gives the numbers of whom the case is for, and of nobody else on it."""

from __future__ import annotations

import pytest

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_person, add_reference
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.numbers import lines
from opencasework.office.cases.ringing import known_there
from opencasework.office.cases.team import remove_person
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.facts import facts_for
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

HERS, HIS = "QQ 12 34 56 C", "AB 12 34 56 C"


@pytest.fixture
def case(db) -> Case:
    OfficeFactory()
    return CaseFactory(by=StaffFactory(), person=PersonFactory(full_name="Nkechi Marrowby"))


def with_his_number(case, role):
    him = PersonFactory(full_name="Tola Marrowby")
    add_person(case=case, person=him, role=role, relation="", by=case.owner)
    add_reference(case=case, kind="NINO", value=HIS, person=him, by=case.owner)
    add_reference(case=case, kind="NHS", value="999 000 0018", person=him, by=case.owner)
    add_reference(case=case, kind="NINO", value=HERS, by=case.owner)
    return Case.objects.get(pk=case.pk)


def facts(case):
    return facts_for(case=case, today=case.opened_at.date(), by=case.owner, body=body("DWP"))


def test_that_of_a_third_party_stands_in_none(case):
    case = with_his_number(case, CasePerson.Role.THIRD_PARTY)

    assert facts(case)["body_numbers"] == f"National Insurance number {HERS}"
    assert facts(case)["nhs_number"] == ""
    assert [line.shown for line in known_there(lines(case, case.owner), [body("DWP")])] == ["QQ •• •• •• C"]


def test_that_of_the_second_of_a_couple_has_their_name_beside_it(case):
    case = with_his_number(case, CasePerson.Role.CONSTITUENT)

    assert facts(case)["body_numbers"].splitlines() == [
        f"National Insurance number {HIS} (Tola Marrowby)",
        f"National Insurance number {HERS}",
    ]
    assert facts(case)["nhs_number"] == ""  # the letter is about the first of them


def test_that_of_somebody_taken_off_stands_in_none(case):
    case = with_his_number(case, CasePerson.Role.CONSTITUENT)
    remove_person(link=case.case_people.get(person__full_name="Tola Marrowby"), by=case.owner)

    assert facts(Case.objects.get())["body_numbers"] == f"National Insurance number {HERS}"


def test_the_page_of_the_case_says_whose_each_is(case, client):
    case = with_his_number(case, CasePerson.Role.THIRD_PARTY)
    client.force_login(case.owner)

    page = client.get(case.get_absolute_url()).content.decode()

    assert "National Insurance number, Tola Marrowby" in page
    assert "National Insurance number, Nkechi Marrowby" not in page
