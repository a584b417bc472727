"""How fast a body really answers this office, with what is still open counted as waiting so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.kit.working_days import working_days_after, working_days_between
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet, Letter
from opencasework.office.staff.models import StaffMember

LOOK_BACK = timedelta(days=730)  # what was sent earlier says little about today
WITHIN_DAYS = 20  # working days
FEWEST = 5  # enquiries; of fewer nothing is said but how many they are
FEW = 20  # of fewer than this it is said that they are few


@dataclass(frozen=True)
class Wait:
    """One enquiry: the working days until it was answered or, where it was not, for which it has waited.

    `had_time`: by today it has had twenty working days, whatever came of it.
    """

    days: int
    answered: bool
    had_time: bool = True


@dataclass(frozen=True)
class Speed:
    """What is said of one body. `median` is None where fewer than half would have been answered by now."""

    count: int
    answered: int
    median: int | None
    in_time: int  # of those that have had twenty working days, how many were answered in them
    had_time: int
    longest: int  # working days that an open one has waited

    @property
    def waiting(self) -> int:
        return self.count - self.answered

    @property
    def is_too_few(self) -> bool:
        return self.count < FEWEST

    @property
    def is_few(self) -> bool:
        return self.count < FEW

    @property
    def short(self) -> str:
        """In a few words, for a list; empty where there are too few to say."""
        if self.is_too_few:
            return ""
        if self.median is None:
            return "answers us slowly: fewer than half so far"
        return f"answers us in about {self.median} working day{'' if self.median == 1 else 's'}"

    @property
    def share(self) -> int:
        """Per cent answered within twenty working days."""
        return round(100 * self.in_time / self.had_time) if self.had_time else 0


def median(waits: Sequence[Wait]) -> int | None:
    """The day by which half are answered, after Kaplan and Meier (1958); None where that is not reached.

    An open enquiry counts among those that wait for as long as it has waited, and is then left out of the
    count: to leave it out from the start, or to count it as answered today, would make a slow body look fast.
    The median is the first day on which the estimated share of those still waiting is a half or less.
    """
    answered = Counter(wait.days for wait in waits if wait.answered)
    leaving = Counter(wait.days for wait in waits)
    at_risk = len(waits)
    still_waiting = Fraction(1)
    for day in sorted(leaving):
        if answered[day]:
            still_waiting *= 1 - Fraction(answered[day], at_risk)
            if still_waiting <= Fraction(1, 2):
                return day
        at_risk -= leaving[day]
    return None


def speed_of(waits: Sequence[Wait]) -> Speed:
    """The figures of these waits."""
    # One that ended without an answer before its twenty days were over says nothing about them.
    told = [wait for wait in waits if wait.had_time and (wait.answered or wait.days >= WITHIN_DAYS)]
    return Speed(
        count=len(waits),
        answered=sum(wait.answered for wait in waits),
        median=median(waits),
        in_time=sum(wait.answered and wait.days <= WITHIN_DAYS for wait in told),
        had_time=len(told),
        longest=max((wait.days for wait in waits if not wait.answered), default=0),
    )


def wait_of(enquiry: Enquiry, *, today: date) -> Wait:
    """How long this enquiry has waited by today, or until its case was closed, in its body's working days."""
    nation = enquiry.body.holiday_nation
    closed = enquiry.case.closed_at
    until = enquiry.answered_on or (timezone.localdate(closed) if closed else today)
    twenty = working_days_after(enquiry.sent_on, WITHIN_DAYS, nation=nation)
    return Wait(
        days=working_days_between(enquiry.sent_on, min(until, today), nation=nation),
        answered=enquiry.answered_on is not None,
        had_time=twenty <= today,
    )


def counted(staff: StaffMember, *, today: date) -> EnquiryQuerySet:
    """The enquiries that figures shown to this colleague are made of.

    None of a restricted or criminal case, for anybody: two colleagues who compare their numbers must not
    learn from the difference that there is one. And none that the colleague could not count on their own.
    """
    cases = Case.objects.visible_to(staff) & Case.objects.for_every_caseworker()
    return (
        Enquiry.objects.filter(case__in=cases, sent_on__gte=today - LOOK_BACK)
        .exclude(letter__state=Letter.State.SENDING)
        .select_related("body", "case")
        .order_by()
    )


def with_parts(body: Body) -> list[int]:
    """The numbers of the body and of all that is below it."""
    found, level = [body.pk], [body.pk]
    while level:
        level = list(Body.objects.filter(parent__in=level).exclude(pk__in=found).values_list("pk", flat=True))
        found += level
    return found


def speed(body: Body, *, staff: StaffMember, today: date) -> Speed:
    """How fast a body and its parts answer, as this colleague may know."""
    enquiries = counted(staff, today=today).filter(body__in=with_parts(body))
    return speed_of([wait_of(enquiry, today=today) for enquiry in enquiries])


def speeds(bodies: Iterable[Body], *, staff: StaffMember, today: date) -> dict[int, Speed]:
    """The same for several bodies, each without its parts, with one query."""
    waits: dict[int, list[Wait]] = {body.pk: [] for body in bodies}
    for enquiry in counted(staff, today=today).filter(body__in=list(waits)):
        waits[enquiry.body_id].append(wait_of(enquiry, today=today))
    return {pk: speed_of(found) for pk, found in waits.items()}
