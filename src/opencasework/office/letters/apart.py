"""What a letter about several cases says of its own: a paper of one person holds no word about another."""

from __future__ import annotations

from collections.abc import Callable

from opencasework.office.letters.models import Enquiry, Letter

# A folder above gives a letter as it may be shown to whoever its own case concerns: the letter itself where
# it puts no other case, else an unsaved copy without the others; None where they cannot be told apart.
TOLD_APART: list[Callable[[Letter], Letter | None]] = []


def for_its_case(letter: Letter) -> Letter | None:
    """The letter without what it says of other cases; None where nobody can take that out but a person."""
    for without_others in TOLD_APART:
        copy = without_others(letter)
        if copy is None:
            return None
        letter = copy
    return letter


def words_of(enquiry: Enquiry) -> str:
    """What was asked, for its own case alone; empty where that cannot be told from words about others."""
    if enquiry.letter is None:
        return enquiry.words
    alone = for_its_case(enquiry.letter)
    return alone.text if alone else ""
