"""How often suggestions are right, by what people decide: kept at each decision, counted for the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Message, MessageQuerySet, SuggestionResult
from opencasework.office.inbox.suggesting.finding import Suggestions
from opencasework.office.inbox.suggesting.levels import Suggested
from opencasework.office.staff.models import StaffMember

Came = SuggestionResult.Came
COUNTED_DAYS = 90
WHAT = {
    "person": "Who wrote",
    "case": "Which case",
    "category": "Issue",
    "urgency": "How urgent",
    "sensitivity": "How sensitive",
    "transferability": "Who could take it",
    "owner": "Caseworker",
}


def note(
    message: Message,
    found: Suggestions,
    levels: Mapping[str, Suggested],
    *,
    is_new_case: bool,
    accepted_all: bool = False,
) -> None:
    """Keep how `found` and `levels`, suggested before the decision, compare with what the case is now."""
    message.refresh_from_db()
    case = message.case
    if case is None:
        return
    about = message.category or case.main_category
    offered: dict[str, list[Any]] = {
        "person": [each.person.pk for each in found.people],
        "case": [each.case.pk for each in found.cases],
        "category": [each.category.code for each in found.categories],
        **{axis: [levels[axis].level] if axis in levels else [] for axis in LEVELS},
        "owner": [found.owner.owner.pk] if found.owner else [],
    }
    decided: dict[str, Any] = {
        "person": message.person_id,
        # A case opened newly is none of those suggested.
        "case": None if is_new_case else case.pk,
        "category": about.code if about else None,
        **{axis: getattr(message, axis) or getattr(case, axis) for axis in LEVELS},
        "owner": case.owner_id,
    }
    choices = {name: _choice(offered[name], decided[name]) for name in WHAT}
    SuggestionResult.objects.update_or_create(
        message=message,
        defaults={
            "at": timezone.now(),
            **{name: _came(choices[name]) for name in ("person", "case", "category")},
            "choices": choices,
            "accepted_all": accepted_all,
        },
    )


def _choice(offered: Sequence[Any], decided: Any) -> dict[str, Any]:
    """The first suggestion, what was decided, and which of the suggestions that was."""
    return {
        "suggested": offered[0] if offered else None,
        "decided": decided,
        "rank": offered.index(decided) + 1 if decided in offered else None,
    }


def _came(choice: Mapping[str, Any]) -> str:
    if choice["suggested"] is None:
        return Came.NONE
    if choice["rank"] is None:
        return Came.OTHER
    return Came.FIRST if choice["rank"] == 1 else Came.AMONG


@dataclass(frozen=True)
class Share:
    """Of so many suggestions of a kind, how many were right."""

    label: str
    suggested: int
    first: int
    among: int  # with those that came first

    @property
    def percent(self) -> int:
        return round(100 * self.first / self.suggested) if self.suggested else 0

    @property
    def percent_among(self) -> int:
        return round(100 * self.among / self.suggested) if self.suggested else 0


def shares(staff: StaffMember) -> tuple[list[Share], int]:
    """How often each suggestion was right lately, among what this colleague may see; of how many."""
    return _shares(Message.objects.visible_to(staff))


def shares_of_the_office() -> tuple[list[Share], int]:
    """The same over everything, for whoever runs the machine: counts alone."""
    return _shares(Message.objects.all())


def _shares(messages: MessageQuerySet) -> tuple[list[Share], int]:
    seen = messages.filter(pk=OuterRef("message"), decision=Message.Decision.CASE)
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    rows = SuggestionResult.objects.filter(Exists(seen), at__gte=since)
    counted = list(rows.values("person", "case", "category", "choices"))
    found = []
    for name, label in WHAT.items():
        came = Counter(
            _came(row["choices"][name]) if name in row["choices"] else row.get(name, Came.NONE)
            for row in counted
        )
        del came[Came.NONE]
        found.append(Share(label, came.total(), came[Came.FIRST], came[Came.FIRST] + came[Came.AMONG]))
    return found, len(counted)
