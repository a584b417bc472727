"""Bodies that give us a few days to show a signed authority, and what starts and stops that clock.

The Home Office gives five working days from when it asks, and more where one asks in time
(written answer 21779 of the House of Commons).
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority, Demand
from opencasework.office.authority.models.authority import departments_of
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event
from opencasework.office.kit import dates
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.staff.models import StaffMember

WORKING_DAYS = {"HO": 5}  # by the code of the department; its services keep the same rule


def days_of(body: Body) -> int | None:
    """Working days this body gives for a signed authority; None where it has no such rule."""
    for each in [body, *departments_of(body)]:
        if each.code in WORKING_DAYS:
            return WORKING_DAYS[each.code]
    return None


def concerns(case: Case) -> bool:
    """Whether an issue or an enquiry of the case is with a body that gives days for a signed authority."""
    # By lists, not joined: every issue of a body would be joined to every enquiry to it.
    issues, enquiries = case.issues.order_by().values("body"), case.enquiries.order_by().values("body")
    bodies = Body.objects.filter(Q(pk__in=issues) | Q(pk__in=enquiries))
    return any(days_of(body) is not None for body in bodies)


@transaction.atomic
def start(case: Case, body: Body, *, on: date, cause: str, by: StaffMember | None) -> Demand | None:
    """Start the clock of a body that has the rule. Where it runs, the one that runs; None without a rule.

    They may ask while it runs: then it counts from the day they asked, see `asked`.
    """
    days = days_of(body)
    if days is None:
        return None
    running = Demand.objects.running().filter(case=case, body=body)
    demand = running.first()
    if demand is None:
        due_on = working_days_after(on, days, nation=body.holiday_nation)
        try:
            with transaction.atomic():
                demand = Demand.objects.create(case=case, body=body, cause=cause, asked_on=on, due_on=due_on)
            _record_start(demand, days, by=by)
            return demand
        except IntegrityError:  # somebody else was at it in the same moment
            demand = running.first()
    if demand is not None and cause == Demand.Cause.ASKED:
        asked(demand, on=on, by=by)
        demand.refresh_from_db()
    return demand


@transaction.atomic
def asked(demand: Demand, *, on: date, by: StaffMember | None) -> bool:
    """They asked on this day, and it counts from then: the clock of our first letter runs, or another day was
    written down by mistake. What they gave us beyond that stays ours.

    False where the clock has stopped, or counts from that day already.
    """
    running = Demand.objects.running().select_for_update(of=("self",)).filter(pk=demand.pk).first()
    days, was_asked = days_of(demand.body), Demand.Cause.ASKED
    if running is None or days is None or (running.cause, running.asked_on) == (was_asked, on):
        return False
    before, before_on = running.cause, running.asked_on
    due_on = working_days_after(on, days, nation=demand.body.holiday_nation)
    running.cause, running.asked_on = was_asked, on
    running.due_on = max(due_on, running.due_on) if running.extended_by_id else due_on
    running.save(update_fields=["cause", "asked_on", "due_on"])
    if before != was_asked:
        _record_start(running, days, by=by)
        return True
    running.case.record(
        Event.Kind.AUTHORITY, by=by, demand=running.pk,
        text=f"{running.body} asked for the signed authority on {dates.say(on)}, "
        f"not on {dates.say(before_on)}: until {dates.say(running.due_on)}.",
    )  # fmt: skip
    return True


def _record_start(demand: Demand, days: int, *, by: StaffMember | None) -> None:
    said = "asks for" if demand.cause == Demand.Cause.ASKED else "will want"
    until = dates.say(demand.due_on)
    demand.case.record(
        Event.Kind.AUTHORITY, by=by, demand=demand.pk,
        text=f"{demand.body} {said} the signed authority, until {until} ({days} working days).",
    )  # fmt: skip


def after_letter(case: Case, body: Body, *, on: date, by: StaffMember | None) -> None:
    """A letter went to the body: the first one starts its clock, unless a written authority covers it."""
    if days_of(body) is None or Demand.objects.filter(case=case, body=body).exists():
        return
    if not gate.is_open(case, body, on=on, written=True):
        start(case, body, on=on, cause=Demand.Cause.LETTER, by=by)


def forget_letter(case: Case, body: Body, *, on: date) -> None:
    """The letter of that day did not go after all: the clock that it started never ran."""
    started = Demand.objects.running().filter(case=case, body=body, cause=Demand.Cause.LETTER, asked_on=on)
    started.delete()


def written_for(demand: Demand, *, on: date) -> list[Authority]:
    """The signed authorities that can be sent to them, about each constituent; none while one is missing."""
    case, body = demand.case, demand.body
    if not gate.is_open(case, body, on=on, written=True):
        return []
    return gate.about_each(gate.covering(case, body, on=on).written())


@transaction.atomic
def meet(demand: Demand, *, on: date, by: StaffMember) -> bool:
    """The signed authority went to them. False where it had been said already.

    Raises gate.NoAuthority where nothing signed covers them: then nothing can have gone.
    """
    waiting = Demand.objects.filter(pk=demand.pk, met_on=None, dropped_on=None)
    if waiting.exists() and not written_for(demand, on=on):
        said, _, _ = gate.asking_again(demand.case, demand.body, on=on, written=True)
        raise gate.NoAuthority(f"{said} Ask for it, or record what was given; then say that it went to them.")
    if not waiting.update(met_on=on):
        return False
    demand.case.record(
        Event.Kind.AUTHORITY, by=by, demand=demand.pk, text=f"Signed authority sent to {demand.body}."
    )
    return True


@transaction.atomic
def drop(demand: Demand, *, on: date, by: StaffMember) -> bool:
    """They do not want it any more. False where the clock had stopped."""
    if not Demand.objects.filter(pk=demand.pk, met_on=None, dropped_on=None).update(dropped_on=on):
        return False
    demand.case.record(
        Event.Kind.AUTHORITY, by=by, demand=demand.pk,
        text=f"{demand.body} does not want a signed authority any more.",
    )  # fmt: skip
    return True


@transaction.atomic
def extend(demand: Demand, *, to: date, by: StaffMember) -> bool:
    """They gave us until another day. False where the clock had stopped."""
    running = Demand.objects.filter(pk=demand.pk, met_on=None, dropped_on=None)
    if not running.update(due_on=to, extended_by=by):
        return False
    demand.case.record(
        Event.Kind.AUTHORITY, by=by, demand=demand.pk,
        text=f"{demand.body} gave us until {dates.say(to)} for the signed authority.",
    )  # fmt: skip
    return True
