"""The indexes: kept up by the database alone, mended after migrations, checked by the doctor."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.models import CheckConstraint, Q

from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person, PersonAddress
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.models import Letter
from opencasework.office.search import index
from opencasework.office.search.sources import BY_NAME, SOURCES, installed

pytestmark = pytest.mark.django_db


def found(name: str, *words: str) -> int:
    source = BY_NAME[name]
    with connection.cursor() as cursor:
        rows = index.matching(source, list(words))
        cursor.execute(rows.sql, rows.params)
        return len(cursor.fetchall())


def test_every_source_has_an_index_from_the_first_migration_on():
    assert installed() == list(SOURCES)
    assert index.problems() == []


def test_a_new_row_is_found_a_changed_one_by_its_new_words_and_a_deleted_one_no_more():
    person = PersonFactory(full_name="Nkechi Marrowby")
    assert found("person", "marr") == 1

    Person.objects.filter(pk=person.pk).update(full_name="Nkechi Lindqvale")
    assert (found("person", "marr"), found("person", "lindq")) == (0, 1)

    person.delete()
    assert found("person", "lindq") == 0
    assert found("address", "quarry") == 0


def test_saving_without_a_change_leaves_the_index_alone():
    case = CaseFactory(title="Damp")

    case.save()
    Case.objects.filter(pk=case.pk).update(need_to_know=True)

    assert found("case", "damp") == 1
    assert index.problems() == []


def test_rows_written_in_bulk_are_found():
    person = PersonFactory()
    PersonAddress.objects.bulk_create(
        [PersonAddress(person=person, lines=f"{n} Tannery Court", postcode="WX4 7QP") for n in range(5)]
    )

    assert found("address", "tannery") == 5


def test_a_row_that_no_longer_qualifies_is_no_longer_found(django_user_model):
    case = CaseFactory()
    letter = Letter.objects.create(case=case, to_person=case.constituent, subject="Gutter", text="leaks")
    assert found("letter", "gutter") == 1

    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.DISCARDED)
    assert found("letter", "gutter") == 0

    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.DRAFT)
    assert found("letter", "gutter") == 1


def test_only_what_people_wrote_on_a_timeline_is_found():
    case = CaseFactory()
    case.record(Event.Kind.NOTE, by=None, text="skirting")
    case.record(Event.Kind.ASSIGNED, by=None, text="skirting")

    assert found("note", "skirting") == 1


def test_deleting_a_case_takes_all_of_it_out_of_the_index():
    case = CaseFactory(title="Unmistakable")
    case.record(Event.Kind.NOTE, by=None, text="unmistakable")

    CasePerson.objects.filter(case=case).delete()
    case.delete()

    assert (found("case", "unmistakable"), found("note", "unmistakable")) == (0, 0)
    assert index.problems() == []


def test_a_very_long_text_and_a_very_long_word_can_be_kept():
    case = CaseFactory()

    case.record(Event.Kind.NOTE, by=None, text="a1b2 " * 30_000 + "x" * 100_000)
    case.record(Event.Kind.NOTE, by=None, text="y" * 5000 + " " + " ".join(f"w{n}" for n in range(20_000)))

    assert found("note", "a1b2") == 1
    assert found("note", "w19") == 1


def test_a_lost_trigger_is_noticed_and_mended():
    source = BY_NAME["case"]
    with connection.cursor() as cursor:
        for statement in index.engine().drop_triggers(source):
            cursor.execute(statement)
    CaseFactory(title="Unfindable")

    assert "trigger" in index.problems()[0]
    assert found("case", "unfindable") == 0

    index.after_migrations()
    assert index.problems() == []
    assert found("case", "unfindable") == 1


def test_a_row_missing_from_the_index_is_noticed_and_mended_by_the_next_start():
    CaseFactory(title="Damp")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_case")

    assert index.problems() == ["The search index holds 0 of 1 rows of cases_case."]

    call_command("migrate", verbosity=0)
    assert index.problems() == []
    assert found("case", "damp") == 1


def test_a_changed_definition_is_noticed_and_made_anew(monkeypatch):
    CaseFactory(title="Damp")
    monkeypatch.setattr(index.engine(), "LONGEST_TEXT", 77)

    assert "another version" in index.problems()[0]

    index.after_migrations()
    assert index.problems() == []
    assert found("case", "damp") == 1


def test_rebuilding_can_be_repeated():
    CaseFactory(title="Damp")

    for _ in range(2):
        said = StringIO()
        call_command("rebuild_search", stdout=said)
        assert "entries can be found" in said.getvalue()
        assert found("case", "damp") == 1


@pytest.mark.django_db(transaction=True)
def test_a_table_that_django_rebuilds_keeps_being_searched():
    """On SQLite rebuilding a table takes its triggers away without a word."""
    CaseFactory(title="Damp")
    plan = [(Migration("0099_a_constraint", "cases"), False)]
    rule = CheckConstraint(name="a_title_is_not_x", condition=~Q(title="x"))

    index.before_migrations(plan=plan)
    with connection.schema_editor() as editor:
        editor.add_constraint(Case, rule)
    Case.objects.update(title="Mould")
    index.after_migrations(plan=plan)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Case, rule)
    index.after_migrations(plan=plan)

    assert index.problems() == []
    assert (found("case", "damp"), found("case", "mould")) == (0, 1)
