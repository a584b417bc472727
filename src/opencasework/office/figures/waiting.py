"""How long public bodies take: 20 working days, the government's own target for members' letters.

A reply is in time when it came on or before the twentieth working day after sending. An enquiry is over when
that day has passed and no reply in time is on record; it is counted once, in the month in which the day
passed, or in which it was recorded where that is later. Working days are those of the body's nation.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.kit.working_days import working_days_after

TARGET_DAYS = 20  # working days; Cabinet Office, "Data on responses to correspondence from MPs and Peers"
LOOK_BACK = timedelta(days=90)  # how far back an enquiry is looked for that has passed its day
BATCH = 1000


class Nations:
    """Whose bank holidays each body keeps, by its code; asked for when first needed."""

    @cached_property
    def _known(self) -> dict[str, str]:
        return {body.code: body.holiday_nation for body in Body.objects.only("code", "nation")}

    def of(self, body_code: str) -> str:
        """The nation of a body; England's calendar where it is not known."""
        return self._known.get(body_code, "en") if body_code else "en"


def start(fact: Fact, line: Event, nations: Nations) -> None:
    """Give the fact of an enquiry its number and the first day on which it is over."""
    fact.enquiry_id = line.detail.get("enquiry")
    fact.late_from = late_from(timezone.localdate(line.at), nations.of(fact.body))


def end(fact: Fact, line: Event, nations: Nations) -> bool:
    """Give the fact of a reply its number and the calendar days it took; whether it came in time."""
    fact.enquiry_id = line.detail.get("enquiry")
    sent, answered = line.detail.get("sent_on"), line.detail.get("answered_on")
    if not sent or not answered:
        return False
    sent_on, answered_on = date.fromisoformat(sent), date.fromisoformat(answered)
    fact.days = max((answered_on - sent_on).days, 0)
    return answered_on < late_from(sent_on, nations.of(fact.body))


def late_from(sent_on: date, nation: str) -> date:
    """The day after the twentieth working day after sending, by the calendar of `nation`."""
    return working_days_after(sent_on, TARGET_DAYS, nation=nation) + timedelta(days=1)


def count_those_over(today: date, *, everything: bool) -> int:
    """Count the enquiries whose 20 working days have passed without a reply in time, and return how many.

    One that proves to have been answered in time, because its reply was recorded late, is taken back.
    """
    in_time = Fact.objects.filter(measure=Measure.REPLIES_IN_20WD, enquiry_id=OuterRef("enquiry_id"))
    over = Fact.objects.filter(measure=Measure.ENQUIRIES_OVER_20WD)
    taken_back = list(over.filter(Exists(in_time)).values_list("pk", flat=True))
    if taken_back:
        Fact.objects.filter(pk__in=taken_back).delete()
    sent = Fact.objects.filter(
        ~Exists(over.filter(event_id=OuterRef("event_id"))),
        ~Exists(in_time),
        measure=Measure.ENQUIRIES_SENT,
        enquiry_id__isnull=False,
        late_from__lte=today,
    )
    if not everything:
        sent = sent.filter(late_from__gt=today - LOOK_BACK)
    facts = [_over(fact) for fact in sent]
    Fact.objects.bulk_create(facts, ignore_conflicts=True, batch_size=BATCH)
    return len(facts)


def _over(sent: Fact) -> Fact:
    assert sent.late_from is not None  # the query asked for those that have one
    on = max(sent.late_from, sent.on)
    return Fact(
        event_id=sent.event_id,
        measure=Measure.ENQUIRIES_OVER_20WD,
        on=on,
        period=f"{on:%Y-%m}",
        category=sent.category,
        body=sent.body,
        enquiry_id=sent.enquiry_id,
        case_id=sent.case_id,
        was_restricted=sent.was_restricted,
    )
