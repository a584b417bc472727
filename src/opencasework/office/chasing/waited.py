"""The days that a chaser names, looked at again before it leaves: while it waited, they may have passed."""

from __future__ import annotations

from datetime import date

from opencasework.office.chasing.models import Chaser
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import Check
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.facts import REMINDER_DAYS, in_words
from opencasework.office.letters.models import Letter

NAMES_THE_DAY = ("when_it_was_due", "reply_due_on", "chain")  # fields that say by when an answer was due


def days_of(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that its days still are what they were."""
    chaser: Chaser | None = getattr(letter, "chaser", None)
    if chaser is None or chaser.enquiry.is_answered:
        return []
    texts = (_past(letter, chaser, on), _moved(letter, chaser))
    return [Check(ok=False, must=False, text=text) for text in texts if text]


def _past(letter: Letter, chaser: Chaser, on: date) -> str:
    """That it asks for an answer by a day that is not to come any more, and for which day to ask."""
    nation = chaser.enquiry.body.holiday_nation
    asked_for = working_days_after(chaser.made_on, REMINDER_DAYS, nation=nation)
    said = in_words(asked_for, letter.language)
    if asked_for > on or said not in letter.text:
        return ""
    then = in_words(working_days_after(on, REMINDER_DAYS, nation=nation), letter.language)
    when = "is today" if asked_for == on else "has passed"
    return f"It waited, and asks for an answer by {said}, which {when}. Ask for one by {then}."


def _moved(letter: Letter, chaser: Chaser) -> str:
    """That it names another day by which an answer was due than the one that counted in the end."""
    wording = letter.wording
    if wording is None or not any(name in f"{wording.text}{wording.html}" for name in NAMES_THE_DAY):
        return ""
    due = in_words(awaited_until(chaser.enquiry), letter.language)
    if due in letter.text:
        return ""
    return f"An answer was to come by {due} in the end, which this letter does not say. Put that day in."
