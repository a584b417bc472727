"""Facts in bulk, as `gather` leaves them when their cases have long gone."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.utils import timezone

from opencasework.office.figures.models import Fact, Measure, OpenAtEnd
from opencasework.office.places.models import Office
from opencasework.office.publishing.checks import office_key
from opencasework.office.publishing.counting import COUNTED, as_rows, count_month
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.writing import identity, published_folder
from opencasework.office.staff.models import StaffMember
from opencasework.standard.observations import lines_hash
from opencasework.standard.publication import add_months

_lines = count(-1, -1)  # below every real line, which would otherwise seem to be counted already


def counted(
    number: int,
    period: str,
    *,
    category: str = "HOU-DAMP",
    body: str = "",
    measure: str = Measure.CASES_OPENED,
    **more: object,
) -> None:
    """So many facts of one kind in a month (YYYY-MM)."""
    on = date.fromisoformat(f"{period}-15")
    Fact.objects.bulk_create(
        Fact(
            event_id=next(_lines), measure=measure, on=on, period=period, category=category, body=body, **more
        )
        for _ in range(number)
    )


def a_busy_office(*periods: str) -> None:
    """Months in which enough was taken on for each to be published by itself."""
    for period in periods:
        counted(64, period)


def out_already(*months: str, by: StaffMember) -> None:
    """Months that were signed before the test begins, in one write and without their pages."""
    OpenAtEnd.objects.filter(period__in=months).delete()  # they came before it was published
    office, now = Office.here(), timezone.now()
    counts = {month: count_month(month, office) for month in months}
    written = add_months(
        published_folder(),
        office=identity(office),
        months={month: each.cells for month, each in counts.items()},
        body_titles={body: title for each in counts.values() for body, title in each.body_titles.items()},
        key=office_key(),
        status="published",
        prepared_by="Open Casework, on its day",
        signed_by=str(by),
        created=now,
        synthetic=office.is_demo,
        measures=COUNTED,
    )
    for place, month in enumerate(months):
        Publication.objects.create(
            month=month,
            state=Publication.State.PUBLISHED,
            prepared_at=now,
            signed_by=by,
            signed_at=now,
            counts=as_rows(counts[month].cells),
            after=[past for past in months[:place] if past[:4] == month[:4]],
            rows_sha256=lines_hash(row.line for row in written.observations if row.period == month),
            folder=str(published_folder()),
        )
