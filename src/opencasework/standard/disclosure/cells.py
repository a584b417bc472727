"""What a cell is called and which small numbers the methods share."""

from __future__ import annotations

from typing import Protocol, TypeVar

BASE = 5  # cases; a published count is never 1 to 4


class NamedCell(Protocol):
    """Anything with the five fields that name an inner cell."""

    @property
    def period(self) -> str: ...
    @property
    def area_code(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def measure(self) -> str: ...


CellT = TypeVar("CellT", bound=NamedCell)


def is_small(count: int) -> bool:
    """Whether a count is one that must not be shown: 1 to 4."""
    return 0 < count < BASE


def check_counts(counts: dict[CellT, int]) -> None:
    """Raise ValueError for a count below 0."""
    for cell, count in counts.items():
        if count < 0:
            raise ValueError(f"The count of {cell} is {count}; a count cannot be negative.")
