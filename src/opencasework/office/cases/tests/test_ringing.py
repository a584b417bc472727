"""Whoever picks up the telephone sees whom to ring, whether they answer, and what to have at hand."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import ReferenceNumber
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import references
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def line():
    """The line for members of the department, which its services are rung by too."""
    return BodyContactFactory(
        body=body("DWP"), kind=BodyContact.Kind.HOTLINE, name="MP line", phone="01632 960310",
        hours="Mon-Fri 9:00-17:00", asks_for="Date of birth\nPostcode",
    )  # fmt: skip


def number(case, kind, value):
    compact = references.kinds()[kind].compact(value)
    ReferenceNumber.objects.create(
        case=case, kind=kind, value=value, compact=compact, look_alike=references.look_alike(compact)
    )


@pytest.mark.parametrize("place", ["", "?write=call"])
@time_machine.travel(THURSDAY, tick=False)
def test_the_case_and_its_call_show_the_line_its_hours_and_what_to_have_at_hand(ana, client, line, place):
    case = CaseFactory(by=ana, body=body("DWP-UC"))
    number(case, "NINO", "QQ123456C")
    number(case, "HOREF", "A0000000")

    page = client.get(f"/cases/{case.pk}/{place}").content.decode()
    card = page[page.index("Whom to ring") :]
    card = card[: card.index("Our reference")]

    assert 'href="tel:01632960310"' in card
    assert "Open now, until 17:00" in card
    assert "Date of birth; Postcode" in card
    assert "National Insurance number" in card
    assert "Home Office reference" not in card  # it says nothing to them
    assert "QQ123456C" not in card.replace(" ", "")  # shown on asking, which is recorded
    assert str(case.constituent) in card
    assert page.count("Whom to ring") == 1


def test_two_services_behind_one_number_are_one_line(ana, client, line):
    case = CaseFactory(by=ana, body=body("DWP-UC"))
    add_issue(case=case, category=CategoryFactory(), body=body("DWP-PEN"), by=ana)

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert page.count('href="tel:01632960310"') == 1
    assert "Retirement Services" in page


def test_a_bodys_own_line_comes_before_the_one_above_it(ana, client, line):
    BodyContactFactory(body=body("DWP-UC"), kind=BodyContact.Kind.HOTLINE, phone="01632 960311")
    case = CaseFactory(by=ana, body=body("DWP-UC"))

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert "01632960311" in page
    assert "01632960310" not in page


def test_without_a_number_the_case_says_where_to_add_one(ana, client):
    case = CaseFactory(by=ana, body=body("HMPO"))

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert "No telephone kept yet" in page
    assert f"/bodies/{body('HMPO').pk}/contacts/new/" in page


def test_a_case_about_no_body_has_nobody_to_ring(ana, client):
    assert "Whom to ring" not in client.get(f"/cases/{CaseFactory(by=ana).pk}/").content.decode()
