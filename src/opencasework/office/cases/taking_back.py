"""Taking back the last plan, hand-over, change of levels or word given, from its line on the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases import actions
from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.questions import Number, instances_of
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Sensitivity

GOOD_FOR = timedelta(hours=24)  # from the log; the toast shows it for 20 seconds
Kind = Event.Kind


def _last_lines(case: Case) -> dict[str, Event]:
    """The last line of each sort that can still be taken back: nothing of its sort has changed since."""
    lines: dict[str, Event] = {}
    for line in instances_of(_recent, Number(case.pk)):
        line.case = case
        if line.kind not in _TOLD_BY or _TOLD_BY[line.kind] in line.detail:
            lines.setdefault(line.kind, line)
    return {kind: line for kind, line in lines.items() if _STANDS[kind](case, line)}


def _recent(case: int) -> QuerySet[Event]:
    lines = Event.objects.filter(case=case, kind__in=_STANDS, recorded_at__gte=timezone.now() - GOOD_FOR)
    return lines.order_by("-pk")


def last_line(case: Case, kind: str) -> Event | None:
    """The last line of this kind, where it can still be taken back."""
    return _last_lines(case).get(kind)


def undoable(case: Case) -> set[int]:
    """The lines of this case that have a button to take them back."""
    return {line.pk for line in _last_lines(case).values()}


def undo_tag(case: Case, kind: str) -> str:
    """For a message that says it was done: where to take it back. Empty where that cannot be."""
    line = last_line(case, kind)
    return f"undo:{reverse('case-line-undo', args=[case.pk, line.pk])}" if line else ""


# --- each sort ----------------------------------------------------------------------------------------------


def _plan_stands(case: Case, line: Event) -> bool:
    planned = (case.next_action, case.next_action_on.isoformat() if case.next_action_on else "")
    is_known = bool(line.detail.get("before_on")) and (
        line.detail.get("before_line") is not None or line.detail.get("before_first", False)
    )
    return case.is_open and planned == (line.text, line.detail.get("on")) and is_known


def _take_back_plan(case: Case, line: Event, by: StaffMember) -> str:
    before = line.detail["before_line"]
    words = Event.objects.get(pk=before, case=case).text if before is not None else actions.FIRST_ACTION
    case.plan(next_action=words, on=date.fromisoformat(line.detail["before_on"]), by=by)
    return f"Taken back. Next: {words}."


def _owner_stands(case: Case, line: Event) -> bool:
    return "before" in line.detail and line.detail.get("to") == case.owner_id


def _take_back_owner(case: Case, line: Event, by: StaffMember) -> str:
    owner = StaffMember.objects.filter(pk=line.detail["before"], is_active=True).first()
    case.assign(to=owner, by=by)
    return f"Taken back. {owner or 'Nobody'} has this case."


def _levels_stand(case: Case, line: Event) -> bool:
    levels = [line.detail.get(name) for name in ("urgency", "sensitivity", "transferability")]
    # What was restricted has let people go, and what is opened lets people in: those are decided anew.
    restricted = Sensitivity.RESTRICTED.value in {line.detail["levels_before"][1], levels[1]}
    return levels == [case.urgency, case.sensitivity, case.transferability] and not restricted


def _take_back_levels(case: Case, line: Event, by: StaffMember) -> str:
    urgency, sensitivity, transferability = line.detail["levels_before"]
    actions.set_tags(
        case=case, urgency=urgency, sensitivity=sensitivity, transferability=transferability,
        tag_reason=case.tag_reason, by=by,
    )  # fmt: skip
    return "Taken back: the levels are as they were."


# Of these kinds only the lines that carry this can be taken back; others of the kind are passed over.
_TOLD_BY: dict[str, str] = {Kind.TAGGED: "levels_before"}
_STANDS: dict[str, Callable[[Case, Event], bool]] = {
    Kind.PLANNED: _plan_stands,
    Kind.ASSIGNED: _owner_stands,
    Kind.TAGGED: _levels_stand,
}
TAKE_BACK: dict[str, Callable[[Case, Event, StaffMember], str]] = {
    Kind.PLANNED: _take_back_plan,
    Kind.ASSIGNED: _take_back_owner,
    Kind.TAGGED: _take_back_levels,
}


def add_kind(
    kind: str,
    *,
    told_by: str,
    stands: Callable[[Case, Event], bool],
    take_back: Callable[[Case, Event, StaffMember], str],
) -> None:
    """A folder above takes back lines of this kind that carry `told_by`; called as its app starts."""
    _TOLD_BY[kind], _STANDS[kind], TAKE_BACK[kind] = told_by, stands, take_back
