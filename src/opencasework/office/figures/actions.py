"""Making person-free facts from what is on the timelines, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Letter
from opencasework.office.tags.models import OFFICE_BUSINESS, POLICY, Category

COUNTED = (Event.Kind.ISSUE_ADDED, Event.Kind.ISSUE_ENDED, Event.Kind.LETTER_OUT, Event.Kind.ANSWERED)
BATCH = 1000
# A line may be committed after one with a higher number: a long import, while others work on. So many numbers
# below the highest counted are looked at again, and everything of the last days.
LOOK_BACK = 100_000
LOOK_BACK_DAYS = timedelta(days=3)
LOOK_BACK_MESSAGES = 20_000
# And every process looks at the whole past when it first gathers, and then once a day.
COMPLETE_EVERY = timedelta(days=1)
_completed_at: dict[str, datetime] = {}  # by database
# A decision about a campaign can be taken back for a while; counted, it stays.
CAMPAIGN_SETTLES = timedelta(hours=1)


def gather(*, everything: bool = False) -> int:
    """Make the facts that are missing and return how many; with `everything` the whole past is looked at.

    Without it the last part is, and once a day the whole, in case something was committed very late.
    Safe to repeat and to interrupt: a line of the timeline makes one fact, however often it is looked at.
    """
    database, now = str(connection.settings_dict["NAME"]), timezone.now()
    everything = everything or _completed_at.get(database, now - COMPLETE_EVERY) <= now - COMPLETE_EVERY
    made = _gather_events(_unread(everything=everything)) + _gather_campaigns(everything=everything)
    if everything:
        _completed_at[database] = now
    return made


def _unread(*, everything: bool) -> QuerySet[Event]:
    lines = Event.objects.filter(~Exists(Fact.objects.filter(event_id=OuterRef("pk"))), kind__in=COUNTED)
    highest = Fact.objects.aggregate(highest=Max("event_id"))["highest"]
    if everything or highest is None:
        return lines
    return lines.filter(Q(pk__gt=highest - LOOK_BACK) | Q(at__gte=timezone.now() - LOOK_BACK_DAYS))


def _gather_events(unread: QuerySet[Event]) -> int:
    made, last = 0, 0
    while batch := list(unread.filter(pk__gt=last).order_by("pk")[:BATCH]):
        with transaction.atomic():
            facts = list(_facts(batch))
            Fact.objects.bulk_create(facts, ignore_conflicts=True)
        made, last = made + len(facts), batch[-1].pk
    return made


def _facts(lines: Iterable[Event]) -> Iterator[Fact]:
    for line in lines:
        if line.kind == Event.Kind.ANSWERED and not _is_the_answer(line):
            continue
        measure = _measure(line)
        if measure:
            yield Fact(
                event_id=line.pk,
                measure=measure,
                on=timezone.localdate(line.recorded_at),
                period=f"{timezone.localdate(line.recorded_at):%Y-%m}",
                category=line.detail.get("category", ""),
                body=line.detail.get("body", ""),
                channel=line.detail.get("channel", ""),
                outcome=line.detail.get("outcome", "") if measure == Measure.CASES_CLOSED else "",
                case_id=line.case_id,
            )


def _measure(line: Event) -> Measure | None:
    """What a line counts as: nothing for the office's own business; a view on policy is not casework."""
    kind = Category(code=line.detail.get("category", "")).kind
    if kind == OFFICE_BUSINESS:
        return None
    if POLICY in {kind, line.detail.get("kind")}:
        return Measure.POLICY_MESSAGES if line.kind == Event.Kind.ISSUE_ADDED else None
    if line.kind == Event.Kind.LETTER_OUT:
        # An answer passed on to the constituent names the enquiry too, and is not one.
        asks = line.detail.get("enquiry") and line.detail.get("letter_kind", Letter.Kind.ENQUIRY) == "enquiry"
        return Measure.ENQUIRIES_SENT if asks else None
    return {
        Event.Kind.ISSUE_ADDED.value: Measure.CASES_OPENED,
        Event.Kind.ISSUE_ENDED.value: Measure.CASES_CLOSED,
        Event.Kind.ANSWERED.value: Measure.REPLIES_RECEIVED,
    }.get(line.kind)


def _is_the_answer(line: Event) -> bool:
    """Whether this is the line by which its enquiry counts as answered.

    A line without a date takes the answer back, and what was counted before it with it.
    """
    counts: Event | None = None
    others = []
    for other in Event.objects.filter(
        case_id=line.case_id, kind=Event.Kind.ANSWERED, detail__enquiry=line.detail.get("enquiry")
    ).order_by("pk"):
        others.append(other.pk)
        if not other.detail.get("answered_on"):
            counts = None
        elif counts is None:
            counts = other
    Fact.objects.filter(event_id__in=others).exclude(event_id=counts.pk if counts else None).delete()
    return counts is not None and counts.pk == line.pk


def _gather_campaigns(*, everything: bool) -> int:
    """Count the mail of campaigns, for which no case is opened."""
    settled = Message.objects.filter(
        ~Exists(Fact.objects.filter(message_id=OuterRef("pk"))),
        decision=Message.Decision.CAMPAIGN,
        decided_at__lte=timezone.now() - CAMPAIGN_SETTLES,
    )
    if not everything:
        newest = Message.objects.aggregate(newest=Max("pk"))["newest"] or 0
        settled = settled.filter(pk__gt=newest - LOOK_BACK_MESSAGES)
    made = 0
    for message in settled.only("pk", "decided_at", "channel").iterator(BATCH):
        on = timezone.localdate(message.decided_at)
        fact = Fact(
            message_id=message.pk,
            measure=Measure.POLICY_MESSAGES,
            on=on,
            period=f"{on:%Y-%m}",
            channel=message.channel,
        )
        made += len(Fact.objects.bulk_create([fact], ignore_conflicts=True))
    return made
