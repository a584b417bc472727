"""A thousand ways to alter the record behind the office's back, by SQL, each unlike the last."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from opencasework.office.audit.append_only import APPEND_ONLY
from opencasework.office.cases.append_only import TIMELINE

EVENT, TRACE, LINE, HEAD = "cases_event", "audit_trace", "audit_line", "audit_head"
KEY = {EVENT: "id", TRACE: "id", LINE: "sequence", HEAD: "id"}
SOURCE = {EVENT: "event", TRACE: "trace"}
COPIED = {
    EVENT: "kind, at, recorded_at, text, detail, salt, by_id, case_id",
    TRACE: "kind, at, case_id, page, detail, salt, by_id",
}
LONGEST_CUT = 5


def disarm() -> None:
    """Take the triggers away, as somebody with the database's key would."""
    for table in (*APPEND_ONLY, TIMELINE):
        table.allow_changes(plan=["by hand"])


def arm() -> None:
    """Put the triggers back."""
    for table in (*APPEND_ONLY, TIMELINE):
        table.refuse_changes()


@dataclass
class Tamperer:
    """Alters the record in one random way at a time. `random` decides all, so a seed repeats a run."""

    random: random.Random

    def alter(self) -> tuple[str, bool]:
        """Alter something; returns what was done, and whether only an anchor can know of it."""
        name, way, needs_anchor = self.random.choice(WAYS)
        return f"{name}: {way(self)}", needs_anchor

    # --- the smallest steps ------------------------------------------------------------

    def sql(self, statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def pick(self, table: str) -> int:
        return int(self.random.choice(self.rows(f"SELECT {KEY[table]} FROM {table}"))[0])

    def put(self, table: str, key: int, column: str, value: Any) -> str:
        self.sql(f"UPDATE {table} SET {column} = %s WHERE {KEY[table]} = %s", value, key)
        return f"{table}.{column} of {key}"

    def last(self) -> int:
        return int(self.rows(f"SELECT max(sequence) FROM {LINE}")[0][0])

    # --- edits ------------------------------------------------------------

    def edit_content(self) -> str:
        table = self.random.choice([EVENT, TRACE])
        column = self.random.choice(
            ["text", "detail", "salt"] if table == EVENT else ["page", "detail", "salt"]
        )
        written = '{"changed": 1}' if column == "detail" else f"changed{self.random.randrange(10**9)}"
        return self.put(table, self.pick(table), column, written)

    def edit_time(self) -> str:
        """By as little as one microsecond."""
        table, column = self.random.choice([(EVENT, "at"), (EVENT, "recorded_at"), (TRACE, "at")])
        key = self.pick(table)
        if connection.vendor == "postgresql":
            moved = f"{column} + %s * interval '1 microsecond'"
            self.sql(
                f"UPDATE {table} SET {column} = {moved} WHERE id = %s", self.random.choice([1, 10**7]), key
            )
        else:
            [(was,)] = self.rows(f"SELECT CAST({column} AS TEXT) FROM {table} WHERE id = %s", key)
            digits = was if "." in was else f"{was}.000000"
            self.put(table, key, column, digits[:-1] + str((int(digits[-1]) + 1) % 10))
        return f"{table}.{column} of {key}"

    def edit_who(self) -> str:
        table = self.random.choice([EVENT, TRACE])
        key = self.pick(table)
        others = self.rows(
            f"SELECT id FROM staff_staffmember WHERE id NOT IN "
            f"(SELECT coalesce(by_id, 0) FROM {table} WHERE id = %s)", key
        )  # fmt: skip
        return self.put(table, key, "by_id", self.random.choice(others)[0])

    def edit_kind(self) -> str:
        table = self.random.choice([EVENT, TRACE])
        key = self.pick(table)
        [(was,)] = self.rows(f"SELECT kind FROM {table} WHERE id = %s", key)
        return self.put(
            table, key, "kind", self.random.choice([k for k in ("note", "call", "viewed") if k != was])
        )

    def move_to_another_case(self) -> str:
        key = self.pick(EVENT)
        others = self.rows(
            f"SELECT id FROM cases_case WHERE id NOT IN (SELECT case_id FROM {EVENT} WHERE id = %s)", key
        )
        return self.put(EVENT, key, "case_id", self.random.choice(others)[0])

    def edit_line(self) -> str:
        column = self.random.choice(["source_id", "case_id", "by_id", "at_us"])
        return self.put(LINE, self.pick(LINE), column, self.random.randrange(10**9, 10**12))

    def edit_hash(self) -> str:
        column = self.random.choice(["content_hash", "previous", "hash"])
        return self.put(LINE, self.pick(LINE), column, f"{self.random.getrandbits(256):064x}")

    def edit_head(self) -> str:
        if self.random.random() < 0.5:
            return self.put(HEAD, 1, "hash", f"{self.random.getrandbits(256):064x}")
        return self.put(HEAD, 1, "sequence", self.last() + self.random.choice([-3, -1, 1, 7]))

    # --- deletes, inserts, swaps, cuts ------------------------------------------------------------

    def delete(self) -> str:
        table = self.random.choice([EVENT, TRACE, LINE])
        keys = {self.pick(table) for _ in range(self.random.randint(1, 4))}
        for key in keys:
            self.sql(f"DELETE FROM {table} WHERE {KEY[table]} = %s", key)
        return f"{table} {sorted(keys)}"

    def delete_with_line(self) -> str:
        """The row and the line that seals it."""
        table = self.random.choice([EVENT, TRACE])
        key = self.pick(table)
        self.sql(f"DELETE FROM {table} WHERE id = %s", key)
        self.sql(f"DELETE FROM {LINE} WHERE source = %s AND source_id = %s", SOURCE[table], key)
        return f"{table} {key}"

    def insert(self) -> str:
        table = self.random.choice([EVENT, TRACE])
        key, columns = self.pick(table), COPIED[table]
        self.sql(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = %s", key)
        return f"a copy of {table} {key}"

    def insert_line(self) -> str:
        """A copy of a line, at the end or before the beginning."""
        at = self.random.choice([self.last() + 1, self.last() + 5, 0, -3])
        key = self.pick(LINE)
        self.sql(
            f"INSERT INTO {LINE} (sequence, source, source_id, case_id, kind, by_id, at_us, content_hash, "
            f"previous, hash) SELECT %s, source, source_id + 1000000, case_id, kind, by_id, at_us, "
            f"content_hash, hash, hash FROM {LINE} WHERE sequence = %s", at, key
        )  # fmt: skip
        return f"a copy of line {key} as {at}"

    def swap_rows(self) -> str:
        """What two rows say changes places, their salts too."""
        table = self.random.choice([EVENT, TRACE])
        columns = ("kind", "detail", "salt") if table == TRACE else ("text", "detail", "salt")
        one, other = self._two(table)
        self._swap(table, columns, one, other)
        return f"{table} {one} and {other}"

    def swap_lines(self) -> str:
        one, other = self._two(LINE)
        self._swap(
            LINE, ("case_id", "kind", "by_id", "at_us", "content_hash", "previous", "hash"), one, other
        )
        return f"lines {one} and {other}"

    def swap_numbers(self) -> str:
        """Two lines change their numbers."""
        one, other = self._two(LINE)
        for was, becomes in ((one, -1_000_000), (other, one), (-1_000_000, other)):
            self.sql(f"UPDATE {LINE} SET sequence = %s WHERE sequence = %s", becomes, was)
        return f"lines {one} and {other}"

    def _two(self, table: str) -> tuple[int, int]:
        one = other = self.pick(table)
        while other == one:
            other = self.pick(table)
        return one, other

    def _swap(self, table: str, columns: tuple[str, ...], one: int, other: int) -> None:
        names, key = ", ".join(columns), KEY[table]
        read = f"SELECT {names} FROM {table} WHERE {key} = %s"
        [first], [second] = self.rows(read, one), self.rows(read, other)
        setting = ", ".join(f"{column} = %s" for column in columns)
        for target, values in ((one, second), (other, first)):
            self.sql(f"UPDATE {table} SET {setting} WHERE {key} = %s", *values, target)

    def cut(self) -> str:
        """The last lines, the head left as it was."""
        end = self.last() - self.random.randint(1, LONGEST_CUT)
        self.sql(f"DELETE FROM {LINE} WHERE sequence > %s", end)
        return f"after {end}"

    def cut_with_head(self) -> str:
        """The last lines, and the head put to where they end now; what they sealed stays."""
        end = self.last() - self.random.randint(1, LONGEST_CUT)
        self.sql(f"DELETE FROM {LINE} WHERE sequence > %s", end)
        self._head_to(end)
        return f"after {end}"

    def cut_everything(self) -> str:
        """The last lines, all they sealed, and the head: a ledger that is sound in itself, only shorter."""
        end = self.last() - self.random.randint(1, LONGEST_CUT)
        for table, source in SOURCE.items():
            self.sql(
                f"DELETE FROM {table} WHERE id IN "
                f"(SELECT source_id FROM {LINE} WHERE source = %s AND sequence > %s)", source, end
            )  # fmt: skip
        self.sql(f"DELETE FROM {LINE} WHERE sequence > %s", end)
        self._head_to(end)
        return f"after {end}"

    def empty(self) -> str:
        """All lines; the head is gone, or says that there never was one."""
        self.sql(f"DELETE FROM {LINE}")
        self.sql(f"DELETE FROM {HEAD}")
        return "the whole ledger"

    def _head_to(self, end: int) -> None:
        self.sql(
            f"UPDATE {HEAD} SET sequence = %s, hash = (SELECT hash FROM {LINE} WHERE sequence = %s)", end, end
        )


Way = Callable[[Tamperer], str]
WAYS: list[tuple[str, Way, bool]] = [
    (name, getattr(Tamperer, name), name == "cut_everything")
    for name in (
        "edit_content", "edit_time", "edit_who", "edit_kind", "move_to_another_case", "edit_line",
        "edit_hash", "edit_head", "delete", "delete_with_line", "insert", "insert_line", "swap_rows",
        "swap_lines", "swap_numbers", "cut", "cut_with_head", "cut_everything", "empty",
    )
]  # fmt: skip
