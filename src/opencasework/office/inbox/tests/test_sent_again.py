"""A quick entry sent again because its answer was lost: what it wrote down is there once."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import access
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox import entry_forms
from opencasework.office.inbox.actions import file_away
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from . import scans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
ENTRIES = {
    "call": {"from_name": "Mr Osei", "text": "He flies on Friday."},
    "letter": {"from_name": "Mr Osei", "text": "He flies on Friday."},
    "visit": {"from_name": "Mr Osei", "text": "He flies on Friday."},
    "social": {"network": "X", "handle": "@osei", "text": "I fly on Friday."},
}


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


def opened(client, kind):
    """The key in a form that somebody opens."""
    page = client.get(f"/inbox/new/{kind}/").content.decode()
    return re.search(r'name="sent_key" value="([^"]{20,})"', page)[1]


def send(client, kind, key, **values):
    return client.post(f"/inbox/new/{kind}/", ENTRIES[kind] | {"sent_key": key} | values, follow=True)


def scan(words="My rent went up."):
    return SimpleUploadedFile("scan.pdf", scans.pdf(words))


@pytest.mark.parametrize("kind", ENTRIES)
def test_the_same_entry_sent_again_leads_to_the_first_by_either_button(client, ana, kind):
    key = opened(client, kind)
    send(client, kind, key)
    again = send(client, kind, key)
    following = send(client, kind, key, next="1")

    written = Message.objects.get()
    assert again.redirect_chain[-1][0] == f"/inbox/messages/{written.pk}/"
    assert "It had arrived the first time." in again.content.decode()
    assert following.redirect_chain[-1][0] == f"/inbox/new/{kind}/"


def test_the_next_of_a_pile_that_says_the_same_is_another(client, ana):
    for _ in range(2):
        send(client, "call", opened(client, "call"), next="1")

    assert Message.objects.count() == 2


def test_an_entry_changed_in_between_is_kept_beside_the_first_and_says_so(client, ana):
    key = opened(client, "call")
    send(client, "call", key)
    changed = send(client, "call", key, text="He flies on Monday.")
    again = send(client, "call", key, text="He flies on Monday.")

    first, second = Message.objects.order_by("pk")
    assert (first.text, second.text) == ("He flies on Friday.", "He flies on Monday.")
    said = changed.content.decode()
    assert "What you had sent from this form before had arrived too" in said
    assert f'<a href="/inbox/messages/{first.pk}/">“He flies on Friday.”</a>' in said
    assert again.redirect_chain[-1][0] == f"/inbox/messages/{second.pk}/"


def test_another_scan_is_another_letter_and_the_same_scan_the_same(client, ana):
    key = opened(client, "letter")
    for words in ("My rent went up.", "My rent went up.", "My rent went down."):
        send(client, "letter", key, text="", scans=[scan(words)])

    assert [each.text for each in Message.objects.order_by("pk")] == [
        "My rent went up.",
        "My rent went down.",
    ]


def test_of_two_that_arrive_in_one_moment_one_is_kept(client, ana, monkeypatch):
    key, save = opened(client, "call"), entry_forms.CallForm.save
    other = []

    def second_meanwhile(form, **options):
        if not other:
            other.append(save(form, **options))
        return save(form, **options)

    monkeypatch.setattr(entry_forms.CallForm, "save", second_meanwhile)
    response = send(client, "call", key)

    assert Message.objects.count() == 1
    assert "It had arrived the first time." in response.content.decode()


def test_where_no_try_gets_through_nothing_is_lost(client, ana, monkeypatch):
    save = entry_forms.CallForm.save

    def always_taken(form, *, fingerprint, **options):
        if fingerprint:
            raise IntegrityError
        return save(form, fingerprint=fingerprint, **options)

    monkeypatch.setattr(entry_forms.CallForm, "save", always_taken)
    send(client, "call", opened(client, "call"))

    assert Message.objects.count() == 1


def test_the_key_of_a_colleague_is_not_mine(client, ana):
    key = opened(client, "call")
    send(client, "call", key)
    client.force_login(StaffFactory())
    send(client, "call", key)

    assert Message.objects.count() == 2


def test_what_a_body_said_is_on_its_case_once(client, ana):
    case = CaseFactory(by=ana, body=body("DWP-UC"))
    said = {"rang": "body", "body": "DWP-UC", "caller": "Jo", "case": case.pk, "nothing_said": "on"}
    key = opened(client, "call")
    for _ in range(2):
        last = send(client, "call", key, from_name=case.reference, **said)

    assert last.redirect_chain[-1][0] == f"/cases/{case.pk}/"
    assert Message.objects.get().case == case
    assert case.events.filter(kind=Event.Kind.CALL).count() == 1


def test_what_was_decided_about_meanwhile_is_shown_as_it_is_now(client, ana):
    key = opened(client, "call")
    send(client, "call", key)
    file_away(Message.objects.get(), by=ana)
    again = send(client, "call", key)

    assert again.status_code == 200
    assert Message.objects.get().decision == Message.Decision.FILED_AWAY


def test_what_a_colleague_put_out_of_sight_meanwhile_is_neither_doubled_nor_shown(client, ana):
    key = opened(client, "call")
    send(client, "call", key)
    bo = StaffFactory(first_name="Bo")
    kept_close = CaseFactory(by=bo, title="Kept close")
    access.restrict(kept_close, by=bo)
    file_on_case(Message.objects.get(), case=kept_close, by=bo)
    again = send(client, "call", key)
    changed = send(client, "call", key, text="He flies on Monday.")

    assert again.redirect_chain[-1][0] == "/inbox/"
    assert "Kept close" not in again.content.decode() + changed.content.decode()
    assert "What you had sent from this form before is here too" in changed.content.decode()
    assert Message.objects.count() == 2
