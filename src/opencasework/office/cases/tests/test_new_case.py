"""Opening a case by its form."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

CASE = {
    "title": "Damp in the bedroom",
    "category": "HOU-DAMP",
    "transferability": "TRF-0",
    "channel": "phone",
}
PERSON = {
    "full_name": "Nkechi Marrowby",
    "address_lines": "4 Quarry Lane\nWexcombe",
    "postcode": "wx47qp",
    "email": "Nkechi@Post.example",
    "phone": "07700 900822",
}


@pytest.fixture
def monday():
    """The clock stands at Monday 23 November 2026. Ask for it before whoever signs in."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize("number", ["²", "9" * 19, "9" * 5_000], ids=["squared", "high", "long"])
def test_a_number_no_person_can_have_is_not_found(ana, client, number):
    unknown = client.get("/cases/new/", {"person": number})
    beside = client.get(f"/cases/{CaseFactory().pk}/people/new/", {"person": number})

    assert unknown.status_code == 404
    assert beside.status_code == 200


def test_a_title_turns_nothing_round_that_stands_behind_it_neither_when_made_nor_when_bettered(ana, client):
    turned = "Damp \u202emoordeb\u202c, עזרה\u200f"
    client.post("/cases/new/", {**PERSON, **CASE, "title": turned, "owner": ana.pk})
    case = Case.objects.get()
    assert case.title == "Damp moordeb, עזרה\u200f"

    client.post(f"/cases/{case.pk}/title/", {"title": "\u2067Mould", "channel": "phone"})

    case.refresh_from_db()
    assert case.title == "Mould"


def test_a_case_is_opened_for_a_new_person_with_the_tags_of_its_category(monday, ana, client):
    response = client.post(
        "/cases/new/",
        {
            **PERSON,
            **CASE,
            "owner": ana.pk,
            "body": "DWP",
            "reference_kind": "NINO",
            "reference_value": "QQ123456C",
        },
    )

    case = Case.objects.get()
    assert response.url == f"/cases/{case.pk}/"
    assert (case.reference, case.owner, case.channel) == ("OC-2026-00001", ana, "phone")
    damp = case.main_category
    assert (case.urgency, case.sensitivity) == (damp.default_urgency, damp.default_sensitivity)
    assert (case.next_action, case.next_action_on) == ("Decide the first step", date(2026, 11, 30))
    person = case.constituent
    assert (str(person.address), person.email) == ("4 Quarry Lane, Wexcombe, WX4 7QP", "nkechi@post.example")
    assert case.references.get().value == "QQ123456C"


def test_a_case_is_opened_for_somebody_we_know(ana, client):
    nkechi = PersonFactory()

    client.post(
        "/cases/new/",
        {**CASE, "person": nkechi.pk, "next_action": "Ring the landlord", "next_action_on": "fri"},
    )

    case = Case.objects.get()
    assert (case.constituent, case.next_action) == (nkechi, "Ring the landlord")
    assert Person.objects.count() == 1


@pytest.mark.parametrize("postcode", ["QX4 7QP", "WX47", "not one"])
def test_a_postcode_that_does_not_exist_is_an_error_and_nothing_is_kept(postcode, ana, client):
    response = client.post("/cases/new/", {**PERSON, **CASE, "postcode": postcode})

    assert response.status_code == 422
    assert "postcode" in response.content.decode()
    assert not Person.objects.exists()
    assert not Case.objects.exists()


def test_a_reference_of_unusual_form_warns_and_is_kept(ana, client):
    page = client.post(
        "/cases/new/", {**PERSON, **CASE, "reference_kind": "NINO", "reference_value": "12"}, follow=True
    ).content.decode()

    assert "This does not look like a National Insurance number" in page
    assert Case.objects.get().references.get().value == "12"


def test_a_reference_without_its_kind_is_asked_for(ana, client):
    response = client.post("/cases/new/", {**PERSON, **CASE, "reference_value": "12"})

    assert response.status_code == 422
    assert "Say what kind of number this is." in response.content.decode()


@pytest.mark.parametrize("words", ["marrow", "WX4 7QP", "wx47qp", "kai@post", "07700 900822"])
def test_the_person_is_found_by_name_postcode_email_or_telephone(words, ana, client):
    PersonFactory(full_name="Nkechi Marrowby", email__address="kai@post.example", phone__number="07700900822")
    PersonFactory(full_name="Somebody Else", address__postcode="ZZ99 9ZZ", phone=None)

    page = client.get("/cases/new/", {"q": words}, headers={"HX-Request": "true"}).content.decode()

    assert "Nkechi Marrowby" in page
    assert "Somebody Else" not in page
    assert "<html" not in page


def test_without_scripts_the_found_people_are_links_to_the_form(ana, client):
    nkechi = PersonFactory(full_name="Nkechi Marrowby")

    page = client.get("/cases/new/?q=marrow").content.decode()

    assert f'href="?person={nkechi.pk}"' in page
    assert client.get(f"/cases/new/?person={nkechi.pk}").status_code == 200


def test_an_open_case_of_the_same_person_is_pointed_out_unless_it_is_hidden(ana, client):
    known = CaseFactory(by=ana)
    CaseFactory(person=known.constituent, title="Something hidden", need_to_know=True)

    page = client.get(f"/cases/new/?person={known.constituent.pk}").content.decode()

    assert "Already open for this person" in page
    assert known.reference in page
    assert "Something hidden" not in page


def test_an_urgent_case_gets_its_first_action_the_same_day(monday, ana, client):
    client.post("/cases/new/", {**PERSON, **CASE, "urgency": "URG-4"})

    assert Case.objects.get().next_action_on == date(2026, 11, 23)


def test_a_volunteer_cannot_open_a_case(client):
    client.force_login(StaffFactory(volunteer=True))

    assert client.get("/cases/new/").status_code == 403
    assert client.post("/cases/new/", {**PERSON, **CASE}).status_code == 403
    assert not Case.objects.exists()


def test_the_address_of_the_form_may_fill_it_in(ana, client):
    page = client.get(
        "/cases/new/?title=Lost+passport&category=IMM-PASS&full_name=Kai+Orrin"
    ).content.decode()

    assert 'value="Lost passport"' in page
    assert 'value="Kai Orrin"' in page


def test_whoever_opens_a_case_they_may_not_see_lands_on_the_list(client):
    OfficeFactory()
    StaffFactory(office_manager=True)  # who sees it
    client.force_login(StaffFactory(administrator=True))

    response = client.post("/cases/new/", {**PERSON, **CASE, "sensitivity": "SEN-3"}, follow=True)

    assert response.redirect_chain[-1][0] == "/cases/"
    assert f"Case {Case.objects.get().reference} is open." in response.content.decode()


def test_the_form_sent_twice_opens_one_case_for_one_person(monday, ana, client):
    client.post("/cases/new/", {**PERSON, **CASE})

    page = client.post("/cases/new/", {**PERSON, **CASE}, follow=True).content.decode()

    case = Case.objects.get()
    assert Person.objects.count() == 1
    assert f"You had opened this already, so it is there once: {case.reference}." in page


def test_another_problem_or_another_person_or_another_day_is_another_case(ana, client):
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), tick=False) as clock:
        client.force_login(ana)
        son = {"email": "son@post.example", "phone": "01632 960301"}  # of her name, at her address
        for changed in ({}, {"title": "Mould"}, {"full_name": "Kai Orrin"}, {"postcode": "wx47qr"}, son):
            client.post("/cases/new/", {**PERSON, **CASE, **changed})
        known = Person.objects.filter(full_name="Kai Orrin").get()
        client.post("/cases/new/", {**CASE, "person": known.pk, "title": "Mould"})
        client.post("/cases/new/", {**CASE, "person": known.pk, "title": "Mould"})
        clock.shift(3600)
        client.post("/cases/new/", {**CASE, "person": known.pk, "title": "Mould"})

    assert Case.objects.count() == 7
    assert Person.objects.filter(emails__address="son@post.example").exists()


def test_an_issue_sent_twice_is_added_once(ana, client):
    case = CaseFactory(by=ana, category=CategoryFactory(code="BEN-UC"))
    before = case.issues.count()
    client.post(f"/cases/{case.pk}/issues/new/", {"category": "HOU-DAMP"})

    page = client.post(
        f"/cases/{case.pk}/issues/new/", {"category": "HOU-DAMP"}, follow=True
    ).content.decode()
    client.post(f"/cases/{case.pk}/issues/new/", {"category": "HOU-DAMP", "body": body("DWP").code})

    assert "already, so it is there once." in page
    assert case.issues.count() == before + 2
