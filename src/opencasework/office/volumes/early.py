"""A chaser that goes before the day of its step: somebody says why, which the weekly review lists."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from opencasework.office.chasing.ladder import kept
from opencasework.office.chasing.models import Chaser
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import Check
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.fields import Way
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.counting import countable
from opencasework.office.volumes.models import EarlySend


def checks(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that it goes on its day, or somebody has said why not."""
    said = before_its_day(letter, on)
    if not said:
        return []
    if reason := reason_of(letter):
        return [Check(ok=True, text=f"{said} The reason is on record: {reason}")]
    way = Way("", "Say why it goes before its day", f"{letter.get_absolute_url()}#volume")
    return [Check(ok=False, text=f"{said} Wait for that day, or say why it goes before.", ways=(way,))]


def before_its_day(letter: Letter, on: date) -> str:
    """That by the ladder this chaser is not due yet on that day, a sentence; empty where it is, and where
    the answer itself is not late yet: then no reason lets it go.
    """
    chaser: Chaser | None = getattr(letter, "chaser", None)
    if chaser is None or chaser.rung is None or chaser.enquiry.due_on >= on:
        return ""
    enquiry, since, said = chaser.enquiry, chaser.enquiry.due_on, "The reply was due on"
    before = [one for one in kept(enquiry) if one.sequence < chaser.sequence]
    if before:
        left = before[-1].letter.sent_on if before[-1].letter else before[-1].made_on
        if left is None:
            return ""
        since, said = left, "The step before left on"
        if enquiry.resumed_on and enquiry.resumed_on > since:  # days it stood still do not count
            since, said = enquiry.resumed_on, "The clock ran again on"
    due = working_days_after(since, chaser.rung.days, nation=enquiry.body.holiday_nation)
    if due <= on:
        return ""
    return f"{said} {in_words(since)}; by the ladder this one is due on {in_words(due)}."


def reason_of(letter: Letter) -> str:
    """Why it goes before its day, as somebody has said; empty where nobody has."""
    return EarlySend.objects.filter(letter=letter.pk).values_list("reason", flat=True).first() or ""


def when_left(letter: Letter, at: datetime, _by: StaffMember | None) -> None:
    """It has left: the review lists it where it went before its day."""
    said = EarlySend.objects.filter(letter=letter.pk)
    if said.exists() and before_its_day(letter, timezone.localdate(at)):
        said.update(went_at=at)


def when_called_back(letter: Letter) -> None:
    """It was not posted after all."""
    EarlySend.objects.filter(letter=letter.pk).update(went_at=None)


def gone_early(since: date, until: date, *, staff: StaffMember) -> list[EarlySend]:
    """The chasers that went before their day, from the first day to the last, on cases that figures count."""
    found = EarlySend.objects.filter(went_at__date__range=(since, until))
    found = found.filter(letter__case__in=countable(staff))
    return list(found.select_related("letter__case", "letter__to_body", "by").order_by("went_at", "pk"))
