"""Long lists over several pages, so that a list of twenty thousand offices loads as quickly as one of 650."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
MOST = 700  # rows on a page, so that the 650 constituencies are one; some 20 kB on the wire


@dataclass(frozen=True)
class Share:
    """A page's share of a list: its folder, and what its first and last row are called."""

    path: str
    first: str
    last: str
    size: int


def fits(rows: Sequence[object]) -> bool:
    """Whether a list is short enough for one page."""
    return len(rows) <= MOST


def in_shares(rows: Sequence[T]) -> list[Sequence[T]]:
    """The rows in their order, a page at a time; one share, perhaps empty, where they fit on one page."""
    return [rows[start : start + MOST] for start in range(0, len(rows), MOST)] or [rows]


def listed(shares: Sequence[Sequence[T]], folder: str, called: Callable[[T], str]) -> tuple[Share, ...]:
    """The pages a list is spread over, under `folder`; none where it is not spread."""
    if len(shares) < 2:
        return ()
    return tuple(
        Share(f"{folder}{number}/", called(rows[0]), called(rows[-1]), len(rows))
        for number, rows in enumerate(shares, start=1)
    )
