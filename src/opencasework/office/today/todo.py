"""What needs somebody: next actions, late replies, drafts, replies to read and failed mail, in one order.

The order is a rule, not a guess: what is past its date first, the longest past at the top; then today; then
the rest of the week. What is not dated (a draft, a reply to read) stands at today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from opencasework.office.authority.models import Ask, Demand
from opencasework.office.cases.call_form import is_a_call
from opencasework.office.cases.models import Case, Question
from opencasework.office.chasing.ladder import climbed
from opencasework.office.kit import dates
from opencasework.office.kit.addresses import address
from opencasework.office.letters.enquiries import taken_higher
from opencasework.office.letters.expecting import EXPECTING
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail, Reply
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.telling.models import Word
from opencasework.office.today import (
    again,
    ending,
    mentioned,
    referred,
    returned,
    signatures,
    stopped,
    uncovered,
)
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo
from opencasework.office.volumes.along import goes_along

CHASED_LATELY = timedelta(days=14)  # ten working days: so long a chaser is given before the next


# --- where rows come from -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of row: which there are, whose they are, in which sections they may stand, and how one reads."""

    name: str
    rows: Callable[[StaffMember, Day], QuerySet[Any]]
    mine: Callable[[StaffMember], Q]
    date_field: str  # empty: they stand at today
    sections: tuple[str, ...]
    read: Callable[[Any, Day], Todo]
    related: tuple[str, ...]  # what is read of its rows, at the end of keys
    last_day: str = ""  # the field with the day after which it is too late

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways to these, each after the one it begins with."""
        steps = [way.split("__") for way in self.related]
        return tuple(
            dict.fromkeys("__".join(way[:count]) for way in steps for count in range(1, len(way) + 1))
        )

    def standing_in(self, section: str, rows: QuerySet[Any], day: Day) -> QuerySet[Any]:
        """Those of the rows that belong into a section by date; the last section takes all later ones."""
        if not self.date_field:
            return rows
        last = section == self.sections[-1]
        between = {
            "late": {"lt": day.today},
            "today": {"gte": day.today} if last else {"exact": day.today},
            "week": {"gt": day.today} if last else {"gt": day.today, "lte": day.end_of_week},
            "later": {"gt": day.end_of_week},
        }[section]
        return rows.filter(**{f"{self.date_field}__{how}": when for how, when in between.items()})


def _planned(staff: StaffMember, day: Day) -> QuerySet[Case]:
    due = Case.objects.visible_to(staff).open().filter(next_action_on__lte=day.end_of_week)
    # A case that only waits for its body stands in the list as that: to be chased, or with a reply to read.
    enquiries = Enquiry.objects.filter(case=OuterRef("pk"))
    waits = reduce(or_, (Q(next_action__startswith=words) for words in EXPECTING))
    return due.exclude(
        waits & (Exists(enquiries.overdue(on=day.today)) | Exists(enquiries.unanswered().unread()))
    )


def _late_replies(staff: StaffMember, day: Day) -> QuerySet[Enquiry]:
    since = timezone.make_aware(datetime.combine(day.today - CHASED_LATELY, time()))
    waits = Q(state__in=[Letter.State.DRAFT, Letter.State.SENDING]) | Q(sent_at__gte=since)
    in_hand = Letter.objects.filter(waits, to_body__isnull=False, about_enquiry=OuterRef("pk"))
    return on_visible_cases(
        Enquiry.objects.to_remind(on=day.today).filter(~Exists(in_hand)).exclude(climbed()), staff
    )


def _chasers(staff: StaffMember, day: Day) -> QuerySet[Letter]:
    may_go = Enquiry.objects.to_remind(on=day.today)
    drafts = Letter.objects.drafts().filter(
        ~goes_along(day.today), Exists(may_go.filter(pk=OuterRef("about_enquiry"))), to_body__isnull=False
    )
    return on_visible_cases(_with_their_writer(drafts), staff)


def _drafts(staff: StaffMember, day: Day) -> QuerySet[Letter]:
    drafts = Letter.objects.drafts().exclude(to_body__isnull=False, about_enquiry__isnull=False)
    return on_visible_cases(_with_their_writer(drafts), staff)


def _with_their_writer(drafts: QuerySet[Letter]) -> QuerySet[Letter]:
    return drafts.filter(review__waits_for=None)  # what a colleague has is on their list


def _replies(staff: StaffMember, day: Day) -> QuerySet[Reply]:
    unread = Reply.objects.filter(kind="", enquiry__case__closed_at=None)
    return on_visible_cases(unread, staff, case="enquiry__case")


def _failed(staff: StaffMember, day: Day) -> QuerySet[OutgoingMail]:
    return on_visible_cases(OutgoingMail.objects.needing_a_person(), staff, case="letter__case")


def _demands(staff: StaffMember, day: Day) -> QuerySet[Demand]:
    return on_visible_cases(Demand.objects.running(), staff)


def _asked_again(staff: StaffMember, day: Day) -> QuerySet[Ask]:
    return on_visible_cases(Ask.objects.filter(asked_again_at__isnull=False), staff)


def _of_owner(path: str) -> Callable[[StaffMember], Q]:
    return lambda staff: Q(**{path: staff})


def _own_drafts(staff: StaffMember) -> Q:
    return Q(drafted_by=staff) | Q(drafted_by=None, case__owner=staff)


def _owed(staff: StaffMember, day: Day) -> QuerySet[Enquiry]:
    # As `unanswered`, by a list: of the open cases most wait for somebody, so each would be asked about.
    cases = Case.objects.visible_to(staff).open().order_by()
    running = Enquiry.objects.filter(answered_on=None, paused_on=None, case__in=cases.values("pk"))
    running = running.exclude(Exists(taken_higher()))  # that answer is waited for, and stands here
    return running.unread(yes=False).expected(on=day.today)


# --- how a row reads ----------------------------------------------------------------------------------


def _read_case(case: Case, day: Day) -> Todo:
    assert case.next_action_on is not None  # an open case has one: a constraint of the database
    icon = "phone" if is_a_call(case.next_action) else "folder"
    button, button_icon, button_url = _next_page(case)
    return Todo(
        case=case,
        title=f"{case.next_action}: {case.title}",
        url=case.get_absolute_url(),
        icon=icon,
        on=case.next_action_on,
        note="",
        button=button,
        button_icon=button_icon,
        button_url=button_url,
        plans=True,
    )


def _next_page(case: Case) -> tuple[str, str, str]:
    """Words, icon and address of the page that does a next action; no address: it is said done."""
    action = case.next_action.lower()
    if action.startswith(("close", "tell them")):
        return "Close case", "circle-check", address("case-closure", case.pk)
    if action.startswith("tell "):
        return "Write", "pen-line", address("case-forwarding", case.pk)
    if is_a_call(case.next_action):
        return "Call", "phone", f"{case.get_absolute_url()}?write=call#composer"
    if action.startswith("write"):
        return "Write", "pen-line", address("letter-new", case.pk)
    if case.next_action.startswith(EXPECTING):
        return "Open", "arrow-right", case.get_absolute_url()
    return "Done", "check", ""


def _read_late_reply(enquiry: Enquiry, day: Day) -> Todo:
    return Todo(
        case=enquiry.case,
        title=f"Chase {enquiry.body}: {enquiry.case.title}",
        url=enquiry.case.get_absolute_url(),
        icon="hourglass",
        on=enquiry.due_on,
        note="",
        button="Chase",
        button_icon="send",
        button_url=address("chase", enquiry.pk),
        posts=True,
        key="h",
    )


def _read_owed(enquiry: Enquiry, day: Day) -> Todo:
    promised = enquiry.promised_on
    if promised and promised < day.today:
        promised = None
    if enquiry.due_on < day.today and not promised:
        return _read_late_reply(enquiry, day)
    sent = f"sent {dates.short(enquiry.sent_on, today=day.today)}"
    return Todo(
        case=enquiry.case,
        title=f"Reply expected from {enquiry.body}: {enquiry.case.title}",
        url=enquiry.case.get_absolute_url(),
        icon="hourglass",
        on=max(enquiry.due_on, promised or enquiry.due_on),
        note="the day they promised" if promised else sent,
        button="Open",
        button_icon="arrow-right",
        button_url=enquiry.case.get_absolute_url(),
    )


def _read_chaser(letter: Letter, day: Day) -> Todo:
    assert letter.about_enquiry is not None  # _chasers asks for it
    return Todo(
        case=letter.case,
        title=f"Chase {letter.about_enquiry.body}: {letter.case.title}",
        url=letter.get_absolute_url(),
        icon="hourglass",
        on=min(letter.about_enquiry.due_on, day.today),
        note="",
        button="Send chaser",
        button_icon="send",
        button_url=letter.get_absolute_url(),
        key="h",
    )


def _read_draft(letter: Letter, day: Day) -> Todo:
    drafted = dates.short(timezone.localdate(letter.drafted_at), today=day.today)
    is_answer = letter.kind == Letter.Kind.FORWARDING
    what = "the answer on" if is_answer else f"your {letter.get_kind_display().lower()}"
    return Todo(
        case=letter.case,
        title=f"Send {what} to {letter.recipient}: {letter.case.title}",
        url=letter.get_absolute_url(),
        icon="pen-line",
        on=day.today,
        note=f"drafted {drafted}",
        button="Review",
        button_icon="pen-line",
        button_url=letter.get_absolute_url(),
        key="r",
    )


def _to_read(staff: StaffMember, day: Day) -> QuerySet[Letter]:
    asked = Letter.objects.drafts().filter(review__waits_for__isnull=False)
    return on_visible_cases(asked, staff)


def _read_asked(letter: Letter, day: Day) -> Todo:
    review = letter.review
    act = "Approve for signature" if review.for_signature else "Read the draft"
    return Todo(
        case=letter.case,
        title=f"{act} to {letter.recipient}: {letter.case.title}",
        url=letter.get_absolute_url(),
        icon="signature" if review.for_signature else "message-square",
        on=day.today,
        note=f"asked by {review.asked_by}",
        button="Read",
        button_icon="file-check",
        button_url=letter.get_absolute_url(),
        key="r",
    )


def _read_reply(reply: Reply, day: Day) -> Todo:
    enquiry = reply.enquiry
    return Todo(
        case=enquiry.case,
        title=f"{enquiry.body} has replied, read it: {enquiry.case.title}",
        url=enquiry.case.get_absolute_url(),
        icon="mail-open",
        on=day.today,
        note=f"arrived {dates.short(reply.received_on, today=day.today)}",
        button="Read reply",
        button_icon="mail-open",
        button_url=f"{enquiry.case.get_absolute_url()}#enquiries",
        key="r",
    )


def _read_asked_again(ask: Ask, day: Day) -> Todo:
    url = address("authority-ask", ask.pk)
    return Todo(
        case=ask.case,
        title=f"{ask.person} wants a new link to sign: {ask.case.title}",
        url=url,
        icon="signature",
        on=day.today,
        note="",
        button="Send one",
        button_icon="send",
        button_url=url,
        key="a",
    )


def _read_failed(mail: OutgoingMail, day: Day) -> Todo:
    assert mail.letter is not None  # those on a case
    return Todo(
        case=mail.letter.case,
        title=f"{mail.get_state_display()}: {mail.subject}",
        url=mail.letter.get_absolute_url(),
        icon="triangle-alert",
        on=timezone.localdate(mail.queued_at),
        note=f"to {mail.to}",
        button="Decide",
        button_icon="arrow-right",
        button_url=mail.letter.get_absolute_url(),
    )


def _questions(staff: StaffMember, day: Day) -> QuerySet[Question]:
    return on_visible_cases(Question.objects.open(), staff)


def _read_question(question: Question, day: Day) -> Todo:
    asked = dates.short(timezone.localdate(question.asked_at), today=day.today)
    return Todo(
        case=question.case,
        title=f"Has {question.asked_of} answered? {question.text} {question.case.title}",
        url=question.case.get_absolute_url(),
        icon="message-circle",
        on=question.due_on,
        note=f"asked {asked}",
        button="They answered",
        button_icon="check",
        button_url=address("case-question", question.case_id, question.pk),
    )


def whose_question(staff: StaffMember) -> Q:
    """Whoever has the case looks for an answer; what the member was asked is the member's too."""
    theirs = Q(case__owner=staff)
    return theirs | Q(to=Question.To.MEMBER) if staff.role == Role.MEMBER else theirs


def _words(staff: StaffMember, day: Day) -> QuerySet[Word]:
    return on_visible_cases(Word.objects.for_a_person(), staff)


def _read_word(word: Word, day: Day) -> Todo:
    """Somebody is to be told where their case stands, in a way that no draft does."""
    return Todo(
        case=word.case,
        title=f"Tell {word.whom or 'them'} where it stands: {word.case.title}",
        url=word.case.get_absolute_url(),
        icon="phone",
        on=word.due_on,
        note="",  # what to mind stands on the page the button opens
        button="They were told",
        button_icon="check",
        button_url=address("word-told", word.pk),
    )


KINDS = (
    Kind(
        name="mentions", rows=mentioned.rows, mine=_of_owner("whom"), date_field="", sections=("today",),
        read=mentioned.read, related=("case", "by", "whom"),
    ),
    Kind(
        name="opinions", rows=mentioned.opinions, mine=_of_owner("asked"), date_field="", sections=("today",),
        read=mentioned.read_opinion, related=("case", "by", "asked"),
    ),
    Kind(
        name="opined", rows=mentioned.opined, mine=_of_owner("by"), date_field="", sections=("today",),
        read=mentioned.read_opined, related=("case", "asked"),
    ),
    Kind(
        name="planned", rows=_planned, mine=_of_owner("owner"), date_field="next_action_on",
        sections=("late", "today", "week"), read=_read_case, related=(),
    ),
    Kind(
        name="late_replies", rows=_late_replies, mine=_of_owner("case__owner"), date_field="due_on",
        sections=("late",), read=_read_late_reply, related=("body", "case"),
    ),
    Kind(
        name="chasers", rows=_chasers, mine=_of_owner("case__owner"), date_field="about_enquiry__due_on",
        sections=("late", "today"), read=_read_chaser, related=("about_enquiry__body", "case"),
    ),
    Kind(
        name="transfers", rows=referred.transfers, mine=_of_owner("case__owner"), date_field="answer_by",
        sections=("late", "today", "week"), read=referred.read_transfer, related=("case",),
    ),
    Kind(
        name="consents", rows=referred.consents, mine=_of_owner("case__owner"), date_field="",
        sections=("today",), read=referred.read_consent, related=("case", "outward"),
    ),
    Kind(
        name="failed", rows=_failed, mine=_of_owner("letter__case__owner"), date_field="queued_at__date",
        sections=("late", "today"), read=_read_failed, related=("letter__case",),
    ),
    Kind(
        name="replies", rows=_replies, mine=_of_owner("enquiry__case__owner"), date_field="",
        sections=("today",), read=_read_reply, related=("enquiry__body", "enquiry__case"),
    ),
    Kind(
        name="demands", rows=_demands, mine=_of_owner("case__owner"), date_field="due_on",
        sections=("late", "today", "week"), read=referred.read_demand, related=("body", "case"),
    ),
    Kind(
        name="returned", rows=returned.rows, mine=_of_owner("ask__case__owner"), date_field="",
        sections=("today",), read=returned.read, related=("ask__case",),
    ),
    Kind(
        name="asked_again", rows=_asked_again, mine=_of_owner("case__owner"), date_field="",
        sections=("today",), read=_read_asked_again, related=("case", "person"),
    ),
    Kind(
        name="signatures", rows=signatures.rows, mine=_of_owner("case__owner"), date_field="",
        sections=("today",), read=signatures.read, related=("case", "person"),
    ),
    Kind(
        name="uncovered", rows=uncovered.rows, mine=_of_owner("case__owner"), date_field="",
        sections=("today",), read=uncovered.read, related=("body", "case"),
    ),
    Kind(
        name="to_read", rows=_to_read, mine=lambda staff: Q(review__waits_for=staff), date_field="",
        sections=("today",), read=_read_asked,
        related=("case", "to_body", "to_person", "review__asked_by"),
    ),
    Kind(
        name="drafts", rows=_drafts, mine=_own_drafts, date_field="",
        sections=("today",), read=_read_draft, related=("case", "to_body", "to_person"),
    ),
    Kind(
        name="words", rows=_words, mine=_of_owner("case__owner"), date_field="due_on",
        sections=("late", "today"), read=_read_word, related=("case", "person"),
    ),
    Kind(
        name="complaints", rows=referred.complaints, mine=_of_owner("case__owner"), date_field="by_when",
        sections=("late", "today"), read=referred.read_complaint, related=("case",), last_day="by_when",
    ),
    Kind(
        name="limits", rows=ending.limits, mine=_of_owner("case__owner"), date_field="until",
        sections=("late", "today"), read=ending.read_limit, related=("case",), last_day="until",
    ),
    Kind(
        name="climbed", rows=referred.climbed_ladders, mine=_of_owner("case__owner"), date_field="due_on",
        sections=("late",), read=referred.read_climbed, related=("body", "case"),
    ),
    Kind(
        name="to_tell", rows=referred.to_tell, mine=_of_owner("case__owner"), date_field="",
        sections=("today",), read=referred.read_to_tell, related=("case", "partner__body"),
    ),
    Kind(
        name="to_ask", rows=referred.to_ask, mine=_of_owner("case__owner"), date_field="",
        sections=("today",), read=referred.read_to_ask, related=("case", "partner__body"),
    ),
    Kind(
        name="follow_ups", rows=again.follow_ups, mine=again.whose, date_field="on",
        sections=("late", "today", "week"), read=again.read, related=("case",),
    ),
    Kind(
        name="questions", rows=_questions, mine=whose_question, date_field="due_on",
        sections=("late", "today", "week"), read=_read_question, related=("case", "person"),
    ),
)  # fmt: skip
OWED = Kind(
    name="owed", rows=_owed, mine=_of_owner("case__owner"), date_field="expected_on",
    sections=("late", "today", "week", "later"), read=_read_owed, related=("body", "case", "replies"),
)  # fmt: skip
ASKED = Kind(
    name="asked", rows=_questions, mine=whose_question, date_field="due_on",
    sections=("late", "today", "week", "later"), read=_read_question, related=("case", "person"),
)  # fmt: skip
STOPPED = Kind(
    name="stopped", rows=stopped.rows, mine=_of_owner("case__owner"), date_field="",
    sections=("stopped",), read=stopped.read, related=("body", "case"),
)  # fmt: skip
