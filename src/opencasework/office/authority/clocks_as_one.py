"""Two cases that become one, and the clock of a body that runs on both: the one that ends first counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opencasework.office.authority.models import Demand
from opencasework.office.cases.models import Case, Event, Move
from opencasework.office.kit import dates
from opencasework.office.staff.models import StaffMember

_OF_A_CLOCK = ("cause", "asked_on", "due_on", "extended_by_id")


def when_moved(instance: Move, *, created: bool, **_: Any) -> None:
    """A merge: the clock of the case that stands is in the way of the other's, so it takes an earlier day."""
    if not created or instance.kind != Move.Kind.MERGE:
        return
    kept = []
    for ours in Demand.objects.running().filter(case=instance.target):
        theirs = _waiting().filter(case=instance.source, body=ours.body_id, due_on__lt=ours.due_on).first()
        if theirs is None:
            continue
        kept.append({"demand": ours.pk, "until": theirs.due_on.isoformat(), "was": _said(ours)})
        _put(ours, _said(theirs), by=instance.by)
    if kept:
        instance.before["demands"] = kept
        instance.save(update_fields=["before"])


def when_apart(case: Case, since: datetime, by: StaffMember, **_: Any) -> None:
    """The case that stood for both has its own day again, unless somebody has changed it since."""
    move = Move.objects.filter(kind=Move.Kind.MERGE, source=case, at=since).first()
    for kept in move.before.get("demands", []) if move else []:
        if ours := _waiting().filter(pk=kept["demand"], due_on=kept["until"]).first():
            _put(ours, kept["was"], by=by)


def _waiting() -> Any:
    return Demand.objects.filter(met_on=None, dropped_on=None)  # the case that was merged counts as closed


def _said(demand: Demand) -> dict[str, Any]:
    said = {name: getattr(demand, name) for name in _OF_A_CLOCK}
    return said | {name: said[name].isoformat() for name in ("asked_on", "due_on")}


def _put(demand: Demand, said: dict[str, Any], *, by: StaffMember) -> None:
    Demand.objects.filter(pk=demand.pk).update(**said)
    demand.refresh_from_db()
    demand.case.record(
        Event.Kind.AUTHORITY, by=by, demand=demand.pk,
        text=f"{demand.body} waits for it until {dates.say(demand.due_on)}.",
    )  # fmt: skip
