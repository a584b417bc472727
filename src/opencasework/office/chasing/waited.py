"""The days that a chaser names, looked at again before it leaves: while it waited, they may have passed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from opencasework.office.chasing.models import Chaser
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import Check
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.facts import REMINDER_DAYS, in_words
from opencasework.office.letters.keeping import keep_edit
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember

NAMES_THE_DAY = ("when_it_was_due", "reply_due_on", "chain")  # fields that say by when an answer was due


@dataclass(frozen=True)
class Past:
    """The day by which a chaser asks for an answer, where that is not to come any more, and the next one."""

    day: date
    said: str  # as the letter says it
    times: int  # that it stands there
    then: date
    then_said: str


def days_of(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that its days still are what they were."""
    chaser: Chaser | None = getattr(letter, "chaser", None)
    if chaser is None or chaser.enquiry.is_answered:
        return []
    found = []
    if past := _past(letter, chaser, on):
        when = "is today" if past.day == on else "has passed"
        text = (
            f"It waited, and asks for an answer by {past.said}, which {when}. Ask for one by {past.then_said}"
        )
        if past.times == 1:
            press = (f"Put {past.then_said} in", reverse("chaser-day", args=[letter.pk]))
            found.append(Check(ok=False, must=False, text=f"{text}.", press=press))
        else:
            text = f"{text}, by hand: the old one stands in it {past.times} times."
            found.append(Check(ok=False, must=False, text=text))
    if text := _moved(letter, chaser):
        found.append(Check(ok=False, must=False, text=text))
    return found


def _past(letter: Letter, chaser: Chaser, on: date) -> Past | None:
    nation = chaser.enquiry.body.holiday_nation
    asked_for = {working_days_after(chaser.made_on, REMINDER_DAYS, nation=nation)}
    asked_for |= {date.fromisoformat(day) for day in chaser.asked_anew}
    for day in sorted(asked_for, reverse=True):
        said = in_words(day, letter.language)
        if times := len(_where(said, letter.text)):
            break
    else:
        return None
    if day > on:
        return None
    then = working_days_after(on, REMINDER_DAYS, nation=nation)
    return Past(day, said, times, then, in_words(then, letter.language))


def _where(said: str, text: str) -> list[int]:
    """Where a day stands in a text: 1 December does not stand in 21 December."""
    return [found.start() for found in re.finditer(rf"(?<!\d){re.escape(said)}(?!\d)", text)]


@transaction.atomic
def ask_anew(letter: Letter, *, on: date, by: StaffMember) -> str:
    """Let a chaser that waited ask for an answer by a day to come, counted as when it is drafted.

    Returns that day in words; empty where it asks for no day that has passed, does so twice, or has left.
    """
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    chaser: Chaser | None = getattr(letter, "chaser", None)
    past = _past(letter, chaser, on) if chaser else None
    if chaser is None or past is None or past.times > 1:
        return ""
    (start,) = _where(past.said, letter.text)
    text = letter.text[:start] + past.then_said + letter.text[start + len(past.said) :]
    if not keep_edit(letter, by=by, apart=True, text=text):
        return ""
    chaser.asked_anew = [*chaser.asked_anew, past.then.isoformat()]
    chaser.save(update_fields=["asked_anew"])
    return past.then_said


def _moved(letter: Letter, chaser: Chaser) -> str:
    """That it names another day by which an answer was due than the one that counted in the end."""
    wording = letter.wording
    if wording is None or not any(name in f"{wording.text}{wording.html}" for name in NAMES_THE_DAY):
        return ""
    due = in_words(awaited_until(chaser.enquiry), letter.language)
    if _where(due, letter.text):
        return ""
    return f"An answer was to come by {due} in the end, which this letter does not say. Put that day in."
