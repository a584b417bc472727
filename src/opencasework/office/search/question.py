"""What somebody typed into the box, read in every way it may be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opencasework.office.kit import postcodes, references
from opencasework.office.search.folding import words_of
from opencasework.office.search.spacing import may_stand_in_text

LONGEST = 500  # characters; what is pasted beyond them is not read
MOST_WORDS = 8
MOST_IN_TEXT = 4  # numbers of a pasted text that are looked for in texts
SHORTEST_NUMBER, LONGEST_NUMBER = 3, 40  # characters of a reference, postcode or telephone number
SHORTEST_WORD_IN_TEXT = 2  # characters; one letter stands in every letter ever written


@dataclass(frozen=True)
class Question:
    """The words to look for, all of them; or the same text as one number in whatever spacing."""

    text: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    numbers_in_text: tuple[str, ...]  # those of them to look for in running text as well

    @classmethod
    def of(cls, text: str) -> Question:
        text = " ".join(text[:LONGEST].split())
        words = words_of(text)
        numbers = _numbers(text, words)
        # O for 0 and I for 1, as they are misread: kept numbers are indexed that way as well, texts are not.
        misread = [references.look_alike(number.upper()).lower() for number in numbers[:1]]
        return cls(
            text,
            tuple(dict.fromkeys(words))[:MOST_WORDS],
            tuple(dict.fromkeys([*numbers, *misread])),
            tuple(dict.fromkeys(filter(may_stand_in_text, numbers)))[:MOST_IN_TEXT],
        )

    @property
    def long_words(self) -> tuple[str, ...]:
        """The words to look for in running text."""
        return tuple(word for word in self.words if len(word) >= SHORTEST_WORD_IN_TEXT)

    @property
    def case_number(self) -> int | None:
        """The number of a case, when the text is one: 41, 00041, OC-2026-00041."""
        match = re.fullmatch(r"(?:(?:oc)?[- ]?\d{4}[- ])?0*(\d{1,6})", self.text.lower())
        return int(match.group(1)) if match else None

    def with_word(self, word: str, instead_of: str) -> Question:
        """The same question with one word spelt another way."""
        return Question.of(" ".join(word if each == instead_of else each for each in self.words))


def _numbers(text: str, words: list[str]) -> list[str]:
    """Everything in the text that may be a number, without its spaces."""
    found = []
    whole = "".join(words)
    if SHORTEST_NUMBER <= len(whole) <= LONGEST_NUMBER and any(letter.isdigit() for letter in whole):
        found.append(whole)
        # One number, dialled from here and from abroad.
        if whole.startswith("44") and len(whole) > 8:
            found.append("0" + whole.removeprefix("44").lstrip("0"))
        elif whole.startswith("0") and whole.isdigit() and len(whole) > 8:
            found.append("44" + whole.lstrip("0"))
    found += ["".join(words_of(value)) for _kind, value in references.found_in(text)]
    found += ["".join(words_of(postcode)) for postcode in postcodes.found_in(text)]
    return found


def looks_like(question: Question) -> str:
    """What an unsuccessful question looked like, and what to try instead."""
    whole = question.numbers[0].upper() if question.numbers else ""
    if re.fullmatch(r"[A-Z]{2}\d{1,6}", whole) and not re.fullmatch(r"[A-Z]{1,2}\d{1,2}", whole):
        return "That looks like part of a National Insurance number. Add the rest, or search by surname."
    if re.fullmatch(r"[A-Z]{1,2}\d[A-Z0-9]?(\d[A-Z]{0,2})?", whole):
        return "That looks like a postcode or the beginning of one. Check it, or search by street or surname."
    if re.fullmatch(r"(0|44)\d{5,}", whole):
        return "That looks like a telephone number. The person may have another one; search by surname."
    if "@" in question.text:
        return "That looks like an email address. The person may use another one; search by surname."
    if question.case_number is not None or re.fullmatch(r"OC\d+", whole):
        return "No case you may see has that number. Check it, or search by surname."
    if whole and any(letter.isdigit() for letter in whole):
        return "Numbers are found by their beginning. Check the first few characters, or search by surname."
    if len(question.words) > 1:
        return "Every word has to be there. Try fewer words, or only the surname."
    return (
        "Names and words are found by their beginning. Try the first few letters, a postcode or a reference."
    )
