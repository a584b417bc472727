"""People in a browser: duplicates as one types, joining and undoing, and every page for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Household, HouseholdMember, Person
from opencasework.office.constituents.tests.factories import ActingForFactory, PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tom():
    OfficeFactory()
    return StaffFactory(username="tom", office_manager=True)


def test_who_may_be_meant_is_shown_while_a_new_person_is_typed(live_office, tom):
    known = PersonFactory(full_name="Nkechi Marrowby", phone__number="07700 900001")
    live_office.sign_in(tom)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/new/?new=1")
    page.get_by_label("Full name").press_sequentially("Marroby, Nkechi")
    expect(page.locator("#alike")).to_contain_text("Names spelt alike")
    page.locator("#alike").get_by_role("link", name="Nkechi Marrowby").click()

    expect(page).to_have_url(f"{live_office.url}/cases/new/?person={known.pk}")


def test_two_are_joined_and_undone_from_the_list(live_office, tom):
    home = {"address__lines": "3 Quarry Lane", "phone__number": "07700 900001"}
    one, other = (
        PersonFactory(full_name="Nkechi Marrowby", **home),
        PersonFactory(full_name="Nkechi Marroby", **home),
    )
    live_office.sign_in(tom)
    page = live_office.page()

    page.goto(f"{live_office.url}/people/duplicates/")
    page.get_by_role("link", name="Nkechi Marrowby and Nkechi Marroby").click()
    expect(page.get_by_role("heading", name="One person or two?")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("They are one person now.")).to_be_visible()
    assert not Person.objects.filter(pk=other.pk).exists()
    page.keyboard.press("z")

    expect(page.get_by_text("They are two people again")).to_be_visible()
    assert Person.objects.filter(pk__in=[one.pk, other.pk]).count() == 2


@pytest.mark.looks
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_people_have_no_accessibility_violation(live_office, tom, width):
    case = CaseFactory(by=tom)
    person, twin = case.constituent, PersonFactory(full_name=case.constituent.full_name)
    person.safe_contact, person.access_needs, person.needs_interpreter = (
        "Ring her sister.",
        "Large print",
        True,
    )
    person.save()
    ActingForFactory(person=person, kind="attorney", proof="poa", proof_seen_on="2026-05-03")
    household = Household.objects.create(name="Quarry Lane")
    HouseholdMember.objects.create(household=household, person=person)
    live_office.sign_in(tom)
    page = live_office.page()
    page.set_viewport_size({"width": width, "height": 844})

    for url in (
        f"/people/{person.pk}/",
        "/people/duplicates/",
        f"/people/{person.pk}/same-as/{twin.pk}/",
        f"/people/{person.pk}/acting/new/?q=Nkechi",
        f"/people/{person.pk}/move/",
        f"/households/{household.pk}/",
        f"/cases/{case.pk}/?write=call",
    ):
        page.goto(live_office.url + url)
        assert axe(page) == [], url
