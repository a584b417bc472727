"""Fictional offices on the real map, to build, test and show the observatory without anybody's data.

Every number is invented and every publication says so (`synthetic`). They are written through the standard's
own writer and disclosure control, so they are as real publications in every other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opencasework.observatory.cores import every_core
from opencasework.observatory.months import last_complete_month, months_up_to
from opencasework.observatory.places import constituencies
from opencasework.observatory.simulate.casework import BURN_IN, Trend, national_trends
from opencasework.observatory.simulate.offices import (
    SimulatedOffice,
    councillor,
    generator,
    mp_office,
    write_office,
)
from opencasework.standard.attacks import audit

MOST_COUNCILLORS = 19_998  # two to a ward, whose codes have four digits
WORTH_SHARING_OUT = 8  # offices; a new process takes as long to start as a few take to write
ONE_ATTACKED_IN = 100  # offices

Progress = Callable[[int, int], None]


class Leaked(Exception):
    """An attack got through a simulated publication: disclosure control is broken; the text says whose."""


@dataclass(frozen=True)
class Simulation:
    """What was written. `attacked` are the folders that were attacked, with what was found of each."""

    offices: Sequence[SimulatedOffice]
    attacked: Mapping[str, str]


def simulate(
    offices: int,
    months: int,
    seed: int,
    out: Path,
    *,
    until: str | None = None,
    councillors: int = 0,
    scenario: Mapping[str, Trend] | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Write the publications of invented offices into folders of `out`; same arguments, same bytes.

    `offices` are MPs', `councillors` come on top in invented wards. `until` is the last month ('2026-10'), by
    default the last complete one. Issues move by chance, or as the `scenario` says. Some offices join later,
    miss months or stop, as real ones do. One in a hundred, chosen by the seed and at least one, is attacked
    as an office's own are before they are signed.

    Raises ValueError when there are not 1 to 650 offices or not at least 1 month, and when `out` already
    holds something; Leaked when an attack gets through.
    """
    _check(offices, months, councillors, out)
    last = until or last_complete_month(datetime.now(UTC).date())
    published = months_up_to(last, months)
    with_burn_in = months_up_to(last, months + BURN_IN)
    rng = generator(seed, "nation")
    trends = {**national_trends(with_burn_in, rng=rng), **(scenario or {})}
    places = rng.sample(sorted(constituencies().values(), key=lambda place: place.code), offices)
    invented = [
        mp_office(number, place, published, seed=seed) for number, place in enumerate(places, start=1)
    ]
    invented += [councillor(number, published, seed=seed) for number in range(1, councillors + 1)]
    some = generator(seed, "attacked").sample(range(len(invented)), max(1, len(invented) // ONE_ATTACKED_IN))
    jobs = [
        _Job(office, with_burn_in, out / office.folder, seed, trends, at in some)
        for at, office in enumerate(invented)
    ]
    attacked = {}
    for done, (job, measure) in enumerate(zip(jobs, _write_all(jobs), strict=True), start=1):
        if measure:
            attacked[job.office.folder] = measure
        if progress:
            progress(done, len(jobs))
    return Simulation(invented, attacked)


@dataclass(frozen=True)
class _Job:
    office: SimulatedOffice
    months: Sequence[str]
    folder: Path
    seed: int
    trends: Mapping[str, Trend]
    is_attacked: bool


def _check(offices: int, months: int, councillors: int, out: Path) -> None:
    if not 1 <= offices <= len(constituencies()):
        raise ValueError(f"There are {len(constituencies())} constituencies; ask for 1 to that many offices.")
    if not 0 <= councillors <= MOST_COUNCILLORS:
        raise ValueError(f"There are wards for {MOST_COUNCILLORS:,} councillors; ask for 0 to that many.")
    if months < 1:
        raise ValueError(f"A simulation of {months} months is empty; ask for at least 1.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out} already holds something; name an empty or new folder.")


def _write_all(jobs: Sequence[_Job]) -> Iterator[str]:
    """Each office written, in order; on every core when there are many."""
    if len(jobs) < WORTH_SHARING_OUT:
        yield from map(_write, jobs)
        return
    with every_core() as pool:
        yield from pool.map(_write, jobs)


def _write(job: _Job) -> str:
    """Returns what the attacks came to, empty where it was not attacked."""
    write_office(job.office, job.months, job.folder, seed=job.seed, trends=job.trends)
    if not job.is_attacked:
        return ""
    report = audit([job.folder])
    if not report.passed:
        raise Leaked(f"{job.office.folder} does not withstand attack: {report.findings[0].sentence}")
    return report.measure()


__all__ = ["Leaked", "SimulatedOffice", "Simulation", "simulate"]
