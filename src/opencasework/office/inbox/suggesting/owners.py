"""Which colleague takes a message: who has this person's cases, else who usually takes this issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from opencasework.office.cases.models import Issue
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting.on_cases import SuggestedCase
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category

LOOKED_BACK = timedelta(days=365)
MOST_LOOKED_AT = 200  # issues of one category, the newest
FEWEST = 3  # cases before it is a habit


@dataclass(frozen=True)
class SuggestedOwner:
    """A colleague who could take it."""

    owner: StaffMember
    reason: str


def owner(
    message: Message, cases: Sequence[SuggestedCase], category: Category | None
) -> SuggestedOwner | None:
    """Who could take it, or nobody in particular.

    `cases` are those already suggested, so visible. A habit is counted over cases every caseworker sees.
    """
    for suggested in cases:
        had = suggested.case.owner
        if suggested.case.is_open and had is not None and had.is_active:
            return SuggestedOwner(had, f"Has {suggested.case.reference}.")
    if category is None:
        return None
    since = message.received_at - LOOKED_BACK
    rows = Issue.objects.filter(
        category=category,
        case__opened_at__gte=since,
        case__need_to_know=False,
        case__sensitivity__in=["SEN-0", "SEN-1", "SEN-2"],
    ).order_by("-pk")
    owners = Counter(pk for pk in rows.values_list("case__owner", flat=True)[:MOST_LOOKED_AT] if pk)
    usual = [(pk, number) for pk, number in owners.most_common(3) if number >= FEWEST]
    here = StaffMember.objects.filter(is_active=True).in_bulk([pk for pk, _ in usual]) if usual else {}
    for pk, number in usual:
        habitual = here.get(pk)
        if habitual is not None:
            reason = f"Usually takes {category.label}: {number} of the last {owners.total()}."
            return SuggestedOwner(habitual, reason)
    return None
