"""Where the chaser of a late reply stands, for the strip of its case: alone, or in one letter with others."""

from __future__ import annotations

from datetime import date

from opencasework.office.cases.chased import Chased
from opencasework.office.chasing.actions import WORDS, with_steps
from opencasework.office.chasing.ladder import next_step
from opencasework.office.chasing.models import Chaser
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.volumes.along import line_of

WITH_OTHERS = " in one letter with other cases"


def standing(enquiry: Enquiry, on: date) -> Chased:
    """Where its last step stands on a day."""
    steps = Chaser.objects.filter(enquiry=enquiry.pk).exclude(letter__state=Letter.State.DISCARDED)
    last = steps.select_related("letter", "rung").defer(*WORDS).order_by("sequence").last()
    if last is None:
        return Chased("The chaser is drafted when you press.")
    if last.letter is None:
        return Chased(f"{last.ordinal}: a person is to consider it.", has_left=True)
    line = line_of(last.letter)
    if last.letter.state == Letter.State.SENT:
        return _left(enquiry, last, WITH_OTHERS if line else "", on)
    if line is not None:
        waits = "waits to go" if line.letter.is_draft else "is on its way"
        return Chased(f"The chaser {waits}{WITH_OTHERS}.", has_left=not line.letter.is_draft)
    if last.letter.is_draft:
        return Chased("The chaser is drafted for you to read and send.")
    return Chased("The chaser is on its way.", has_left=True)


def _left(enquiry: Enquiry, last: Chaser, with_others: str, on: date) -> Chased:
    assert last.letter is not None  # it has left
    day = f" on {in_words(last.letter.sent_on)}" if last.letter.sent_on else ""
    fresh = with_steps(Enquiry.objects.filter(pk=enquiry.pk)).get()
    words, then = f"{last.ordinal} sent{day}{with_others}.", next_step(fresh)
    if then is None:
        return Chased(f"{words} Every step of the ladder has been taken.", has_left=True)
    if then.on <= on:
        return Chased(f"{words} The next step is due: {then.rung.name}.")
    return Chased(f"{words} The next step is due on {in_words(then.on)}: {then.rung.name}.", has_left=True)
