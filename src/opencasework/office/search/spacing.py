"""A number that stands in running text, in whatever spacing it was written there.

The index has the words of a text, and a number cut by spaces, strokes or dots is several of them. So the
index is asked for the pieces the number may have been cut into, which is little to ask but says too much;
the text itself then tells whether the number really stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from opencasework.office.kit import references
from opencasework.office.search.folding import words_of

SHORTEST, LONGEST = 6, 24  # letters and figures; a planning appeal has 18
FIGURES = 4  # of so many characters at least one is a figure: a number plate has two of seven
# Marks between two characters of one number: a line's end, a “>” of a quotation and spaces among them.
BETWEEN = r"[\W_]{0,5}"
BEGINNING = 5  # characters of a piece from which on more may follow: 39661 also where 39661K stands


def may_stand_in_text(number: str) -> bool:
    """Whether this, in small letters and without spaces, is worth looking for as a number in texts."""
    figures = sum(letter.isdigit() for letter in number)
    return (
        SHORTEST <= len(number) <= LONGEST
        and figures * FIGURES >= len(number)
        and number.isascii()
        and number.isalnum()
    )


def is_piece(number: str, start: int, end: int) -> bool:
    """Whether a number is cut like that: a single character stands at its end, or where letters meet figures.

    A number written figure by figure is looked for by itself; the single figures of dates, lists and sums are
    in every second text.
    """
    if end - start > 1 or end == len(number):
        return True
    around = number[max(0, start - 1) : start] + number[end]
    return all(other.isdigit() != number[start].isdigit() for other in around)


def is_beginning(number: str, start: int, end: int) -> bool:
    """Whether this last piece of the number may be the beginning of a longer word."""
    return end == len(number) and end - start >= BEGINNING


def usual_pieces(number: str) -> set[tuple[str, ...]]:
    """The ways to cut it: as papers have such a number, where letters meet figures, into twos to fives."""
    runs = tuple(re.findall("[a-z]+|[0-9]+", number))
    ways = {(number,), runs, tuple(references.in_groups(number))}
    for kind in references.kinds().values():
        written = kind.written(number)
        if kind.has_form(written):
            ways.add(tuple(words_of(written)))
    for size in range(2, 6):
        ways |= {_cut([number], size), _cut(runs, size)}
    return ways


def _cut(runs: Iterable[str], size: int) -> tuple[str, ...]:
    return tuple(run[at : at + size] for run in runs for at in range(0, len(run), size))


def standing(numbers: Iterable[str]) -> re.Pattern[str]:
    """What finds one of the numbers in a text in small letters; more may follow, nothing stands before."""
    return re.compile("|".join(_spaced(number) for number in numbers))


def _spaced(number: str) -> str:
    first = number[0]
    # The look back comes after the first letter, for which the engine can look faster than for nothing.
    return rf"{first}(?<![^\W_]{first})" + "".join(BETWEEN + letter for letter in number[1:])
