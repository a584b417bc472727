"""Making person-free facts from what is on the timelines, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from opencasework.office.cases.models import Case, Event, Move
from opencasework.office.figures import stock, waiting
from opencasework.office.figures.models import Fact, Gathered, Measure, Uncounted
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Letter
from opencasework.office.routes.models import Decision
from opencasework.office.tags.models import OFFICE_BUSINESS, POLICY, Category

COUNTED = (Event.Kind.ISSUE_ADDED, Event.Kind.ISSUE_ENDED, Event.Kind.LETTER_OUT, Event.Kind.ANSWERED)
DECIDED = Q(kind=Event.Kind.DECIDED, detail__has_key="decision")
# Lines that say of earlier ones that they count no more, or that they do after all.
RECOUNTING = (
    Event.Kind.NOTE,  # that an enquiry was not put after all
    Event.Kind.UNDELIVERED,  # that a letter was not posted after all
    Event.Kind.ISSUE_DUPLICATE,
    Event.Kind.ISSUE_REOPENED,
    Event.Kind.CLOSING_UNDONE,
    Event.Kind.MOVE_UNDONE,
)
TAKEN_UP_AGAIN = (Event.Kind.REOPENED, Event.Kind.ISSUE_REOPENED)
BATCH = 1000
# A line may be committed after one with a higher number: a long import, while others work on. So many numbers
# below the highest counted are looked at again.
LOOK_BACK = 100_000
LOOK_BACK_FOR_A_PAGE = 5_000
LOOK_BACK_MESSAGES = 20_000
# And every process looks at the whole past when it first gathers, and then once a day.
COMPLETE_EVERY = timedelta(days=1)
_completed_at: dict[str, datetime] = {}  # by database
# A decision about a campaign is often taken back at once; so it is counted when it has stood for a while.
CAMPAIGN_SETTLES = timedelta(hours=1)


def gather(*, everything: bool = False) -> int:
    """Make the facts that are missing and return how many; with `everything` the whole past is looked at.

    Without it the last part is, and once a day the whole, in case something was committed very late.
    Safe to repeat and to interrupt: a line of the timeline makes one fact, however often it is looked at.

    What counts, and when (always the month in which it was recorded):
    - an issue when it is taken on, and every time it is recorded as ended: one that is taken up again and
      ends anew has ended twice;
    - an issue moved between casework, policy and the office's own business is counted as taken on in its new
      kind in the month of the move, once for each kind; what was counted before stays. Its ending counts by
      the kind it has then;
    - an enquiry when it leaves and when its first answer is recorded; an answer that turns out to be none is
      taken back; within 20 working days or not as its dates say (`waiting`);
    - what is decided about a case, such as to decline it, once: the decision that stands, and not one that
      another took the place of; and an issue that ends with the decision that stood then, so that what was
      declined is seen among what ended;
    - the pounds of an issue that ended once, in the month of the last ending that says them: of a case that
      is reopened they stay with the issue until its next ending, which says the whole; those of an issue
      that is taken up by itself, as one that had not ended after all, are out;
    - campaign mail as policy, until somebody decides that it is not;
    - a problem that was written down twice, or stood on two cases that are one now, once; and a closing that
      was taken back not at all.
    """
    database, now = str(connection.settings_dict["NAME"]), timezone.now()
    everything = everything or _completed_at.get(database, now - COMPLETE_EVERY) <= now - COMPLETE_EVERY
    made = _gather_events(None if everything else LOOK_BACK) + _gather_campaigns(everything=everything)
    made += waiting.count_those_over(timezone.localdate(now), everything=everything)
    if everything:
        _count_decisions(_decided_more_than_once())
    _keep_marks()
    stock.count_open(timezone.localdate(now))
    Gathered.objects.update_or_create(pk=1, defaults={"at": now})
    if everything:
        _completed_at[database] = now
    return made


def catch_up() -> int:
    """Make the facts of what has just happened, in three queries when there is nothing new: for a page."""
    return _gather_events(LOOK_BACK_FOR_A_PAGE) + _gather_campaigns(everything=False)


def _unread(look_back: int | None) -> QuerySet[Event]:
    """The lines that may count and have not been looked at, those of the whole past for None."""
    lines = Event.objects.filter(
        Q(kind__in=COUNTED)
        | Q(kind=Event.Kind.CALL, detail__has_key="puts_enquiry")
        | Q(kind=Event.Kind.TAGGED, detail__has_key="kind_before")
        | DECIDED
        | Q(kind__in=TAKEN_UP_AGAIN)
        | Q(kind__in=[*RECOUNTING, Event.Kind.DECIDED], detail__has_any_keys=["uncounts", "counts"]),
        ~Exists(Fact.objects.filter(event_id=OuterRef("pk"))),
        ~Exists(Uncounted.objects.filter(event_id=OuterRef("pk"))),
    ).defer("text")
    if look_back is None:
        return lines
    highest = Fact.objects.exclude(event_id=None).order_by("-event_id").values("event_id")[:1]
    return lines.filter(pk__gt=Coalesce(Subquery(highest), 0) - look_back)


def _gather_events(look_back: int | None) -> int:
    made, last = 0, 0
    unread, batch = _unread(look_back), [Event()] * BATCH
    while len(batch) == BATCH:
        batch = list(unread.filter(pk__gt=last).order_by("pk")[:BATCH])
        if batch:
            made, last = made + _count_batch(batch), batch[-1].pk
    return made


@transaction.atomic
def _count_batch(batch: Sequence[Event]) -> int:
    """Make the facts of these lines, and mark those that make none, so as not to look at them again."""
    answers, no_answers = _answers(batch)
    nations = waiting.Nations()
    openings = _openings_by_a_move(batch)
    facts = [
        fact
        for line in batch
        if line.kind not in {Event.Kind.ANSWERED, *TAKEN_UP_AGAIN, *RECOUNTING}
        and line.kind != Event.Kind.DECIDED
        and (measure := openings.get(line.pk) if line.kind == Event.Kind.TAGGED else _measure(line))
        for fact in _facts(line, measure, nations)
    ]
    counted = [(line, measure) for line in answers if (measure := _measure(line))]
    facts += [fact for line, measure in counted for fact in _facts(line, measure, nations)]
    _say_how_long(facts)
    _say_what_was_decided(facts)
    _say_how_much(facts)
    Fact.objects.bulk_create(facts, ignore_conflicts=True)
    Fact.objects.filter(event_id__in=no_answers).delete()
    nothing = ({line.pk for line in batch} | no_answers) - {fact.event_id for fact in facts}
    Uncounted.objects.bulk_create([Uncounted(event_id=pk) for pk in sorted(nothing)], ignore_conflicts=True)
    _recount(batch)
    made = _count_decisions({line.case_id for line in batch if line.kind == Event.Kind.DECIDED})
    _say_anew_how_much({line.case_id for line in batch if _changes_pounds(line)})
    return len(facts) + made


def _changes_pounds(line: Event) -> bool:
    """Whether a line may take the pounds from an earlier ending of an issue, or give them back."""
    return line.kind in {*TAKEN_UP_AGAIN, Event.Kind.CLOSING_UNDONE} or "pounds_before" in line.detail


def _recount(batch: Sequence[Event]) -> None:
    """Take back the facts of lines that count no more, and make those that do again; the last word stands."""
    counts: dict[int, bool] = {}
    for line in batch:
        counts |= dict.fromkeys(line.detail.get("uncounts", []), False)
        counts |= dict.fromkeys(line.detail.get("counts", []), True)
    if not counts:
        return
    no_more = [pk for pk, does in counts.items() if not does]
    Fact.objects.filter(event_id__in=no_more).delete()
    _say_anew_what_was_decided(no_more)
    Uncounted.objects.bulk_create([Uncounted(event_id=pk) for pk in no_more], ignore_conflicts=True)
    again = Event.objects.filter(pk__in=[pk for pk, does in counts.items() if does]).defer("text")
    nations = waiting.Nations()
    counted = [(line, measure) for line in again if (measure := _measure(line))]
    facts = [fact for line, measure in counted for fact in _facts(line, measure, nations)]
    _say_how_long(facts)
    _say_what_was_decided(facts)
    _say_how_much(facts)
    Uncounted.objects.filter(event_id__in=[fact.event_id for fact in facts]).delete()
    Fact.objects.bulk_create(facts, ignore_conflicts=True)


def _say_how_long(facts: Sequence[Fact]) -> None:
    """Give the facts of issues that ended the days since their case was opened."""
    ended = [fact for fact in facts if fact.measure == Measure.CASES_CLOSED]
    if not ended:
        return
    cases = Case.objects.filter(pk__in={fact.case_id for fact in ended})
    opened = {pk: timezone.localdate(at) for pk, at in cases.values_list("pk", "opened_at")}
    for fact in ended:
        if fact.case_id in opened:
            fact.days = max((fact.on - opened[fact.case_id]).days, 0)


def _say_what_was_decided(facts: Sequence[Fact]) -> None:
    """Give the facts of issues that ended what had been decided about their case by then."""
    ended = [fact for fact in facts if fact.measure == Measure.CASES_CLOSED]
    decisions = _decisions({fact.case_id for fact in ended if fact.case_id})
    for fact in ended:
        before = [line for line in decisions.get(fact.case_id or 0, []) if line.pk < (fact.event_id or 0)]
        fact.decision = before[-1].detail["decision"] if before else ""


def _say_how_much(facts: Sequence[Fact]) -> None:
    """Give the facts of issues that ended the pounds recovered, unless a later ending says them, or it was
    taken up by itself again: not where its last ending was a mistake, which leaves the one before.
    """
    ended = {fact.event_id: fact for fact in facts if fact.measure == Measure.CASES_CLOSED}
    cases = _with_moved({fact.case_id for fact in ended.values() if fact.case_id})
    kinds = [Event.Kind.ISSUE_ENDED, Event.Kind.ISSUE_REOPENED]
    lines = Event.objects.filter(kind__in=kinds, case_id__in=cases) if cases else Event.objects.none()
    paid: dict[int, Fact] = {}  # by issue, as the lines go on
    for line in lines.defer("text").order_by("pk"):
        issue, fact = line.detail.get("issue", 0), ended.get(line.pk)
        does_count = (
            "uncounts" not in line.detail if line.kind == Event.Kind.ISSUE_REOPENED else fact is not None
        )
        if does_count and issue and (earlier := paid.pop(issue, None)):
            earlier.pounds = None
        if fact is not None:
            fact.pounds = Decimal(line.detail["pounds"]) if "pounds" in line.detail else None
            paid[issue] = fact


def _with_moved(cases: set[int]) -> set[int]:
    """These, and those that a merge or a split carried a problem to or from: lines stay where they are."""
    found, level = set(cases), set(cases)
    while level:
        moves = Move.objects.filter(Q(source__in=level) | Q(target__in=level)).order_by()
        level = {pk for pair in moves.values_list("source", "target") for pk in pair} - found
        found |= level
    return found


def _say_anew_how_much(cases: set[int]) -> None:
    """Give it again to the facts of cases of which something was taken up again."""
    if cases:
        wider = _with_moved(cases)
        ended = list(Fact.objects.filter(measure=Measure.CASES_CLOSED, case_id__in=wider))
        _say_how_much(ended)
        Fact.objects.bulk_update(ended, ["pounds"])


def _say_anew_what_was_decided(no_more: Sequence[int]) -> None:
    """Give it again to the facts of issues that ended on cases of which a decision was taken back."""
    slips = Event.objects.filter(DECIDED, pk__in=no_more)
    ended = list(Fact.objects.filter(measure=Measure.CASES_CLOSED, case_id__in=slips.values("case_id")))
    _say_what_was_decided(ended)
    Fact.objects.bulk_update(ended, ["decision"])


def _count_decisions(cases: set[int]) -> int:
    """Let of each of these cases the decision count that stands, and no other; how many facts were made."""
    counting = {line.pk: line for lines in _decisions(cases).values() if (line := _standing_in(lines))}
    counted = Fact.objects.filter(measure=Measure.CASES_DECIDED, case_id__in=cases)
    there = {pk for pk in counted.values_list("event_id", flat=True) if pk}
    if no_more := there - counting.keys():
        counted.filter(event_id__in=no_more).delete()
        Uncounted.objects.bulk_create([Uncounted(event_id=pk) for pk in no_more], ignore_conflicts=True)
    facts = [
        _fact(line, measure)
        for pk, line in counting.items()
        if pk not in there and (measure := _measure(line))
    ]
    Uncounted.objects.filter(event_id__in=[fact.event_id for fact in facts]).delete()
    Fact.objects.bulk_create(facts, ignore_conflicts=True)
    return len(facts)


def _standing_in(lines: Sequence[Event]) -> Event:
    """The line by which the last decision counts: where it was said more than once, it has stood since."""
    standing = lines[-1]
    for line in reversed(lines):
        if line.detail["decision"] != standing.detail["decision"]:
            break
        standing = line
    return standing


def _decided_more_than_once() -> set[int]:
    """The cases of which more than one decision counts, from versions that counted every one."""
    decided = Fact.objects.filter(measure=Measure.CASES_DECIDED).exclude(case=None).order_by()
    counted = decided.values("case").annotate(many=Count("pk")).filter(many__gt=1)
    return {row["case"] for row in counted}


def _decisions(cases: set[int]) -> dict[int, list[Event]]:
    """The lines that decide what to do about each of these cases, in order, but for slips."""
    found: dict[int, list[Event]] = {}
    if cases:
        slips = Decision.objects.exclude(taken_back_at=None).exclude(line=None).values("line")
        lines = Event.objects.filter(DECIDED, case_id__in=cases).exclude(pk__in=slips)
        for line in lines.defer("text").order_by("pk"):
            found.setdefault(line.case_id, []).append(line)
    return found


def _facts(line: Event, measure: Measure, nations: waiting.Nations) -> list[Fact]:
    """What a line makes: one fact, and for an answer that came in time another."""
    fact = _fact(line, measure)
    if measure == Measure.ENQUIRIES_SENT:
        waiting.start(fact, line, nations)
    if measure == Measure.REPLIES_RECEIVED and waiting.end(fact, line, nations):
        in_time = _fact(line, Measure.REPLIES_IN_20WD)
        in_time.enquiry_id = fact.enquiry_id
        return [fact, in_time]
    return [fact]


def _keep_marks() -> None:
    """Mark the facts of cases that are restricted now, and unmark those of cases that are no longer."""
    secret = Exists(Case.objects.restricted().filter(pk=OuterRef("case_id")))
    of_cases = Fact.objects.exclude(case=None).order_by()
    for is_secret, found in (
        (True, of_cases.filter(secret, was_restricted=False)),
        (False, of_cases.filter(~secret, was_restricted=True)),
    ):
        # Read first, so as not to wait for whoever is writing where there is nothing to do.
        if numbers := list(found.values_list("pk", flat=True)):
            for first in range(0, len(numbers), BATCH):
                some = numbers[first : first + BATCH]
                Fact.objects.filter(pk__in=some).update(was_restricted=is_secret)


def _fact(line: Event, measure: Measure) -> Fact:
    on = timezone.localdate(line.recorded_at)
    return Fact(
        event_id=line.pk,
        measure=measure,
        on=on,
        period=f"{on:%Y-%m}",
        category=line.detail.get("category", ""),
        body=line.detail.get("body", ""),
        channel=line.detail.get("channel", ""),
        outcome=line.detail.get("outcome", "") if measure == Measure.CASES_CLOSED else "",
        decision=line.detail["decision"] if measure == Measure.CASES_DECIDED else "",
        case_id=line.case_id,
    )


def _opening(category: str, kind: str) -> Measure | None:
    """What taking on an issue counts as: nothing for the office's own business; a view on policy is apart.

    `category` is the issue's, `kind` that of its case.
    """
    of_category = Category(code=category).kind
    if of_category == OFFICE_BUSINESS:
        return None
    return Measure.POLICY_MESSAGES if POLICY in {of_category, kind} else Measure.CASES_OPENED


def _measure(line: Event) -> Measure | None:
    """What a line counts as; nothing else than its opening does for a view on policy."""
    if line.kind == Event.Kind.DECIDED and "decision" not in line.detail:
        return None  # that one was taken back
    opening = _opening(line.detail.get("category", ""), line.detail.get("kind", ""))
    if line.kind == Event.Kind.ISSUE_ADDED or opening != Measure.CASES_OPENED:
        return opening if line.kind == Event.Kind.ISSUE_ADDED else None
    if line.kind == Event.Kind.CALL:
        return Measure.ENQUIRIES_SENT if line.detail.get("puts_enquiry") else None
    if line.kind == Event.Kind.LETTER_OUT:
        # An answer passed on to the constituent names the enquiry too, and is not one.
        asks = line.detail.get("enquiry") and line.detail.get("letter_kind", Letter.Kind.ENQUIRY) == "enquiry"
        return Measure.ENQUIRIES_SENT if asks else None
    return {
        Event.Kind.ISSUE_ENDED.value: Measure.CASES_CLOSED,
        Event.Kind.ANSWERED.value: Measure.REPLIES_RECEIVED,
        Event.Kind.DECIDED.value: Measure.CASES_DECIDED,
    }.get(line.kind)


def _openings_by_a_move(batch: Sequence[Event]) -> dict[int, Measure]:
    """What issues count as, by the line that moved them there for the first time."""
    cases = {line.case_id for line in batch if line.kind == Event.Kind.TAGGED}
    if not cases:
        return {}
    counted: dict[int, set[Measure | None]] = {}  # by issue
    openings = {}
    moves = Event.objects.filter(
        kind=Event.Kind.TAGGED, case_id__in=cases, detail__has_key="kind_before"
    ).defer("text")
    for line in moves.order_by("pk"):
        detail = line.detail
        had = counted.setdefault(detail["issue"], set())
        had.add(_opening(detail["before"], detail["kind_before"]))
        now = _opening(detail["category"], detail["kind"])
        if now and now not in had:
            had.add(now)
            openings[line.pk] = now
    return openings


def _answers(batch: Sequence[Event]) -> tuple[list[Event], set[int]]:
    """Of the enquiries in the batch: the lines to count as their answers, and the numbers of those not to.

    A line without a date takes the answer back, and what was counted before it with it. A line that is
    counted already is in neither.
    """
    asked = {_enquiry(line) for line in batch if line.kind == Event.Kind.ANSWERED}
    if not asked:
        return [], set()
    lines = [line for line in _answered_in({case for case, _ in asked}) if _enquiry(line) in asked]
    answers: dict[tuple[int, int | None], Event | None] = {}
    for line in lines:
        if not line.detail.get("answered_on"):
            answers[_enquiry(line)] = None
        elif answers.get(_enquiry(line)) is None:
            answers[_enquiry(line)] = line
    chosen = {line.pk: line for line in answers.values() if line}
    counted = set(Fact.objects.filter(event_id__in=chosen).values_list("event_id", flat=True))
    return (
        [line for pk, line in chosen.items() if pk not in counted],
        {line.pk for line in lines} - set(chosen),
    )


def _answered_in(cases: set[int]) -> Iterator[Event]:
    found = Event.objects.filter(kind=Event.Kind.ANSWERED, case_id__in=cases)
    return found.defer("text").order_by("pk").iterator(BATCH)


def _enquiry(line: Event) -> tuple[int, int | None]:
    return line.case_id, line.detail.get("enquiry")


def _gather_campaigns(*, everything: bool) -> int:
    """Count the mail of campaigns, for which no case is opened; no longer what has been taken out of one.

    Mail that is no longer kept stays counted.
    """
    facts = Fact.objects.exclude(message_id=None)
    settled = Message.objects.filter(
        ~Exists(Fact.objects.filter(message_id=OuterRef("pk"))),
        decision=Message.Decision.CAMPAIGN,
        decided_at__lte=timezone.now() - CAMPAIGN_SETTLES,
    )
    if not everything:
        newest = Message.objects.order_by("-pk").values("pk")[:1]
        recent = Coalesce(Subquery(newest), 0) - LOOK_BACK_MESSAGES
        facts, settled = facts.filter(message_id__gt=recent), settled.filter(pk__gt=recent)
    other = Message.objects.filter(pk=OuterRef("message_id")).exclude(decision=Message.Decision.CAMPAIGN)
    # Read first: a page that finds nothing to delete must not wait for whoever is writing.
    taken_back = list(facts.filter(Exists(other)).order_by().values_list("pk", flat=True))
    if taken_back:
        Fact.objects.filter(pk__in=taken_back).delete()
    made = [_campaign_fact(message) for message in settled.only("pk", "decided_at", "channel")]
    if made:
        Fact.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    return len(made)


def _campaign_fact(message: Message) -> Fact:
    on = timezone.localdate(message.decided_at)
    return Fact(
        message_id=message.pk,
        measure=Measure.POLICY_MESSAGES,
        on=on,
        period=f"{on:%Y-%m}",
        channel=message.channel,
    )
