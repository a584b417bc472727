"""The person's own last days, as a letter tells them: always our estimate, and theirs to keep."""

from __future__ import annotations

import re
from datetime import date

from opencasework.office.cases.models import Case, Outcome
from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.letters import welsh
from opencasework.office.letters.models import Letter
from opencasework.office.letters.saying import in_words
from opencasework.office.places.models import Office
from opencasework.office.routes import keeping
from opencasework.office.routes.clocks import Clock, running_of
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
    return [each for each in _unused(case, _counted(case, on=on)) if each.until >= on]


def _counted(case: Case, *, on: date) -> list[Running]:
    """The person's own limits of which the dates of the case say the last day, the soonest first."""
    if not case.key_dates.standing().exists():
        return []
    clocks = running_of(case, nation=Office.nation_here(), on=on)
    theirs = (clock for clock in clocks if clock.limit.whose == "person" and not _put_right(clock))
    found = [clock.running for clock in theirs if clock.running]
    return sorted(found, key=lambda each: each.until)


def _put_right(clock: Clock) -> bool:
    """Whether there is nothing left of its problems to appeal or complain about."""
    return all(issue.outcome == Outcome.PUT_RIGHT for issue in clock.issues)


def _unused(case: Case, found: list[Running]) -> list[Running]:
    waits = keeping.not_gone(case, case.last_days.filter(became=""))
    kept = {(each.limit_code, each.until) for each in waits}
    return [each for each in found if (each.limit.code, each.until) in kept]


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
    counted = _counted(letter.case, on=on)
    unused = _unused(letter.case, counted)
    soonest = next((each for each in unused if each.until >= on), None)
    if soonest is None and unused:
        was = unused[-1]
        return False, (
            f"This case is time limited, and {in_words(was.until, letter.language)} was the last day "
            f"({was.limit.name}). Say what may still be possible."
        )
    if soonest is None and counted:
        return False, ""  # all were used, or are of no matter
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
