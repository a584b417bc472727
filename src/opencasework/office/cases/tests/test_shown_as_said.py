"""Which lines of a timeline are shown on another case is sealed with the line that says so (P14)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from opencasework.office.audit.verifying import verify
from opencasework.office.cases import moving
from opencasework.office.cases.actions import add_issue, write_note
from opencasework.office.cases.models import Case, Event, LineShown, Move
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(ana):
    """It is about two problems, and something is noted on it."""
    case = CaseFactory(by=ana)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=ana)
    write_note(case=case, text="She sounded tired.", by=ana)
    return case


@pytest.fixture
def split_off(case, ana):
    """The second problem is a case of its own, and the note is shown there too."""
    return moving.split(
        case=case,
        title="Damp",
        issues=[case.issues.order_by("pk").last().pk],
        people=[case.case_people.first().pk],
        rows={},
        lines=[note_on(case).pk],
        next_action="Ring the council",
        next_action_on=timezone.localdate(),
        by=ana,
    )


def note_on(case):
    return case.events.get(kind=Event.Kind.NOTE)


def by_hand(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_a_split_shows_is_as_it_was_written_also_once_it_is_taken_back(case, split_off, ana):
    assert split_off.lines_shown.filter(event=note_on(case)).exists()
    assert verify().is_sound

    moving.unsplit(move=Move.objects.get(), by=ana)

    assert verify().is_sound


def test_a_note_shown_on_another_case_by_hand_is_found(case, split_off, ana):
    other = CaseFactory(by=ana)
    assert verify().is_sound

    LineShown.objects.create(case=other, event=note_on(case))

    [sentence] = verify().sentences()
    assert sentence.startswith(f"{other.reference}: a line of another case is shown on it")
    assert "tired" not in sentence


def test_a_note_that_by_hand_is_shown_no_more_is_found(case, split_off):
    by_hand("DELETE FROM cases_lineshown WHERE event_id = %s", note_on(case).pk)

    [sentence] = verify().sentences()
    assert sentence.startswith(f"{split_off.reference}: a line of another case is not shown on it any more")


def test_a_note_that_by_hand_is_shown_elsewhere_is_missed_here_and_found_there(case, split_off, ana):
    other = CaseFactory(by=ana)

    by_hand("UPDATE cases_lineshown SET case_id = %s WHERE event_id = %s", other.pk, note_on(case).pk)

    assert len(verify().found) == 2


def test_notes_chosen_after_a_merge_was_taken_back_are_sealed_too(ana):
    stays, goes = CaseFactory(by=ana), CaseFactory(by=ana)
    move = moving.merge(case=goes, into=stays, by=ana)
    write_note(case=stays, text="The landlord came.", by=ana)
    moving.unmerge(move=move, by=ana)
    move.refresh_from_db()

    moving.show_there(move=move, lines=[note_on(stays).pk], by=ana)

    assert LineShown.objects.get().case == goes
    assert verify().is_sound
    LineShown.objects.all().delete()
    assert not verify().is_sound


def test_a_case_that_the_office_deletes_takes_what_is_shown_of_it_along(case, split_off, ana):
    Case.objects.get(pk=case.pk).delete()

    assert not LineShown.objects.exists()
    assert verify().is_sound
