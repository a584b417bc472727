"""What a letter about several cases says of its own: a paper of one person holds no word about another."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.staff.models import StaffMember

# A folder above gives a letter as it may be shown to whoever its own case concerns: the letter itself where
# it puts no other case, else an unsaved copy without the others; None where they cannot be told apart.
TOLD_APART: list[Callable[[Letter], Letter | None]] = []

# Each gives the words that would tell this colleague of a case of which they may not know: of those that the
# letter has ever put, or that a chaser quotes.
HIDDEN_WORDS: list[Callable[[Letter, StaffMember], Collection[str]]] = []


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


def hidden_words(letter: Letter, staff: StaffMember) -> set[str]:
    """The words around this letter that this colleague may not read: see `tells`."""
    return {word for words in HIDDEN_WORDS for word in words(letter, staff)}


def tells(text: str, words: Collection[str]) -> bool:
    """Whether one of these words, in small letters, stands in a text: each as a whole."""
    text = text.casefold()
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words if word in text)
