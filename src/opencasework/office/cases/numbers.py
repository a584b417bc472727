"""Which numbers a case has, who may read them, where else they stand, and which are still missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Q

from opencasework.office.cases import beside
from opencasework.office.cases.models import Case, CasePerson, Event, PassedNumber, ReferenceNumber
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references, tables
from opencasework.office.kit.once import once
from opencasework.office.places.models import NATIONS_OF, Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Sensitivity

HIDDEN = references.COVER
NOT_SHOWN = "Numbers that are not shown to you stand there, too. Ask the caseworker to add them."
MOST_NEAR = 2_000_000  # characters around figures of one case, or one paste, that are read: some two seconds
MOST_PROPOSED = 12  # numbers proposed at once from what came in
TEXTS_AT_ONCE = 50  # fetched from the database
MOST_TWINS = 30  # other cases with one of the numbers, the newest; more is a number of everybody
KEYS = "123456789"  # the keys that copy the numbers of a case, from the top
# What one needs besides being let near the case at all, by how sensitive a kind of number is.
NEEDED = {
    Sensitivity.SPECIAL_CATEGORY: May.SEE_SENSITIVE,
    Sensitivity.CRIMINAL_OR_SAFEGUARDING: May.SEE_CRIMINAL,
    Sensitivity.RESTRICTED: May.SEE_RESTRICTED,
}


def may_read(staff: StaffMember, kind: str, case: Case) -> bool:
    """Whether this colleague may have a number of this kind shown in full.

    Everybody reads numbers of public registers. For the others one must work on cases, and be let see data of
    that sensitivity or work on this very case.
    """
    if kind not in hidden_from(staff.role):
        return True
    return kind not in hidden_from(staff.role, works_on_it=True) and works_on(staff, case)


def works_on(staff: StaffMember, case: Case) -> bool:
    """Whether they own the case, where none stands for it, or are named on it."""
    named = case.shared_with.filter(pk=staff.pk).exists
    owns = case.owner_id == staff.pk and case.merged_into_id is None
    return owns or once(f"{staff.pk} is named on case {case.pk}", named)


@lru_cache
def hidden_from(role: str, *, works_on_it: bool = False) -> frozenset[str]:
    """The kinds of number that are not shown to this role, on a case that they work on or do not."""
    staff = StaffMember(role=role)
    kinds = {code: kind.sensitivity for code, kind in references.kinds().items() if kind.is_masked}
    if not may(staff, May.WRITE_CASES):
        return frozenset(kinds)
    needed = {code: NEEDED.get(Sensitivity(sensitivity)) for code, sensitivity in kinds.items()}
    return frozenset(code for code, act in needed.items() if act and not works_on_it and not may(staff, act))


def removal_said(line: Event, staff: StaffMember, case: Case) -> str:
    """What a line that a number was removed says to this colleague: the number only as they may read it."""
    kinds = references.kinds()
    kind = line.detail.get("number_kind", "")
    if kind not in kinds:  # a line of before: its text begins with the name
        named = [code for code, each in kinds.items() if line.text.startswith(f"{each.name} ")]
        kind = max(named, key=lambda code: len(kinds[code].name), default=references.OTHER)
    if may_read(staff, kind, case):
        return line.text
    name = kinds[kind].name
    return f"{name if line.text.startswith(name) else line.text.rpartition(' ')[0]} {HIDDEN}"


@dataclass(frozen=True)
class Elsewhere:
    """Another case with the same number that the viewer may see."""

    case: Case
    is_of_the_same: bool  # the two cases share a person

    @property
    def whose(self) -> str:
        return str(self.case.constituent or "nobody")


@dataclass(frozen=True)
class Line:
    """One number as the page of a case shows it."""

    number: ReferenceNumber
    shown: str
    is_masked: bool  # it can be shown on asking
    is_hidden: bool  # for this viewer it cannot
    key: str  # that copies it; empty for the tenth and those that are hidden
    is_from_elsewhere: bool  # the person's own, written down on another case of theirs
    whose: str = ""  # where it is not of the first of whom the case is for
    is_of_the_case: bool = True  # of the matter, or of somebody the case is for
    elsewhere: list[Elsewhere] = field(default_factory=list)

    @property
    def groups(self) -> list[str]:
        """As it is read out on the telephone: QQ 123 456 C."""
        return references.in_groups(self.shown)

    @property
    def of_somebody_else(self) -> list[Elsewhere]:
        return [each for each in self.elsewhere if not each.is_of_the_same]

    @property
    def also_on(self) -> list[Elsewhere]:
        return [each for each in self.elsewhere if each.is_of_the_same]


def numbers_of(case: Case, staff: StaffMember) -> list[ReferenceNumber]:
    """The case's own numbers, then its people's that stand on other cases the viewer sees; each once."""
    own = list(case.references.all())
    if case.lacks(beside.NUMBERS_ELSEWHERE):
        return own
    people = [link.person_id for link in case.case_people.all() if link.role == CasePerson.Role.CONSTITUENT]
    theirs = ReferenceNumber.objects.filter(person__in=people).exclude(case=case)
    # Who may see what is the dearer question, and most people have no other case.
    if theirs.exists():
        theirs = theirs.filter(case__in=Case.objects.visible_to(staff)).select_related("case")
    else:
        theirs = theirs.none()
    found = {(number.kind, number.compact): number for number in theirs}
    for number in own:
        found.pop((number.kind, number.compact), None)
    return [*own, *found.values()]


def lines(case: Case, staff: StaffMember, *, shown: int | None = None) -> list[Line]:
    """The numbers as this viewer sees them; `shown` is the one they have just asked to see."""
    numbers = numbers_of(case, staff)
    has_none = case.lacks(beside.TWINS, beside.NUMBERS_ELSEWHERE)
    twins = {} if has_none else _twins(case, numbers, staff)
    keys = iter(KEYS)
    theirs = for_whom(case)
    called = _called(case, numbers)
    found = []
    for number in numbers:
        is_hidden = not may_read(staff, number.kind, case)
        is_masked = number.is_masked and number.pk != shown and not is_hidden
        text = HIDDEN if is_hidden else number.masked if is_masked else number.written
        found.append(
            Line(
                number=number,
                shown=text,
                is_masked=is_masked,
                is_hidden=is_hidden,
                key="" if is_hidden else next(keys, ""),
                is_from_elsewhere=number.case_id != case.pk,
                whose=theirs.get(number.person_id, called.get(number.person_id, "")),
                is_of_the_case=number.person_id in theirs,
                elsewhere=twins.get((number.kind, number.compact), []),
            )
        )
    return found


def for_whom(case: Case) -> dict[int | None, str]:
    """Whose a number of the case may be that a body is told: nobody's, as it is of the matter, or somebody's
    the case is for. By the person's number, with their name where they are not the first of them.
    """
    people = case.constituents
    return {None: "", **{person.pk: "" if person == people[0] else str(person) for person in people}}


def _called(case: Case, numbers: list[ReferenceNumber]) -> dict[int | None, str]:
    """What those are called whose the numbers are, by their number."""
    names: dict[int | None, str] = {link.person_id: str(link.person) for link in case.case_people.all()}
    gone = {number.person_id for number in numbers if number.person_id} - names.keys()
    if gone:  # taken off the case
        names |= {person.pk: str(person) for person in Person.objects.filter(pk__in=gone)}
    return names


def card(case: Case, staff: StaffMember, *, shown: int | None) -> dict[str, list[Any]]:
    """What the card of reference numbers on the page of a case shows."""
    found = lines(case, staff, shown=shown)
    missing = still_missing(case, [line.number for line in found]) if case.is_open else []
    return {"number_lines": found, "numbers_missing": missing}


def _twins(
    case: Case, numbers: Iterable[ReferenceNumber], staff: StaffMember
) -> dict[tuple[str, str], list[Elsewhere]]:
    """Other visible cases with one of these numbers."""
    wanted = Q()
    for number in numbers:
        if number.compact:
            wanted |= Q(kind=number.kind, compact=number.compact)
    if not wanted:
        return {}
    same = ReferenceNumber.objects.filter(wanted).exclude(case=case)
    if not same.exists():
        return {}
    same = same.filter(case__in=Case.objects.visible_to(staff))
    same = (
        same.select_related("case")
        .prefetch_related("case__case_people__person")
        .order_by("-case", "pk")[:MOST_TWINS]
    )
    people = {link.person_id for link in case.case_people.all()}
    found: dict[tuple[str, str], list[Elsewhere]] = {}
    for twin in same:
        shared = {link.person_id for link in twin.case.case_people.all()} & people
        found.setdefault((twin.kind, twin.compact), []).append(Elsewhere(twin.case, bool(shared)))
    return found


def somebody_elses(case: Case, kind: str, value: str, staff: StaffMember) -> str:
    """A sentence where this number stands on a case of other people; empty where it does not.

    Nothing is said of cases the viewer may not see.
    """
    compact = references.kinds()[kind].compact(value)
    number = ReferenceNumber(case=case, kind=kind, value=value, compact=compact)
    others = [
        each for each in _twins(case, [number], staff).get((kind, compact), []) if not each.is_of_the_same
    ]
    if not others:
        return ""
    on = " and ".join(f"{each.case.reference} ({each.whose})" for each in others[:3])
    return (
        f"This {references.kinds()[kind].name} stands on {on} as well, another person’s case. "
        "One of the two may be wrong; check it before you write to anybody."
    )


# --- numbers the routes ask for ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Needed:
    """A number that what is usually done next will ask for."""

    words: str
    kind: str  # to be preselected
    label: str
    is_optional: bool


@lru_cache(maxsize=1)
def _table() -> list[dict[str, str]]:
    return tables.rows("opencasework.office.cases", "needed_numbers.csv")


def nations_here() -> set[str]:
    """The codes of a table of nations that hold where this office is."""
    nation = Office.nation_here()
    return {code for code, nations in NATIONS_OF.items() if nation in nations}


def still_missing(case: Case, numbers: Iterable[ReferenceNumber]) -> list[Needed]:
    """What the routes of its open issues ask for and the case has not."""
    categories = {issue.category.code for issue in case.issues.all() if not issue.outcome}
    nations = nations_here()
    held = {number.kind for number in numbers}
    labels = {number.label.lower() for number in numbers if number.label}
    found: dict[str, Needed] = {}
    for row in _table():
        if row["category"] not in categories or row["nation"] not in nations:
            continue
        wanted = [code for code in row["kinds"].split("|") if _is_of(code, nations)]
        if not wanted or held & set(wanted) - {references.OTHER} or row["label"].lower() in labels:
            continue
        words = row["label"] or " or ".join(references.kinds()[code].name for code in wanted)
        found.setdefault(words, Needed(words, wanted[0], row["label"], row["need"] == "optional"))
    return list(found.values())


def _is_of(code: str, nations: set[str]) -> bool:
    """Whether numbers of this kind are given out here: a Northern Ireland driver number is not in Leeds."""
    if code == "DRIVERNI":
        return "ni" in nations
    return code != "DRIVERGB" or "gb" in nations


# --- numbers in what came in ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """Something that was written or received on a case, in which numbers may stand."""

    said: str  # where, in words: “a note of 12 November”
    text: str
    unread: str = ""  # a sentence about what of it could not be read


@dataclass(frozen=True)
class Proposed:
    """A number that stands in a text of the case and is not kept yet."""

    kind: str
    value: str
    said: str

    @property
    def kind_name(self) -> str:
        return references.kinds()[self.kind].name

    @property
    def masked(self) -> str:
        known = references.kinds()[self.kind]
        return references.mask(known.compact(self.value)) if known.is_masked else self.value


@dataclass
class Reading:
    """What was found in the texts of a case, and a sentence on each thing that was not read."""

    proposed: list[Proposed] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


# Folders above this one add where texts of a case stand (messages, attachments).
SOURCES: list[Callable[[Case], Iterable[Text]]] = []


def notes_and_calls(case: Case) -> Iterable[Text]:
    """What colleagues wrote, the newest first."""
    written = case.events.filter(kind__in=[Event.Kind.NOTE, Event.Kind.CALL]).order_by("-at")
    for event in written.iterator(chunk_size=TEXTS_AT_ONCE):
        yield Text(f"{event.get_kind_display().lower()} of {event.at:%-d %B}", event.text)


SOURCES.append(notes_and_calls)


def proposed(case: Case, staff: StaffMember) -> Reading:
    """Numbers recognised in the texts of the case that are neither kept nor passed over, each once."""
    known = {(number.kind, number.compact) for number in numbers_of(case, staff)}
    known |= set(PassedNumber.objects.filter(case=case).values_list("kind", "compact"))
    reading = Reading()
    read = 0
    for text in (text for source in SOURCES for text in source(case)):
        if text.unread:
            reading.unread.append(text.unread)
        for size, found in references.pieces(text.text):
            read += size
            for kind, value in references.known_by(found):
                what = (kind, references.kinds()[kind].compact(value))
                if what in known:
                    continue
                known.add(what)
                if may_read(staff, kind, case):
                    reading.proposed.append(Proposed(kind, value, text.said))
                elif NOT_SHOWN not in reading.unread:
                    reading.unread.append(NOT_SHOWN)
            if len(reading.proposed) >= MOST_PROPOSED:
                reading.proposed = reading.proposed[:MOST_PROPOSED]
                reading.unread.append("There may be more: they are looked for once these are dealt with.")
                return reading
            if read > MOST_NEAR:
                reading.unread.append(
                    f"There is more on this case than is read at once: the rest of {text.said}, and what "
                    "comes after it, was not. Paste what may have numbers in it."
                )
                return reading
    return reading
