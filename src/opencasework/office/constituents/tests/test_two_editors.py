"""Two colleagues edit one person at once: neither loses a word."""

from __future__ import annotations

import pytest

from opencasework.office.constituents.models import Household, PersonPhone
from opencasework.office.constituents.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nia():
    return PersonFactory(full_name="Nia Pryce", access_needs="", safe_contact="")


def opened(client, address) -> dict[str, object]:
    """The form as a browser holds it: every field with what stands in it."""
    form = client.get(address).context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in {None, False}}


def test_what_two_change_in_different_fields_is_both_kept(ana, client, nia):
    address = f"/people/{nia.pk}/edit/"
    mine, theirs = opened(client, address), opened(client, address)
    client.post(address, theirs | {"access_needs": "Large print"})

    response = client.post(address, mine | {"safe_contact": "Her sister, 07700 900111"}, follow=True)

    nia.refresh_from_db()
    assert (nia.access_needs, nia.safe_contact) == ("Large print", "Her sister, 07700 900111")
    assert b"Somebody else had changed meanwhile: What helps them." in response.content


def test_what_two_change_in_one_field_is_shown_side_by_side(ana, client, nia):
    address = f"/people/{nia.pk}/edit/"
    mine, theirs = opened(client, address), opened(client, address)
    client.post(address, theirs | {"access_needs": "Large print"})

    response = client.post(address, mine | {"access_needs": "An interpreter"})

    nia.refresh_from_db()
    assert response.status_code == 409
    assert nia.access_needs == "Large print"
    [clash] = response.context["clashes"]
    assert (clash.theirs_said, clash.mine_said) == ("Large print", "An interpreter")


def test_a_telephone_two_change_is_shown_side_by_side(ana, client, nia):
    phone = PersonPhone.objects.create(person=nia, number="07700 900001")
    address = f"/people/{nia.pk}/phones/{phone.pk}/"
    mine, theirs = opened(client, address), opened(client, address)
    client.post(address, theirs | {"note": "after 15:00"})

    response = client.post(address, mine | {"note": "her daughter answers"})

    phone.refresh_from_db()
    assert (response.status_code, phone.note) == (409, "after 15:00")


def test_a_telephone_a_colleague_took_off_stands_there_again_as_it_was_written(ana, client, nia):
    phone = PersonPhone.objects.create(person=nia, number="07700 900001")
    address = f"/people/{nia.pk}/phones/{phone.pk}/"
    mine = opened(client, address)
    client.post(address, {"remove": "1"})

    response = client.post(address, mine | {"note": "after 15:00"}, follow=True)

    assert b"A colleague had taken it off meanwhile." in response.content
    assert [(each.number, each.note) for each in nia.phones.exclude(note="")] == [
        ("07700 900001", "after 15:00")
    ]


def test_a_household_two_call_something_else_is_shown_side_by_side(ana, client, nia):
    household = Household.objects.create(name="The Pryces")
    household.members.create(person=nia)
    address = f"/households/{household.pk}/edit/"
    mine, theirs = opened(client, address), opened(client, address)
    client.post(address, theirs | {"note": "Two flats in one house"})

    response = client.post(address, mine | {"note": "Separated: ask before you mention it"})

    household.refresh_from_db()
    assert (response.status_code, household.note) == (409, "Two flats in one house")


def test_whoever_moves_somebody_whom_a_colleague_has_moved_sees_both_addresses(ana, client, nia):
    address = f"/people/{nia.pk}/move/"
    mine, theirs = opened(client, address), opened(client, address)
    client.post(address, theirs | {"lines": "1 Mill Lane", "postcode": "WX4 7QP"})

    response = client.post(address, mine | {"lines": "2 Fenwick Row", "postcode": "WX4 7QP"})

    assert response.status_code == 409
    [clash] = response.context["clashes"]
    assert (clash.theirs_said, clash.mine_said) == ("1 Mill Lane", "2 Fenwick Row")
    assert nia.addresses.get(until=None).lines == "1 Mill Lane"


@pytest.mark.parametrize("kept", ["theirs", "mine"])
def test_either_address_can_be_kept_and_is_the_only_home(ana, client, nia, kept):
    address = f"/people/{nia.pk}/move/"
    mine, theirs = opened(client, address), opened(client, address)
    client.post(address, theirs | {"lines": "1 Mill Lane", "postcode": "WX4 7QP"})
    compared = client.post(address, mine | {"lines": "2 Fenwick Row", "postcode": "WX4 7QP"}).context

    client.post(address, dict(compared[kept]) | {"opened": compared["opened"]})

    home = {"theirs": "1 Mill Lane", "mine": "2 Fenwick Row"}[kept]
    assert nia.addresses.get(until=None).lines == home
    assert nia.addresses.filter(lines="1 Mill Lane").count() == 1
