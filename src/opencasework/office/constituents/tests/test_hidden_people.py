"""That somebody came to the office can be the secret: a person with only hidden cases is hidden too."""

from __future__ import annotations

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def kofi():
    OfficeFactory()
    return StaffFactory(username="kofi")


def a_person_with(*, hidden: bool, owner) -> Person:
    case = CaseFactory(owner=owner)
    if hidden:
        case.need_to_know = True
        case.save()
    person = case.constituent
    assert person is not None
    return person


def test_a_person_with_only_hidden_cases_is_not_found_not_read_and_not_changed(client, kofi):
    person = a_person_with(hidden=True, owner=StaffFactory())
    client.force_login(kofi)

    assert client.get(f"/people/{person.pk}/").status_code == 404
    assert client.post(f"/people/{person.pk}/edit/", {"full_name": "Changed"}).status_code == 404
    for url in ("/people/?q=", "/cases/new/?q=", "/search/?q="):
        assert f"/people/{person.pk}/" not in client.get(url + person.full_name).content.decode()
    person.refresh_from_db()
    assert person.full_name != "Changed"


def test_whoever_is_on_the_case_finds_the_person(client, kofi):
    person = a_person_with(hidden=True, owner=kofi)
    client.force_login(kofi)

    assert client.get(f"/people/{person.pk}/").status_code == 200


def test_a_person_with_an_ordinary_case_or_none_is_there_for_everybody(client, kofi):
    ordinary, newcomer = a_person_with(hidden=False, owner=StaffFactory()), PersonFactory()
    client.force_login(kofi)

    assert client.get(f"/people/{ordinary.pk}/").status_code == 200
    assert client.get(f"/people/{newcomer.pk}/").status_code == 200


def test_a_message_of_a_person_nobody_may_know_of_is_there_for_nobody_else(client, kofi):
    tom = StaffFactory(office_manager=True)
    person = a_person_with(hidden=True, owner=tom)
    message = MessageFactory(person=person, from_name=person.full_name, from_address="")
    client.force_login(kofi)

    assert client.get(f"/inbox/messages/{message.pk}/").status_code == 404
    assert person.full_name not in client.get("/inbox/").content.decode()
    client.force_login(tom)
    assert person.full_name in client.get(f"/inbox/messages/{message.pk}/").content.decode()


def test_a_first_mail_of_a_hidden_person_is_not_there_for_whoever_may_not_know_of_them(client, kofi):
    person = a_person_with(hidden=True, owner=StaffFactory())
    MessageFactory(from_address=person.email, from_name="Tegwen Somebody")
    client.force_login(kofi)

    assert "Tegwen Somebody" not in client.get("/inbox/").content.decode()


def test_a_slip_of_the_finger_tells_nothing_of_hidden_people(client, kofi):
    hidden = a_person_with(hidden=True, owner=StaffFactory())
    hidden.full_name = "Beatrix Thistlewode"
    hidden.save()
    PersonFactory(full_name="Mair Thistlewood")
    client.force_login(kofi)

    said = [
        client.post("/search/callers/", {"from_name": name}).content.decode()
        for name in ("Thistlewode", "Thistlewoda")
    ]

    assert ["Mair Thistlewood" in each for each in said] == [True, True]
