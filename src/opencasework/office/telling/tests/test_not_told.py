"""That a person has heard is written down and taken back: the word is owed again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.cases.told import told
from opencasework.office.constituents.models import Person
from opencasework.office.letters.actions import discard
from opencasework.office.letters.models import Letter
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.telling import actions
from opencasework.office.telling.models import Word
from tests.services.pages import posts_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def word(client) -> Word:
    """A word that is to be said by telephone; the owner of its case is signed in."""
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    case = CaseFactory(by=ana, channel="email")
    Person.objects.filter(pk=case.constituent.pk).update(preferred_channel=Person.Channel.PHONE)
    actions.draft_due(timezone.localdate())
    client.force_login(ana)
    return Word.objects.get()


def write_down(client, word: Word) -> str:
    said = {"how": "phone", "said": "Told her that we have written."}
    return client.post(f"/words/{word.pk}/told/", said, follow=True).content.decode()


def undo_in(page: str) -> str:
    """The address to which the Undo of the message, or of the line, posts."""
    return posts_to(page, r"/cases/\d+/lines/\d+/undo/")


def heard(word: Word) -> object:
    return told(word.case, today=timezone.localdate()).heard


def test_they_have_not_heard_after_all_and_the_word_is_owed_again(client, word):
    page = write_down(client, word)
    had_heard = heard(word)

    page = client.post(undo_in(page), follow=True).content.decode()

    assert had_heard is not None
    assert heard(word) is None
    assert "they have not heard yet" in page
    assert list(Word.objects.waiting()) == [word]


def test_the_machine_leaves_it_owed(client, word):
    client.post(undo_in(write_down(client, word)))

    actions.settle()

    assert list(Word.objects.waiting()) == [word]


def test_the_timeline_keeps_both_and_it_can_be_written_down_once_more(client, word):
    client.post(undo_in(write_down(client, word)))
    page = write_down(client, word)

    kinds = word.case.events.filter(kind__in=[Event.Kind.CALL, Event.Kind.UNDELIVERED]).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["call", "undelivered", "call"]
    assert "they have heard from us" in page
    assert heard(word).how == "phone"


def test_what_was_taken_back_is_not_taken_back_twice(client, word):
    address = undo_in(write_down(client, word))
    client.post(address)

    page = client.post(address, follow=True).content.decode()

    assert "It cannot be taken back any more" in page
    assert word.case.events.filter(kind=Event.Kind.UNDELIVERED).count() == 1


def by_post(client, word: Word) -> Word:
    """Another word of the same colleague, to somebody who wants letters: drafted by the machine."""
    case = CaseFactory(by=word.case.owner, channel="email")
    Person.objects.filter(pk=case.constituent.pk).update(preferred_channel=Person.Channel.LETTER)
    actions.draft_due(timezone.localdate())
    return Word.objects.exclude(pk=word.pk).get()


def test_a_draft_that_somebody_had_thrown_away_before_stays_away(client, word):
    drafted = by_post(client, word)
    discard(drafted.letter)

    client.post(undo_in(write_down(client, drafted)))

    assert Letter.objects.get(pk=drafted.letter_id).state == Letter.State.DISCARDED


def test_the_draft_that_went_with_it_stands_again(client, word):
    drafted = by_post(client, word)
    page = write_down(client, drafted)
    assert drafted.case.letters.get().state == Letter.State.DISCARDED

    client.post(undo_in(page))

    assert drafted.case.letters.get().is_draft
    actions.settle()
    assert drafted in Word.objects.waiting()
