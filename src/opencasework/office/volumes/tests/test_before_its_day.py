"""A chaser before the day of its step on the ladder goes with a reason, which the weekly review lists."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

LONDON = timezone.get_default_timezone()
FIRST = date(2026, 9, 16)  # the day after the answer was due, when the first reminder goes
SAYS = "The step before left on 16 September 2026; by the ladder this one is due on 30 September 2026."


@pytest.fixture
def on_the_day(client, time_machine, enquiry):
    def move(day: date) -> None:
        time_machine.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON))
        client.force_login(enquiry.case.owner)

    return move


@pytest.fixture
def enquiry():
    """Sent on 1 September 2026 to a landlord with ten working days, so due on the 15th."""
    return EnquiryFactory(to_body=BodyFactory(reply_target_days=10), sent_on=date(2026, 9, 1))


@pytest.fixture
def second(client, enquiry, on_the_day, smtp) -> Letter:
    """The second reminder, drafted a day after the first has left and thirteen days before its own."""
    on_the_day(FIRST)
    draft_due_chasers(FIRST)
    first = Letter.objects.drafts().get(about_enquiry=enquiry)
    client.post(f"/letters/{first.pk}/sending/", {"version": first.version})
    outbox.send_ready(first.mail.send_after)
    on_the_day(date(2026, 9, 17))
    client.post(f"/enquiries/{enquiry.pk}/chase/")
    return Letter.objects.drafts().get(about_enquiry=enquiry)


def read(client, address: str) -> str:
    return client.get(address).content.decode()


def send(client, letter: Letter):
    return client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})


def test_it_does_not_leave_before_its_day_without_a_reason(client, second):
    assert SAYS in read(client, f"/letters/{second.pk}/")
    refused = send(client, second)

    assert refused.status_code == 422
    assert "or say why it goes before" in refused.content.decode()
    assert "Why it goes before its day" in read(client, f"/letters/{second.pk}/volume/")
    second.refresh_from_db()
    assert second.is_draft


def test_with_a_reason_it_goes_and_the_timeline_and_the_review_say_why(client, enquiry, second):
    noted = client.post(f"/letters/{second.pk}/early/", {"reason": "The eviction is on Monday."}, follow=True)
    assert "Noted on the timeline." in noted.content.decode()
    assert "Chasers sent before their day" not in read(client, "/review/letters/")
    sent = send(client, second)
    second.refresh_from_db()
    outbox.send_ready(second.mail.send_after)

    assert sent.status_code == 302
    assert f"May go to {enquiry.body} before its day: The eviction is on Monday." in read(
        client, f"/cases/{enquiry.case.pk}/?all=1"
    )
    review = read(client, "/review/letters/")
    assert "Chasers sent before their day" in review
    assert "The eviction is on Monday." in review
    assert str(enquiry.case.owner) in review


def test_one_that_was_posted_and_then_was_not_is_in_no_review(client, second):
    client.post(f"/letters/{second.pk}/early/", {"reason": "The eviction is on Monday."})
    client.post(f"/letters/{second.pk}/posting/", {"version": second.version, "posted_on": "today"})
    assert "The eviction is on Monday." in read(client, "/review/letters/")

    client.post(f"/letters/{second.pk}/undo/")

    assert "The eviction is on Monday." not in read(client, "/review/letters/")


def test_on_its_day_it_needs_none_and_one_given_before_is_in_no_review(client, second, on_the_day):
    client.post(f"/letters/{second.pk}/early/", {"reason": "The eviction is on Monday."})
    on_the_day(date(2026, 9, 30))
    assert SAYS not in read(client, f"/letters/{second.pk}/")
    late = client.post(f"/letters/{second.pk}/early/", {"reason": "Again"})

    client.post(f"/letters/{second.pk}/posting/", {"version": second.version, "posted_on": "today"})

    assert "Its day has come" in late.content.decode()
    second.refresh_from_db()
    assert second.state == "sent"
    assert "The eviction is on Monday." not in read(client, "/review/letters/")


def test_a_reason_says_something(client, second):
    empty = client.post(f"/letters/{second.pk}/early/", {"reason": "  "})

    assert (empty.status_code, "Say why it goes before its day." in empty.content.decode()) == (422, True)
    assert send(client, second).status_code == 422


def test_who_may_not_send_gives_no_reason(client, second):
    client.force_login(StaffFactory(volunteer=True))

    assert client.post(f"/letters/{second.pk}/early/", {"reason": "Please"}).status_code in {403, 404}
    client.force_login(second.case.owner)
    assert send(client, second).status_code == 422
