"""Controlled rounding: how long a month takes, how near the truth sums stay, and whether it leans.

    .venv/bin/python -m benchmarks.rounding [--offices 6] [--keys 100]

The offices are invented (`observatory/simulate`); the table is the one that Statistics Norway's PLSrounding
was run on, in the tests of the standard. Times are of the processor, so that other work counts little.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from benchmarks.report import Row, report
from opencasework.observatory import simulate as simulation
from opencasework.observatory.simulate import simulate
from opencasework.standard import disclosure
from opencasework.standard.attacks import AuditReport, audit
from opencasework.standard.observations import Cell
from opencasework.standard.tests import cubes

MONTHS, CONSTITUENCIES, CORES = 24, 650, 2
LONGEST_FOR_ALL = 15.0  # minutes
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


def nearness(keys: int) -> list[Row]:
    """Round the reference table under many keys, and a year of an invented one."""
    months = cubes.reference()
    rounded = [cubes.round_all(months, key=b"key %06d of many" % number) for number in range(keys)]
    margins = [list(cubes.deviations(months, published).values()) for published in rounded]
    farthest = [max(map(abs, of_key)) for of_key in margins]
    spread = cubes.root_mean_square(map(cubes.root_mean_square, margins))
    within = sum(each <= FARTHEST for each in farthest)
    year = cubes.invented(seed=1)
    of_year = [
        off
        for number in range(max(1, keys // 10))
        for (_, _, month), off in cubes.deviations(
            year, cubes.round_all(year, key=b"key %06d of many" % number)
        ).items()
        if month == "_T"
    ]
    return [
        Row(
            f"the reference table: farthest of 153 sums, over {keys} keys",
            f"{max(farthest)}; at most 5 with {within} of {keys}",
            f"≤ {FARTHEST}",
            max(farthest) <= FARTHEST,
        ),
        Row(
            "root mean square of these sums (no method that is right on average can be below 2.01)",
            f"{spread:.2f}",
            f"≤ {ROOT_MEAN_SQUARE}",
            spread <= ROOT_MEAN_SQUARE,
        ),
        Row(
            "sums over twelve months of an invented office: root mean square, farthest",
            f"{cubes.root_mean_square(of_year):.2f}, {max(map(abs, of_year))}",
            "",
            good=True,
        ),
        *_leaning(months, rounded),
    ]


def _leaning(months: dict[str, dict[Cell, int]], rounded: Sequence[dict[str, dict[Cell, int]]]) -> list[Row]:
    means = cubes.cell_means(months, rounded)
    keys = len(rounded)
    variance = sum(count * (disclosure.BASE - count) for _, count in means) / (keys * len(means) ** 2)
    standard_error = math.sqrt(variance)
    mean = sum(means.values()) / len(means)
    by_count = [
        statistics.fmean(mean for (_, n), mean in means.items() if n == count)
        for count in range(1, disclosure.BASE)
    ]
    return [
        Row(
            f"mean error of {len(means) * keys} small cells",
            f"{mean:+.4f} (standard error {standard_error:.4f})",
            "within 3 standard errors of 0",
            abs(mean) < 3 * standard_error,
        ),
        Row(
            "the same for a true count of 1, 2, 3, 4",
            ", ".join(f"{each:+.3f}" for each in by_count),
            "",
            good=True,
        ),
        Row(
            f"by how much each of {len(means)} single cells leans: root mean square, largest",
            f"{cubes.lean(means, keys=keys):.2f}, {max(map(abs, means.values())):.2f}",
            "",
            good=True,
        ),
    ]


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
    parser.add_argument("--keys", type=int, default=100)
    given = parser.parse_args()
    report([*speed(given.offices), *nearness(given.keys)])


if __name__ == "__main__":
    main()
