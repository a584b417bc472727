"""The database itself refuses to change a row that may only be added, whoever asks.

It does not refuse to delete one: a case that is no longer kept takes its lines along, and the record tells
such a deletion from any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from opencasework.office.audit.models import Line, Trace


@dataclass(frozen=True)
class AppendOnly:
    """A table whose rows the database refuses to change, with the sentence it says then."""

    model: type[models.Model]
    name: str
    sentence: str

    def allow_changes(self, *, plan: Any = (), **_signal: Any) -> None:
        """Take the trigger away before migrations: they may fill a column, and SQLite rebuilds tables."""
        if plan and self._is_there():
            _run([self._drop()])

    def refuse_changes(self, **_signal: Any) -> None:
        """Make the trigger anew after migrations."""
        if not self._is_there():
            return
        if _is_postgresql():
            _run(
                [
                    f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$refuse$BEGIN RAISE EXCEPTION '{self.sentence}' "
                    "USING ERRCODE = 'integrity_constraint_violation'; END$refuse$",
                    self._drop(),
                    f"CREATE TRIGGER {self.name} BEFORE UPDATE ON {self._table()} "
                    f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
                ]
            )
        else:
            _run(
                [
                    self._drop(),
                    f"CREATE TRIGGER {self.name} BEFORE UPDATE ON {self._table()} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.sentence}'); END",
                ]
            )

    def _drop(self) -> str:
        return f"DROP TRIGGER IF EXISTS {self.name}" + (f" ON {self._table()}" if _is_postgresql() else "")

    def _table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    def _is_there(self) -> bool:
        """Before the first migration, and after taking all of them back, it is not."""
        return self.model._meta.db_table in connection.introspection.table_names()


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _run(statements: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


APPEND_ONLY = (
    AppendOnly(Line, "ledger_is_append_only", "A line of the record cannot be changed."),
    AppendOnly(Trace, "traces_are_append_only", "What somebody looked at cannot be changed."),
)
