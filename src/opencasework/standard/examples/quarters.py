"""The third valid example: a ward councillor with few cases, who publishes quarters and the year they make.

`quarters/` beside this file is what `write` writes.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from opencasework.standard.publication import (
    Cell,
    OfficeIdentity,
    Publication,
    YearCounts,
    add_months,
    add_year,
)

FOLDER = Path(__file__).with_name("quarters")
YEAR = "2025"
AREA = "E05999999"
OFFICE = OfficeIdentity(
    name="Office of the councillor for Wexcombe Mill",
    kind="councillor",
    post="example/post/wexcombe-mill",
    area_code=AREA,
    area_name="Wexcombe Mill",
    identifiers=(("example-councillor", "1"),),
)
_KEY = b"an example's key can be known to all"
_CREATED = datetime(2026, 1, 12, 9, tzinfo=UTC)
_COUNTS: dict[tuple[str, str, str], tuple[int, int, int, int]] = {  # true counts in the four quarters
    ("housing", "_O", "cases_opened"): (24, 31, 28, 26),
    ("housing", "_O", "cases_closed"): (20, 27, 30, 22),
    ("local-services", "_O", "cases_opened"): (38, 29, 41, 33),
    ("local-services", "_O", "cases_closed"): (35, 33, 36, 34),
    ("planning", "_O", "cases_opened"): (3, 6, 2, 4),
    ("planning", "_O", "cases_closed"): (1, 4, 3, 2),
    ("_N", "_N", "policy_messages"): (17, 22, 9, 14),
}


def write(folder: Path) -> Publication:
    """Write the example to a new `folder`, the same bytes every time."""
    quarters = [f"{YEAR}-Q{number}" for number in range(1, 5)]
    add_months(
        folder,
        office=OFFICE,
        months={
            quarter: {Cell(quarter, AREA, *where): counts[at] for where, counts in _COUNTS.items()}
            for at, quarter in enumerate(quarters)
        },
        body_titles={},
        key=_KEY,
        status="published",
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=_CREATED,
        synthetic=True,
    )
    return add_year(
        folder,
        year=YEAR,
        counts=YearCounts(
            categories={"housing.social-repairs": 61, "housing": 48, "local-services": 141, "planning": 15},
            channels={"email": 170, "surgery": 60, "phone": 35},
            outcomes={"put-right": 120, "advised": 80, "explained": 47},
        ),
        key=_KEY,
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=_CREATED,
    )


if __name__ == "__main__":  # write quarters/ anew, when the standard has changed
    shutil.rmtree(FOLDER, ignore_errors=True)
    write(FOLDER)
