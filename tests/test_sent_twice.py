"""A form that is sent again as it was, pressed twice or its answer lost, makes nothing new."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from opencasework.office.authority.models import Ask, Authority
from opencasework.office.cases.models import Event, Transfer
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, Household, Person, PersonAddress
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

VERBAL = {
    "basis": "verbal", "given_on": "today", "covers_any_body": "on",
    "statement": "She asked us to.", "verbal_reason": "Bailiffs come tomorrow",
}  # fmt: skip
ASKED = {"problem": "It stopped.", "wanted": "Find out.", "covers_any_body": "on", "language": "en-gb"}
WRITTEN = {"full_name": "Kai Orrin", "is_constituent": "on", "language": "en", "preferred_channel": "phone"}
SAID = "You had sent this already, so it is there once."


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    return ana


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, person__full_name="Nkechi Marrowby")


def forms_of(case):
    """Of each form: its address, what it says, and how many it has made."""
    person = case.constituent
    on, of = f"/cases/{case.pk}", f"/people/{person.pk}"
    home = {"lines": "9 New Road", "postcode": "WX4 7QP"}
    return {
        "authority": (f"{on}/authorities/new/", {**VERBAL, "person": person.pk}, Authority.objects),
        "ask": (f"{on}/authorities/asking/", {**ASKED, "person": person.pk}, Ask.objects),
        "offer": (
            f"{on}/transfers/new/",
            {"to_name": "Cllr Ash Brindle", "level": "TRF-1", "consent": "not-needed"},
            Transfer.objects,
        ),
        "note": (f"{on}/notes/", {"text": "He rang."}, Event.objects.filter(text="He rang.")),
        "move": (f"{of}/move/", home, PersonAddress.objects.filter(lines="9 New Road")),
        "person": ("/people/new/", WRITTEN, Person.objects.filter(full_name="Kai Orrin")),
        "household": (f"{of}/households/new/", {"name": "9 New Road"}, Household.objects),
        "acting": (f"{of}/acting/new/", {"full_name": "Kai Orrin", "kind": "attorney"}, ActingFor.objects),
        "telephone": (
            f"{of}/phones/new/", {"number": "07700 900002", "standing": "in_use"}, person.phones,
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "which", ["authority", "ask", "offer", "note", "move", "person", "household", "acting", "telephone"]
)
def test_what_is_sent_twice_is_there_once(which, case, client):
    address, says, made = forms_of(case)[which]
    before = made.count()
    first = client.post(address, says)
    there = made.count()
    assert there > before

    page = client.post(address, says)

    assert made.count() == there
    assert page.url == first.url
    assert SAID in client.get(f"/cases/{case.pk}/").content.decode()


def test_other_words_or_another_day_or_another_colleague_are_not_the_same(case, client):
    address, says, made = forms_of(case)["note"]
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), tick=False) as clock:
        client.post(address, says)
        client.post(address, {"text": "She rang."})
        clock.shift(3600)
        client.post(address, says)
        client.force_login(StaffFactory())
        client.post(address, says)

    assert made.count() == 3


def test_an_authority_withdrawn_at_once_can_be_given_again(case, client):
    address, says, made = forms_of(case)["authority"]
    client.post(address, says)
    client.post(f"/authorities/{made.get().pk}/withdrawal/", {"reason": "Wrong person"})

    client.post(address, says)

    assert [each.is_in_force for each in made.order_by("pk")] == [False, True]


def test_an_offer_that_was_refused_can_be_made_again(case, client):
    address, says, made = forms_of(case)["offer"]
    client.post(address, says)
    client.post(f"/cases/{case.pk}/transfers/{made.get().pk}/", {"answer": "declined", "on": "today"})

    client.post(address, says)

    assert made.count() == 2


def test_a_form_with_a_mistake_is_read_again_each_time(case, client):
    address, _, _ = forms_of(case)["note"]

    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": ""}).status_code == 422
