"""The months before the invented year: counted facts whose cases have long been erased, and their publication.

A publication of a whole calendar year needs its twelve months. The office's cases are those of the last
twelve, so of the months before them only what is kept for ever is left: facts, which name nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.utils import timezone

from opencasework.office.figures.models import Fact
from opencasework.office.places.models import Office
from opencasework.office.publishing.checks import office_key, published_folder
from opencasework.office.publishing.counting import COUNTED, as_rows, count_month
from opencasework.office.publishing.models import PREPARED_BY_ITSELF, Publication
from opencasework.office.publishing.writing import identity
from opencasework.office.staff.models import StaffMember
from opencasework.standard.observations import lines_hash
from opencasework.standard.periods import day_after
from opencasework.standard.publication import add_months

LEFT_OUT = 9  # of so many facts one is left out, so that a month is not the same as a year later


def whole_year(latest: str) -> str:
    """The last calendar year that is out when `latest` ('YYYY-MM'), which still waits for its signature, is."""
    return str(int(latest[:4]) - 1)


def publish_months(months: Sequence[str], *, prepared_by: StaffMember, signed_by: StaffMember) -> None:
    """Invent the facts of these months, the first of a year, and publish them on the tenth after the last."""
    if months:
        _invent_facts(months)
        day = day_after(months[-1]).replace(day=10)
        now = datetime.combine(day, time(9), timezone.get_default_timezone())
        already_out(months, prepared_by=prepared_by, signed_by=signed_by, now=now)


def already_out(
    months: Sequence[str], *, prepared_by: StaffMember | None, signed_by: StaffMember, now: datetime
) -> None:
    """Publish months as if each had been signed long ago: in one write, unattacked and without their pages."""
    office = Office.here()
    counts = {month: count_month(month, office) for month in months}
    written = add_months(
        published_folder(),
        office=identity(office),
        months={month: each.cells for month, each in counts.items()},
        body_titles={body: title for each in counts.values() for body, title in each.body_titles.items()},
        key=office_key(),
        status="published",
        prepared_by=str(prepared_by or PREPARED_BY_ITSELF),
        signed_by=str(signed_by),
        created=now,
        synthetic=office.is_demo,
        measures=COUNTED,
    )
    for place, month in enumerate(months):
        Publication.objects.create(
            month=month,
            state=Publication.State.PUBLISHED,
            prepared_by=prepared_by,
            prepared_at=now,
            signed_by=signed_by,
            signed_at=now,
            counts=as_rows(counts[month].cells),
            after=[past for past in months[:place] if past[:4] == month[:4]],
            rows_sha256=lines_hash(row.line for row in written.observations if row.period == month),
            folder=str(published_folder()),
        )


def _invent_facts(months: Sequence[str]) -> None:
    """Facts much like those of the same months a year later, of cases that are no longer kept."""
    made = []
    for month in months:
        later = Fact.objects.publishable().filter(period=f"{int(month[:4]) + 1}-{month[5:]}").order_by("pk")
        for fact in later:
            # By the line: an answer and that it came in time are left out together.
            if (fact.event_id or fact.message_id or 0) % LEFT_OUT == int(month[5:]) % LEFT_OUT:
                continue
            made.append(
                Fact(
                    event_id=-fact.event_id if fact.event_id else None,  # below every real line
                    message_id=-fact.message_id if fact.message_id else None,
                    measure=fact.measure,
                    on=date.fromisoformat(f"{month}-{min(fact.on.day, 28):02}"),
                    period=month,
                    category=fact.category,
                    body=fact.body,
                    channel=fact.channel,
                    outcome=fact.outcome,
                    days=fact.days,
                )
            )
    Fact.objects.bulk_create(made, batch_size=1000)
