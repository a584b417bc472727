"""Controlled rounding: how long a month takes, how near the truth sums stay, and whether it leans.

    .venv/bin/python -m benchmarks.rounding [--offices 6] [--keys 40]

The offices are invented (`observatory/simulate`); the table is the one that Statistics Norway's PLSrounding
was run on, in the tests of the standard. Times are of the processor, so that other work counts little.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from benchmarks.report import Row, report
from opencasework.observatory import simulate as simulation
from opencasework.observatory.simulate import simulate
from opencasework.standard import disclosure
from opencasework.standard.attacks import AuditReport, audit
from opencasework.standard.tests import cubes

MONTHS, CONSTITUENCIES, CORES = 24, 650, 2
LONGEST_FOR_ALL = 15.0  # minutes
LONGEST_TABLE = 60  # milliseconds, one measure of a month
LONGEST_MONTH = 5.0  # seconds, the attack on it included
FARTHEST, ROOT_MEAN_SQUARE = 5, 2.0  # of the reference


def speed(offices: int) -> list[Row]:
    """Write the publications of invented offices; the attack on one in a hundred of them is told apart."""
    attacking = 0.0

    def attack(folders: Sequence[Path]) -> AuditReport:
        nonlocal attacking
        started = time.process_time()
        found = audit(folders)
        attacking += time.process_time() - started
        return found

    with tempfile.TemporaryDirectory() as folder, mock.patch.object(simulation, "audit", attack):
        simulate(1, 2, 2, Path(folder) / "first")  # imports and compiled code are no part of it
        attacking = 0.0
        started = time.process_time()
        written = simulate(offices, MONTHS, 1, Path(folder) / "country")
        months = sum(len(office.months) for office in written.offices)
        each = (time.process_time() - started - attacking) / months
    attacks = attacking * math.ceil(CONSTITUENCIES / simulation.ONE_ATTACKED_IN)
    of_all = (each * CONSTITUENCIES * MONTHS + attacks) / CORES / 60
    return [
        Row(
            f"a month of an invented office rounded and written, five measures ({months} months)",
            f"{each * 1000:.0f} ms of processor time",
            f"≤ {LONGEST_MONTH:.0f} s",
            each <= LONGEST_MONTH,
        ),
        Row(
            f"{CONSTITUENCIES} offices, {MONTHS} months, on {CORES} cores, worked out from that, with the "
            f"attack on one in {simulation.ONE_ATTACKED_IN} ({attacking:.0f} s each)",
            f"{of_all:.0f} min",
            f"≤ {LONGEST_FOR_ALL:.0f} min",
            of_all <= LONGEST_FOR_ALL,
        ),
    ]


def nearness(keys: int) -> Iterator[Row]:
    """Round the reference table under many keys, and years of invented offices."""
    yield from _of_table("the reference table", cubes.reference(), keys, promised=True)
    for seed in (1, 2, 3):
        yield from _of_table(f"an invented year, seed {seed}", cubes.invented(seed=seed), max(1, keys // 2))


def _of_table(name: str, months: cubes.Months, keys: int, *, promised: bool = False) -> Iterator[Row]:
    """All ten publications that may be drawn count, under each key."""
    started = time.process_time()
    made = [
        one for number in range(keys) for one in cubes.round_ten(months, key=b"key %06d of many" % number)
    ]
    each = (time.process_time() - started) / (keys * len(months)) * 1000
    off = [cubes.deviations(months, one) for one in made]
    farthest = [max(map(abs, of_one.values())) for of_one in off]
    within = sum(far <= FARTHEST for far in farthest)
    spread = cubes.root_mean_square(value for of_one in off for value in of_one.values())
    over_time = [value for of_one in off for (_, _, month), value in of_one.items() if month == "_T"]
    means = cubes.cell_means(months, made)
    yield Row(
        f"{name}: farthest of {len(off[0])} sums, over {len(made)} publications of {keys} keys",
        f"{max(farthest)}; at most {FARTHEST} in {within}",
        f"≤ {FARTHEST}" if promised else "",
        not promised or max(farthest) <= FARTHEST,
    )
    yield Row(
        f"{name}: root mean square of these sums (the least when right on average: {_least(months):.2f}); of "
        "those over all months",
        f"{spread:.3f}; {cubes.root_mean_square(over_time):.3f}",
        f"≤ {ROOT_MEAN_SQUARE}" if promised else "",
        not promised or spread <= ROOT_MEAN_SQUARE,
    )
    yield Row(
        f"{name}: the largest mean error of {len(means)} small cells over the ten; a month takes",
        f"{max(map(abs, means.values())):.2f}; {each:.0f} ms",
        "0; ≤ 60 ms",
        max(map(abs, means.values())) == 0 and each <= LONGEST_TABLE,
    )


def _least(months: cubes.Months) -> float:
    """The least root mean square of sums that a method can have which is right on average."""
    small = {
        month: {cell: n if n < disclosure.BASE else 0 for cell, n in of.items()}
        for month, of in months.items()
    }
    rests = [-off % 5 for off in cubes.deviations(small, {month: {} for month in months}).values()]
    return math.sqrt(sum(rest * (disclosure.BASE - rest) for rest in rests) / len(rests))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--offices",
        type=int,
        default=6,
        choices=range(1, simulation.WORTH_SHARING_OUT),
        help="more would be shared out among processes, whose time is not seen here",
    )
    parser.add_argument("--keys", type=int, default=40)
    given = parser.parse_args()
    report([*speed(given.offices), *nearness(given.keys)])


if __name__ == "__main__":
    main()
