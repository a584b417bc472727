"""How often suggestions are right, by what people decide: kept at each decision, counted for the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from opencasework.office.inbox.models import Message, SuggestionResult
from opencasework.office.inbox.suggesting.finding import Suggestions
from opencasework.office.staff.models import StaffMember

Came = SuggestionResult.Came
COUNTED_DAYS = 90


def note(message: Message, found: Suggestions, *, is_new_case: bool, accepted_all: bool = False) -> None:
    """Keep how `found`, suggested before the decision, compares with the case the message is on now."""
    message.refresh_from_db()
    case = message.case
    if case is None:
        return
    about = message.category or case.main_category
    SuggestionResult.objects.update_or_create(
        message=message,
        defaults={
            "at": timezone.now(),
            "person": _came([each.person.pk for each in found.people], message.person_id),
            # A case opened newly is none of those suggested.
            "case": _came([each.case.pk for each in found.cases], None if is_new_case else case.pk),
            "category": _came([each.category.pk for each in found.categories], about.pk if about else None),
            "accepted_all": accepted_all,
        },
    )


def _came(suggested: Sequence[int], decided: int | None) -> str:
    if not suggested:
        return Came.NONE
    if decided not in suggested:
        return Came.OTHER
    return Came.FIRST if suggested[0] == decided else Came.AMONG


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
    """How often person, case and issue were right lately, among what this colleague may see; of how many."""
    seen = Message.objects.visible_to(staff).filter(pk=OuterRef("message"), decision=Message.Decision.CASE)
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    rows = SuggestionResult.objects.filter(Exists(seen), at__gte=since)
    counted = list(rows.values_list("person", "case", "category"))
    found = []
    for at, label in enumerate(("Who wrote", "Which case", "Issue")):
        came = Counter(row[at] for row in counted if row[at])
        found.append(Share(label, came.total(), came[Came.FIRST], came[Came.FIRST] + came[Came.AMONG]))
    return found, len(counted)
