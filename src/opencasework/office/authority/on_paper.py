"""The printed form of a statement: to print it, and that it went to whoever is to sign it.

Where post is not safe for them, nobody prints one without a word why: paper is read by others.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority.models import Ask
from opencasework.office.cases.models import Event
from opencasework.office.staff.models import StaffMember

PRINTED, WENT, BACK = "printed", "went", "back"  # in the detail of a line, as `paper`
LONGEST = 300  # characters of the reason
SAY_WHY = (
    "Say first why it is printed all the same: that you hand it over yourself, or that they asked for it."
)


def why_not_printed(ask: Ask) -> str:
    """Why the form is not to be printed yet, and what to do; empty where it may be.
    Nobody signs what they may not give.
    """
    if not_theirs := ask.why_not_theirs:
        return not_theirs
    danger = ask.case.no_post_to(ask.person)
    if not danger:
        return ""
    said = Event.objects.filter(case__in=ask.case.family, detail__ask=ask.pk, detail__paper=PRINTED)
    return "" if said.exists() else f"{danger} {SAY_WHY}"


def say_why(ask: Ask, *, reason: str, by: StaffMember) -> bool:
    """Why a form is printed for somebody to whom post is not safe. False where nothing was said."""
    reason = " ".join(reason.split())[:LONGEST]
    if not reason:
        return False
    _record(ask, PRINTED, by=by, text=f"Printed for {ask.person}, to whom post is not safe: {reason}")
    return True


@transaction.atomic
def note_gone(ask: Ask, *, by: StaffMember) -> bool:
    """The form went to them, by post or by hand: the case waits for them. False where that is known."""
    if not Ask.objects.open().filter(pk=ask.pk, went_on=None).update(went_on=timezone.localdate()):
        return False
    _record(ask, WENT, by=by, text=f"The form went to {ask.person}")
    return True


@transaction.atomic
def take_back(ask: Ask, *, by: StaffMember) -> bool:
    """It did not go after all. False where nobody had said that it went."""
    if not Ask.objects.filter(pk=ask.pk, went_on__isnull=False).update(went_on=None):
        return False
    _record(ask, BACK, by=by, text=f"The form did not go to {ask.person}")
    return True


def _record(ask: Ask, paper: str, *, by: StaffMember, text: str) -> None:
    ask.case.record(Event.Kind.AUTHORITY, by=by, text=text, ask=ask.pk, paper=paper)
