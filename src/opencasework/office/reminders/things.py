"""What a colleague's calendar holds: a day, a kind of thing, and a case, never what the case is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, Max, Q

from opencasework.office.authority.models import Demand
from opencasework.office.cases.call_form import is_a_call
from opencasework.office.cases.models import Case, CaseQuerySet, Event, FollowUp, Question, Transfer
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.models import Enquiry, Reply
from opencasework.office.referrals.consent import ended, last_to_end
from opencasework.office.referrals.models import Complaint
from opencasework.office.staff.models import StaffMember
from opencasework.office.telling.models import Word
from opencasework.office.today.again import whose as whose_follow_up
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.ending import unused
from opencasework.office.today.todo import whose_question

PAST, AHEAD = timedelta(days=31), timedelta(days=400)
MOST = 2000  # of one calendar


@dataclass(frozen=True)
class Thing:
    """Something that falls on a day. `words` are ours and name nobody."""

    key: str  # the same for the same thing, whenever it is asked for
    on: date
    words: str
    case: Case
    sequence: int = 0  # grows with every change
    changed_at: datetime | None = None

    @property
    def summary(self) -> str:
        """“OC-2026-00041: reply due”; of a restricted case “A restricted case: reply due”."""
        return f"{called_outside(self.case)}: {self.words}"


def called_outside(case: Case) -> str:
    """What a case is called where others may read along: of a restricted one not even by its reference."""
    return "A restricted case" if case.is_restricted else case.reference


def things_of(staff: StaffMember, *, today: date) -> list[Thing]:
    """All that is open and falls on a day until one far ahead, on the colleague's cases they may know of.

    What was to be done long ago is shown today, where somebody looks.
    """
    found = list(islice(_all(staff, today), MOST))
    changes = _changes({thing.case.pk for thing in found})
    things = [_placed(replace(thing, **changes.get(thing.case.pk, {})), today) for thing in found]
    return sorted(things, key=lambda thing: (thing.on, thing.key))


def _placed(thing: Thing, today: date) -> Thing:
    """On its day; what is late for longer today, as an entry of this day that names the other."""
    if thing.on >= today - PAST:
        return thing
    words = f"{thing.words} ({thing.on.day} {thing.on:%B %Y})"
    return replace(thing, key=f"{thing.key}-late-{today:%Y%m%d}", on=today, words=words, changed_at=None)


def _changes(cases: set[int]) -> dict[int, dict[str, Any]]:
    """When each case changed last and how many lines it has: what a calendar program tells the newer of two
    entries by. Whatever moves a thing to another day leaves a line on its case.
    """
    lines = Event.objects.filter(case__in=cases).order_by().values("case")
    rows = lines.annotate(number=Count("pk"), at=Max("recorded_at"))
    return {row["case"]: {"sequence": row["number"], "changed_at": row["at"]} for row in rows}


def _all(staff: StaffMember, today: date) -> Iterator[Thing]:
    last = today + AHEAD
    mine = Case.objects.visible_to(staff).standing().open().filter(owner=staff)
    yield from _limits(mine, last)  # first, as no more than so many are told
    for case in mine.filter(next_action_on__lte=last):
        assert case.next_action_on is not None
        words = "call to make" if is_a_call(case.next_action) else "next step"
        yield Thing(f"next-{case.pk}", case.next_action_on, words, case)
    enquiries = Enquiry.objects.waited_for().filter(_awaited(last), case__in=mine)
    for enquiry in enquiries.select_related("case").prefetch_related("replies"):
        if (until := awaited_until(enquiry)) <= last:
            yield Thing(f"reply-{enquiry.pk}", until, "reply due", enquiry.case)
    demands = Demand.objects.running().filter(case__in=mine, due_on__lte=last)
    for demand in demands.select_related("case"):
        yield Thing(f"demand-{demand.pk}", demand.due_on, "signed authority to send", demand.case)
    over = ended(Transfer.objects.filter(case__in=mine), on=today)
    for transfer in over.select_related("case", "to_body__parent"):
        on = last_to_end(transfer, today).on
        yield Thing(f"consent-{transfer.pk}", on, "consent that has ended", transfer.case)
    transfers = Transfer.objects.due(by=last).filter(case__in=mine)
    for transfer in transfers.exclude(pk__in=over.values("pk")).select_related("case"):
        assert transfer.answer_by is not None
        yield Thing(f"transfer-{transfer.pk}", transfer.answer_by, "ask whether it was taken", transfer.case)
    complaints = Complaint.objects.preparing().filter(case__in=mine, by_when__lte=last)
    for complaint in complaints.select_related("case"):
        assert complaint.by_when is not None
        yield Thing(
            f"complaint-{complaint.pk}", complaint.by_when, "last day for a complaint", complaint.case
        )
    words_due = Word.objects.for_a_person().filter(case__in=mine, due_on__lte=last)
    for word in words_due.select_related("case"):
        yield Thing(f"word-{word.pk}", word.due_on, "somebody to be told", word.case)
    questions = on_visible_cases(Question.objects.open().filter(whose_question(staff)), staff)
    for question in questions.filter(due_on__lte=last).select_related("case"):
        yield Thing(f"question-{question.pk}", question.due_on, "answer expected", question.case)
    again = on_visible_cases(FollowUp.objects.open().filter(whose_follow_up(staff)), staff)
    for follow_up in again.filter(on__lte=last).select_related("case"):
        yield Thing(f"again-{follow_up.pk}", follow_up.on, "look at it again", follow_up.case)


def _awaited(last: date) -> Q:
    """Of enquiries: those whose answer may be awaited until a day no later than this."""
    promising = Reply.objects.filter(promised_on__lte=last).values("enquiry")
    return Q(due_on__lte=last) | Q(pk__in=promising)


def _limits(cases: CaseQuerySet, last: date) -> Iterator[Thing]:
    """The last days of time limits that nobody has said were used, each day once a case."""
    ends = unused().filter(case__in=cases, until__lte=last).select_related("case")
    for each in {(one.case_id, one.until): one for one in ends}.values():
        yield Thing(f"limit-{each.case_id}-{each.until:%Y%m%d}", each.until, "time limit ends", each.case)
