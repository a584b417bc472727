"""When the person last heard from the office, how, and by when they are to hear again.

Read from the timeline, so that it is true of cases that are merged and of mail that came back: what never
reached anybody is no word. Where cases of different people were made one, each of them has heard what they or
whoever came with them heard.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson, CasePersonOrigin, Channel, Event, Question
from opencasework.office.constituents import names
from opencasework.office.constituents.models import PersonMerge
from opencasework.office.kit import around, dates
from opencasework.office.kit.questions import Numbers, instances_of, rows_of
from opencasework.office.kit.working_days import working_days_after, working_days_between
from opencasework.office.places.models import Office

ACKNOWLEDGE_DAYS = 2  # working days in which whoever writes to us has a first word
UPDATE_DAYS = 20  # working days; the longest a person is left without one
IN_PERSON = (Channel.PHONE.value, Channel.SURGERY.value)
HOW = {
    "email": "by email", "post": "by post", "phone": "by telephone", "surgery": "in person",
    "asked": "with a question",
}  # fmt: skip
ICONS = {
    "email": "mail",
    "post": "file-text",
    "phone": "phone",
    "surgery": "users",
    "asked": "message-circle",
}
_KINDS = [
    Event.Kind.OPENED, Event.Kind.LETTER_OUT, Event.Kind.UNDELIVERED, Event.Kind.CALL, Event.Kind.ASKED,
    Event.Kind.MESSAGE_IN,
]  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """A word of ours that reached the person."""

    at: datetime
    how: str  # a key of HOW

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    @property
    def icon(self) -> str:
        return ICONS[self.how]

    @property
    def day(self) -> str:
        """“12 Nov”, as narrow as a row of a list has room for."""
        return dates.short(self.on, today=timezone.localdate()).partition(" ")[2]

    @property
    def words(self) -> str:
        """“Thu 12 Nov, by email”."""
        return f"{dates.short(self.on, today=timezone.localdate())}, {HOW[self.how]}"


@dataclass(frozen=True)
class Told:
    """How the person of one case stands: what they heard last, and when the next word is due."""

    heard: Heard | None
    since: date  # they last heard, or came to us
    due_on: date | None  # None where no word is owed: the case is closed, or we wait for them
    silent_days: int  # working days since
    today: date

    @property
    def is_first(self) -> bool:
        """Whether they have had no word at all yet."""
        return self.heard is None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.today

    @property
    def is_due(self) -> bool:
        return self.due_on is not None and self.due_on <= self.today

    @property
    def short(self) -> str:
        """What a row of a list says."""
        if self.is_late and self.is_first:
            return "Not acknowledged"
        if self.is_late:
            return f"Not told for {self.silent_days} working days"
        return f"Told {self.heard.words}" if self.heard else ""

    @property
    def words(self) -> str:
        """What the page of the case says."""
        said = f"Last heard from us {self.heard.words}" if self.heard else "Has not heard from us yet"
        if self.due_on is None:
            return said
        what = "acknowledge" if self.is_first else "next word"
        return f"{said}; {what} by {dates.short(self.due_on, today=self.today)}"


@dataclass(frozen=True)
class _Hearers:
    """Who hears for somebody on a case, and on which cases lines that name nobody are about them."""

    people: set[int]
    cases: set[int] | None = None  # None: on all that the case consists of

    def are_meant(self, named: int | None, *, on: int) -> bool:
        """Whether a line of the case `on` is about them, that names this person or nobody."""
        return named in self.people if named else self.cases is None or on in self.cases


def told(case: Case, *, today: date, person: int | None = None) -> Told | None:
    """How the person of this case stands; None where the case is nobody's.

    With `person`, the number of one of those it is for, how that one stands, should it consist of cases of
    different people.
    """
    only = {case.pk: _hearers(case, person)} if person is not None else {}
    return told_of([case], today=today, only=only).get(case.pk)


def told_of(
    cases: Collection[Case], *, today: date, only: Mapping[int, _Hearers] | None = None
) -> dict[int, Told]:
    """`told` of each case that somebody brought, by number, with three queries for all of them, and another
    where a line names somebody who is on none.

    The cases come with `case_people` and `questions` prefetched, as from `for_lists()`.
    """
    whose = _families(cases)
    lines: dict[int, list[Any]] = {case.pk: [] for case in cases}
    for line in _lines_of(whose):
        lines[whose[line.case_id]].append(line)
    _name_those_joined(cases, lines)
    nation, only = Office.nation_here(), only or {}
    return {
        case.pk: _told(case, lines[case.pk], only.get(case.pk) or _hearers(case), today=today, nation=nation)
        for case in cases
        if case.constituent is not None
    }


def _lines_of(cases: Collection[int]) -> Iterable[Any]:
    """What these cases say about who heard from us, in the order in which it happened."""
    return instances_of(_said, Numbers(cases), lasting=True)


def _said(cases: Collection[int]) -> QuerySet[Event]:
    return Event.objects.filter(case__in=cases, kind__in=_KINDS).order_by("at", "pk")


def _name_those_joined(cases: Iterable[Case], lines: Mapping[int, Iterable[Any]]) -> None:
    """Let lines that name a record which is part of another by now name that one."""
    known = {None, *(link.person_id for case in cases for link in around.of(case, "case_people"))}
    strange = [line for of in lines.values() for line in of if line.detail.get("person") not in known]
    joined = PersonMerge.objects.filter(undone_at=None).values_list("loser_number", "into_number")
    into: dict[int, int] = {}
    asking = {line.detail["person"] for line in strange}
    while asking:
        found = dict(joined.filter(loser_number__in=asking))
        into |= found
        asking = set(found.values()) - into.keys()
    for line in strange:
        while line.detail["person"] in into:
            line.detail["person"] = into[line.detail["person"]]


def _families(cases: Collection[Case]) -> dict[int, int]:
    """The case each of these and of those merged into them belongs to now."""
    whose = {case.pk: case.pk for case in cases}
    level = [case.pk for case in cases if not case.lacks("merged_cases")]
    while level:
        pairs = rows_of(_merged, Numbers(level), Numbers(whose), lasting=True)
        whose |= {each["pk"]: whose[each["into"]] for each in pairs}
        level = [each["pk"] for each in pairs]
    return whose


def _merged(level: Collection[int], known: Collection[int]) -> QuerySet[Any, Any]:
    merged = Case.objects.filter(merged_into__in=level).exclude(pk__in=known).order_by()
    return merged.annotate(into=F("merged_into")).values("pk", "into")


def _told(case: Case, lines: Iterable[Any], ours: _Hearers, *, today: date, nation: str) -> Told:
    heard = _last_heard(case, lines, ours)
    since = heard.on if heard else timezone.localdate(case.opened_at)
    days = UPDATE_DAYS if heard else ACKNOWLEDGE_DAYS
    questions = around.of(case, "questions")
    waits_for_them = any(q.is_open and q.to == Question.To.CONSTITUENT for q in questions)
    owed = case.is_open and case.kind == Case.Kind.CASEWORK and not waits_for_them
    return Told(
        heard=heard,
        since=since,
        due_on=working_days_after(since, days, nation=nation) if owed else None,
        silent_days=working_days_between(since, today, nation=nation),
        today=today,
    )


def speakers(case: Case, person: int | None = None) -> set[int]:
    """The people on the case who hear for the constituent: they themselves, and whoever acts for them.

    With `person`, the number of one of those it is for, those who hear for that one.
    """
    return _hearers(case, person).people


def _hearers(case: Case, person: int | None = None) -> _Hearers:
    links = [link for link in around.of(case, "case_people") if link.role != CasePerson.Role.THIRD_PARTY]
    everybody = _Hearers({link.person_id for link in links})
    if person not in everybody.people or len(links) == 1 or case.lacks("merged_cases"):
        return everybody
    put = _put_on(case, links)
    cases = set[int]().union(*(put[link.pk] for link in links if link.person_id == person))
    theirs = {
        link.person_id
        for link in links
        if put[link.pk] & cases or (link.acting is not None and link.acting.person_id == person)
    }
    return everybody if theirs == everybody.people else _Hearers(theirs, cases)


def _put_on(case: Case, links: Iterable[CasePerson]) -> dict[int, set[int]]:
    """On which cases each of these was put who are on this one now: itself, and those merged into it."""
    found: dict[int, set[int]] = {link.pk: set() for link in links}
    for behind, put in CasePersonOrigin.objects.filter(behind__in=found).values_list("behind", "case"):
        found[behind].add(put)
    return {pk: cases or {case.pk} for pk, cases in found.items()}


def whom(case: Case, other_side: str) -> int | None:
    """The number of the person on the case with whom a call was, by the name somebody wrote down."""
    said = names.key(other_side)
    for link in case.case_people.all():
        known = [link.person.full_name, link.person.address_as]
        if any(name and (key := names.key(name)) and (key == said or key in said) for name in known):
            return int(link.person_id)
    return None


_MEANT = {"her", "him", "them", "the constituent", "constituent"}  # the person whom the case is for


def is_of(case: Case, other_side: str) -> bool:
    """Whether these words are the name of somebody on the case or a part of it, or “her”."""
    if other_side.strip().casefold() in _MEANT:
        return bool(case.constituents)
    said = set(names.key(other_side).split())
    people = [link.person for link in case.case_people.all()]
    called = [name for person in people for name in (person.full_name, person.address_as) if name]
    return any(said and said <= set(names.key(name).split()) for name in called)


def _last_heard(case: Case, lines: Iterable[Any], ours: _Hearers) -> Heard | None:
    letters: dict[object, Heard] = {}  # a letter that came back is taken out again
    calls: dict[object, Heard] = {}  # by line; one that was never made, likewise
    others: list[Heard] = []
    for line in lines:
        at, detail, kind = line.at, line.detail, line.kind
        named = detail.get("person")
        is_to_us = ours.are_meant(named, on=line.case_id)
        if kind == Event.Kind.LETTER_OUT:
            # Older lines do not say to whom a letter went, but name the body where it went to one.
            if is_to_us and (named or not detail.get("body")):
                letters[detail.get("letter")] = Heard(
                    at, "post" if detail.get("means") == "post" else "email"
                )
        elif kind == Event.Kind.UNDELIVERED:
            if "letter" in detail:
                letters.pop(detail["letter"], None)
            calls.pop(detail.get("call"), None)
        elif kind in (Event.Kind.CALL, Event.Kind.MESSAGE_IN) and detail.get("body"):
            continue  # spoken to was a body, whomever it was about
        elif kind == Event.Kind.CALL and detail.get("unreached"):
            continue
        elif kind == Event.Kind.CALL:
            heading = str(line.text).partition("\n")[0].removeprefix("Call with ")
            if is_to_us if named else whom(case, heading) in ours.people:
                calls[line.pk] = Heard(at, "surgery" if detail.get("how") == "surgery" else "phone")
        elif kind == Event.Kind.ASKED:
            if is_to_us and detail.get("to") == Question.To.CONSTITUENT:
                others.append(Heard(at, "asked"))
        elif detail.get("auto_reply") or detail.get("rang"):
            continue
        elif is_to_us and detail.get("channel") in IN_PERSON:
            # Whoever rings or comes in is spoken to.
            others.append(Heard(at, str(detail["channel"])))
    return max([*letters.values(), *calls.values(), *others], key=lambda heard: heard.at, default=None)
