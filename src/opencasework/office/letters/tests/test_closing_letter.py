"""The closing letter of a case with several problems says of each what came of it."""

from __future__ import annotations

import io

import pytest
from docx import Document

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.tests.test_paper import words_of
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def case(ana, client):
    """Damp that the council put right, and a payment that came."""
    OfficeFactory()
    case = CaseFactory(by=ana, category=CategoryFactory(code="HOU-DAMP"))
    council = BodyFactory(name="Wexcombe City Council")
    case.issues.update(body=council)
    add_issue(case=case, category=CategoryFactory(code="BEN-UC"), by=ana)
    return case


def closed(client, case):
    """The closing letter: the damp was put right, £420 were paid."""
    _damp, payment = case.issues.order_by("pk")
    given = {
        "outcome": "put-right",
        f"outcome_{payment.pk}": "money-recovered",
        f"amount_{payment.pk}": "420",
        "letter": "on",
    }
    client.post(f"/cases/{case.pk}/closure/", given)
    return case.letters.latest("pk")


def test_each_problem_has_a_line_with_what_came_of_it(client, case):
    letter = closed(client, case)

    damp = "Damp and mould, Wexcombe City Council: It has been put right."
    payment = "Universal Credit: The money has been paid: £420.00."
    assert f"\n\n{damp}\n{payment}\n\n" in letter.text
    page = client.get(letter.get_absolute_url()).content.decode()
    assert damp in page
    assert payment in page
    assert f"{damp} {payment}" in words_of(client.get(f"/letters/{letter.pk}/letter.pdf").content)
    word = Document(io.BytesIO(client.get(f"/letters/{letter.pk}/letter.docx").content))
    lines = [line for paragraph in word.paragraphs for line in paragraph.text.split("\n")]
    assert [line for line in lines if line in (damp, payment)] == [damp, payment]


def test_in_welsh_the_problems_have_their_welsh_names_where_the_list_has_one(client, case):
    person = case.constituent
    person.language = "cy"
    person.save()

    text = closed(client, case).text

    assert "Damp and mould, Wexcombe City Council: Mae wedi cael ei gywiro.\n" in text
    assert "Credyd Cynhwysol: Mae’r arian wedi’i dalu: £420.00." in text


def test_a_problem_that_was_written_down_twice_is_named_once(client, case):
    damp, payment = case.issues.order_by("pk")
    client.post(f"/cases/{case.pk}/issues/{payment.pk}/duplicate/", {"original": damp.pk})
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "put-right", "letter": "on"})

    text = case.letters.latest("pk").text

    assert "\n\nIt has been put right.\n\n" in text
    assert "Universal Credit" not in text
