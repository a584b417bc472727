"""Which calls are to be made, and about which cases at once: “six Universal Credit cases, one call”."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Prefetch, Q, prefetch_related_objects

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.call_form import RINGING
from opencasework.office.cases.models import Case, CaseQuerySet
from opencasework.office.cases.ringing import line_of, rung_next
from opencasework.office.kit import dates
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember

AHEAD = timedelta(days=7)
MOST = 400  # cases looked at for one list


@dataclass(frozen=True)
class ToRaise:
    """A case to raise in a call, and why."""

    case: Case
    body: Body
    why: str
    on: date


@dataclass
class Call:
    """One call: the bodies reached at its number, and the cases to raise with them, the longest due first."""

    bodies: list[Body]
    contacts: list[BodyContact]
    items: list[ToRaise] = field(default_factory=list)

    @property
    def body(self) -> Body:
        return self.bodies[0]

    @property
    def label(self) -> str:
        """“6 Universal Credit cases, one call”; of cases about different things “6 cases, one call”."""
        labels = {item.case.main_category.label for item in self.items if item.case.main_category}
        about = f"{labels.pop()} " if len(labels) == 1 else ""
        number = len(self.items)
        return f"{number} {about}cases, one call" if number > 1 else f"1 {about}case"

    @property
    def due_on(self) -> date:
        return min(item.on for item in self.items)

    @property
    def asks(self) -> list[str]:
        """What they will ask for, each once."""
        return list(dict.fromkeys(ask for contact in self.contacts for ask in contact.asks))


def calls_to_make(staff: StaffMember, *, mine: bool, on: date) -> list[Call]:
    """The calls this colleague could make today, of cases they may know of; most cases first.

    To be raised are cases whose next action is a call to a body, due within a week, and those about which a
    body owes an answer that is late. A kind of body, such as a private landlord, has no number to ring.
    """
    cases = Case.objects.visible_to(staff).standing().open()
    cases = cases.filter(owner=staff) if mine else cases
    found = [*_late(cases, on), *_planned(cases, on)]
    _with_lines([item.body for item in found])
    together: dict[object, Call] = {}
    for item in sorted(found, key=lambda each: (each.on, each.case.pk)):
        if item.body.is_type:
            continue
        call = together.setdefault(line_of(item.body), Call([], item.body.hotlines()))
        if item.body not in call.bodies:
            call.bodies.append(item.body)
        if all(item.case.pk != other.case.pk for other in call.items):
            call.items.append(item)
    prefetch_related_objects(
        [item.case for call in together.values() for item in call.items],
        "case_people__person", "issues__category",
    )  # fmt: skip
    return sorted(together.values(), key=lambda call: (-len(call.items), call.due_on, call.body.name))


def call_to(body: Body, staff: StaffMember, *, mine: bool, on: date) -> Call:
    """The call to this body, or to whoever answers at its number; it may have no case to raise."""
    _with_lines([body])
    wanted = line_of(body)
    calls = calls_to_make(staff, mine=mine, on=on)
    return next((call for call in calls if line_of(call.body) == wanted), Call([body], body.hotlines()))


def _late(cases: CaseQuerySet, on: date) -> list[ToRaise]:
    late = Enquiry.objects.overdue(on=on).filter(case__in=cases)
    late = late.select_related("case", "body__parent__parent")
    return [
        ToRaise(
            enquiry.case,
            enquiry.body,
            f"Answer was due {dates.short(enquiry.due_on, today=on)}",
            enquiry.due_on,
        )
        for enquiry in late.order_by("due_on", "pk")[:MOST]
    ]


def _planned(cases: CaseQuerySet, on: date) -> list[ToRaise]:
    begins = reduce(or_, (Q(next_action__istartswith=f"{word} ") for word in RINGING))
    due = cases.filter(begins, next_action_on__lte=on + AHEAD).order_by("next_action_on", "pk")[:MOST]
    due = due.prefetch_related(
        "issues__body__parent__parent", "enquiries__body__parent__parent", "case_people__person"
    )
    found = []
    for case in due:
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
