"""Taking back the last plan, hand-over, change of levels or word given, from its line on the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases import actions
from opencasework.office.cases.access import keep_in_sight
from opencasework.office.cases.models import Case, Event, RemovedNumber
from opencasework.office.kit.questions import Number, instances_of
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Sensitivity

GOOD_FOR = timedelta(hours=24)  # from the log; the toast shows it for 20 seconds
Kind = Event.Kind


@dataclass(frozen=True)
class Sort:
    """Lines of one kind that can be taken back, those alone that carry `told_by` where that is given."""

    kind: str
    stands: Callable[[Case, Event], bool]
    take_back: Callable[[Case, Event, StaffMember], str]
    told_by: str = ""
    only_last: bool = True  # an earlier one is settled by the one after it


def planned_for(case: Case) -> list[str]:
    """What happens next on a case, and on which day (ISO; empty where it has none)."""
    return [case.next_action, case.next_action_on.isoformat() if case.next_action_on else ""]


def _standing(case: Case) -> list[tuple[Sort, Event]]:
    """The lines that can still be taken back, the newest first: nothing has followed that settles them."""
    found, seen = [], set()
    for line in instances_of(_recent, Number(case.pk)):
        line.case = case
        sort = _sort_of(line)
        if sort is None or (sort.only_last and sort in seen):
            continue
        seen.add(sort)
        if sort.stands(case, line):
            found.append((sort, line))
    return found


def _sort_of(line: Event) -> Sort | None:
    mine = (sort for sort in _SORTS if sort.kind == line.kind)
    return next((sort for sort in mine if not sort.told_by or sort.told_by in line.detail), None)


def kinds() -> set[str]:
    """The kinds of line of which some can be taken back."""
    return {sort.kind for sort in _SORTS}


def _recent(case: int) -> QuerySet[Event]:
    lines = Event.objects.filter(case=case, kind__in=kinds(), recorded_at__gte=timezone.now() - GOOD_FOR)
    return lines.order_by("-pk")


def last_line(case: Case, kind: str) -> Event | None:
    """The last line of this kind, where it can still be taken back."""
    return next((line for sort, line in _standing(case) if sort.kind == kind), None)


def undoable(case: Case) -> set[int]:
    """The lines of this case that have a button to take them back."""
    return {line.pk for _, line in _standing(case)}


def take_back(case: Case, line: Event, *, by: StaffMember) -> str:
    """Take back what this line says, and return what is said of that; empty, and nothing done, where that
    cannot be any more. Call it inside a transaction, with the case locked.
    """
    found = next((sort for sort, standing in _standing(case) if standing == line), None)
    return found.take_back(case, line, by) if found is not None else ""


def undo_tag(case: Case, kind: str) -> str:
    """For a message that says it was done: where to take it back. Empty where that cannot be."""
    line = last_line(case, kind)
    return tag_of(case, line) if line else ""


def tag_of(case: Case, line: Event) -> str:
    """For a message that says that this line was written: where to take it back."""
    return f"undo:{reverse('case-line-undo', args=[case.pk, line.pk])}"


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
    keep_in_sight(case, by=by)
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


def _removal_stands(_case: Case, line: Event) -> bool:
    return RemovedNumber.objects.filter(line=line).exists()


def _take_back_removal(case: Case, line: Event, by: StaffMember) -> str:
    kept = RemovedNumber.objects.select_related("person").get(line=line)
    number = actions.add_reference(
        case=case, kind=kept.kind, value=kept.value, label=kept.label, person=kept.person, by=by
    )
    kept.delete()
    return f"Taken back. {number.kind_name} is on the case again."


def forget_removed() -> int:
    """Throw away the numbers of which the removal can be taken back no more; how many there were."""
    return RemovedNumber.objects.filter(line__recorded_at__lt=timezone.now() - GOOD_FOR).delete()[0]


_SORTS: list[Sort] = [
    Sort(Kind.PLANNED, _plan_stands, _take_back_plan),
    Sort(Kind.ASSIGNED, _owner_stands, _take_back_owner),
    Sort(Kind.TAGGED, _levels_stand, _take_back_levels, told_by="levels_before"),
    Sort(Kind.REFERENCE_REMOVED, _removal_stands, _take_back_removal, told_by="number_kind", only_last=False),
]


def add_sort(sort: Sort) -> None:
    """A folder above takes back lines that carry a word of its own; called as its app starts."""
    _SORTS.append(sort)
