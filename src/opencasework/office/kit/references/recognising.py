"""Reference numbers in running text of any length: which stand there, where, and of what kind each is.

Two steps. What its form alone tells (a National Insurance number) is taken first. Any other row of figures
counts only with the words of its kind beside it: “passport number 000000000” is one, “order 000000000” is
not. Words that name something else (telephone, sort code, order) and stand nearer win against it.

A long text is read around its figures only, piece by piece: prose without any costs next to nothing, and
whoever waits can stop after so many characters and say so.
"""

# ruff: noqa: E501  (lists of words read better across)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opencasework.office.kit.references.forms import FORMS, Form, Near
from opencasework.office.kit.references.kinds import kinds

MOST_NEAR = 200_000  # characters around figures that are read where nobody has asked for more: some 0.2 s
PIECE = 20_000  # characters that are read at once; a shorter text is read whole, figures or not
BEFORE, AFTER = 240, 160  # characters around figures in which their number, and its words, may stand
LONGEST_NUMBER = 100  # characters; a longer row is none
# A row of figures that a number can begin, be or end with.
_FIGURES = re.compile(r"(?<![0-9])[0-9]{1,40}(?![0-9])")
LOOKED_BACK = 140  # characters before a number in which its words may stand
# Recognised in texts, but nothing a body knows the person by.
OUR_OWN = frozenset({"OFFICEREF", "POSTCODE", "GSS"})

# Between a label and its number stands nothing else that says something.
_BETWEEN = re.compile(
    r"[\s:;#.,=()\"'“”‘’*_-]*"
    r"(?:(?:IS|WAS|ARE|CASES?|NUMBERS?|NUM|NO|REF|REFERENCES?|CODE|ID|ACCOUNT|QUOTED?|QUOTING|BEING|AS|"
    r"YW|IT|SHOWN|GIVEN|MY|HIS|HER|THE|THEIR|YOUR|OUR|AND|FOR)"
    r"[\s:;#.,=()\"'“”‘’*_-]+)*"
)
_AFTER = re.compile(r"[ (,\"'“”-]*(?:(?:IS|WAS|BEING|FOR) +)?(?:(?:MY|HIS|HER|THE|OUR|THEIR|AN?|YOUR) +)?")
_SOMETHING_ELSE = re.compile(
    r"(?<![A-Z0-9])(?:TEL(?:EPHONE)?|PHONE|MOBILE|MOB|FAX|HELPLINE|CALL(?:ED|ING)?|RING|RANG|TEXT|WHATSAPP|FFON|"
    r"SORT ?CODE|(?:BANK|SAVINGS|CURRENT) ACCOUNT|ACCOUNT DETAILS|IBAN|CARD(?: NUMBER| NO)?|VISA DEBIT|MASTERCARD|"
    r"ORDER(?:ED)?|INVOICE|RECEIPT|TRACKING|PARCEL|BOOKING|TICKET|TRANSACTION|POLICY|MEMBERSHIP|LOYALTY|"
    r"MODEL|SERIAL|PART NUMBER|ISBN|BARCODE|FLIGHT|TRAIN|HASHTAG|VERSION|EXTENSION|PIN|PASSWORD|SECURITY CODE|"
    r"COMPANY NUMBER|CHARITY NUMBER|LOTTERY)(?![A-Z0-9])"
)
# Blanks of other widths, and what stands in a text unseen.
_BLANKS = "\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u202f\u205f\u2060\ufeff\u00ad"
_UPPER = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"} | {
    ord(mark): plain
    for mark, plain in {"‐": "-", "‑": "-", "–": "-", "’": "'", **dict.fromkeys(_BLANKS, " ")}.items()
}


@dataclass(frozen=True)
class Found:
    """A number of a kind in a text, from `start` to `end`."""

    code: str
    value: str
    start: int
    end: int


def same_length_upper(text: str) -> str:
    """The text in capitals, every character still in its place."""
    return text.translate(_UPPER)


def recognised(text: str, *, most: int = MOST_NEAR) -> list[Found]:
    """The numbers in the text, from left to right; no two overlap.

    Of a long text at most `most` characters around figures are read: `pieces` for whoever has to say so.
    """
    found: list[Found] = []
    read = 0
    for size, numbers in pieces(text):
        found += numbers
        read += size
        if read >= most:
            break
    return found


def pieces(text: str) -> Iterator[tuple[int, list[Found]]]:
    """A text piece by piece: how many characters were read, and the numbers that begin in them."""
    if len(text) <= PIECE:
        yield len(text), _in_piece(text) or _by_itself(text)
        return
    reached = 0
    for start, end, first, last in _stretches(text):
        found = []
        for each in _in_piece(text[start:end]):
            # Cut off by the edge of the piece, it may be the end of something longer.
            is_cut = (each.start == 0 and start > 0) or (start + each.end == end and end < len(text))
            at, until = start + each.start, start + each.end
            if not is_cut and first <= at < last and at >= reached:
                found.append(Found(each.code, each.value, at, until))
                reached = until
        yield end - start, found


def _stretches(text: str) -> Iterator[tuple[int, int, int, int]]:
    """What to read of a long text: from where to where, and in which part of that a number must begin.

    Neighbours reach into each other by more than any number and its words are long.
    """
    for start, end in _around_figures(text):
        for first in range(start, end, PIECE):
            last = min(first + PIECE, end)
            yield max(start, first - BEFORE), min(end, last + BEFORE + AFTER), first, last


def _around_figures(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that have figures in them, or stand near some."""
    start, end = 0, -1
    for match in _FIGURES.finditer(text):
        if match.start() - BEFORE > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - BEFORE)
        end = min(len(text), match.end() + AFTER)
    if end >= 0:
        yield start, end


def _in_piece(text: str) -> list[Found]:
    upper = same_length_upper(text)
    plain = _best(_by_form(upper), len(upper))
    # What is found already is no obstacle between a label and a further number: blanked, length kept.
    rest = list(upper)
    for each in plain:
        rest[each.start : each.end] = " " * (each.end - each.start)
    labelled = _best(_by_words("".join(rest)), len(upper))
    return sorted([*plain, *labelled], key=lambda each: each.start)


def found_in(text: str, *, most: int = MOST_NEAR) -> list[tuple[str, str]]:
    """The numbers by which a body may know somebody: (code of the kind, as written), each once."""
    return known_by(recognised(text, most=most))


def known_by(found: list[Found]) -> list[tuple[str, str]]:
    """Of numbers found those by which a body may know somebody: (code of the kind, as written), each once."""
    kept = ((each.code, each.value) for each in found if each.code not in OUR_OWN)
    return list(dict.fromkeys(kept))


@dataclass(frozen=True)
class _Candidate:
    found: Found
    distance: int  # characters to the words that speak for it; 0 where its form does
    words: int = 0  # how many characters these words have: “planning reference” says more than “reference”

    @property
    def order(self) -> tuple[int, int, int, int]:
        return self.distance, -self.words, self.found.start - self.found.end, self.found.start


def _best(candidates: Iterator[_Candidate], size: int) -> list[Found]:
    """Of candidates that overlap, the one whose words stand nearest, then the longest."""
    kept: list[Found] = []
    taken = bytearray(size)
    for each in sorted(candidates, key=lambda candidate: candidate.order):
        found = each.found
        length = found.end - found.start
        if length <= LONGEST_NUMBER and not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"1" * length
            kept.append(found)
    return kept


def _by_form(upper: str) -> Iterator[_Candidate]:
    for form in FORMS:
        if form.near is Near.ANYWHERE:
            for match in form.pattern.finditer(upper):
                if not form.checked or not kinds()[form.code].problem(match[0]):
                    yield _Candidate(_found(form, match), 0)


def _by_words(upper: str) -> Iterator[_Candidate]:
    for form in FORMS:
        if form.words is None or not form.words.search(upper):
            continue
        for match in form.pattern.finditer(upper):
            spoken_for = _spoken_for(form, upper, match)
            if spoken_for is not None:
                yield _Candidate(_found(form, match), *spoken_for)


def _by_itself(upper: str) -> list[Found]:
    """A text, or the line of a form, that is nothing but a number."""
    whole = upper.strip()
    for form in FORMS:
        if form.alone and form.pattern.fullmatch(whole):
            start = upper.index(whole)
            return [Found(form.code, whole, start, start + len(whole))]
    return []


def _found(form: Form, match: re.Match[str]) -> Found:
    return Found(form.code, " ".join(match[0].split()), match.start(), match.end())


def _spoken_for(form: Form, upper: str, match: re.Match[str]) -> tuple[int, int] | None:
    """How far away the words stand that say it is of this kind, and how long they are; None without any."""
    assert form.words is not None
    before = upper[max(0, match.start() - LOOKED_BACK) : match.start()]
    labels = list(form.words.finditer(before))
    if labels:
        between = before[labels[-1].end() :]
        if _speaks(form, between):
            return len(between), len(labels[-1][0])
    if _SOMETHING_ELSE.search(before[-25:]):
        return None
    after = upper[match.end() : match.end() + 60]
    if form.near is Near.SENTENCE:
        label = form.words.search(re.split(r"[.\n;:0-9]", after, maxsplit=1)[0])
        return (label.start() + 40, len(label[0])) if label else None
    gap = _AFTER.match(after)
    label = form.words.match(after, gap.end()) if gap else None
    # Unless the words begin a sentence, or a pair, of their own.
    if label is None or re.match(r"\s*[:=]|\s*(?:NUMBER )?IS\b", after[label.end() :]):
        return None
    return label.start() + 20, len(label[0])


def _speaks(form: Form, between: str) -> bool:
    if form.near is Near.LABEL:
        return bool(_BETWEEN.fullmatch(between))
    is_near = len(between) <= form.near.value
    # Another row of figures, or a word for something else, stands nearer.
    return is_near and not re.search(r"[0-9]{4}", between) and not _SOMETHING_ELSE.search(between)
