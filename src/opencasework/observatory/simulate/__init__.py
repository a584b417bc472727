"""Fictional offices on the real map, to build, test and show the observatory without anybody's data.

Every number is invented and every publication says so (`synthetic`). They are written through the standard's
own writer and disclosure control, so they are as real publications in every other way.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from opencasework.observatory.months import last_complete_month, month_after, months_up_to
from opencasework.observatory.places import Place, constituencies
from opencasework.observatory.simulate.casework import (
    BURN_IN,
    MEASURES,
    REPLY_TIMES,
    Trend,
    casework,
    national_trends,
)
from opencasework.observatory.simulate.profiles import (
    BODY_TITLES,
    LONDON,
    PROFILES,
    WEIGHTS_ELSEWHERE,
    WEIGHTS_IN_LONDON,
    Profile,
)
from opencasework.observatory.simulate.years import by_subtopic
from opencasework.standard.disclosure.folding import FEWEST_CASES_OF_A_BODY, cases_of_bodies, fold_bodies
from opencasework.standard.publication import Cell, OfficeIdentity, add_months, add_year
from opencasework.standard.years import YearCounts

DAY_OF_PUBLICATION = 11  # of the month after; late post is in by then
FEWEST_MONTHS_FOR_GAPS = 4
PREPARED_BY, SIGNED_BY = "The simulation", "A second part of the simulation"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SimulatedOffice:
    """One invented office: where it is, what it is like, which of the months it published."""

    number: int
    place: Place
    profile: Profile
    months: Sequence[str]

    @property
    def name(self) -> str:
        return f"Simulated office {self.number:03d}"

    @property
    def folder(self) -> str:
        return f"office-{self.number:03d}"


def simulate(
    offices: int,
    months: int,
    seed: int,
    out: Path,
    *,
    until: str | None = None,
    progress: Progress | None = None,
) -> list[SimulatedOffice]:
    """Write the publications of invented offices into folders of `out`; same arguments, same bytes.

    `until` is the last month ('2026-10'), by default the last complete one. Some offices join later, miss
    months or stop, as real ones do. Raises ValueError when there are not 1 to 650 offices or not at least 1
    month, and when `out` already holds something.
    """
    if not 1 <= offices <= len(constituencies()):
        raise ValueError(f"There are {len(constituencies())} constituencies; ask for 1 to that many offices.")
    if months < 1:
        raise ValueError(f"A simulation of {months} months is empty; ask for at least 1.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out} already holds something; name an empty or new folder.")
    last = until or last_complete_month(datetime.now(UTC).date())
    published = months_up_to(last, months)
    with_burn_in = months_up_to(last, months + BURN_IN)
    rng = _generator(seed, "nation")
    trends = national_trends(with_burn_in, rng=rng)
    places = rng.sample(sorted(constituencies().values(), key=lambda place: place.code), offices)
    written = []
    for number, place in enumerate(places, start=1):
        office = _office(number, place, published, rng=_generator(seed, f"office {number}"))
        _write(office, with_burn_in, out / office.folder, seed=seed, trends=trends)
        written.append(office)
        if progress:
            progress(number, offices)
    return written


def _generator(seed: int, name: str) -> random.Random:
    """A stream of chance of its own for each thing, so that one more office leaves the others alone."""
    return random.Random(f"{seed}/{name}")


def _office(number: int, place: Place, months: Sequence[str], *, rng: random.Random) -> SimulatedOffice:
    weights = WEIGHTS_IN_LONDON if place.region == LONDON else WEIGHTS_ELSEWHERE
    profile = rng.choices(PROFILES, weights)[0]
    return SimulatedOffice(number, place, profile, _months_published(months, rng=rng))


def _months_published(months: Sequence[str], *, rng: random.Random) -> Sequence[str]:
    """All months for most offices; the others joined later, missed some, stopped or are late."""
    count = len(months)
    kind = rng.choices(["always", "joined", "missed", "stopped", "late"], [62, 20, 9, 5, 4])[0]
    if count < FEWEST_MONTHS_FOR_GAPS or kind == "always":
        return months
    if kind == "joined":
        return months[rng.randint(1, count * 2 // 3) :]
    if kind == "missed":
        start = rng.randint(1, count - 2)
        length = rng.randint(1, 3)
        return [*months[:start], *months[start + length :]]
    if kind == "stopped":
        return months[: -rng.randint(1, count // 3)]
    return months[:-1]


def _write(
    office: SimulatedOffice,
    months: Sequence[str],
    folder: Path,
    *,
    seed: int,
    trends: dict[str, Trend],
) -> None:
    counts = casework(
        months,
        area_code=office.place.code,
        profile=office.profile,
        trends=trends,
        rng=_generator(seed, f"casework {office.number}"),
    )
    # Every other office counts how soon replies come, as not all real ones will.
    measures = (*MEASURES, *REPLY_TIMES) if office.number % 2 else MEASURES
    counts = {
        month: {cell: count for cell, count in cells.items() if cell.measure in measures}
        for month, cells in counts.items()
    }
    published = _folded(counts, office.months)
    after = date.fromisoformat(f"{month_after(office.months[-1])}-{DAY_OF_PUBLICATION:02d}")
    key = hashlib.sha256(f"simulated office {seed}/{office.number}".encode()).digest()
    created = datetime(after.year, after.month, after.day, 9, tzinfo=UTC)
    add_months(
        folder,
        office=OfficeIdentity(
            name=office.name,
            kind="mp",
            post=f"simulated/office/{office.number:03d}",
            area_code=office.place.code,
            area_name=office.place.name,
        ),
        months=published,
        body_titles=BODY_TITLES,
        key=key,
        status="published",
        prepared_by=PREPARED_BY,
        signed_by=SIGNED_BY,
        created=created,
        synthetic=True,
        measures=measures,
    )
    for year, categories in by_subtopic(
        counts, office.months, rng=_generator(seed, f"years {office.number}")
    ):
        add_year(
            folder,
            year=year,
            counts=YearCounts(categories),
            key=key,
            prepared_by=PREPARED_BY,
            signed_by=SIGNED_BY,
            created=created,
        )


def _folded(counts: dict[str, dict[Cell, int]], months: Sequence[str]) -> dict[str, dict[Cell, int]]:
    """The counts of these months; only bodies with enough cases in every twelve of them keep their names.

    Judged once for all months, and with room to spare: a body that comes and goes, or whose cases round to
    fewer than 20 in a year, is one the attacks on a publication find.
    """
    enough = FEWEST_CASES_OF_A_BODY * 3 // 2
    fewest: dict[str, float] = {}
    for end in range(len(months)):
        year = months[max(0, end - 11) : end + 1] if end >= 11 else months[:12]
        cases = cases_of_bodies({month: counts[month] for month in year})
        for body in BODY_TITLES:
            of_a_year = cases.get(body, 0) * 12 / len(year)
            fewest[body] = min(fewest.get(body, of_a_year), of_a_year)
    kept = {body: round(number) for body, number in fewest.items()}
    return {month: fold_bodies(counts[month], cases=kept, fewest=enough) for month in months}


__all__ = ["SimulatedOffice", "simulate"]
