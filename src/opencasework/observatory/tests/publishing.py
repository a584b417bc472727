"""Small publications for the tests, written through the standard's own writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from opencasework.standard.publication import Cell, OfficeIdentity, add_months

BASSETLAW, BOLTON_WEST, PRESTON = "E14001079", "E14001117", "E14001433"
DWP, HOME_OFFICE = "GB-GOR-D10", "GB-GOR-D16"
TITLES = {DWP: "Department for Work and Pensions", HOME_OFFICE: "Home Office"}

# (category, body, measure) to count; counts of 5 and more are published exactly.
Counts = Mapping[tuple[str, str, str], int]


def publish(
    folder: Path,
    months: Mapping[str, Counts],
    *,
    area: str = BASSETLAW,
    area_name: str = "",
    post: str = "",
    synthetic: bool = False,
    status: Literal["draft", "published"] = "published",
    measures: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Write the publication of one office into `folder`."""
    add_months(
        folder,
        office=OfficeIdentity(
            name=f"Office of {area}",
            kind="mp",
            post=post or f"post/{area}",
            area_code=area,
            area_name=area_name or area,
        ),
        months={
            month: {Cell(month, area, *names): count for names, count in counts.items()}
            for month, counts in months.items()
        },
        body_titles=titles or TITLES,
        key=area.encode() * 2,
        status=status,
        prepared_by="Ana",
        signed_by="Ben" if status == "published" else None,
        created=datetime(2026, 11, 11, 9, tzinfo=UTC),
        synthetic=synthetic,
        **({"measures": measures} if measures else {}),
    )
    return folder


def opened(**by_category: int) -> Counts:
    """Cases opened, by category, about no body."""
    return {(category, "_N", "cases_opened"): count for category, count in by_category.items()}
