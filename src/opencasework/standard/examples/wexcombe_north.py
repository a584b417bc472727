"""The valid example: three months of Wexcombe North, which does not exist.

`wexcombe-north/` beside this file is what `write` writes.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from opencasework.standard.publication import Cell, OfficeIdentity, Publication, add_months

FOLDER = Path(__file__).with_name("wexcombe-north")
AREA = "E14999999"
OFFICE = OfficeIdentity(
    name="Office of the Member for Wexcombe North",
    kind="mp",
    post="example/post/wexcombe-north",
    area_code=AREA,
    area_name="Wexcombe North",
    identifiers=(("example-member", "1"),),
)
BODY_TITLES = {
    "GB-GOR-D10": "Department for Work and Pensions",
    "GB-GOR-EA66": "HM Passport Office",
    "GB-GOR-D25": "HM Revenue & Customs",
}
_KEY = b"an example's key can be known to all"
_MONTHS = ("2026-07", "2026-08", "2026-09")
_COUNTS: dict[tuple[str, str, str], tuple[int, int, int]] = {  # true counts in the three months
    ("benefits", "GB-GOR-D10", "cases_opened"): (32, 36, 28),
    ("benefits", "GB-GOR-D10", "cases_closed"): (25, 31, 30),
    ("benefits", "GB-GOR-D10", "cases_open_at_end"): (58, 63, 61),
    ("benefits", "GB-GOR-D10", "enquiries_sent"): (21, 24, 19),
    ("benefits", "GB-GOR-D10", "replies_received"): (14, 17, 20),
    ("benefits", "_N", "cases_opened"): (6, 2, 5),
    ("housing", "_O", "cases_opened"): (19, 22, 17),
    ("housing", "_O", "cases_closed"): (12, 15, 18),
    ("housing", "_O", "enquiries_sent"): (13, 18, 12),
    ("immigration", "GB-GOR-EA66", "cases_opened"): (3, 7, 1),
    ("immigration", "GB-GOR-EA66", "cases_closed"): (2, 5, 4),
    ("tax", "GB-GOR-D25", "cases_opened"): (4, 1, 3),
    ("tax", "GB-GOR-D25", "enquiries_sent"): (2, 1, 3),
    ("local-services", "_O", "cases_opened"): (9, 12, 3),
    ("_N", "_N", "policy_messages"): (310, 140, 275),
}


def write(folder: Path, *, status: Literal["draft", "published"] = "published") -> Publication:
    """Write the example to a new `folder`, the same bytes every time."""
    months: dict[str, dict[Cell, int]] = {month: {} for month in _MONTHS}
    for (category, body, measure), values in _COUNTS.items():
        for month, value in zip(_MONTHS, values, strict=True):
            months[month][Cell(month, AREA, category, body, measure)] = value
    return add_months(
        folder,
        office=OFFICE,
        months=months,
        body_titles=BODY_TITLES,
        key=_KEY,
        status=status,
        prepared_by="Ben Example",
        signed_by="Ana Example" if status == "published" else None,
        created=datetime(2026, 10, 12, 9, tzinfo=UTC),
        synthetic=True,
    )


if __name__ == "__main__":  # write wexcombe-north/ anew, when the standard has changed
    shutil.rmtree(FOLDER)
    write(FOLDER)
