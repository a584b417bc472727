"""Adding to the ledger: what a transaction wrote is sealed at its end, in one go.

At the end, because the head of the ledger is the one row everybody locks. Held for the length of a
transaction it would hold up the whole office, and two acts that lock the same things in another order would
block each other. What is hashed is read back from the database, so it is exactly what a later check reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, models, transaction

from opencasework.office.audit.hashing import BEGINNING, Facts, hash_of_content, hash_of_line, microseconds
from opencasework.office.audit.models import Head, Line, Trace
from opencasework.office.kit.commits import do_last, last_act

BATCH = 2_000  # rows read or written in one statement
# What reading a row raises in which somebody put a value of another kind, by SQL.
NOT_WHAT_WE_WROTE = (TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, DatabaseError)
UNREADABLE = Facts(None, "", None, 0, "")  # no row is hashed like this


class LedgerIsAppendOnly(Exception):
    """Somebody tried to change or remove what the ledger has sealed."""

    def __init__(self) -> None:
        super().__init__("What was done cannot be changed; add another line that corrects it.")


@dataclass(frozen=True)
class Source:
    """A table whose rows the ledger seals."""

    name: str
    model: type[models.Model]
    read: Callable[[Iterable[int]], Mapping[int, Facts]]  # what the rows of these numbers say now
    words: str  # what a sentence calls such a row


SOURCES: dict[str, Source] = {}


def seals(source: Source) -> None:
    """Have the rows of a table sealed; whoever writes one calls `add`."""
    SOURCES[source.name] = source


@dataclass
class Sealing:
    """The rows a transaction has written and not yet sealed."""

    rows: dict[tuple[str, int], None] = field(default_factory=dict)

    def __call__(self) -> None:
        if connection.vendor == "postgresql":
            # Checks of keys lock rows of others: before the head, never while holding it.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        written = self._read()
        if not written:
            return
        head, _ = Head.objects.select_for_update().get_or_create(
            pk=1, defaults={"sequence": 0, "hash": BEGINNING}
        )
        lines = chain(written, head.sequence, head.hash)
        Line.objects.bulk_create(lines, batch_size=BATCH)
        Head.objects.filter(pk=1).update(sequence=lines[-1].sequence, hash=lines[-1].hash)

    def _read(self) -> list[tuple[str, int, Facts]]:
        """What the rows say, in the order they were written; one that was taken back is not there."""
        numbers: dict[str, list[int]] = {}
        for source, pk in self.rows:
            numbers.setdefault(source, []).append(pk)
        found = {source: read_all(source, pks) for source, pks in numbers.items()}
        return [(source, pk, found[source][pk]) for source, pk in self.rows if pk in found[source]]


def read_all(source: str, pks: list[int]) -> dict[int, Facts]:
    """What the rows of these numbers say, however many they are; UNREADABLE of one that cannot be read."""
    found: dict[int, Facts] = {}
    for start in range(0, len(pks), BATCH):
        found.update(_read(SOURCES[source], pks[start : start + BATCH]))
    return found


def _read(source: Source, pks: list[int]) -> Mapping[int, Facts]:
    try:
        return source.read(pks)
    except NOT_WHAT_WE_WROTE:
        if len(pks) == 1:
            return {pks[0]: UNREADABLE}
    half = len(pks) // 2
    return {**_read(source, pks[:half]), **_read(source, pks[half:])}


def chain(written: Iterable[tuple[str, int, Facts]], sequence: int, previous: str) -> list[Line]:
    """The lines that seal these rows, after the line `sequence` with the hash `previous`. Not saved."""
    lines: list[Line] = []
    for source, pk, facts in written:
        sequence += 1
        sealed = hash_of_line(sequence, source, pk, facts, previous)
        lines.append(
            Line(
                sequence=sequence, source=source, source_id=pk, previous=previous, hash=sealed,
                case_id=facts.case_id, kind=facts.kind, by_id=facts.by_id,
                at_us=facts.at_us, content_hash=facts.content_hash,
            )
        )  # fmt: skip
        previous = sealed
    return lines


def add(source: str, pks: Iterable[int]) -> None:
    """Seal these rows when the transaction ends that wrote them. Call it inside that transaction."""
    act = last_act()
    if not isinstance(act, Sealing):
        act = Sealing()
        do_last(act)
    act.rows.update(dict.fromkeys((source, pk) for pk in pks))


def seal_now() -> None:
    """Seal what the transaction one is in has written so far, so that it can be read."""
    act = last_act()
    if isinstance(act, Sealing):
        do_last(None)
        act()


def read_traces(pks: Iterable[int]) -> dict[int, Facts]:
    rows = Trace.objects.filter(pk__in=list(pks)).values_list(
        "pk", "case_id", "kind", "by_id", "at", "salt", "page", "detail"
    )
    return {
        pk: Facts(case_id, kind, by, microseconds(at), hash_of_content(salt, [page, detail]))
        for pk, case_id, kind, by, at, salt, page, detail in rows.iterator()
    }


def empty_searches(pks: Iterable[int]) -> dict[int, str]:
    """Take the words out of these searches; the hash of what each says since.

    That somebody searched, and when, stays. Write the hashes into a line of the record in the same
    transaction, or the record finds the searches altered.
    """
    numbers = list(pks)
    with transaction.atomic():
        for search in Trace.objects.filter(pk__in=numbers, kind=Trace.Kind.SEARCHED):
            emptied = search.detail | {"words": ""}
            # Without its salt nobody can try out which words its line was made from.
            Trace.objects.filter(pk=search.pk).update(detail=emptied, salt="")
    return {pk: facts.content_hash for pk, facts in read_all("trace", numbers).items()}


seals(Source("trace", Trace, read_traces, "look"))
