"""People: finding them, writing down who they are."""

from __future__ import annotations

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonEmailFactory, PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

WRITTEN = {
    "full_name": "Tadeusz Brindlemoor",
    "address_as": "Mr Brindlemoor",
    "address_lines": "9 Fenwick Row\nWexcombe",
    "postcode": "WX3 1AA",
    "email": "tadeusz@post.example",
    "phone": "07700 900123",
    "phone_note": "after 15:00",
    "is_constituent": "on",
    "date_of_birth": "3 May 1981",
    "language": "cy",
    "preferred_channel": "phone",
}


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    return ana


def test_a_person_is_written_down_with_how_to_reach_them(ana, client):
    client.post("/people/new/", WRITTEN)

    person = Person.objects.get()
    page = client.get(f"/people/{person.pk}/").content.decode()
    for words in (
        "Tadeusz Brindlemoor",
        "9 Fenwick Row",
        "07700 900123",
        "after 15:00",
        "3 May 1981",
        "Cymraeg",
    ):
        assert words in page


def test_somebody_who_moves_keeps_the_former_address_with_its_end(ana, client):
    client.post("/people/new/", WRITTEN)
    person = Person.objects.get()

    client.post(
        f"/people/{person.pk}/edit/", {**WRITTEN, "address_lines": "1 New Street", "postcode": "WX4 7QP"}
    )

    person = Person.objects.get()
    assert str(person.address) == "1 New Street, WX4 7QP"
    assert [address.until is None for address in person.addresses.all()] == [False, True]


def test_saving_the_form_unchanged_changes_nothing(ana, client):
    client.post("/people/new/", WRITTEN)
    person = Person.objects.get()

    client.post(f"/people/{person.pk}/edit/", WRITTEN)

    assert (person.addresses.count(), person.emails.count(), person.phones.count()) == (1, 1, 1)


def test_a_changed_email_takes_the_place_of_the_first_and_leaves_the_others(ana, client):
    person = PersonFactory(email__address="old@post.example", phone=None)
    PersonEmailFactory(person=person, address="second@post.example")

    client.post(f"/people/{person.pk}/edit/", {**WRITTEN, "email": "new@post.example"})

    assert set(person.emails.values_list("address", flat=True)) == {"new@post.example", "second@post.example"}


def test_an_address_two_people_share_belongs_to_both():
    one, other = (PersonFactory(email__address="home@post.example") for _ in range(2))

    assert set(Person.objects.with_email(" HOME@post.example")) == {one, other}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "Give the person&#x27;s name."),
        ("postcode", "QX1 1AA", "No postcode begins with QX"),
        ("email", "tadeusz at post", "Write an email address like"),
        ("phone", "12", "at least six digits"),
        ("date_of_birth", "tomorrow", "A date of birth is not in the future."),
    ],
)
def test_a_slip_is_named_and_nothing_is_kept(field, value, sentence, ana, client):
    response = client.post("/people/new/", {**WRITTEN, field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Person.objects.exists()


def test_the_page_of_a_person_shows_the_cases_the_viewer_may_know_of(ana, client):
    case = CaseFactory(by=ana, title="Damp in the bedroom")
    CaseFactory(person=case.constituent, title="Something hidden", need_to_know=True)

    page = client.get(f"/people/{case.constituent.pk}/cases/").content.decode()

    assert "Damp in the bedroom" in page
    assert "Something hidden" not in page


def test_a_volunteer_knows_of_the_people_on_their_own_cases_only(client):
    vic = StaffFactory(volunteer=True)
    own, other = CaseFactory(owner=vic).constituent, PersonFactory()
    client.force_login(vic)

    assert client.get(f"/people/{own.pk}/").status_code == 200
    assert client.get(f"/people/{other.pk}/").status_code == 404
    assert other.full_name not in client.get("/people/").content.decode()
    assert client.post(f"/people/{own.pk}/edit/", WRITTEN).status_code == 403


def test_an_address_outside_the_area_is_pointed_out(ana, client):
    inside, outside = PersonFactory(), PersonFactory(address__postcode="ZZ99 9ZZ")

    assert "outside the area" not in client.get(f"/people/{inside.pk}/").content.decode()
    assert "outside the area" in client.get(f"/people/{outside.pk}/").content.decode()


def test_the_only_safe_way_stands_first(ana, client):
    person = PersonFactory(safe_contact="Ring her sister, never the house.")

    page = client.get(f"/people/{person.pk}/").content.decode()

    assert page.index("Ring her sister") < page.index("How to reach them")
