"""How often a steady series is called rising or falling, and how often the interval holds the truth.

    .venv/bin/python -m benchmarks.trend [--tries 150]

Made-up offices of different sizes, with a season, overdispersion, and small counts rounded to 0 or 5; and the
processor time for a nation of 650 offices over 36 months.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

from benchmarks.report import Row, report
from opencasework.observatory.measures.trend import OfficeMonth, trend
from opencasework.observatory.months import days_of, months_up_to

LAST = "2026-10"
SHAPES = ((10, 24, 6, 1.0), (10, 24, 6, 1.1), (60, 24, 4, 1.0), (3, 12, 40, 1.0), (1, 36, 20, 1.0))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--tries", type=int, default=150)
    tries = arguments.parse_args().tries
    draw = np.random.default_rng(3)
    rows = []
    for offices, months, level, yearly in SHAPES:
        changed = covered = 0
        for _ in range(tries):
            found = trend(_office_months(draw, offices, months, level, yearly))
            changed += found.verdict in ("rising", "falling")
            covered += found.low is not None and found.high is not None and found.low <= yearly <= found.high
        what = f"{offices} offices, {months} months, some {level} a month, x {yearly:g} a year"
        rows.append(Row(f"{what}: called a change", f"{changed} of {tries}", "", good=True))
        within = covered >= tries * 0.93
        rows.append(Row(f"{what}: truth within the 95 % interval", f"{covered} of {tries}", "95 %", within))
    nation = _office_months(draw, 650, 36, 30, 1.0)
    started = time.process_time()
    trend(nation)
    seconds = f"{time.process_time() - started:.2f} s"
    rows.append(Row("650 offices, 36 months, processor time", seconds, "", good=True))
    report(rows)


def _office_months(
    draw: np.random.Generator, offices: int, months: int, level: float, yearly: float
) -> list[OfficeMonth]:
    names = months_up_to(LAST, months)
    step = np.arange(months)
    shape = yearly ** (step / 12) * (1 + 0.2 * np.sin(2 * math.pi * step / 12))
    days = np.array([days_of(month) for month in names]) / 30
    mean = level * np.exp(draw.normal(0, 0.6, offices))[:, None] * shape * days
    counts = draw.negative_binomial(15, 15 / (15 + mean))
    rounded = np.where(draw.random(counts.shape) < counts / 5, 5, 0)
    shown = np.where((counts > 0) & (counts < 5), rounded, counts)
    return [
        OfficeMonth(str(office), month, int(shown[office, at]))
        for office in range(offices)
        for at, month in enumerate(names)
    ]


if __name__ == "__main__":
    main()
