"""Numbers that a passer-by should not read, on the screen with their ends alone.

What leaves has them whole. A number is found whatever form it has: one that is bold in part is still one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.utils.safestring import SafeString

from opencasework.office.cases import covering
from opencasework.office.cases.models import Case
from opencasework.office.cases.numbers import HIDDEN
from opencasework.office.letters import rich
from opencasework.office.letters.models import Letter
from opencasework.office.letters.rich import Block, Run
from opencasework.office.staff.models import StaffMember

Masks = list[tuple[str, str]]  # a number, and what stands for it


# What else a letter names beside the case it stands on; folders above add to it.
MORE_CASES: list[Callable[[Letter], Iterable[Case]]] = []


def masks_of(letter: Letter, staff: StaffMember, *more: str) -> Masks:
    """What to mask in a letter, and in `more` words of it: the numbers of its case, and of the others that it
    names. Those that this colleague may not have shown at all show nothing, whichever stand in it.
    """
    cases = [letter.case, *(case for others in MORE_CASES for case in others(letter))]
    masks = []
    for case in cases:
        cover = covering.of(case, staff)
        for one in case.references.all():
            if one.is_masked and one.value:
                masks.append((one.value, HIDDEN if one.kind in cover.kinds else one.masked))
        masks += [(found, HIDDEN) for text in (letter.text, *more) for found in cover.within(text)]
    # The longest first: one may be part of another.
    return sorted(dict.fromkeys(masks), key=lambda mask: -len(mask[0]))


def in_text(text: str, masks: Masks) -> str:
    """Plain words, masked."""
    for number, mask in masks:
        text = text.replace(number, mask)
    return text


def in_html(html: str, masks: Masks) -> SafeString:
    """Rich text, masked, with its suggestions."""
    return SafeString(rich.write(in_blocks(rich.read(html), masks)))


def in_blocks(blocks: Iterable[Block], masks: Masks) -> list[Block]:
    """The blocks of rich text, masked."""
    return [Block(block.path, _in_runs(block.runs, masks)) for block in blocks]


def _in_runs(runs: tuple[Run, ...], masks: Masks) -> tuple[Run, ...]:
    for number, mask in masks:
        for at in reversed(_found(runs, number)):
            before, within, after = cut(runs, at, at + len(number))
            shown = [replace(run, text="") for run in within]
            shown[0] = replace(shown[0], text=mask)
            runs = (*before, *(run for run in shown if run.text), *after)
    return runs


def _found(runs: tuple[Run, ...], words: str) -> list[int]:
    text, found, at = "".join(run.text for run in runs), [], 0
    while (at := text.find(words, at)) >= 0:
        found.append(at)
        at += len(words)
    return found


def cut(
    runs: tuple[Run, ...], start: int, end: int
) -> tuple[tuple[Run, ...], tuple[Run, ...], tuple[Run, ...]]:
    """The runs before, within and after two places of their text."""
    parts: tuple[list[Run], list[Run], list[Run]] = ([], [], [])
    at = 0
    for run in runs:
        stop = at + len(run.text)
        for part, (low, high) in zip(
            parts, ((at, min(stop, start)), (max(at, start), min(stop, end)), (max(at, end), stop)),
            strict=True,
        ):  # fmt: skip
            if high > low:
                part.append(replace(run, text=run.text[low - at : high - at]))
        at = stop
    return tuple(parts[0]), tuple(parts[1]), tuple(parts[2])
