"""A number in groups short enough to be read out, and to be written down by whoever listens."""

from __future__ import annotations

import re

LONGEST = 5  # characters that are heard at once, and no paper has longer groups
_RUNS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]+|_+")


def in_groups(text: str) -> list[str]:
    """The number cut where letters meet figures, and longer runs into threes: GWF 012 345 678.

    Put together the groups are the number again, but for its spaces.
    """
    groups: list[str] = []
    for part in text.split():
        for run in _RUNS.findall(part):
            is_mark = not run[0].isalnum()
            if is_mark and groups and "•" not in run:
                groups[-1] += run  # a stroke is read with what stands before it
            else:
                groups += [run] if is_mark or len(run) <= LONGEST else _threes(run)
    return groups


def _threes(run: str) -> list[str]:
    """Groups of three; four at the end rather than one alone."""
    end = len(run) - 4 if len(run) % 3 == 1 else len(run)
    groups = [run[at : at + 3] for at in range(0, end, 3)]
    return [*groups, run[end:]] if end < len(run) else groups
