"""Letters that differ only in whose they are say the same, however short they are."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.tests.factories import CaseFactory, CategoryFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.volumes.counting import BULK_FROM, near_identical

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TODAY = date(2026, 9, 17)
LONDON = timezone.get_default_timezone()
BENEFITS = "The payment due was not made.", "When will it be made?"
DAMP = "Nobody came about the mould.", "Who comes, and on which day?"


@pytest.fixture
def body(time_machine):
    time_machine.move_to(datetime(2026, 9, 17, 9, tzinfo=LONDON), tick=False)
    return BodyFactory()


def short_letter(number, body, words) -> Letter:
    """In the office's wording with two sentences of its own, about somebody and a case unlike the others."""
    person = PersonFactory(
        full_name=["Ada Marrowby", "Bo Vale", "Chi Eze", "Di Marsh", "Emyr Hughes", "Flo Quill"][number]
    )
    person.addresses.create(
        lines=f"{number} {['Mill', 'Larch', 'Quay', 'Fore', 'Bath', 'Cross'][number]} Terrace"
    )
    title = ["Rent", "Wages", "Journal", "Childcare", "Boiler", "Payment"][number] + " not put right"
    case = CaseFactory(person=person, title=title, category=CategoryFactory(code="BEN-UC"))
    letter = LetterFactory(case=case, to_body=body, text="")
    said = letter.text.replace("[what happened missing]", words[0]).replace("[questions missing]", words[1])
    Letter.objects.filter(pk=letter.pk).update(text=said)
    letter.refresh_from_db()
    assert person.full_name in said
    return letter


def left(letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=timezone.now())


@pytest.mark.parametrize(("words", "alike"), [(BENEFITS, BULK_FROM), (DAMP, 0)])
def test_short_letters_that_differ_only_in_whose_they_are_say_the_same(body, words, alike):
    for number in range(BULK_FROM):
        left(short_letter(number, body, BENEFITS))

    assert len(near_identical(short_letter(BULK_FROM, body, words), on=TODAY)) == alike


def test_comparing_letters_asks_no_more_questions_the_more_there_are(body):
    def asked(letter):
        with CaptureQueriesContext(connection) as questions:
            near_identical(letter, on=TODAY)
        return len(questions)

    for number in (0, 1):
        left(short_letter(number, body, BENEFITS))
    few = asked(short_letter(2, body, BENEFITS))
    left(short_letter(3, body, BENEFITS))
    left(short_letter(4, body, BENEFITS))

    assert asked(short_letter(5, body, BENEFITS)) == few
