"""Who a message is from, which case it belongs to, and what the case shows of it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.models import Office

from .factories import MessageFactory
from .test_screens import attach, page, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def test_the_panel_says_who_where_and_what_about_with_reasons(client, ana):
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example", safe_contact="Text first")
    neighbour = CaseFactory(person__address__postcode="WX4 8QL")
    message = MessageFactory(
        from_address=nia.emails.get().address, text="My Universal Credit stopped. I live in WX4 8QL."
    )

    text = page(client, url("message", message))

    assert "nia@post.example is an address of theirs. The sender is not verified." in text
    assert "Text first" in text
    assert "WX4 8QL is in Wexcombe North" in text
    assert "One open case at this postcode" in text
    assert neighbour.reference in text
    assert "Universal Credit</span>" in text


def test_the_ward_of_the_own_list_is_named_beside_the_area(client, ana):
    Office.objects.update(postcode_prefixes="Fenwick: WX4 7; Quay: WX3")
    message = MessageFactory(text="I live in WX4 7QP.")

    assert "WX4 7QP is in Wexcombe North (Fenwick)" in page(client, url("message", message))


def test_a_postcode_outside_the_area_is_pointed_out(client, ana):
    message = MessageFactory(text="I live in ZZ1 1AA.")

    assert "ZZ1 1AA is outside Wexcombe North" in page(client, url("message", message))


def test_a_body_is_named_by_its_contact(client, ana):
    BodyContactFactory(body=body("DWP"), email="mp@dwp.example")
    message = MessageFactory(from_address="mp@dwp.example")

    assert "The address is one of their contacts." in page(client, url("message", message))


@pytest.mark.parametrize(
    ("nation", "first"),
    [("en", "County council (England)"), ("sc", "Council (Scotland)"), ("wa", "County or county borough")],
)
def test_only_bodies_of_the_offices_nation_are_named_the_usual_one_first(nation, first, client, ana):
    Office.objects.update(nation=nation)
    message = MessageFactory(text="There is a pothole in Mill Lane as deep as a bucket.")

    text = page(client, url("message", message))

    assert f"Ask for authority, then write to {first}" in text
    assert ("Council (Scotland)" in text) == (nation == "sc")


@pytest.mark.parametrize(
    "asked", ["Could I book a surgery appointment?", "Please vote for the Bill at its second reading."]
)
def test_what_is_no_casework_goes_to_no_body(asked, client, ana):
    text = page(client, url("message", MessageFactory(subject=asked, text=asked)))

    assert "Goes to" not in text
    assert "Decide the first step" in text


# --- a case's messages --------------------------------------------------------------------------------


def test_a_case_lists_its_messages_and_files(client, ana):
    case = CaseFactory()
    message = MessageFactory(case=case, decision="case", subject="The damp")
    attach(message, "photo.jpg")
    address = reverse("case-messages", args=[case.pk])

    whole = page(client, address)
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "The damp" in whole
    assert "photo.jpg" in whole
    assert "<html" in whole
    assert "The damp" in fragment
    assert "<html" not in fragment


def test_a_reply_without_a_kind_can_be_told_from_the_message(client, ana):
    enquiry = EnquiryFactory()
    message = MessageFactory(
        proposal="unverified", proposed_case=enquiry.case, proposed_enquiry=enquiry, proposal_reason="Token."
    )
    client.force_login(enquiry.case.owner)
    client.post(url("message-filing", message), {"case": enquiry.case.pk, "enquiry": enquiry.pk})

    text = page(client, url("message", message))

    reply = enquiry.replies.get()
    assert reverse("reply-kind", args=[reply.pk]) in text
    client.post(reverse("reply-kind", args=[reply.pk]), {"kind": "substantive"})
    enquiry.refresh_from_db()
    assert enquiry.is_answered
    assert reverse("reply-kind", args=[reply.pk]) not in page(client, url("message", message))


def test_every_message_that_came_in_is_still_there(client, ana):
    """What is decided about has a page of its own with the decision on it."""
    message = MessageFactory(
        decision="other_member", decided_by=ana, decided_at=timezone.now(), decision_note="Wexcombe South"
    )

    text = page(client, url("message", message))

    assert "For another member" in text
    assert "Wexcombe South" in text
    assert url("message-undo", message) in text
    assert Message.objects.count() == 1
