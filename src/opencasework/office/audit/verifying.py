"""Walks the ledger and everything it seals, and says in sentences what was altered, never what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from opencasework.office.audit.hashing import BEGINNING, Facts, hash_of_line
from opencasework.office.audit.ledger import (
    BATCH,
    NOT_WHAT_WE_WROTE,
    SOURCES,
    UNREADABLE,
    Source,
    read_all,
    seal_now,
)
from opencasework.office.audit.models import Head, Line, Trace

# What a difference between a row and its line is called.
DIFFERENCES = (
    ("case_id", "it belongs to another case now"),
    ("kind", "its kind was altered"),
    ("by_id", "who did it was altered"),
    ("at_us", "when it was recorded was altered"),
    ("content_hash", "what it says, or when it happened, was altered"),
)


class SealedLine(NamedTuple):
    """A line as it is read: a plain row, for there are many."""

    sequence: int
    source: str
    source_id: int
    case_id: int | None
    kind: str
    by_id: int | None
    at_us: int
    content_hash: str
    previous: str
    hash: str

    @property
    def is_readable(self) -> bool:
        """Whether each value is of the kind that we write: a database may hold any."""
        numbers = self.sequence, self.source_id, self.at_us, self.case_id or 0, self.by_id or 0
        words = self.source, self.kind, self.content_hash, self.previous, self.hash
        return all(isinstance(each, int) for each in numbers) and all(isinstance(each, str) for each in words)

    @property
    def facts(self) -> Facts:
        return Facts(self.case_id, self.kind, self.by_id, self.at_us, self.content_hash)


NameCase = Callable[[Iterable[int]], dict[int, str]]
_name_cases: list[NameCase] = []


def cases_are_named_by(names: NameCase) -> None:
    """How a case of this number is called in a sentence."""
    _name_cases[:] = [names]


# What a folder above checks by what is sealed.
_also: list[Callable[[], Iterable[Finding]]] = []


def also_verified_by(check: Callable[[], Iterable[Finding]]) -> None:
    """Have rows compared with what sealed lines say of them."""
    _also.append(check)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written."""

    what: str  # altered, deleted, inserted, cut off, reordered, rolled back
    sentence: str
    line: int | None = None  # of the ledger
    case_id: int | None = None


@dataclass
class Verdict:
    """What a walk along the whole ledger came to."""

    lines: int = 0
    sequence: int = 0
    hash: str = BEGINNING
    found: list[Finding] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)  # the numbers of lines of which that is a finding
    emptied: dict[int, str] = field(default_factory=dict)  # those that stay without words: their hash since

    @property
    def last(self) -> int:
        """The number of the last line there is, readable or not."""
        return max(self.sequence, *self.unreadable) if self.unreadable else self.sequence

    @property
    def is_sound(self) -> bool:
        return not self.found

    @property
    def sentence(self) -> str:
        if self.is_sound:
            return f"All {self.lines:,} lines are as they were written."
        things = "1 thing is" if len(self.found) == 1 else f"{len(self.found):,} things are"
        return f"{things} not as written, among {self.lines:,} lines."

    def sentences(self) -> list[str]:
        """Each finding, with the reference of its case in front."""
        return [self.say(each) for each in self.found]

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "sound": self.is_sound,
            "lines": self.lines,
            "sequence": self.sequence,
            "hash": self.hash,
            "found": [
                {
                    "what": each.what,
                    "line": each.line,
                    "case": self.names.get(each.case_id) if each.case_id is not None else None,
                    "sentence": self.say(each),
                }
                for each in self.found
            ],
        }

    def say(self, finding: Finding) -> str:
        if finding.case_id is None:
            return finding.sentence
        name = self.names.get(finding.case_id, f"A case that is gone (number {finding.case_id})")
        return f"{name}: {finding.sentence}"


def verify() -> Verdict:
    """Walk the ledger from its first line to its head, with every row it seals. Nothing is changed or locked.

    Colleagues may go on working: a line that comes meanwhile is walked too. Where somebody put a value of
    another kind into the record itself, that is a finding, and the walk goes on behind it.
    """
    seal_now()
    verdict = Verdict()
    _looked_at(verdict, lambda: verdict.emptied.update(_emptied_searches()), "what says which searches went")
    while lines := _after(verdict):
        _check_links(lines, verdict)
        for check_all in (_check_rows, _check_erasures):
            _looked_at(verdict, partial(check_all, lines, verdict), f"what {_range_of(lines)} seal")
    _looked_at(verdict, lambda: _check_head(verdict), "what says where the record ends")
    for source in SOURCES.values():
        _looked_at(verdict, partial(_check_unsealed, source, verdict), f"a {source.words}")
    for check in _also:
        _looked_at(verdict, partial(_add_found, check, verdict), "what belongs to the record")
    numbers = {each.case_id for each in verdict.found if isinstance(each.case_id, int)}
    verdict.names = _name_cases[0](numbers) if numbers and _name_cases else {}
    return verdict


def _looked_at(verdict: Verdict, look: Callable[[], None], what: str) -> None:
    """Look, and where a value is of no kind that we wrote, say of what."""
    try:
        look()
    except NOT_WHAT_WE_WROTE:
        sentence = f"Beside the lines of the record {what} cannot be read: it was altered."
        verdict.found.append(Finding("altered", sentence, verdict.sequence))


def _add_found(check: Callable[[], Iterable[Finding]], verdict: Verdict) -> None:
    verdict.found.extend(check())


def _range_of(lines: list[SealedLine]) -> str:
    return _range(lines[0].sequence, lines[-1].sequence)


def _after(verdict: Verdict) -> list[SealedLine]:
    """The next lines. A number below one may have been put in, so the first walk has no lower end.

    Where one of them cannot be read they are read one by one, and that one is a finding.
    """
    lines = Line.objects.order_by("sequence").values_list(*SealedLine._fields)
    if verdict.lines:
        lines = lines.filter(sequence__gt=verdict.sequence)
    try:
        rows: list[SealedLine | None] = [SealedLine(*row) for row in lines[:BATCH]]
    except NOT_WHAT_WE_WROTE:
        rows = [_one_of(lines, at) for at in range(min(BATCH, lines.count()))]
    found: list[SealedLine] = []
    number = verdict.sequence
    for row in rows:
        if row is not None and row.is_readable:
            found.append(row)
            number = row.sequence
            continue
        number += 1
        if number not in verdict.unreadable:
            verdict.unreadable.add(number)
            sentence = f"line {number} of the record cannot be read: it was altered."
            verdict.found.append(Finding("altered", sentence, number))
    return found


def _one_of(lines: Any, at: int) -> SealedLine | None:
    try:
        return SealedLine(*lines[at])
    except NOT_WHAT_WE_WROTE:
        return None


def _emptied_searches() -> dict[int, str]:
    """The searches whose words went with the person they were for, and the hash of what each says since."""
    said = Trace.objects.filter(kind=Trace.Kind.FORGOTTEN).values_list("detail", flat=True)
    return {int(pk): sealed for detail in said for pk, sealed in detail.get("emptied", {}).items()}


def _was_emptied(line: SealedLine, row: Facts, verdict: Verdict) -> bool:
    """Whether this is a search of which the words went, and nothing else."""
    if line.source != "trace" or line.kind != Trace.Kind.SEARCHED:
        return False
    return row == replace(line.facts, content_hash=verdict.emptied.get(line.source_id, ""))


def _was_erased(line: SealedLine) -> bool:
    """Whether this went with a case that a later line says was deleted. A trace outlives its case."""
    if line.case_id is None or line.source == "trace":
        return False
    later = Line.objects.filter(sequence__gt=line.sequence, source="trace", kind=Trace.Kind.ERASED)
    return later.filter(case_id=line.case_id).exists() and not _still_there(line.case_id)


def _still_there(case: int) -> bool:
    """Whether the office still has this case, or anything that would have gone with it."""
    if _name_cases and _name_cases[0]([case]):
        return True
    kept = [source.model._default_manager for source in SOURCES.values() if source.name != "trace"]
    return any(rows.filter(case_id=case).exists() for rows in kept)


def _check_erasures(lines: list[SealedLine], verdict: Verdict) -> None:
    """A line says of no case that it was deleted while the case is there: it would excuse what is missing."""
    for line in lines:
        is_erasure = line.source == "trace" and line.kind == Trace.Kind.ERASED
        if is_erasure and line.case_id is not None and _still_there(line.case_id):
            sentence = f"line {line.sequence} of the record says that the case was deleted, and it is there."
            verdict.found.append(Finding("inserted", sentence, line.sequence, line.case_id))


def _check_links(lines: list[SealedLine], verdict: Verdict) -> None:
    """Numbers without gaps, each line's own hash, and that each follows the one before."""
    for line in lines:
        after = expected = verdict.sequence + 1
        while expected in verdict.unreadable:
            expected += 1
        if line.sequence > expected:
            verdict.found.append(
                Finding(
                    "deleted", f"{_range(expected, line.sequence - 1)} of the record were deleted.", expected
                )
            )
        elif line.sequence < expected:
            verdict.found.append(
                Finding("inserted", f"Line {line.sequence} was put in before the beginning.", line.sequence)
            )
        if hash_of_line(line.sequence, line.source, line.source_id, line.facts, line.previous) != line.hash:
            verdict.found.append(
                Finding(
                    "altered", f"line {line.sequence} of the record was altered.", line.sequence, line.case_id
                )
            )
        if line.previous != verdict.hash and line.sequence == after:
            sentence = (
                f"line {line.sequence} of the record does not follow line {expected - 1}: one was replaced."
            )
            verdict.found.append(Finding("altered", sentence, line.sequence, line.case_id))
        verdict.sequence, verdict.hash = line.sequence, line.hash
        verdict.lines += 1


def _check_rows(lines: list[SealedLine], verdict: Verdict) -> None:
    """Every row a line seals is still there and says the same."""
    for name, source in SOURCES.items():
        of_source = [line for line in lines if line.source == name]
        rows = read_all(name, [line.source_id for line in of_source])
        for line in of_source:
            row = rows.get(line.source_id)
            if row is None:
                if not _was_erased(line):
                    sentence = f"the {source.words} sealed as line {line.sequence} was deleted."
                    verdict.found.append(Finding("deleted", sentence, line.sequence, line.case_id))
            elif row == UNREADABLE:
                sentence = (
                    f"the {source.words} sealed as line {line.sequence} cannot be read: it was altered."
                )
                verdict.found.append(Finding("altered", sentence, line.sequence, line.case_id))
            elif row != line.facts and not _was_emptied(line, row, verdict):
                sentence = f"the {source.words} sealed as line {line.sequence}: {_difference(row, line)}."
                verdict.found.append(Finding("altered", sentence, line.sequence, line.case_id))
    for line in lines:
        if line.source not in SOURCES:
            sentence = f"line {line.sequence} of the record seals something of a kind nobody knows."
            verdict.found.append(Finding("altered", sentence, line.sequence, line.case_id))


def _check_head(verdict: Verdict) -> None:
    """The ledger ends where its head says. A line that came since the walk is not missing."""
    head = Head.objects.filter(pk=1).first() or Head()
    if head.sequence > verdict.last and not _after(verdict):
        cut = _range(verdict.last + 1, head.sequence)
        verdict.found.append(
            Finding("cut off", f"{cut} at the end of the record were cut off.", verdict.last + 1)
        )
    elif head.sequence < verdict.last:
        added = _range(head.sequence + 1, verdict.last)
        verdict.found.append(
            Finding("inserted", f"{added} stand after the end of the record.", head.sequence + 1)
        )
    elif head.hash != verdict.hash and verdict.last == verdict.sequence:
        verdict.found.append(Finding("altered", "The end of the record was altered.", verdict.sequence))


def _check_unsealed(source: Source, verdict: Verdict) -> None:
    """No row without a line: it was put in by another way than the office's."""
    sealed = Line.objects.filter(source=source.name, source_id=OuterRef("pk"))
    unsealed = source.model._default_manager.filter(~Exists(sealed)).order_by("pk")
    for pk, case in unsealed.values_list("pk", "case_id"):
        sentence = f"a {source.words} was inserted that the record does not know (row {pk})."
        verdict.found.append(Finding("inserted", sentence, None, case))


def _difference(row: Facts, line: SealedLine) -> str:
    return ", ".join(words for name, words in DIFFERENCES if getattr(row, name) != getattr(line, name))


def _range(first: int, last: int) -> str:
    return f"Line {first}" if first == last else f"Lines {first} to {last}"
