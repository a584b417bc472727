"""A reminder speaks the language of the letter it is about; one that was posted in time is on record."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def enquiry(ana, client, time_machine) -> Enquiry:
    time_machine.move_to("2026-11-26T09:00:00Z")
    client.force_login(ana)
    return EnquiryFactory(by=ana, sent_on=date(2026, 9, 1))


def drafted(on: date = date(2026, 11, 26)) -> Letter:
    draft_due_chasers(on)
    return Letter.objects.drafts().get(kind=Letter.Kind.CHASER)


def test_the_reminder_of_a_letter_in_welsh_is_in_welsh(enquiry):
    Letter.objects.filter(enquiry=enquiry).update(language="cy")

    chaser = drafted()

    assert chaser.language == "cy"
    assert "1 Medi 2026" in chaser.text
    assert "Dear" not in chaser.text


def test_the_reminder_of_any_other_letter_is_in_english(enquiry):
    assert drafted().language == "en"


def answered(enquiry: Enquiry, on: date) -> None:
    Reply.objects.create(enquiry=enquiry, kind=Reply.Kind.SUBSTANTIVE, received_on=on)
    Enquiry.objects.filter(pk=enquiry.pk).update(answered_on=on)


def replied(enquiry: Enquiry, on: date) -> None:
    Reply.objects.create(enquiry=enquiry, kind="", received_on=on)


@pytest.mark.parametrize("came", [answered, replied])
@pytest.mark.parametrize(("day", "status"), [(24, 302), (25, 422)])
def test_a_reminder_that_was_posted_before_the_reply_came_can_still_be_marked_as_posted(
    client, enquiry, time_machine, came, day, status
):
    time_machine.move_to("2026-11-23T09:00:00Z")
    chaser = drafted(date(2026, 11, 23))
    time_machine.move_to("2026-11-26T09:00:00Z")
    came(enquiry, date(2026, 11, 25))

    said = {"version": chaser.version, "posted_on": f"{day} Nov 2026"}
    answer = client.post(f"/letters/{chaser.pk}/posting/", said)

    assert answer.status_code == status
    chaser.refresh_from_db()
    assert (chaser.state == Letter.State.SENT) == (status == 302)


def test_it_does_not_leave_by_email_once_the_reply_is_there(client, enquiry):
    chaser = drafted()
    replied(enquiry, date(2026, 11, 25))

    refused = client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version})

    assert refused.status_code == 422
