"""A5, A6 and A12 played against a publisher: not its files but the function that makes them.

A publisher is anything that turns the true counts of several months into what is published of each. Ours is
`publication.add_months`; any other can be wrapped in a function of a line or two and attacked alike.
"""

from collections.abc import Callable, Mapping, Sequence

from opencasework.standard.attacks.report import Finding, number
from opencasework.standard.observations import Cell

Months = Mapping[str, Mapping[Cell, int]]
Shown = Mapping[str, bytes]  # month -> everything that is published of it
Publisher = Callable[[Months, bytes], Shown]  # true counts and the office's key -> what is published

TIMES = 50


def averaging(publish: Publisher, months: Months, *, key: bytes, times: int = TIMES) -> list[Finding]:
    """A5: publish the same months again and again; there must be one edition, not several to average."""
    editions = {tuple(sorted(publish(months, key).items())) for _ in range(times)}
    if len(editions) == 1:
        return []
    return [
        Finding(
            "A5",
            f"The same counts were published {times} times and gave {number(len(editions), 'edition')}. "
            "Their average tends to the true counts: draw once, with the office's key.",
        )
    ]


def neighbour(
    publish: Publisher, months: Months, changed: Mapping[Cell, int], *, key: bytes
) -> list[Finding]:
    """A6: the last month with one case more, less or elsewhere must leave the earlier months as they were.

    `changed` are the counts of the last month in the neighbouring world. Attack what comes out of it with
    `audit` as well: the new month has to stand for itself.
    """
    last = max(months)
    here, there = publish(months, key), publish({**months, last: changed}, key)
    moved = sorted(month for month in months if month != last and here.get(month) != there.get(month))
    if not moved:
        return []
    return [
        Finding(
            "A6",
            f"One case in {last} changed what is published of {', '.join(moved)}: the difference is that "
            "case. Earlier months stay as they are.",
        )
    ]


def keyed(publish: Publisher, months: Months, *, keys: Sequence[bytes]) -> list[Finding]:
    """A12: under other keys the same counts must be drawn otherwise, and under the same key the same.

    By chance p^3 + (1 - p)^3 of the cells agree under three keys, p = n/5: 0.52 of those of 1 or 4, 0.28 of
    those of 2 or 3. A dozen cells drawn one by one then all agree once in 2,600 times or in 4 million; cells
    drawn together have less freedom, so give two or three dozen.
    """
    editions = [tuple(sorted(publish(months, key).items())) for key in keys]
    if len(set(editions)) > 1 or len(set(keys)) < 2:
        return []
    return [
        Finding(
            "A12",
            f"{number(len(keys), 'key')} gave the same draws: they do not depend on the key, so anybody can "
            "repeat them.",
        )
    ]
