"""The person's own last days, as a letter tells them: always our estimate, and theirs to keep."""

from __future__ import annotations

import re
from datetime import date

from opencasework.office.cases.models import Case
from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.letters import welsh
from opencasework.office.letters.models import Letter
from opencasework.office.letters.saying import in_words
from opencasework.office.places.models import Office
from opencasework.office.routes.clocks import running_of
from opencasework.office.routes.limits import Running
from opencasework.office.tags.models import Urgency

FIELD = "deadline_warning"
LAST_DAY = (
    "As far as we can tell, {day} is your last day for this: {what}. Please check it against your letter. "
    "That date is yours to keep."
)


def last_days(case: Case, *, on: date) -> list[Running]:
    """The limits that are the person's to keep and have neither passed nor been used, the soonest first.

    Whether one was used is for `routes.keeping` to say, as for every list.
    """
    if not case.key_dates.standing().exists():
        return []
    kept = set(case.last_days.filter(became="").values_list("limit_code", "until"))
    found = [
        clock.running
        for clock in running_of(case, nation=Office.nation_here(), on=on)
        if clock.running and clock.limit.whose == "person" and clock.running.until >= on
        if (clock.limit.code, clock.running.until) in kept
    ]
    return sorted(found, key=lambda each: each.until)


def warning(case: Case, *, on: date, language: str = ENGLISH) -> str:
    """The soonest last day in a sentence; empty where no date is recorded from which one runs."""
    soonest = next(iter(last_days(case, on=on)), None)
    if soonest is None:
        return ""
    words = welsh.LAST_DAY if language == WELSH else LAST_DAY
    return words.format(day=in_words(soonest.until, language), what=soonest.limit.name)


def missing(letter: Letter, *, on: date) -> tuple[bool, str]:
    """What an acknowledgement of a time-limited case leaves unsaid, and whether it must be said before.

    Empty where it says the last day, or the case is of no such kind.
    """
    if letter.kind != Letter.Kind.ACKNOWLEDGEMENT or letter.case.urgency != Urgency.TIME_LIMITED:
        return False, ""
    soonest = next(iter(last_days(letter.case, on=on)), None)
    if soonest is None:
        return False, (
            "This case is time limited, and no date is recorded from which a limit runs. Record it, so that "
            "the acknowledgement can name their last day."
        )
    day = in_words(soonest.until, letter.language)
    # Not within another day: “1 December” is in “21 December”.
    if re.search(rf"(?<!\d){re.escape(day)}(?!\d)", letter.text):
        return True, ""
    return True, f"This case is time limited: say that {day} is their last day ({soonest.limit.name})."
