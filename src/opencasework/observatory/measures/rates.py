"""Counts set against the people they are drawn from."""

from __future__ import annotations

PER_PEOPLE = 10_000


def rate_per_10_000(count: int, population: int) -> float:
    """How common is it? `count` for every 10,000 residents.

    Method: count / population * 10,000. Source of populations: the censuses of 2021 and 2022
    (data/README.md). Raises ValueError when there is no population to divide by.
    """
    if population <= 0:
        raise ValueError(f"A rate needs a population; {population} people is none.")
    return count * PER_PEOPLE / population
