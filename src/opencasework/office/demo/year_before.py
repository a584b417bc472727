"""The months before the invented year: counted facts whose cases have long been erased, and their publication.

A publication of a whole calendar year needs its twelve months. The office's cases are those of the last
twelve, so of the months before them only what is kept for ever is left: facts, which name nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby

from django.utils import timezone

from opencasework.office.figures.models import Fact
from opencasework.office.places.models import Office
from opencasework.office.publishing import gate
from opencasework.office.publishing.checks import CannotPublish, office_key, published_folder
from opencasework.office.publishing.counting import as_rows, count_month, medians
from opencasework.office.publishing.models import PREPARED_BY_ITSELF, Publication
from opencasework.office.publishing.writing import identity, truth_of
from opencasework.office.staff.models import StaffMember
from opencasework.standard.observations import lines_hash
from opencasework.standard.periods import day_after, months_to
from opencasework.standard.publication import add_months, read
from opencasework.standard.responses import put, response_rows

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
        # Towards the end of a month the last of them is among the twelve of which it is known what was open.
        for _measures, alike in groupby(months, lambda month: count_month(month, Office.here()).measures):
            already_out(list(alike), prepared_by=prepared_by, signed_by=signed_by, now=now)


def already_out(
    months: Sequence[str], *, prepared_by: StaffMember | None, signed_by: StaffMember, now: datetime
) -> None:
    """Publish months as if each had been signed long ago: in one write, unattacked and without their pages.

    All of them count the same measures.
    """
    office = Office.here()
    counts = {month: count_month(month, office) for month in months}
    same_year = Publication.objects.published().filter(month__startswith=months[0][:4], month__lt=months[0])
    past = [one.month for one in same_year.order_by("month")]
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
        measures=counts[months[0]].measures,
        earlier=truth_of(past, area_code=office.area_code),
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
            after=[each for each in [*past, *months[:place]] if each[:4] == month[:4]],
            rows_sha256=lines_hash(row.line for row in written.observations if row.period == month),
            folder=str(published_folder()),
        )


def out_one_by_one(
    months: Mapping[str, datetime], *, prepared_by: StaffMember, signed_by: StaffMember
) -> None:
    """Publish months as signed at their times, with their reply times, and attack all together once.

    Each would be attacked twice if it were prepared and signed, which takes longer than all the rest.
    """
    if not months:
        return
    for month, now in months.items():
        already_out([month], prepared_by=prepared_by, signed_by=signed_by, now=now)
        out = Publication.objects.published().values_list("month", flat=True)
        if set(out).issuperset(months_to(month)):
            rows = response_rows(read(published_folder()), to=month, medians=medians(month))
            put(published_folder(), "responses", rows, created=now)
    _attack_what_is_out()


def _attack_what_is_out() -> None:
    """Keep with every month that is out what the attacks on all of them found."""
    out = Publication.objects.published()
    area_code = Office.here().area_code
    cells = truth_of([one.month for one in out], area_code=area_code).values()
    truth = {cell: number for each in cells for cell, number in each.items()}
    report = gate.attack([published_folder()], truth, key=office_key())
    if not report.passed:
        raise CannotPublish(" ".join(report.findings))
    out.update(attack=report.kept())


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
