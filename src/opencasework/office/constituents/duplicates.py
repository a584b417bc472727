"""People who may be one: what they have in common, why that counts, and how much.

Nothing here is decided: a person compares the two. Whoever asks is shown only people they may know of; others
are neither compared nor counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from django.db.models import Q

from opencasework.office.constituents import names, phones
from opencasework.office.constituents.models import (
    NotTheSame,
    Person,
    PersonAddress,
    PersonEmail,
    PersonName,
    PersonPhone,
    PersonQuerySet,
)
from opencasework.office.staff.models import StaffMember

# What each thing in common adds, of 100. Proposals of this project: a shared name or a shared home alone is
# no proof; a name with a birthday or a number is nearly one.
NAME = {
    "written": (50, "Same name"),
    "alone": (50, "Same name, of one word that many may have"),
    "same": (40, "Names that are often one"),
    "joined": (30, "One name, written together or apart"),
    "slip": (30, "Names spelt alike"),
    "part": (30, "One name is part of the other"),
    "bare": (20, "One name is part of the other"),
}
BORN, BORN_SWAPPED, BORN_APART = 35, 15, -40
PHONE, EMAIL, ADDRESS, POSTCODE = 30, 30, 20, 10
LISTED, SHOWN = 50, 30  # the least for the list; the least while somebody types, when little is known yet
LARGEST_BLOCK = 60  # people; of more who share one thing (a hostel's telephone) only like names are compared
MOST_COMPARED, MOST_SHOWN = 200, 5  # while somebody types


@dataclass(frozen=True)
class Facts:
    """What of a person is compared. A number of 0 is somebody being written down."""

    number: int
    names: tuple[str, ...]  # keys, the full name's first
    written: frozenset[str]  # the same with short forms as they are
    born: date | None = None
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How much two people look like one, of 100, and why."""

    score: int
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons in one line: “Same name, same telephone”."""
        said = ", ".join(self.reasons)
        return said[:1] + said[1:].lower()


@dataclass(frozen=True)
class Pair:
    """Two people who may be one; the lower number first."""

    one: int
    other: int
    likeness: Likeness


@dataclass
class _Gathered:
    names: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    born: date | None = None
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    postcodes: set[str] = field(default_factory=set)


def _written(name: str) -> str:
    return " ".join(sorted(set(names.parts(name[: names.LONGEST]))))


def _address(lines: str, postcode: str) -> str:
    return " ".join([*names.parts(lines)[:6], postcode]) if lines else ""


def facts_of(people: PersonQuerySet) -> dict[int, Facts]:
    """The facts of these people by their number, in five queries however many they are."""
    found: dict[int, _Gathered] = {}
    for number, name, key, born in people.order_by().values_list(
        "pk", "full_name", "name_key", "date_of_birth"
    ):
        found[number] = _Gathered(names=[key], written={_written(name)}, born=born)
    theirs = Q(person__in=people.order_by().values("pk"))
    for number, name, key in PersonName.objects.filter(theirs).values_list("person", "name", "name_key"):
        if number in found:
            found[number].names.append(key)
            found[number].written.add(_written(name))
    for number, email in PersonEmail.objects.filter(theirs).values_list("person", "address"):
        if number in found:
            found[number].emails.add(email)
    for number, compact in PersonPhone.objects.filter(theirs).values_list("person", "compact"):
        if number in found and compact:
            found[number].phones.add(compact)
    for number, lines, postcode in PersonAddress.objects.filter(theirs).values_list(
        "person", "lines", "postcode"
    ):
        if number in found:
            found[number].addresses |= {_address(lines, postcode)} - {""}
            found[number].postcodes |= {postcode} - {""}
    return {number: _facts(number, each) for number, each in found.items()}


def _facts(number: int, each: _Gathered) -> Facts:
    return Facts(
        number=number,
        names=tuple(key for key in each.names if key),
        written=frozenset(each.written - {""}),
        born=each.born,
        emails=frozenset(each.emails),
        phones=frozenset(each.phones),
        addresses=frozenset(each.addresses),
        postcodes=frozenset(each.postcodes),
    )


def typed(
    *,
    name: str,
    born: date | None = None,
    email: str = "",
    phone: str = "",
    lines: str = "",
    postcode: str = "",
) -> Facts:
    """The facts of somebody who is just being written down."""
    compact = phones.compact(phone)
    return _facts(
        0,
        _Gathered(
            names=[names.key(name)],
            written={_written(name)},
            born=born,
            emails={email.strip().lower()} - {""},
            phones={compact} if len(compact) >= 6 else set(),
            addresses={_address(lines, postcode)} - {""},
            postcodes={postcode} - {""},
        ),
    )


def _names_in_common(one: Facts, other: Facts) -> str:
    """How the nearest two of their names are alike: a key of NAME, or ""."""
    if both := one.written & other.written:
        # “Suharto” is a whole name, and 王小明 is: found by it, and said to be less than two words in common.
        return "written" if any(" " in name for name in both) else "alone"
    ways = {names.alike(mine, theirs) for mine in one.names for theirs in other.names}
    if best := next((way for way in ("same", "slip", "part") if way in ways), ""):
        return best
    if any(
        names.is_joined(mine, theirs)  # short forms as they are, too: Annmarie has none
        for ours, others in ((one.names, other.names), (one.written, other.written))
        for mine in ours
        for theirs in others
    ):
        return "joined"
    bare = any(
        1 in (len(mine.split()), len(theirs.split())) and set(mine.split()) & set(theirs.split())
        for mine in one.names
        for theirs in other.names
    )
    return "bare" if bare else ""


def compare(one: Facts, other: Facts, *, least: int = LISTED) -> Likeness | None:
    """How much they look like one person, or None where that is less than `least`.

    A couple shares a home, a telephone and an email. So without likeness of names only a birthday and a way
    to reach them in common count, with a name in common besides: somebody who married.
    """
    name = _names_in_common(one, other)
    same_born = bool(one.born and one.born == other.born)
    if not name and not same_born and least == LISTED:
        return None
    points, reason = NAME[name] if name else (0, "")
    said = [reason] if reason else []
    reached = 0
    if one.phones & other.phones:
        reached += PHONE
        said.append("Same telephone")
    if one.emails & other.emails:
        reached += EMAIL
        said.append("Same email")
    if not name and least == LISTED and not (same_born and reached and _share_a_part(one, other)):
        return None
    points += reached
    if one.addresses & other.addresses:
        points += ADDRESS
        said.append("Same address")
    elif one.postcodes & other.postcodes:
        points += POSTCODE
        said.append("Same postcode")
    if one.born and other.born:
        more, reason = _birthdays(one.born, other.born)
        points += more
        said.append(reason)
    return Likeness(min(points, 100), tuple(said)) if points >= least else None


def _birthdays(one: date, other: date) -> tuple[int, str]:
    if one == other:
        return BORN, "Born on the same day"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return BORN_SWAPPED, "Dates of birth with day and month swapped"
    return BORN_APART, "Different dates of birth"


def _share_a_part(one: Facts, other: Facts) -> bool:
    mine = {part for key in one.names for part in key.split()}
    return any(part in mine for key in other.names for part in key.split())


def _blocks(each: Facts) -> Iterator[tuple[str, ...]]:
    """What two people must have in common to be compared at all, so that not everybody is with everybody."""
    # A name that is only alike makes no pair by itself, so what they have in common besides is enough.
    for name in each.names:
        yield "name", name
    for email in each.emails:
        yield "email", email
    for phone in each.phones:
        yield "phone", phone
    for address in each.addresses:
        yield "address", address
    for postcode in each.postcodes:
        yield "postcode", postcode
    if each.born:
        yield "born", each.born.isoformat()


def pairs(people: PersonQuerySet) -> list[Pair]:
    """Every two of these people who may be one, the likeliest first; without those told apart already."""
    facts = facts_of(people)
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, each in facts.items():
        for block in _blocks(each):
            blocks[block].append(number)
    done = _told_apart()
    found = []
    for numbers in _small(blocks, facts):
        for two in combinations(sorted(numbers), 2):
            if two in done:
                continue
            done.add(two)
            if likeness := compare(facts[two[0]], facts[two[1]]):
                found.append(Pair(*two, likeness))
    return sorted(found, key=lambda pair: (-pair.likeness.score, -pair.other, -pair.one))


def _small(blocks: dict[tuple[str, ...], list[int]], facts: dict[int, Facts]) -> Iterator[list[int]]:
    """The blocks with somebody to compare; of a large one, those in it with a part that sounds alike."""
    for numbers in blocks.values():
        if 2 <= len(numbers) <= LARGEST_BLOCK:
            yield numbers
        elif len(numbers) > LARGEST_BLOCK:
            alike: dict[str, list[int]] = defaultdict(list)
            for number in numbers:
                for sound in {names.sound(part) for key in facts[number].names for part in key.split()}:
                    alike[sound].append(number)
            yield from (some for some in alike.values() if 2 <= len(some) <= LARGEST_BLOCK)


def _told_apart() -> set[tuple[int, int]]:
    return {(min(two), max(two)) for two in NotTheSame.objects.order_by().values_list("one_id", "other_id")}


def told_apart_from(person: Person) -> set[int]:
    """Those whom somebody has told apart from this person."""
    rows = NotTheSame.objects.filter(Q(one=person) | Q(other=person)).values_list("one_id", "other_id")
    return {number for two in rows for number in two} - {person.pk}


def like(person: Person, *, staff: StaffMember) -> list[tuple[Person, Likeness]]:
    """Whoever may be this person, the likeliest first."""
    facts = facts_of(Person.objects.filter(pk=person.pk))[person.pk]
    return _likest(facts, staff=staff, least=LISTED, without=told_apart_from(person) | {person.pk})


def like_typed(facts: Facts, *, staff: StaffMember) -> list[tuple[Person, Likeness]]:
    """Whoever may be the person that is being written down, the likeliest first."""
    return _likest(facts, staff=staff, least=SHOWN, without=set())


def _likest(
    facts: Facts, *, staff: StaffMember, least: int, without: set[int]
) -> list[tuple[Person, Likeness]]:
    some = _candidates(facts)
    if some is None:
        return []
    near = Person.objects.visible_among_few(staff).filter(some).exclude(pk__in=without).order_by("-pk")
    numbers = list(near.values_list("pk", flat=True)[:MOST_COMPARED])
    others = facts_of(Person.objects.filter(pk__in=numbers))
    found = [
        (number, likeness)
        for number, other in others.items()
        if (likeness := compare(facts, other, least=least))
    ]
    best = sorted(found, key=lambda each: (-each[1].score, -each[0]))[:MOST_SHOWN]
    people = Person.objects.for_lists().in_bulk([number for number, _ in best])
    return [(people[number], likeness) for number, likeness in best]


def _candidates(facts: Facts) -> Q | None:
    """The condition on people worth comparing with; None where too little is known."""
    some = [_named_like(key) if len(key.split()) > 1 else _named_so(key) for key in facts.names]
    for model, column, values in _held(facts):
        rows = model._default_manager.filter(**{f"{column}__in": values})
        some.append(Q(pk__in=rows.values("person")))
    if facts.born:
        some.append(Q(date_of_birth=facts.born))
    condition: Q | None = None
    for each in some:
        condition = each if condition is None else condition | each
    return condition


def _held(facts: Facts) -> Iterable[tuple[Any, str, frozenset[str]]]:
    held: tuple[tuple[Any, str, frozenset[str]], ...] = (
        (PersonEmail, "address", facts.emails),
        (PersonPhone, "compact", facts.phones),
        (PersonAddress, "postcode", facts.postcodes),
    )
    return [(model, column, values) for model, column, values in held if values]


def _named_so(key: str) -> Q:
    """Who has this one word for a name: of what begins like it there would be too many."""
    return Q(name_key=key) | Q(pk__in=PersonName.objects.filter(name_key=key).values("person"))


def _named_like(key: str) -> Q:
    """Two of the parts begin as two of theirs do, or theirs under another name."""
    some = Q()
    for two in combinations(key.split()[:4], 2):
        both = Q()
        for part in two:
            start = part[:3]
            both &= Q(name_key__startswith=start) | Q(name_key__contains=f" {start}")
        some |= both
    return some | Q(pk__in=PersonName.objects.filter(some).values("person"))
