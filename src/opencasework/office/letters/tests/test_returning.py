"""What was done to a letter at the desk is taken back: from the message that says it, and from the letter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Demand, SentWithout
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.cases.told import told
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from tests.services.pages import posts_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def undo_in(page: str) -> str:
    """The address to which the Undo of the message posts."""
    return posts_to(page, r"/letters/\d+/(?:undo|restoring)/")


def posted(client, letter: Letter, **given: str) -> str:
    said = {"version": letter.version, "posted_on": "today"} | given
    return client.post(f"/letters/{letter.pk}/posting/", said, follow=True).content.decode()


def test_a_draft_that_was_thrown_away_is_a_draft_again(client):
    letter = LetterFactory()
    client.force_login(letter.case.owner)

    page = client.post(f"/letters/{letter.pk}/discarding/", follow=True).content.decode()
    client.post(undo_in(page))

    letter.refresh_from_db()
    said = list(letter.case.events.filter(kind=Event.Kind.NOTE).order_by("pk").values_list("text", flat=True))
    assert letter.is_draft
    assert ["thrown away" in said[0], "the draft to" in said[1]] == [True, True]


def test_the_line_on_the_timeline_leads_to_the_letter_that_can_be_taken_out_of_the_bin(client):
    letter = LetterFactory()
    client.force_login(letter.case.owner)
    client.post(f"/letters/{letter.pk}/discarding/")

    case = client.get(letter.case.get_absolute_url()).content.decode()
    page = client.get(letter.get_absolute_url()).content.decode()

    assert f'href="/letters/{letter.pk}/"' in case
    assert f"/letters/{letter.pk}/restoring/" in page


def test_a_reminder_drafted_in_its_place_keeps_the_old_one_thrown_away(client):
    enquiry = EnquiryFactory(sent_on=timezone.localdate() - timedelta(days=60))
    first = draft_chaser(enquiry=enquiry, by=enquiry.case.owner).letter
    client.force_login(enquiry.case.owner)
    client.post(f"/letters/{first.pk}/discarding/")
    draft_chaser(enquiry=enquiry, by=enquiry.case.owner)

    page = client.post(f"/letters/{first.pk}/restoring/", follow=True).content.decode()

    first.refresh_from_db()
    assert "Another reminder was drafted in its place" in page
    assert first.state == Letter.State.DISCARDED


def test_a_letter_that_was_not_posted_after_all_leaves_no_clock_and_is_counted_no_more(client):
    letter = LetterFactory(authority=False)
    client.force_login(letter.case.owner)
    planned = letter.case.next_action

    page = posted(client, letter, no_authority_reason="She agreed on the telephone")
    gather()
    client.post(undo_in(page))

    gather()
    letter.refresh_from_db()
    letter.case.refresh_from_db()
    assert (letter.is_draft, letter.sent_at) == (True, None)
    assert not Enquiry.objects.exists()
    assert SentWithout.objects.get().taken_back_by == letter.case.owner
    assert not Fact.objects.filter(measure="enquiries_sent", case_id=letter.case.pk).exists()
    assert letter.case.next_action == planned
    assert "it was not posted after all" in letter.case.events.latest("pk").text


def test_whoever_was_to_hear_by_a_letter_that_was_not_posted_has_not_heard(client):
    letter = LetterFactory(template="LT-ACK", text="Thank you for your letter.")
    Letter.objects.update(means="post")
    letter.refresh_from_db()
    client.force_login(letter.case.owner)

    page = posted(client, letter)
    heard = told(letter.case, today=timezone.localdate()).heard
    client.post(undo_in(page))

    assert heard is not None
    assert told(letter.case, today=timezone.localdate()).heard is None


def test_the_home_office_s_clock_of_a_letter_that_was_not_posted_never_ran(client):
    letter = LetterFactory(to_body=Body.objects.get(code="HO"), authority=False)
    client.force_login(letter.case.owner)

    page = posted(client, letter, no_authority_reason="She agreed on the telephone")
    ran = Demand.objects.count()
    client.post(undo_in(page))

    assert (ran, Demand.objects.count()) == (1, 0)


def test_what_has_been_answered_was_posted(client):
    letter = LetterFactory()
    client.force_login(letter.case.owner)
    page = posted(client, letter)
    enquiry = Enquiry.objects.get()
    actions.receive_reply(
        enquiry=enquiry, received_on=timezone.localdate(), by=letter.case.owner, kind="substantive"
    )

    said = client.post(undo_in(page), follow=True).content.decode()

    assert "Something has come of it already" in said
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT


def test_after_a_day_a_letter_in_the_post_is_on_its_way(client, time_machine):
    time_machine.move_to(datetime(2026, 9, 1, 9, tzinfo=timezone.get_default_timezone()))
    letter = LetterFactory()
    client.force_login(letter.case.owner)
    page = posted(client, letter)
    time_machine.move_to(datetime(2026, 9, 2, 10, tzinfo=timezone.get_default_timezone()))
    client.force_login(letter.case.owner)

    said = client.post(undo_in(page), follow=True).content.decode()

    assert "for a day after it was marked as posted" in said
    assert Enquiry.objects.exists()
