"""Rows of My day about what a colleague is asked: in a note, or for a second opinion."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Mention
from opencasework.office.kit import dates
from opencasework.office.routes.models import Decision
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo


def rows(staff: StaffMember, day: Day) -> QuerySet[Mention]:
    return on_visible_cases(Mention.objects.open(), staff)


def read(mention: Mention, day: Day) -> Todo:
    """Somebody asks a colleague in a note: the note is read on the case, and then it is done."""
    return Todo(
        case=mention.case,
        title=f"{mention.by or 'Somebody'} asks {mention.whom} in a note: {mention.case.title}",
        url=mention.get_absolute_url(),
        icon="at-sign",
        on=day.today,
        note=f"asked {dates.short(timezone.localdate(mention.at), today=day.today)}",
        button="Seen",
        button_icon="check",
        button_url=reverse("today-mention", args=[mention.pk]),
        posts=True,
        for_anyone=True,
    )


def opinions(staff: StaffMember, day: Day) -> QuerySet[Decision]:
    """What was decided on open cases, where somebody's second opinion is waited for.

    Not what another decision has taken the place of since.
    """
    waiting = Decision.objects.waiting_for_an_opinion()
    return on_visible_cases(waiting.filter(case__closed_at=None), staff)


def read_opinion(decision: Decision, day: Day) -> Todo:
    """A colleague wants to know whether another would decide the same."""
    who = decision.by or "Somebody"
    return Todo(
        case=decision.case,
        title=f"{who} asks {decision.asked} for a second opinion: {decision.case.title}",
        url=f"{decision.case.get_absolute_url()}#route",
        icon="signpost",
        on=day.today,
        note=f"asked {dates.short(timezone.localdate(decision.at), today=day.today)}",
        button="Give your opinion",
        button_icon="signpost",
        button_url=reverse("route-opinion", args=[decision.case_id, decision.pk]),
        for_anyone=True,
    )


def opined(staff: StaffMember, day: Day) -> QuerySet[Decision]:
    """Second opinions that were given, and that whoever asked has not seen yet."""
    return on_visible_cases(Decision.objects.with_an_opinion_to_see(), staff)


def read_opined(decision: Decision, day: Day) -> Todo:
    """A colleague has said what they think of a decision: it is read on the case, and then it is seen."""
    assert decision.answered_at is not None  # `with_an_opinion_to_see` asks for it
    return Todo(
        case=decision.case,
        title=f"{decision.opinion_in_brief}: {decision.case.title}",
        url=f"{decision.case.get_absolute_url()}#route",
        icon="signpost",
        on=day.today,
        note=f"said {dates.short(timezone.localdate(decision.answered_at), today=day.today)}",
        button="Seen",
        button_icon="check",
        button_url=reverse("today-opinion", args=[decision.pk]),
        posts=True,
        for_anyone=True,
    )
