"""The database itself refuses to change a line of the timeline, whoever asks.

It does not refuse to delete one: a case that is no longer kept takes its lines along, and they go first.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from opencasework.office.cases.models import Event

NAME = "timeline_is_append_only"
SENTENCE = "A line of the timeline cannot be changed."


def allow_changes(*, plan: Any = (), **_signal: Any) -> None:
    """Take the trigger away before migrations: they may fill a new column, and SQLite rebuilds tables."""
    if plan and _table_is_there():
        _run([_drop()])


def refuse_changes(**_signal: Any) -> None:
    """Make the trigger anew after migrations."""
    if not _table_is_there():
        return
    if _is_postgresql():
        _run(
            [
                f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$refuse$BEGIN RAISE EXCEPTION '{SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END$refuse$",
                _drop(),
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {_table()} FOR EACH ROW EXECUTE FUNCTION {NAME}()",
            ]
        )
    else:
        _run(
            [
                _drop(),
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {_table()} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
            ]
        )


def _drop() -> str:
    return f"DROP TRIGGER IF EXISTS {NAME}" + (f" ON {_table()}" if _is_postgresql() else "")


def _table() -> str:
    return connection.ops.quote_name(Event._meta.db_table)


def _table_is_there() -> bool:
    """Before the first migration, and after taking all of them back, it is not."""
    return Event._meta.db_table in connection.introspection.table_names()


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _run(statements: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
