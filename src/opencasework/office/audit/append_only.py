"""The database itself refuses to change a row that may only be added, whoever asks.

It does not refuse to delete one: a case that is no longer kept takes its lines along, and the record tells
such a deletion from any other. Of a search it lets the words be emptied, and nothing else be changed: they go
with whom they were for, and the record knows which did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction

from opencasework.office.audit.models import Line, Trace


@dataclass(frozen=True)
class AppendOnly:
    """A table whose rows the database refuses to change, with the sentence it says then."""

    model: type[models.Model]
    name: str
    sentence: str
    unless: Mapping[str, str] = field(default_factory=dict)  # by vendor, the one change that is let through

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
                    f"FOR EACH ROW{self._when()} EXECUTE FUNCTION {self.name}()",
                ]
            )
        else:
            _run(
                [
                    self._drop(),
                    f"CREATE TRIGGER {self.name} BEFORE UPDATE ON {self._table()}"
                    f"{self._when()} BEGIN SELECT RAISE(ABORT, '{self.sentence}'); END",
                ]
            )

    def _drop(self) -> str:
        return f"DROP TRIGGER IF EXISTS {self.name}" + (f" ON {self._table()}" if _is_postgresql() else "")

    def _when(self) -> str:
        """All changes, or all but one. A condition that is unknown refuses too."""
        change = self.unless.get(connection.vendor)
        return f" WHEN (NOT coalesce(({change}), false))" if change else ""

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


_STAYS = " AND ".join(f"NEW.{name} = OLD.{name}" for name in ("id", "kind", "at", "page"))
WORDS_EMPTIED = {
    "postgresql": f"OLD.kind = 'searched' AND {_STAYS} AND NEW.salt = '' "
    "AND NEW.by_id IS NOT DISTINCT FROM OLD.by_id AND NEW.case_id IS NOT DISTINCT FROM OLD.case_id "
    """AND NEW.detail = OLD.detail || '{"words": ""}'::jsonb""",
    "sqlite": f"OLD.kind = 'searched' AND {_STAYS} AND NEW.salt = '' "
    "AND NEW.by_id IS OLD.by_id AND NEW.case_id IS OLD.case_id "
    "AND json(NEW.detail) = json_set(OLD.detail, '$.words', '')",
}
APPEND_ONLY = (
    AppendOnly(Line, "ledger_is_append_only", "A line of the record cannot be changed."),
    AppendOnly(Trace, "traces_are_append_only", "What somebody looked at cannot be changed.", WORDS_EMPTIED),
)
