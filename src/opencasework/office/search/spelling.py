"""Forgiving a slip: the name that was probably meant when nobody has the one that was typed."""

from __future__ import annotations

from collections import Counter

from opencasework.office.constituents.models import Person
from opencasework.office.kit.spelling import slips
from opencasework.office.search import index
from opencasework.office.search.folding import words_of
from opencasework.office.search.question import Question
from opencasework.office.search.sources import BY_NAME
from opencasework.office.staff.models import StaffMember

SHORTEST = 4  # letters; shorter words are too like each other
LONG = 8  # letters from which on two slips are forgiven
BEGINNING = 2  # letters taken to be right
MOST_NAMES = 2000  # that begin alike, the newest


def meant(question: Question, staff: StaffMember) -> Question | None:
    """The question with each unknown word replaced by the nearest in anybody's name; None if none is near."""
    corrected = question
    for word in question.words:
        if len(word) >= SHORTEST and word.isalpha() and not _is_known(word, staff):
            near = _nearest(word, staff)
            if near is None:
                return None
            corrected = corrected.with_word(near, instead_of=word)
    return corrected if corrected.words != question.words else None


def _is_known(word: str, staff: StaffMember) -> bool:
    theirs = Person.objects.visible_to(staff)
    rows = index.matching(BY_NAME["person"], [word], newest=1, among=theirs)
    return theirs.filter(pk__in=rows).exists()


def _nearest(word: str, staff: StaffMember) -> str | None:
    # The two first letters as typed, and the other way round, the commonest slip there.
    beginnings = {word[:BEGINNING], word[1] + word[0]}
    counted: Counter[str] = Counter()
    for beginning in beginnings:
        theirs = Person.objects.visible_to(staff)
        rows = index.matching(BY_NAME["person"], [beginning], newest=MOST_NAMES, among=theirs)
        for name in theirs.filter(pk__in=rows).values_list("full_name", flat=True):
            counted.update(each for each in words_of(name) if each.startswith(beginning))
    allowed = 2 if len(word) >= LONG else 1
    near = [
        (slips(word, each, most=allowed), -number, each)
        for each, number in counted.items()
        if abs(len(each) - len(word)) <= allowed
    ]
    best = min(near, default=None)
    return best[2] if best and best[0] <= allowed else None
