"""Lines of one case's timeline that are shown on another too, as the timeline there says that they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from opencasework.office.audit.verifying import Finding
from opencasework.office.cases.models import Case, Event, LineShown

# Of the detail of a line: which lines it says are shown on its case. It is sealed with them.
SHOWS = "shows"
_SAY_SO = (Event.Kind.SPLIT, Event.Kind.NOTE, Event.Kind.MOVE_UNDONE)


def show(case: Case, lines: Iterable[int]) -> dict[str, list[int]]:
    """Show these lines on this case. The detail of the line that is to be recorded there, and says so."""
    numbers = sorted(lines)
    LineShown.objects.bulk_create(LineShown(case=case, event_id=number) for number in numbers)
    return {SHOWS: numbers} if numbers else {}


def not_as_said() -> Iterator[Finding]:
    """Where a line is shown that no sealed line speaks of, or is shown no more.

    Of a line that is gone altogether the ledger speaks itself.
    """
    said, shown = _said(), _shown()
    for case in sorted({*said, *shown}):
        for line in sorted(shown[case] - said[case]):
            sentence = f"a line of another case is shown on it, and nothing says why (line {line})."
            yield Finding("inserted", sentence, None, case)
        gone = said[case] - shown[case]
        for line in Event.objects.filter(pk__in=gone).order_by("pk").values_list("pk", flat=True):
            sentence = f"a line of another case is not shown on it any more (line {line})."
            yield Finding("deleted", sentence, None, case)


def _said() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    lines = Event.objects.filter(kind__in=_SAY_SO, detail__has_key=SHOWS)
    for case, detail in lines.values_list("case", "detail").iterator():
        found[case].update(detail[SHOWS])
    return found


def _shown() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for case, line in LineShown.objects.values_list("case", "event").iterator():
        found[case].add(line)
    return found
