"""Of two people told apart again, what was added while they were one is of whom somebody says."""

from __future__ import annotations

import pytest

from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.models import Person, PersonMerge
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

EMAIL = {"address": "new@post.example", "note": "at work", "standing": "in_use", "is_preferred": "on"}


@pytest.fixture
def tom(client):
    OfficeFactory()
    staff = StaffFactory(username="tom", office_manager=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def joined(tom):
    """Mira, of whom M. was part since."""
    mira = CaseFactory(by=tom, person__full_name="Mira Rao").constituent
    other = CaseFactory(by=tom, person__full_name="M. Rao").constituent
    return merge(survivor=mira, loser=other, by=tom)


def undo(client, joined, **said):
    response = client.post(f"/people/merges/{joined.pk}/undo/", said, follow=True)
    return response.content.decode(), Person.objects.get(pk=joined.loser_number)


def test_the_page_that_parts_them_asks_of_what_was_added_and_of_nothing_else(client, joined):
    assert 'type="radio"' not in client.get(f"/people/merges/{joined.pk}/undo/").content.decode()
    client.post(f"/people/{joined.survivor_id}/emails/new/", EMAIL)
    client.post(f"/people/{joined.survivor_id}/move/", {"lines": "9 New Street", "postcode": "WX2 3BB"})

    page = client.get(f"/people/merges/{joined.pk}/undo/").content.decode()

    assert page.count("<fieldset") == 2
    assert "new@post.example" in page
    assert "9 New Street, WX2 3BB" in page
    assert "Of M. Rao, whose record comes back" in page


def test_what_nobody_says_anything_about_stays(client, joined):
    client.post(f"/people/{joined.survivor_id}/emails/new/", EMAIL)

    _, back = undo(client, joined)

    assert joined.survivor.emails.filter(address="new@post.example").exists()
    assert not back.emails.filter(address="new@post.example").exists()


def test_an_email_of_the_other_goes_with_its_note_and_what_it_said_before(client, joined):
    mira = joined.survivor
    client.post(f"/people/{mira.pk}/emails/new/", EMAIL | {"address": "knew@post.example"})
    row = mira.emails.get(address="knew@post.example")
    client.post(f"/people/{mira.pk}/emails/{row.pk}/", EMAIL)

    _, back = undo(client, joined, **{f"emails-{row.pk}": "goes"})

    assert not mira.emails.filter(address="new@post.example").exists()
    gone = back.emails.get(address="new@post.example")
    assert (gone.note, back.email) == ("at work", "new@post.example")
    assert [each.said for each in back.said_before.all()] == ["knew@post.example"]
    assert not mira.said_before.exists()
    said = Event.objects.filter(kind=Event.Kind.RECORD_CHANGED, case__case_people__person=back)
    assert said.latest("pk").text == "M. Rao: an email address was added. Their page has it."


def test_a_telephone_of_both_stands_with_each(client, joined):
    mira = joined.survivor
    client.post(f"/people/{mira.pk}/phones/new/", {"number": "020 7946 0001", "standing": "in_use"})
    row = mira.phones.get(compact="02079460001")

    _, back = undo(client, joined, **{f"phones-{row.pk}": "both"})

    assert mira.phones.filter(compact="02079460001").count() == 1
    assert back.phones.filter(compact="02079460001").count() == 1


def test_a_home_of_the_other_leaves_a_word_about_who_has_none_now(client, joined):
    mira = joined.survivor
    client.post(f"/people/{mira.pk}/move/", {"lines": "9 New Street", "postcode": "WX2 3BB"})

    page, back = undo(client, joined, **{f"addresses-{mira.addresses.get(until=None).pk}": "goes"})

    assert str(back.address) == "9 New Street, WX2 3BB"
    assert "No address of Mira Rao is where they live now." in page


def test_what_the_record_that_is_back_has_already_it_has_once(client, tom):
    mira, other = (
        PersonFactory(email__address="m@post.example"),
        PersonFactory(email__address="m@post.example"),
    )
    joined = merge(survivor=mira, loser=other, by=tom)
    client.post(f"/people/{mira.pk}/emails/{mira.emails.get().pk}/", {"remove": "yes"})
    client.post(f"/people/{mira.pk}/emails/new/", EMAIL | {"address": "m@post.example"})

    _, back = undo(client, joined, **{f"emails-{mira.emails.get().pk}": "goes"})

    assert back.emails.get().address == "m@post.example"
    assert not mira.emails.exists()


def test_what_a_later_joining_brought_is_asked_of_nobody(client, tom, joined):
    third = PersonFactory(email__address="third@post.example")
    merge(survivor=joined.survivor, loser=third, by=tom)

    page = client.get(f"/people/merges/{joined.pk}/undo/").content.decode()

    assert "third@post.example" not in page
    assert PersonMerge.objects.count() == 2


def test_numbers_that_are_no_row_of_theirs_do_nothing(client, joined):
    stranger = PersonFactory(email__address="stranger@post.example")

    _, back = undo(client, joined, **{f"emails-{stranger.emails.get().pk}": "goes", "emails-x": "both"})

    assert stranger.emails.exists()
    assert not back.emails.filter(address="stranger@post.example").exists()
