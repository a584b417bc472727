"""Writing down the dates that limits run from, and what the office decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.dates import say
from opencasework.office.routes.models import Decision, KeyDate
from opencasework.office.staff.models import StaffMember

# Called inside the transaction, with the case of a date that was recorded.
WHEN_DATED: list[Callable[[Case], None]] = []


@transaction.atomic
def record_date(*, case: Case, kind: str, day: date, known_from: str = "", by: StaffMember) -> KeyDate:
    """Write down a day that a limit runs from. One of the same kind is kept, and counts no more."""
    made = KeyDate.objects.create(case=case, kind=kind, day=day, known_from=known_from, by=by)
    text = f"{made.get_kind_display()}: {say(day)}" + (f" ({known_from})" if known_from else "")
    case.record(Event.Kind.DATED, by=by, text=text, key_date=kind)
    for act in WHEN_DATED:
        act(case)
    return made


def dates_of(case: Case) -> dict[str, KeyDate]:
    """The dates of a case by their kind, each as it was recorded last."""
    return {each.kind: each for each in sorted(case.key_dates.all(), key=lambda each: (each.at, each.pk))}


@transaction.atomic
def decide(
    *, case: Case, what: str, why: str, by: StaffMember, second_opinion_of: StaffMember | None = None
) -> Decision:
    """Record what the office does about a case, and why. Earlier decisions are kept."""
    made = Decision.objects.create(case=case, what=what, why=why, by=by, asked=second_opinion_of)
    text = f"{made.get_what_display()}: {why}"
    if second_opinion_of:
        text += f"\n{second_opinion_of} is asked for a second opinion."
    category = case.main_category
    case.record(
        Event.Kind.DECIDED,
        by=by,
        text=text,
        decision=what,
        category=category.code if category else "",
        kind=case.kind,
        channel=case.channel,
    )
    return made


@transaction.atomic
def give_opinion(decision: Decision, *, agrees: bool, opinion: str, by: StaffMember) -> bool:
    """The second opinion that was asked for. False where it has been given already."""
    given = Decision.objects.filter(pk=decision.pk, answered_at=None).update(
        agrees=agrees, opinion=opinion, answered_at=timezone.now()
    )
    if given:
        says = "Agrees" if agrees else "Sees it otherwise"
        text = f"{says} ({decision.get_what_display()})" + (f": {opinion}" if opinion else "")
        decision.case.record(Event.Kind.DECIDED, by=by, text=text, opinion=agrees)
    return bool(given)
