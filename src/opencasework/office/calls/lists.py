"""Which calls are to be made, and about which cases at once: “six Universal Credit cases, one call”."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import (
    Case as Choose,
)
from django.db.models import (
    Count,
    IntegerField,
    Min,
    Prefetch,
    Q,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import RowNumber

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.calls.actions import rung_today
from opencasework.office.cases.call_form import RINGING
from opencasework.office.cases.models import Case, CaseQuerySet
from opencasework.office.cases.ringing import line_of, rung_next
from opencasework.office.kit import dates
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet
from opencasework.office.staff.models import StaffMember

AHEAD = timedelta(days=7)
AT_ONCE = 400  # next actions that are read at once
SHOWN = 20  # cases of one call: more than anybody gets through
CALLS_IN_FULL = 20  # of one list: the others say how many cases they are about


@dataclass(frozen=True)
class ToRaise:
    """A case to raise in a call, and why."""

    case: Case
    body: Body
    why: str
    on: date


@dataclass
class Call:
    """One call: the bodies reached at its number, and the cases to raise with them, the longest due first.

    `items` are the first of them, `number` is how many there are.
    """

    bodies: list[Body]
    contacts: list[BodyContact]
    items: list[ToRaise] = field(default_factory=list)
    number: int = 0
    due_on: date = date.max

    @property
    def body(self) -> Body:
        return self.bodies[0]

    @property
    def label(self) -> str:
        """“6 Universal Credit cases, one call”; of cases about different things “6 cases, one call”."""
        labels = {item.case.main_category.label for item in self.items if item.case.main_category}
        is_told = len(labels) == 1 and len(self.items) == self.number
        about = f"{labels.pop()} " if is_told else ""
        return f"{self.number:,} {about}cases, one call" if self.number > 1 else f"1 {about}case"

    @property
    def asks(self) -> list[str]:
        """What they will ask for, each once."""
        return list(dict.fromkeys(ask for contact in self.contacts for ask in contact.asks))


def calls_to_make(staff: StaffMember, *, mine: bool, on: date) -> list[Call]:
    """The calls this colleague could make today, of cases they may know of; most cases first.

    To be raised are cases whose next action is a call to a body, due within a week, and those about which a
    body owes an answer that is late. A kind of body, such as a private landlord, has no number to ring.
    """
    cases = _cases(staff, mine=mine)
    calls = sorted(_gathered(cases, on), key=lambda call: (-call.number, call.due_on, call.body.name))
    _add_late(calls[:CALLS_IN_FULL], cases, on)
    _tidy(calls)
    return calls


def call_to(body: Body, staff: StaffMember, *, mine: bool, on: date) -> Call:
    """The call to this body, or to whoever answers at its number; it may have no case to raise."""
    _with_lines([body])
    wanted, cases = line_of(body), _cases(staff, mine=mine)
    calls = _gathered(cases, on)
    call = next((call for call in calls if line_of(call.body) == wanted), Call([body], body.hotlines()))
    _add_late([call], cases, on)
    _tidy([call])
    return call


def _cases(staff: StaffMember, *, mine: bool) -> CaseQuerySet:
    cases = Case.objects.visible_to(staff).standing().open()
    return cases.filter(owner=staff) if mine else cases


def _gathered(cases: CaseQuerySet, on: date) -> list[Call]:
    """Every call with its number of cases; of the cases themselves those alone that are planned."""
    late, planned = _late(on).filter(case__in=cases).order_by(), _planned(cases, on)
    first = {row["body"]: row for row in late.values("body").annotate(due=Min("due_on"), cases=_NUMBER)}
    bodies = list(Body.objects.filter(pk__in=first).select_related("parent__parent"))
    _with_lines([*bodies, *(item.body for item in planned)])
    due = [*((first[body.pk]["due"], body) for body in bodies), *((item.on, item.body) for item in planned)]
    together: dict[object, Call] = {}
    for day, body in sorted(due, key=lambda each: (each[0], each[1].pk)):
        if body.is_type:
            continue
        call = together.setdefault(line_of(body), Call([], body.hotlines(), due_on=day))
        if body not in call.bodies:
            call.bodies.append(body)
    at_place = list(together.values())
    at_each = {body.pk: place for place, call in enumerate(at_place) for body in call.bodies}
    numbers = _numbers(late, {pk: row["cases"] for pk, row in first.items() if pk in at_each}, at_each)
    known = _late_too(late, [item.case.pk for item in planned])
    counted = {(at_each[body], case) for body, case in known if body in at_each}
    for item in planned:
        if item.body.pk in at_each:
            at_place[at_each[item.body.pk]].items.append(item)
    for place, call in enumerate(at_place):
        call.number = numbers.get(place, 0)
        call.number += len({item.case.pk for item in call.items if (place, item.case.pk) not in counted})
    return at_place


def _late_too(late: EnquiryQuerySet, planned: list[int]) -> set[tuple[int, int]]:
    """Which bodies owe an answer that is late on these cases: the numbers of both.

    By their numbers, some at once: PostgreSQL takes minutes where a question of its own names them.
    """
    parts = [planned[start : start + AT_ONCE] for start in range(0, len(planned), AT_ONCE)]
    return {pair for part in parts for pair in late.filter(case__in=part).values_list("body", "case")}


def _late(on: date) -> EnquiryQuerySet:
    """Late answers to ring about: not those about which the body, its whole or a part of it was rung on this
    day.
    """
    late, rung = Enquiry.objects.to_remind(on=on), rung_today(on)
    for code, bodies in _with_whole_and_parts(rung).items():
        late = late.exclude(body__in=bodies, case__in=rung[code])
    return late


def _with_whole_and_parts(codes: Iterable[str]) -> dict[str, set[int]]:
    """The numbers of these bodies, by code, with those of what each is a part of and of its parts."""
    whole = Body.objects.filter(code__in=codes).select_related("parent__parent")
    found = {body.code: {each.pk for each in body.lineage} for body in whole}
    parts = Body.objects.filter(Q(parent__code__in=found) | Q(parent__parent__code__in=found))
    for pk, *above in parts.values_list("pk", "parent__code", "parent__parent__code"):
        for code in found.keys() & set(above):
            found[code].add(pk)
    return found


_NUMBER = Count("case", distinct=True)


def _numbers(late: EnquiryQuerySet, of_bodies: dict[int, int], at_each: dict[int, int]) -> dict[int, int]:
    """How many cases are late at each place; one that is late with two bodies there is one."""
    there: dict[int, list[int]] = {}
    for body in of_bodies:
        there.setdefault(at_each[body], []).append(body)
    several = {place: bodies for place, bodies in there.items() if len(bodies) > 1}
    found = {place: of_bodies[bodies[0]] for place, bodies in there.items()}
    if several:
        places = [When(body__in=bodies, then=Value(place)) for place, bodies in several.items()]
        at = late.filter(body__in=[pk for bodies in several.values() for pk in bodies])
        rows = at.annotate(place=Choose(*places, output_field=IntegerField())).values("place")
        found |= {row["place"]: row["cases"] for row in rows.annotate(cases=_NUMBER)}
    return found


def _add_late(calls: list[Call], cases: CaseQuerySet, on: date) -> None:
    """Put the first late answers of each of these calls beside what is planned of it."""
    bodies = {body.pk: (body, call) for call in calls for body in call.bodies}
    place = Window(RowNumber(), partition_by="body", order_by=["due_on", "pk"])
    late = _late(on).filter(case__in=cases, body__in=bodies)
    # Of one case more enquiries than one may be late, so more are read than are shown.
    first = late.alias(place=place).filter(place__lte=2 * SHOWN).select_related("case")
    for enquiry in first:
        body, call = bodies[enquiry.body_id]
        why = f"Answer was due {dates.short(enquiry.due_on, today=on)}"
        call.items.append(ToRaise(enquiry.case, body, why, enquiry.due_on))


def _tidy(calls: list[Call]) -> None:
    """Of each call the first cases, each once, with what is shown of them."""
    for call in calls:
        once: dict[int, ToRaise] = {}
        for item in sorted(call.items, key=lambda each: (each.on, each.case.pk)):
            once.setdefault(item.case.pk, item)
        call.items = list(once.values())[:SHOWN]
    prefetch_related_objects(
        [item.case for call in calls for item in call.items], "case_people__person", "issues__category"
    )


def _planned(cases: CaseQuerySet, on: date) -> list[ToRaise]:
    begins = reduce(or_, (Q(next_action__istartswith=f"{word} ") for word in RINGING))
    due = cases.filter(begins, next_action_on__lte=on + AHEAD).order_by("next_action_on", "pk")
    due = due.prefetch_related(
        "issues__body__parent__parent",
        "issues__category",
        "enquiries__body__parent__parent",
        "case_people__person",
    )
    found = []
    for case in due.iterator(chunk_size=AT_ONCE):
        body = rung_next(case)
        if body is not None and case.next_action_on is not None:
            when = dates.short(case.next_action_on, today=on)
            found.append(ToRaise(case, body, f"{case.next_action}, {when}", case.next_action_on))
    return found


def _with_lines(bodies: Iterable[Body]) -> None:
    # Each instance of a body by itself: what is fetched for one is not known to another of the same number.
    everybody = [each for body in bodies for each in body.lineage]
    lines = BodyContact.objects.select_related("checked_by", "body")
    prefetch_related_objects(everybody, Prefetch("contacts", queryset=lines))
