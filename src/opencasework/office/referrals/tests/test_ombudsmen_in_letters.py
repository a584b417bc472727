"""A wording that names the ombudsman names the one that the card of the case proposes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.stationery import LetterTemplate
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

from .complaining import case_about

pytestmark = pytest.mark.django_db
WORDS = "After that you can go to the {{ ombudsman_name }}."


@pytest.fixture
def ana(client, home):
    OfficeFactory()
    ana = StaffFactory(role=Role.OFFICE_MANAGER)
    client.force_login(ana)
    return ana


def drafted(client, case, **about) -> str:
    """What a letter in the office's own wording says, as its form begins."""
    template = LetterTemplate.objects.get(code="LT-ACK")
    template.wordings.update(subject="Your case", text=WORDS, html="", docx_sha256="")
    shown = client.get(reverse("letter-new", args=[case.pk]), {"template": "LT-ACK", **about})
    return shown.content.decode()


@pytest.mark.parametrize(
    ("nation", "code", "category", "named"),
    [
        ("en", "LA-UNITARY", "HOU-DAMP", "the Housing Ombudsman Service."),
        ("en", "LA-UNITARY", "LOC-BINS", "the Local Government and Social Care Ombudsman."),
        ("ni", "DFC-NI", "HOU-REP", "the Northern Ireland Public Services Ombudsman."),
        ("ni", "DFC-NI", "BEN-UC",
         "the Independent Case Examiner, then the Northern Ireland Public Services Ombudsman."),
        ("sc", "", "LOC-BINS", "the Scottish Public Services Ombudsman."),
        ("sc", "LA-SC", "OFF-DATA",
         "the Scottish Information Commissioner or the Information Commissioner’s Office."),
    ],
)  # fmt: skip
def test_an_own_wording_names_whom_the_card_proposes(client, ana, nation, code, category, named):
    OfficeFactory().__class__.objects.update(nation=nation)
    case = (
        case_about(category, code, ana)
        if code
        else CaseFactory(by=ana, category=Category.objects.get(code=category))
    )

    assert f"After that you can go to {named}" in drafted(client, case)


def test_of_a_case_with_two_problems_it_names_both_and_of_a_letter_about_one_that(client, ana):
    case = case_about("HOU-DAMP", "LA-UNITARY", ana)
    add_issue(case=case, category=Category.objects.get(code="LOC-BINS"), body=body("LA-UNITARY"), by=ana)
    damp, _bins = case.issues.order_by("pk")
    LetterTemplate.objects.get(code="LT-COUNCIL").wordings.update(text=WORDS, html="", docx_sha256="")

    both = drafted(client, case)
    one = LetterFactory(
        case=case, issue=damp, template="LT-COUNCIL", to_body=body("LA-UNITARY"), text=""
    ).text

    assert "the Housing Ombudsman Service or the Local Government and Social Care Ombudsman." in both
    assert one == "After that you can go to the Housing Ombudsman Service."


def test_an_ombudsman_whom_the_office_wrote_down_and_no_table_knows_is_named_as_written(client, ana):
    firm = BodyFactory(kind="company", ombudsman="Trade Panel")
    case = case_about("EMP-DISM", firm.code, ana)

    assert "After that you can go to the Trade Panel." in drafted(client, case)
