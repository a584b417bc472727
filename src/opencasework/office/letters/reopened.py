"""A closing letter whose case is open again: it would say that a case is closed that is not."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.dates import say
from opencasework.office.letters import outbox
from opencasework.office.letters.leaving import Check
from opencasework.office.letters.models import Letter, LetterStep
from opencasework.office.staff.models import StaffMember

AGAIN = (Event.Kind.REOPENED, Event.Kind.CLOSING_UNDONE)


def on_open_again(case: Case, by: StaffMember, **_: object) -> None:
    throw_away_closing_letters(case, by=by)


@transaction.atomic
def throw_away_closing_letters(case: Case, *, by: StaffMember) -> None:
    """The case is open again: closing letters as they were drafted go, what waits in the outbox stays here.

    One that somebody has worked on is theirs, and `check` keeps it here.
    """
    lines = Event.objects.filter(case__in=case.family, kind__in=AGAIN).order_by("-pk")
    opened = lines.values_list("recorded_at", flat=True).first()
    if opened is None:  # it was never closed: another became part of it
        return
    unsent = Letter.objects.filter(
        state__in=[Letter.State.DRAFT, Letter.State.SENDING], drafted_at__lt=opened
    )
    for letter in unsent.filter(case__in=case.family, kind=Letter.Kind.CLOSING).select_related("case"):
        mail = letter.mail
        is_draft = letter.is_draft or (mail is not None and outbox.withdraw(mail))
        if not is_draft or _was_worked_on(letter):
            continue
        if Letter.objects.drafts().filter(pk=letter.pk).update(state=Letter.State.DISCARDED):
            text = f"The case is open again, so the closing letter to {letter.recipient} was thrown away."
            case.record(Event.Kind.NOTE, by=by, letter=letter.pk, text=text)


def _was_worked_on(letter: Letter) -> bool:
    acted = LetterStep.objects.filter(letter=letter).exists()
    return acted or letter.versions.exists() or letter.enclosures.exists() or hasattr(letter, "review")


def check(letter: Letter, _on: date) -> list[Check]:
    """For what is looked at before a closing letter leaves: that the closing it speaks of stands."""
    if letter.kind != Letter.Kind.CLOSING or letter.state == Letter.State.SENT:
        return []
    case = letter.case.survivor
    lines = Event.objects.filter(case__in=case.family, kind__in=AGAIN, recorded_at__gt=letter.drafted_at)
    again = lines.order_by("-pk").first()
    if again is None:
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
