"""The address of an Undo stands in logs and in what a browser remembers: nobody reads a case out of it."""

from __future__ import annotations

import base64
import binascii
import re
import zlib

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ana", "home")]
WORDS = "Ring Mrs Rao about the hostel"


def undo_after(client, address: str, sent: dict[str, str] | None = None) -> str:
    page = client.post(address, sent or {}, follow=True).content.decode()
    return re.search(r'action="(/[^"]+/undo/[^"]+)"', page).group(1)


def everything_in(address: str) -> str:
    """An address and whatever its pieces hold that anybody may read: as they stand, decoded, unpacked."""
    held = [address]
    for piece in re.split(r"[/:.]", address):
        try:
            plain = base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
        except (binascii.Error, ValueError):
            continue
        held.append(plain.decode("latin-1"))
        try:
            held.append(zlib.decompress(plain).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(held)


def test_what_was_planned_before_an_action_was_done_is_not_in_the_address(client, ana):
    case = CaseFactory(by=ana, next_action=WORDS)

    undo = undo_after(client, f"/today/cases/{case.pk}/done/")

    assert "Rao" not in everything_in(undo)
    client.post(undo)
    case.refresh_from_db()
    assert case.next_action == WORDS


def test_what_was_planned_before_a_reply_was_read_is_not_in_the_address(client, ana):
    enquiry = EnquiryFactory(by=ana)
    enquiry.case.plan(next_action=WORDS, on=enquiry.due_on, by=ana)
    reply = Reply.objects.create(enquiry=enquiry, received_on=enquiry.sent_on)

    undo = undo_after(client, f"/replies/{reply.pk}/kind/", {"kind": "substantive"})

    assert "Rao" not in everything_in(undo)
    client.post(undo)
    enquiry.case.refresh_from_db()
    assert enquiry.case.next_action == WORDS


def test_why_a_clock_was_stopped_is_not_in_the_address(client, ana):
    enquiry = EnquiryFactory(by=ana)
    day = f"{enquiry.sent_on:%-d %B %Y}"

    undo = undo_after(client, f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": day, "reason": WORDS})

    assert "Rao" not in everything_in(undo)
    client.post(undo)
    enquiry.refresh_from_db()
    assert enquiry.paused_on is None
