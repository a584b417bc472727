"""What may enter a publication: each check raises PublicationError, one sentence saying what to do."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from opencasework.standard import codelists
from opencasework.standard.codelists import NONE, OTHER, TOTAL
from opencasework.standard.descriptor import LICENCES, Edition, OfficeIdentity
from opencasework.standard.disclosure.folding import floor_of
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Cell
from opencasework.standard.periods import PERIOD, last_month, months_of

AREA = re.compile(r"[EWSNK][0-9]{8}")  # a GSS code
# An org-id, perhaps with a local office of the body.
BODY = re.compile(r"[A-Z]{2}-[A-Z0-9]+-[A-Za-z0-9._-]+(/[a-z0-9-]+)?")
CATEGORIES = frozenset(  # what an inner cell may be about
    code.code for code in codelists.load("category").values() if code.level == 1 and code.code != TOTAL
)


def check_edition(edition: Edition) -> None:
    """The office, the licence and the signatures are in order. Raises ValueError for a naive `created`."""
    office = edition.office
    if edition.created.tzinfo is None:
        raise ValueError("created has no time zone; give an aware datetime.")
    if office.kind not in codelists.load("office_kind"):
        kinds = ", ".join(codelists.load("office_kind"))
        raise PublicationError(f"The kind of office is {office.kind!r}; write one of {kinds}.")
    if not AREA.fullmatch(office.area_code):
        raise PublicationError(
            f"The office's area is {office.area_code!r}; write its GSS code (a letter, eight digits)."
        )
    if edition.licence not in LICENCES:
        raise PublicationError(f"The licence is {edition.licence!r}; write one of {', '.join(LICENCES)}.")
    if not edition.prepared_by.strip():
        raise PublicationError("Nobody is named as having prepared the publication; say who did.")
    if edition.status == "draft":
        if edition.signed_by is not None:
            raise PublicationError("A draft carries no signature; publish it or leave the signature out.")
    elif not (edition.signed_by or "").strip():
        raise PublicationError("A publication needs a signature; name the person who signs it.")
    elif (edition.signed_by or "").strip().casefold() == edition.prepared_by.strip().casefold():
        raise PublicationError(
            f"{edition.prepared_by} prepared these figures; somebody else has to sign them."
        )


def check_month(month: str, *, today: date) -> None:
    """The month is one, or for a small office a quarter or a year, and it is over."""
    if not PERIOD.fullmatch(month):
        raise PublicationError(f"The month is {month!r}; write it as year and month (2026-10).")
    if last_month(month) >= f"{today:%Y-%m}":
        raise PublicationError(f"{month} is not over; publish it from the first day of the next month on.")


def check_floor(
    periods: Mapping[str, Mapping[Cell, int]], *, earlier: Mapping[str, Mapping[Cell, int]], floor: int
) -> None:
    """The office has cases enough for periods as short as these.

    Judged by the cases opened in the average month of the last twelve that are known.
    """
    opened: dict[str, float] = {}
    for period, cells in {**earlier, **periods}.items():
        months = months_of(period)
        cases = sum(count for cell, count in cells.items() if cell.measure == "cases_opened")
        opened |= dict.fromkeys(months, cases / len(months))
    if not floor or not opened:
        return
    span = floor_of({month: opened[month] for month in sorted(opened)[-12:]}, floor=floor)
    for period in periods:
        if len(months_of(period)) < {"month": 1, "quarter": 3, "year": 12}[span]:
            raise PublicationError(
                f"An ordinary month has fewer than {floor} cases, too few for a publication of {period}; "
                f"publish the whole {span} when it is over."
            )


def check_cells(
    counts: Mapping[Cell, int],
    *,
    month: str,
    office: OfficeIdentity,
    measures: Sequence[str],
    body_titles: Mapping[str, str],
) -> None:
    """Every cell is of this month and office, and names codes and bodies that exist."""
    for cell in counts:
        if cell.period != month:
            raise PublicationError(
                f"A count of {cell.period} is among those of {month}; move it to its month."
            )
        if cell.area_code != office.area_code:
            raise PublicationError(
                f"A count is of {cell.area_code} but the office serves {office.area_code}; drop it."
            )
        if cell.measure not in measures:
            raise PublicationError(f"The measure {cell.measure!r} is not one this office counts; drop it.")
        if cell.category not in CATEGORIES:
            raise PublicationError(
                f"{cell.category!r} is not a level-1 category; see `casework standard describe category`."
            )
        if (cell.category == NONE) != (cell.measure == "policy_messages"):
            raise PublicationError(
                f"{cell.measure} stands under {cell.category}; policy messages, and only they, have {NONE}."
            )
        if cell.measure == "policy_messages" and cell.body != NONE:
            raise PublicationError(f"Policy messages stand under {cell.body}; they are not counted by body.")
        if cell.body not in (NONE, OTHER) and not BODY.fullmatch(cell.body):
            raise PublicationError(
                f"The body {cell.body!r} is not an org-id (GB-GOR-D10); use {OTHER} for a body without one."
            )
        if cell.body not in (NONE, OTHER) and not body_titles.get(cell.body, "").strip():
            raise PublicationError(f"The body {cell.body} has no title; give its name in body_titles.")
