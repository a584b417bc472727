"""One invented office: where it is, when it publishes, and its publication written."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from opencasework.observatory.months import month_after
from opencasework.observatory.places import Place
from opencasework.observatory.simulate.casework import MEASURES, Trend, casework
from opencasework.observatory.simulate.profiles import (
    BODY_TITLES,
    COUNCILLOR,
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


@dataclass(frozen=True)
class SimulatedOffice:
    """One invented office: where it is, what it is like, which of the months it published.

    `kind` is that of the standard: an MP's, or a councillor's in an invented ward.
    """

    number: int
    place: Place
    profile: Profile
    months: Sequence[str]
    kind: str = "mp"

    @property
    def name(self) -> str:
        return f"Simulated {'councillor' if self.kind == 'councillor' else 'office'} {self.number:03d}"

    @property
    def folder(self) -> str:
        return f"{'councillor' if self.kind == 'councillor' else 'office'}-{self.number:03d}"

    @property
    def key(self) -> str:
        """Its name in every stream of chance; that of an MP's office is as it always was."""
        return f"councillor {self.number}" if self.kind == "councillor" else str(self.number)


def generator(seed: int, name: str) -> random.Random:
    """A stream of chance of its own for each thing, so that one more office leaves the others alone."""
    return random.Random(f"{seed}/{name}")


def mp_office(number: int, place: Place, months: Sequence[str], *, seed: int) -> SimulatedOffice:
    """An MP's office for a constituency."""
    rng = generator(seed, f"office {number}")
    weights = WEIGHTS_IN_LONDON if place.region == LONDON else WEIGHTS_ELSEWHERE
    profile = rng.choices(PROFILES, weights)[0]
    return SimulatedOffice(number, place, profile, _months_published(months, rng=rng))


def councillor(number: int, months: Sequence[str], *, seed: int) -> SimulatedOffice:
    """A councillor's, in a ward that does not exist; two share each ward, as they often do."""
    rng = generator(seed, f"councillor {number}")
    ward = (number + 1) // 2
    place = Place(f"E0599{ward:04d}", f"Simulated ward {ward}", "", country="", region="", population=0)
    return SimulatedOffice(number, place, COUNCILLOR, _months_published(months, rng=rng), "councillor")


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


def write_office(
    office: SimulatedOffice,
    months: Sequence[str],
    folder: Path,
    *,
    seed: int,
    trends: Mapping[str, Trend],
) -> None:
    """Draw its casework of `months`, protect that of those it published and write it into `folder`."""
    counts = casework(
        months,
        area_code=office.place.code,
        profile=office.profile,
        trends=trends,
        rng=generator(seed, f"casework {office.key}"),
    )
    published = _folded(counts, office.months)
    after = date.fromisoformat(f"{month_after(office.months[-1])}-{DAY_OF_PUBLICATION:02d}")
    key = hashlib.sha256(f"simulated office {seed}/{office.key}".encode()).digest()
    created = datetime(after.year, after.month, after.day, 9, tzinfo=UTC)
    add_months(
        folder,
        office=OfficeIdentity(
            name=office.name,
            kind=office.kind,
            post=f"simulated/{office.folder.replace('-', '/')}",
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
        measures=MEASURES,
    )
    if office.kind != "mp":  # a councillor has too few cases for finer issues
        return
    for year, categories in by_subtopic(counts, office.months, rng=generator(seed, f"years {office.key}")):
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
