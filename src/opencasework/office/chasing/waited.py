"""The days that a chaser names, looked at again before it leaves: while it waited, they may have passed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from opencasework.office.chasing.ladder import kept
from opencasework.office.chasing.models import Chaser
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import Check
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.facts import REMINDER_DAYS, in_words
from opencasework.office.letters.keeping import keep_edit
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember

NAMES_THE_DAY = ("when_it_was_due", "reply_due_on", "chain")  # fields that say by when an answer was due


def days_of(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that its days still are what they were."""
    chaser: Chaser | None = getattr(letter, "chaser", None)
    if chaser is None or chaser.enquiry.is_answered:
        return []
    found = []
    if text := _too_soon(chaser, on):
        found.append(Check(ok=False, must=False, text=text))
    if past := _past(letter, chaser, on):
        asked_for, said, then = past
        when = "is today" if asked_for == on else "has passed"
        text = f"It waited, and asks for an answer by {said}, which {when}. Ask for one by {then}."
        press = (f"Put {then} in", reverse("chaser-day", args=[letter.pk]))
        found.append(Check(ok=False, must=False, text=text, press=press))
    if text := _moved(letter, chaser):
        found.append(Check(ok=False, must=False, text=text))
    return found


def _too_soon(chaser: Chaser, on: date) -> str:
    """That the step before left so lately that by the ladder this one is not due yet."""
    before = [one for one in kept(chaser.enquiry) if one.sequence < chaser.sequence]
    left = before[-1].letter.sent_on if before and before[-1].letter else None
    if left is None or chaser.rung is None:
        return ""
    due = working_days_after(left, chaser.rung.days, nation=chaser.enquiry.body.holiday_nation)
    if due <= on:
        return ""
    return f"The step before left on {in_words(left)}; by the ladder this one is due on {in_words(due)}."


def _past(letter: Letter, chaser: Chaser, on: date) -> tuple[date, str, str] | None:
    """The day by which it asks for an answer, where that is not to come any more, as the letter says it, and
    the day to ask for.
    """
    nation = chaser.enquiry.body.holiday_nation
    asked_for = working_days_after(chaser.made_on, REMINDER_DAYS, nation=nation)
    said = in_words(asked_for, letter.language)
    if asked_for > on or said not in letter.text:
        return None
    return asked_for, said, in_words(working_days_after(on, REMINDER_DAYS, nation=nation), letter.language)


@transaction.atomic
def ask_anew(letter: Letter, *, on: date, by: StaffMember) -> str:
    """Let a chaser that waited ask for an answer by a day to come, counted as when it is drafted.

    Returns that day in words; empty where it asks for no day that has passed, or has left.
    """
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    chaser: Chaser | None = getattr(letter, "chaser", None)
    past = _past(letter, chaser, on) if chaser else None
    if past is None:
        return ""
    _asked_for, said, then = past
    return then if keep_edit(letter, by=by, apart=True, text=letter.text.replace(said, then)) else ""


def _moved(letter: Letter, chaser: Chaser) -> str:
    """That it names another day by which an answer was due than the one that counted in the end."""
    wording = letter.wording
    if wording is None or not any(name in f"{wording.text}{wording.html}" for name in NAMES_THE_DAY):
        return ""
    due = in_words(awaited_until(chaser.enquiry), letter.language)
    if due in letter.text:
        return ""
    return f"An answer was to come by {due} in the end, which this letter does not say. Put that day in."
