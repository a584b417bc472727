"""A closing letter whose case is open again: it would say that a case is closed that is not."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.dates import say
from opencasework.office.letters import outbox
from opencasework.office.letters.leaving import Check
from opencasework.office.letters.models import Letter
from opencasework.office.letters.unsaved import is_untouched
from opencasework.office.staff.models import StaffMember

AGAIN = (Event.Kind.REOPENED, Event.Kind.CLOSING_UNDONE)


@transaction.atomic
def on_open_again(case: Case, by: StaffMember, **_: object) -> None:
    """The case is open again: closing letters as they were drafted go, what waits in the outbox stays here.

    One that somebody has worked on is theirs, and `check` keeps it here.
    """
    again = _opened_again(case)
    if again is None:  # it was never closed: another became part of it
        return
    unsent = Letter.objects.filter(state__in=[Letter.State.DRAFT, Letter.State.SENDING])
    closing = unsent.filter(case__in=case.family, kind=Letter.Kind.CLOSING, drafted_at__lt=again.recorded_at)
    for letter in closing.select_related("case"):
        if not outbox.hold_back(letter) or not is_untouched(letter):
            continue
        if Letter.objects.drafts().filter(pk=letter.pk).update(state=Letter.State.DISCARDED):
            text = f"The case is open again, so the closing letter to {letter.recipient} was thrown away."
            case.record(Event.Kind.NOTE, by=by, letter=letter.pk, text=text)


def _opened_again(case: Case) -> Event | None:
    """When the case was last taken up again; None where it never was."""
    return Event.objects.filter(case__in=case.family, kind__in=AGAIN).order_by("-pk").first()


def check(letter: Letter, _on: date) -> list[Check]:
    """For what is looked at before a closing letter leaves: that the closing it speaks of stands."""
    if letter.kind != Letter.Kind.CLOSING or letter.state == Letter.State.SENT:
        return []
    case = letter.case.survivor
    again = _opened_again(case)
    if again is None or again.recorded_at <= letter.drafted_at:
        return []
    opened = f"The case was opened again on {say(timezone.localdate(again.at))}"
    if case.is_open:
        return [Check(ok=False, text=f"{opened}, and this says that it is closed. Throw it away.")]
    last = letter.versions.last()
    if (
        last is not None
        and last.saved_at > again.recorded_at
        and last.saved_at >= (case.closed_at or again.at)
    ):
        return []
    text = f"{opened} and closed anew since. Change this to what is so now, or throw it away."
    return [Check(ok=False, text=text)]
