"""What each role may do, in one table: read it aloud to an office manager.

Which records a person may see is `visible_to` on each QuerySet; nothing else decides.
The table follows common practice in members' offices (docs/glossary.md, "Office roles").
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict

from opencasework.office.staff.models import Role, StaffMember

P = ParamSpec("P")


class May(Enum):
    """The things that not everybody here may do; the value completes "You may not …"."""

    SEE_ALL_CASES = "see cases that are not yours"
    SEE_SENSITIVE = "see special category data"
    SEE_CRIMINAL = "see criminal and safeguarding cases that are not yours"
    SEE_RESTRICTED = "see restricted cases that are not shared with you"
    TRIAGE = "sort the inbox"
    WRITE_CASES = "change cases"
    CHASE = "chase a reply or record one"
    SEND_LETTERS = "send letters"
    SEND_CHASERS = "send chasers"
    SEND_WITHOUT_AUTHORITY = "send letters without authority to act"
    SIGN_LETTERS = "sign letters with the member’s signature"
    CLOSE_CASES = "close cases"
    MERGE_PEOPLE = "join the records of two people"
    SEE_FIGURES = "see the figures"
    PREPARE_FIGURES = "prepare a publication"
    SIGN_FIGURES = "sign a publication"
    MANAGE_OFFICE = "manage the office"
    SEE_RECORD = "see the record of what was done"
    OPEN_RESTRICTED = "open a restricted case in an emergency"


_CASEWORK = {
    May.SEE_ALL_CASES,
    May.SEE_SENSITIVE,
    May.TRIAGE,
    May.WRITE_CASES,
    May.CHASE,
    May.SEND_LETTERS,
    May.SEND_CHASERS,
    May.SEND_WITHOUT_AUTHORITY,
    May.CLOSE_CASES,
    May.SEE_FIGURES,
    May.OPEN_RESTRICTED,
}
_SENIOR = _CASEWORK | {May.SEE_CRIMINAL, May.MANAGE_OFFICE, May.MERGE_PEOPLE}
# Whoever owns a case, or is named on it, sees it whatever stands here.
MAY: dict[str, set[May]] = {
    Role.VOLUNTEER: set(),
    Role.ADMINISTRATOR: {May.SEE_ALL_CASES, May.TRIAGE, May.WRITE_CASES, May.CHASE},
    Role.PARLIAMENTARY_ASSISTANT: {May.SEE_ALL_CASES, May.TRIAGE, May.CHASE, May.SEND_CHASERS}
    | {May.SEE_FIGURES, May.PREPARE_FIGURES},
    Role.CASEWORKER: _CASEWORK,
    Role.SENIOR_CASEWORKER: _SENIOR,
    Role.OFFICE_MANAGER: _SENIOR | {May.PREPARE_FIGURES, May.SIGN_FIGURES, May.SEE_RECORD},
    Role.MEMBER: _CASEWORK
    | {May.SEE_CRIMINAL, May.SEE_RESTRICTED, May.MERGE_PEOPLE, May.SIGN_FIGURES, May.SEE_RECORD}
    | {May.SIGN_LETTERS},
}


class StaffRequest(HttpRequest):
    """A request after sign-in, so that the type checker knows who is asking."""

    user: StaffMember
    htmx: Any


def may(staff: StaffMember, act: May) -> bool:
    """Whether this person may do this."""
    return act in MAY.get(staff.role, set())


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where it is only being opened. An empty answer is still an answer."""
    return request.POST if request.method == "POST" else None


def staff_who_may(
    act: May,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponse]],
    Callable[Concatenate[StaffRequest, P], HttpResponse],
]:
    """Guard a view; everybody else gets a page that says who can help."""

    def guard(
        view: Callable[Concatenate[StaffRequest, P], HttpResponse],
    ) -> Callable[Concatenate[StaffRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user, act):
                raise PermissionDenied(f"You may not {act.value}. Ask your office manager.")
            return view(request, *args, **kwargs)

        return guarded

    return guard
