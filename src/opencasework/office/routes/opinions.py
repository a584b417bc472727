"""What closing a case leaves of a second opinion: one that is wanted, or that nobody has seen."""

from __future__ import annotations

from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.kit.dates import say
from opencasework.office.routes.models import Decision


def left_by_closing(case: Case) -> str:
    """Who was asked what they think and has not said it, or said it to nobody yet; a sentence, or nothing."""
    if case.lacks("decisions"):
        return ""
    last = Decision.objects.in_force().filter(case=case, asked__isnull=False).select_related("asked", "by")
    return " ".join(_left_of(decision) for decision in last)


def _left_of(decision: Decision) -> str:
    if decision.waits_for_an_opinion:
        asked_on = say(timezone.localdate(decision.at))
        return (
            f"{decision.asked} was asked for a second opinion ({decision.get_what_display()}) on {asked_on} "
            "and has not given it; once the case is closed, My day does not ask for it."
        )
    if decision.seen_at is None and decision.by is not None:
        return f"{decision.opinion_in_brief}, which {decision.by} has not seen yet."
    return ""
