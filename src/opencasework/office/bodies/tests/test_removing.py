"""A contact that was taken off is put back as it was, with the letters and enquiries that named it."""

from __future__ import annotations

import re

import pytest

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def taken_off(client, contact: BodyContact) -> str:
    address = f"/bodies/{contact.body.pk}/contacts/{contact.pk}/removal/"
    page = client.post(address, follow=True).content.decode()
    found = re.search(r'action="(/bodies/\d+/contacts/removed/\d+/return/)"', page)
    assert found, page[:2000]
    return found.group(1)


def test_a_contact_comes_back_with_what_named_it(home, client):
    body = BodyFactory()
    contact = BodyContactFactory(body=body, name="Members’ team", phone="0300 555 0101", hours="Mon-Fri 9-17")
    enquiry = EnquiryFactory(to_body=body)
    client.force_login(enquiry.case.owner)
    before = BodyContact.objects.filter(pk=contact.pk).values().get()

    undo = taken_off(client, contact)
    gone = (BodyContact.objects.count(), Letter.objects.get().to_contact, Enquiry.objects.get().contact)
    client.post(undo)

    assert gone == (0, None, None)
    assert BodyContact.objects.filter(pk=contact.pk).values().get() == before
    assert Letter.objects.get().to_contact == contact
    assert Enquiry.objects.get().contact == contact


def test_the_page_of_the_body_says_who_took_it_off_and_puts_it_back_once(client):
    ana = StaffFactory()
    client.force_login(ana)
    contact = BodyContactFactory(name="Members’ team")

    undo = taken_off(client, contact)
    page = client.get(contact.body.get_absolute_url()).content.decode()
    client.post(undo)
    again = client.post(undo, follow=True)

    assert "1 contact taken off" in page
    assert str(ana) in page
    assert BodyContact.objects.count() == 1
    assert "put back already" in again.content.decode()
