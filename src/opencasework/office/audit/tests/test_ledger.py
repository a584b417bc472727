"""The ledger: what is done and looked at is sealed, and nothing in it is altered unnoticed (P14)."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone as django_timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opencasework.office.audit import anchoring, ledger
from opencasework.office.audit.hashing import microseconds
from opencasework.office.audit.models import Head, Line, Trace, Watch
from opencasework.office.audit.tests.tampering import Tamperer, disarm
from opencasework.office.audit.verifying import verify
from opencasework.office.cases import actions
from opencasework.office.cases.models import Case, Event, TimelineIsAppendOnly
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

ALTERATIONS = 200  # at every commit; benchmarks/audit.py makes the thousand


def an_office_at_work() -> list[Case]:
    """Some cases with a life each, and colleagues who look at them."""
    ana, tom = StaffFactory(), StaffFactory(office_manager=True)
    cases = [CaseFactory(by=ana, category=CategoryFactory(code="BEN-UC")) for _ in range(4)]
    for number, case in enumerate(cases):
        actions.write_note(case=case, text=f"Rang them, attempt {number}. Ŵyneb, 東京, 🏠.", by=tom)
        case.assign(to=tom, by=ana)
        for page in ("case", "letter", "message"):
            Trace.objects.create(
                kind=Trace.Kind.VIEWED, by=tom, case_id=case.pk, page=page, detail={"pk": number, page: 1}
            )
    cases[0].close(outcome="advised", by=tom)
    return cases


@pytest.mark.django_db
def test_every_line_of_a_timeline_and_every_look_is_sealed_without_a_gap():
    an_office_at_work()

    verdict = verify()

    assert verdict.is_sound, verdict.sentences()
    assert verdict.lines == Event.objects.count() + Trace.objects.count()
    assert list(Line.objects.values_list("sequence", flat=True)) == list(range(1, verdict.lines + 1))


@pytest.mark.django_db
def test_an_alteration_by_sql_is_always_found():
    an_office_at_work()
    anchor = anchoring.take()
    disarm()
    tamperer = Tamperer(random.Random(14))
    missed = []

    for _ in range(ALTERATIONS):
        with transaction.atomic():
            done, needs_anchor = tamperer.alter()
            if anchoring.verify_against([anchor] if needs_anchor else []).is_sound:
                missed.append(done)
            transaction.set_rollback(True)

    assert missed == []
    assert verify().is_sound


@pytest.mark.django_db
def test_a_finding_names_the_case_and_the_line_and_never_what_it_says():
    case = CaseFactory(title="Housing")
    note, _ = actions.write_note(case=case, text="A secret about Nia", by=case.owner)
    verify()
    disarm()
    Event._base_manager.filter(pk=note.pk).update(text="Another secret about Nia")

    [sentence] = verify().sentences()

    line = Line.objects.get(source="event", source_id=note.pk).sequence
    assert sentence == (
        f"{case.reference}: the line of the timeline sealed as line {line}: "
        "what it says, or when it happened, was altered."
    )


@pytest.mark.django_db
def test_a_shorter_ledger_that_is_sound_in_itself_is_told_by_an_anchor():
    an_office_at_work()
    anchor = anchoring.take()
    disarm()
    Tamperer(random.Random(1)).cut_everything()

    assert verify().is_sound
    [sentence] = anchoring.verify_against([anchor]).sentences()
    assert "were cut off, or an older backup was put back" in sentence


@pytest.mark.django_db
def test_a_record_that_begins_anew_is_told_by_the_cases_it_knows_nothing_of():
    cases = an_office_at_work()
    anchoring.leave_anchor()
    disarm()
    with connection.cursor() as cursor:
        for table in ("audit_line", "audit_trace", "cases_event", "audit_head"):
            cursor.execute(f"DELETE FROM {table}")

    sentences = verify().sentences()

    assert sentences == [
        f"{case.reference}: the case has no line, not even that it was opened." for case in cases
    ]


@pytest.mark.django_db
def test_that_an_anchor_was_left_of_what_is_gone_is_known_without_its_file(tmp_path):
    an_office_at_work()
    Watch.here()
    Watch.objects.update(anchor_folder=str(tmp_path))
    anchoring.leave_anchor()
    for file in tmp_path.iterdir():
        file.unlink()
    disarm()
    Tamperer(random.Random(1)).cut_everything()

    [sentence] = anchoring.verify_now().sentences()

    assert "an anchor was left for line" in sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("cases_event", "text", b"\xff\xfe", "the line of the timeline sealed as line"),
        ("cases_event", "at", "abc", "the line of the timeline sealed as line"),
        ("cases_event", "recorded_at", "abc", "the line of the timeline sealed as line"),
        ("cases_event", "detail", "{", "the line of the timeline sealed as line"),
        ("cases_event", "detail", "[" * 9_000 + "]" * 9_000, "the line of the timeline sealed as line"),
        ("audit_trace", "at", 7, "the look sealed as line"),
        ("audit_line", "content_hash", b"\xff", "of the record"),
        ("audit_line", "at_us", "abc", "of the record"),
        ("audit_line", "case_id", "abc", "of the record"),
        ("audit_head", "sequence", "abc", "of the record"),
    ],
)
def test_a_value_of_another_kind_is_a_finding_and_no_crash(table, column, value, said):
    an_office_at_work()
    verify()
    disarm()
    key = {"audit_line": "sequence"}.get(table, "id")
    put = f"UPDATE {table} SET {column} = %s WHERE {key} = (SELECT max({key}) FROM {table})"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute(put, [value])
    except DatabaseError:
        assert connection.vendor == "postgresql"  # it takes no such value
        return

    verdict = anchoring.verify_now()

    assert not verdict.is_sound
    assert said in " ".join(verdict.sentences())
    assert not Watch.here().verified_ok


@pytest.mark.django_db
def test_an_old_backup_that_was_worked_on_is_told_by_an_anchor():
    cases = an_office_at_work()
    verify()
    with transaction.atomic():
        actions.write_note(case=cases[1], text="What really happened", by=cases[1].owner)
        anchor = anchoring.take()
        transaction.set_rollback(True)  # the backup of before
    actions.write_note(case=cases[1], text="Something else", by=cases[1].owner)
    actions.write_note(case=cases[1], text="And more", by=cases[1].owner)

    [sentence] = anchoring.verify_against([anchor]).sentences()

    assert "an older backup was put back and worked on" in sentence


@pytest.mark.django_db
def test_an_anchor_that_was_altered_is_refused():
    an_office_at_work()
    written = json.loads(anchoring.take().as_text())
    written["sequence"] -= 1

    with pytest.raises(anchoring.AnchorUnreadable, match="altered"):
        anchoring.Anchor.read(json.dumps(written))
    with pytest.raises(anchoring.AnchorUnreadable, match="not an anchor"):
        anchoring.Anchor.read("PNG\x00")


@pytest.mark.django_db
def test_a_case_deleted_for_good_takes_its_words_along_and_the_ledger_still_verifies():
    cases = an_office_at_work()
    reference, number = cases[2].reference, cases[2].pk
    cases[2].case_people.all().delete()
    verify()

    cases[2].delete()

    assert not Event.objects.filter(case_id=number).exists()
    assert Line.objects.filter(source="event", case_id=number).exists()
    verdict = verify()
    assert verdict.is_sound, verdict.sentences()
    assert Trace.objects.get(kind=Trace.Kind.ERASED).detail == {"reference": reference}


@pytest.mark.django_db
def test_a_line_that_a_living_case_was_deleted_excuses_nothing():
    case = an_office_at_work()[1]
    gone = case.events.count()
    Trace.objects.create(kind=Trace.Kind.ERASED, case_id=case.pk, detail={"reference": case.reference})
    anchor = anchoring.take()
    disarm()
    Event._base_manager.filter(case=case)._raw_delete("default")

    sentences = anchoring.verify_against([anchor]).sentences()

    deleted = [each for each in sentences if each.endswith(" was deleted.")]
    assert len(deleted) == gone
    assert f"{case.reference}: line {anchor.sequence} of the record says that the case was deleted" in (
        " ".join(sentences)
    )


@pytest.mark.django_db
def test_a_look_at_a_case_that_is_gone_cannot_be_taken_away():
    case = an_office_at_work()[2]
    number = case.pk
    case.case_people.all().delete()
    case.delete()
    verify()
    disarm()

    Trace._base_manager.filter(case_id=number, kind=Trace.Kind.VIEWED)._raw_delete("default")

    found = verify().found
    assert {each.what for each in found} == {"deleted"}
    assert len(found) == 3


@pytest.mark.django_db
def test_the_same_deletion_by_sql_is_found():
    cases = an_office_at_work()
    verify()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_event WHERE case_id = %s", [cases[2].pk])

    verdict = verify()

    assert {finding.what for finding in verdict.found} == {"deleted"}
    assert all(sentence.startswith(f"{cases[2].reference}: ") for sentence in verdict.sentences())


@pytest.mark.django_db
def test_lines_written_in_bulk_are_sealed_too():
    case = CaseFactory()
    Event.objects.bulk_create(
        Event(case=case, kind=Event.Kind.NOTE, at=django_timezone.now(), text=f"Note {n}") for n in range(3)
    )

    assert verify().is_sound
    with pytest.raises(TimelineIsAppendOnly):
        Event.objects.bulk_create([], ignore_conflicts=True)


@pytest.mark.django_db
def test_what_was_taken_back_is_not_sealed():
    case = CaseFactory()
    before = verify().lines
    with transaction.atomic():
        actions.write_note(case=case, text="Taken back", by=case.owner)
        transaction.set_rollback(True)
    actions.write_note(case=case, text="Kept", by=case.owner)

    verdict = verify()

    assert verdict.is_sound, verdict.sentences()
    assert verdict.lines == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_line", "audit_trace"])
def test_the_database_refuses_to_change_what_is_sealed(table):
    an_office_at_work()
    verify()

    with (
        pytest.raises(IntegrityError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(f"UPDATE {table} SET kind = 'other'")


@pytest.mark.django_db(transaction=True)
def test_the_line_is_there_when_the_act_is_committed_and_neither_without_the_other(monkeypatch):
    case = CaseFactory()
    assert Line.objects.count() == Event.objects.count() == Head.objects.get().sequence

    def full(*_rows):
        raise OSError("No space left on device")

    monkeypatch.setattr(ledger, "chain", full)
    with pytest.raises(OSError, match="No space"):
        actions.write_note(case=case, text="This cannot be sealed", by=case.owner)
    monkeypatch.undo()

    assert not Event.objects.filter(text="This cannot be sealed").exists()
    actions.write_note(case=case, text="This can", by=case.owner)
    assert verify().is_sound


@pytest.mark.django_db
class TestMoments(TestCase):
    @given(
        moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
        hours=st.integers(-14, 14),
    )
    def test_a_moment_is_the_same_to_the_microsecond_when_it_is_read_back(self, moment, hours):
        at = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
        trace = Trace.objects.create(kind=Trace.Kind.EXPORTED, at=at)

        read = Trace.objects.get(pk=trace.pk).at

        assert microseconds(read) == microseconds(at)
        assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds(at)) == at
        assert verify().is_sound


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("UPDATE audit_line SET kind = x'ff' WHERE sequence = %s", "line {} of the record cannot be read"),
        ("UPDATE audit_line SET at_us = 'abc' WHERE sequence = %s", "line {} of the record cannot be read"),
        ("UPDATE audit_head SET sequence = 'abc' WHERE %s > 0", "what says where the record ends cannot be"),
    ],
)
def test_behind_what_cannot_be_read_everything_else_is_found_all_the_same(where, said):
    if connection.vendor != "sqlite":
        return  # a column there holds what it was made for, and nothing else
    [case, *_] = an_office_at_work()
    anchor = anchoring.take()
    note = case.events.filter(kind=Event.Kind.NOTE).last()
    forged = Line.objects.get(source="event", source_id=note.pk).sequence
    disarm()
    Event._base_manager.filter(pk=note.pk).update(text="Forged")
    with connection.cursor() as cursor:
        cursor.execute(where, [forged - 2])

    sentences = " ".join(anchoring.verify_against([anchor]).sentences())

    assert said.format(forged - 2) in sentences
    assert f"sealed as line {forged}: what it says" in sentences
    assert "cut off" not in sentences
    assert "deleted" not in sentences
