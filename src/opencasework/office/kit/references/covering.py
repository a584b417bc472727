"""Numbers in a text, covered for somebody who may not have them shown. The text itself is kept as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from opencasework.office.kit.references.forms import FORMS, Form, Near
from opencasework.office.kit.references.kinds import kinds
from opencasework.office.kit.references.recognising import OUR_OWN, recognised, same_length_upper

COVER = "•• •• •• ••"
READ = 200_000  # characters of a text that are read for numbers; after them no figure is shown at all
SHORTEST = 4  # characters of a number that is looked for wherever it stands: a shorter one is a house number
_FIGURE = re.compile(r"[0-9]")
_WITH_FIGURES = re.compile(r"\S*[0-9]\S*(?:[ \t]+\S*[0-9]\S*)*")
_CUT = "0123456789 /-."  # what a number that goes on may have at the end of what is read


def covered(text: str, kinds: Collection[str], *, kept: Collection[str] = ()) -> str:
    """The text without the numbers of these kinds recognised in it, and without those `kept`, as they are
    compared, in any spacing.
    """
    shown, at = [], 0
    for start, end in _places(text, kinds, kept):
        shown += [text[at:start], COVER]
        at = end
    return "".join([*shown, text[at:]]) if shown else text


def to_cover(text: str, kinds: Collection[str], *, kept: Collection[str] = ()) -> list[str]:
    """What `covered` would cover, as it stands in the text."""
    return [text[start:end] for start, end in _places(text, kinds, kept)]


def apart(text: str) -> str:
    """A short text that everybody reads, with no more of each number that is masked than tells it from
    another, and seldom longer than it was.
    """
    known = kinds()
    for each in reversed(recognised(text)):
        if known[each.code].is_masked and each.code not in OUR_OWN:
            compact = known[each.code].compact(each.value)
            text = f"{text[: each.start]}{compact[:2]}•••{compact[-1:]}{text[each.end :]}"
    return text


def _places(text: str, kinds: Collection[str], kept: Collection[str]) -> list[tuple[int, int]]:
    """Where something to cover stands, from left to right; what overlaps is one."""
    if not _FIGURE.search(text):
        return []
    head = text if len(text) <= READ else text[:READ].rstrip(_CUT)
    found = [*_kept(head, kept), *_recognised(head, kinds)]
    found += [match.span() for match in _WITH_FIGURES.finditer(text, len(head))]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _kept(text: str, kept: Collection[str]) -> Iterator[tuple[int, int]]:
    known = sorted({each for each in kept if len(each) >= SHORTEST}, key=len, reverse=True)
    if known:
        either = "|".join(r"[\s\-‐‑–./]*".join(map(re.escape, each)) for each in known)
        for match in re.finditer(rf"(?<![A-Z0-9])(?:{either})(?![A-Z0-9])", text, re.IGNORECASE):
            yield match.span()


def _recognised(text: str, kinds: Collection[str]) -> Iterator[tuple[int, int]]:
    upper = same_length_upper(text)
    # Most texts have none, and to say so costs a tenth of finding out which number is what.
    if any(form.code in kinds and _may_stand(form, upper) for form in FORMS):
        for found in recognised(text, most=2 * READ):
            if found.code in kinds:
                yield found.start, found.end


def _may_stand(form: Form, upper: str) -> bool:
    by_itself = form.near is Near.ANYWHERE or form.alone or form.words is None
    return bool((by_itself or (form.words and form.words.search(upper))) and form.pattern.search(upper))
