"""Indexes of cases: the few that are open are found and counted without a look at the many closed ones."""

from __future__ import annotations

from django.db.models import Index, Q

# What says who may see a case stands in each, and what it is an index of, so that a count needs no more.
WHO_SEES = ["owner", "sensitivity", "need_to_know"]
INDEXES = [
    Index(
        fields=["next_action_on", "closed_at", *WHO_SEES],
        name="open_cases_by_day",
        condition=Q(closed_at=None),
    ),
    Index(
        fields=["owner", "next_action_on", "closed_at", "sensitivity", "need_to_know"],
        name="open_cases_of_an_owner",
        condition=Q(closed_at=None),
    ),
    # Of those alone that are closed: with the open ones in it, SQLite takes an open case for as rare as one
    # that was closed at a certain moment, and begins with all of them.
    Index(
        fields=["closed_at", "merged_into", *WHO_SEES],
        name="closed_cases_by_day",
        condition=Q(closed_at__isnull=False),
    ),
    Index(fields=["opened_at", "merged_into", *WHO_SEES], name="cases_by_day", condition=Q(merged_into=None)),
    Index(fields=["need_to_know"], name="cases_to_be_named_for", condition=Q(need_to_know=True)),
    Index(fields=["sensitivity"], name="cases_by_sensitivity"),
    Index(fields=["merged_into"], name="merged_cases", condition=Q(merged_into__isnull=False)),  # likewise
]
