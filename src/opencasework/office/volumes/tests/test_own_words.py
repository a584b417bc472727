"""What is written in a case's own chaser after it was gathered: it is said, and goes along or alone."""

from __future__ import annotations

from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.cases import drafts
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.reviewing import edit
from opencasework.office.letters.unsaved import form_of
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.tests.chasing import MATTERS, asked, drafted, leave, read, send
from opencasework.office.volumes.tests.test_chasers_gathered import gather, gone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]
TYPED = "His inhaler ran out on Monday."


@pytest.fixture
def chasers(kofi, body) -> list[Letter]:
    """Two that are due to one body, in one letter."""
    for matter in MATTERS[:2]:
        asked(body, words=matter)
    return drafted()


@pytest.fixture
def written(client, kofi, chasers) -> list[Letter]:
    """The second was written in after it was gathered, in another window."""
    lead, own = chasers
    gather(client, lead, own)
    edit(client, own, kofi, text=f"{own.text}\n\n{TYPED}")
    return chasers


def begin(own: Letter, by, words: str = TYPED) -> None:
    """Somebody types in it, which is kept by itself; they have not saved it."""
    values = {"text": f"{own.text}\n\n{words}"}
    drafts.keep(case=own.case, staff=by, form=form_of(own.pk), values=values, since=timezone.now())


def test_words_written_after_it_was_gathered_are_said_on_the_draft_the_letter_and_the_case(client, written):
    lead, own = written

    refused = send(client, lead)
    on_the_draft = unescape(read(client, f"/letters/{own.pk}/"))
    on_the_case = read(client, f"/cases/{own.case_id}/")

    assert refused.status_code == 422
    said = unescape(refused.content.decode())
    assert (
        f"{own.case.reference} of the schedule. Its own chaser was written in since it was gathered" in said
    )
    assert "What was written in it since it was gathered does not go along" in on_the_draft
    assert "Its chaser was written in after it was gathered" in on_the_case
    assert not gone(own)


def test_they_are_taken_into_the_letter_by_one_press_and_go_with_it(client, written):
    lead, own = written

    taken = unescape(client.post(f"/letters/{own.pk}/words-along/", follow=True).content.decode())
    lead.refresh_from_db()

    assert f"{own.case.reference}: {TYPED}" in lead.text
    assert lead.text.count(own.case.reference) == 2  # and its line of the schedule: nothing else of it came
    assert "Read it again" in taken
    leave(client, lead)
    assert gone(own)
    assert TYPED in own.text


def test_or_it_goes_by_itself_with_them(client, written, smtp):
    lead, own = written

    client.post(f"/letters/{own.pk}/alone/")
    for letter in (own, lead):
        letter.refresh_from_db()
        leave(client, letter)

    assert TYPED in own.text
    assert TYPED not in lead.text


def test_taken_in_twice_they_stand_there_once(client, kofi, written):
    lead, own = written
    client.post(f"/letters/{own.pk}/words-along/")
    edit(client, own, kofi, text=f"{own.text}\n\nPlease ring her.")

    client.post(f"/letters/{own.pk}/words-along/")
    lead.refresh_from_db()

    assert lead.text.count(TYPED) == 1
    assert f"{own.case.reference}: Please ring her." in lead.text


def test_written_while_the_letter_waits_in_the_outbox_they_keep_it_here(client, kofi, chasers, smtp):
    lead, own = chasers
    gather(client, lead, own)
    send(client, lead)
    edit(client, own, kofi, text=f"{own.text}\n\n{TYPED}")

    lead.refresh_from_db()
    outbox.send_ready(lead.mail.send_after)

    assert smtp.received == []
    assert "was written in since it was gathered" in read(client, f"/letters/{lead.pk}/")
    said = client.post(f"/letters/{own.pk}/words-along/", follow=True).content.decode()
    assert "is on its way" in said


def test_nobody_gathers_what_a_colleague_is_writing_in(client, chasers):
    lead, own = chasers
    ana = StaffFactory(role=Role.CASEWORKER, first_name="Ana")
    begin(own, ana)

    refused = gather(client, lead, own)

    assert f"{ana} is writing in the letter" in refused
    assert not lead.schedule.exists()


def test_what_was_typed_and_not_saved_when_it_left_stands_beside_it_and_on_the_case(client, kofi, chasers):
    lead, own = chasers
    gather(client, lead, own)
    begin(own, kofi)

    warned = unescape(read(client, f"/letters/{lead.pk}/"))
    leave(client, lead)

    assert f"{kofi} has begun to write in its own chaser" in warned
    assert TYPED in read(client, f"/letters/{own.pk}/")
    on_the_case = unescape(read(client, f"/cases/{own.case_id}/"))
    assert f"What {kofi} had begun to write in its chaser did not go with the letter" in on_the_case


def test_where_it_is_chosen_one_reads_that_its_own_words_do_not_go_along(client, kofi, chasers):
    lead, own = chasers
    edit(client, own, kofi, text=f"{own.text}\n\n{TYPED}")

    page = read(client, f"/letters/{lead.pk}/gathering/")

    assert "what was written in it does not go along" in page


def test_who_may_not_write_takes_nothing_in(client, written):
    lead, own = written
    vic = StaffFactory(role=Role.PARLIAMENTARY_ASSISTANT)
    for letter in written:
        letter.case.shared_with.add(vic)
    client.force_login(vic)

    assert client.post(f"/letters/{own.pk}/words-along/").status_code in {403, 404}
    lead.refresh_from_db()
    assert TYPED not in lead.text
