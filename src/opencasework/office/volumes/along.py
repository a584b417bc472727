"""Chasers that go along in one letter: the chasers due to a body, gathered with a schedule of their cases.

Each case keeps its own chaser, which waits as a draft and is recorded as sent in the moment that the letter
leaves: so its enquiry is chased at its step, and its clock moves, as if it had gone by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case as FirstThatFits
from django.db.models import Count, Exists, Min, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event
from opencasework.office.chasing.actions import why_not, with_steps
from opencasework.office.chasing.ladder import is_step
from opencasework.office.chasing.models import Chaser, Rung
from opencasework.office.chasing.offering import Offer
from opencasework.office.chasing.rung_meanwhile import ALL_THE_SAME, call_that_holds, rung
from opencasework.office.letters.actions import Check, keep_edit, record_departure
from opencasework.office.letters.apart import tells
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.fields import Way
from opencasework.office.letters.models import Enquiry, Letter, LetterQuerySet, LetterVersion
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes import early, own_words
from opencasework.office.volumes.came_back import keep_its_own_words
from opencasework.office.volumes.counting import countable
from opencasework.office.volumes.gathering import (
    MOST_OFFERED,
    NUMBERED,
    Candidate,
    may_be_named,
    references_of,
    without,
)
from opencasework.office.volumes.models import ScheduleLine
from opencasework.office.volumes.naming import words_of

FEWEST_OFFERED = 3  # cases whose chasers to a body could go in one letter: the list of late replies says so
STANDS = (Letter.State.DRAFT, Letter.State.SENDING, Letter.State.SENT)  # not where the letter was thrown away


class StaysAlong(Exception):
    """The chaser goes with the letter still; the message says why."""


def _leading() -> Exists:
    """That a line is of a letter on a case that gathers others: one that is restricted since holds none."""
    return Exists(countable(None).filter(pk=OuterRef("letter__case")))


def goes_along(on: date) -> Exists:
    """That a letter waits to go along with another one, and that one may go on this day itself.

    Where its own case was answered, or has been promised an answer, nobody is told to send that letter: the
    others would wait in it for good.
    """
    may_go = Q(letter__about_enquiry__in=Enquiry.objects.to_remind(on=on).values("pk"))
    leaves = Q(letter__state=Letter.State.SENDING) | may_go & Q(letter__state=Letter.State.DRAFT)
    return Exists(ScheduleLine.objects.filter(_leading(), leaves, chaser=OuterRef("pk")))


def line_of(chaser: Letter) -> ScheduleLine | None:
    """The line of the schedule with which this chaser goes or has gone; of several the last."""
    lines = ScheduleLine.objects.filter(_leading(), chaser=chaser.pk, letter__state__in=STANDS)
    return lines.select_related("letter").order_by("-pk").first()


def candidates(letter: Letter, *, staff: StaffMember, on: date) -> list[Candidate]:
    """The cases whose chasers are `due_beside` this letter, and whether the body may be told of each."""
    chosen = set(letter.schedule.values_list("chaser", flat=True))
    due = due_beside(letter, staff=staff, on=on)
    written_in = set(LetterVersion.objects.filter(letter__in=due).values_list("letter", flat=True))
    return [
        Candidate(
            own.case, own.about_enquiry, [], is_covered=gate.is_open(own.case, own.to_body, on=on),
            is_chosen=own.pk in chosen, chaser=own, is_written_in=own.pk in written_in,
        )
        for own in due
        if own.to_body is not None
    ]  # fmt: skip


def due_beside(letter: Letter, *, staff: StaffMember, on: date) -> list[Letter]:
    """The chasers due to the same body at the same step, whose cases may be named in one letter with this.

    On whatever matter: each line says its own. As in `gathering.candidates` only cases that everybody may
    know of who may open the one this letter stands on. One of each case, the longest overdue; none for a
    chaser that goes along itself, or is no step of the ladder.
    """
    step: Chaser | None = getattr(letter, "chaser", None)
    body = letter.to_body
    if step is None or body is None or line_of(letter) is not None:
        return []
    if not countable(staff).filter(pk=letter.case_id).exists():
        return []
    same = (
        Q(chaser__rung=step.rung_id) if step.rung_id else Q(chaser__rung=None, chaser__sequence=step.sequence)
    )
    if letter.takes_it_higher:  # of two who stand at its head each is asked by itself
        same &= Q(to_contact=letter.to_contact_id)
    free = Q(Exists(letter.schedule.filter(chaser=OuterRef("pk")))) | ~goes_along(on)
    # One that puts other cases itself would take them along, and no word would be said of them.
    due = _due(on).filter(same, free, to_body=body, schedule=None).exclude(case=letter.case_id)
    cases = countable(staff).standing().open().filter(pk__in=due.values("case"))
    found = due.filter(case__in=may_be_named(letter.case, cases)).order_by("about_enquiry__due_on", "pk")
    read = found.select_related(
        "case", "about_enquiry__body", "to_body", "drafted_by", "changed_by", "review__waits_for",
        "chaser__enquiry__body", "chaser__rung",
    ).prefetch_related(
        "case__case_people__person", "case__references", "chaser__enquiry__chasers__letter"
    )  # fmt: skip
    offered: dict[int, Letter] = {}
    for own in read[:MOST_OFFERED]:
        if own.case_id not in offered and not early.before_its_day(own, on):
            offered[own.case_id] = own
    return list(offered.values())


def _due(on: date) -> LetterQuerySet:
    """The chasers that wait as drafts, and may go on this day for all that their enquiries say."""
    may_go = Enquiry.objects.to_remind(on=on).filter(pk=OuterRef("about_enquiry"))
    return Letter.objects.drafts().filter(Exists(may_go), chaser__isnull=False)


def offers(staff: StaffMember, on: date) -> list[Offer]:
    """Where several chasers to one body are due at one step, the most first: for the list of late replies."""
    counted = Exists(countable(staff).standing().open().filter(pk=OuterRef("case")))
    due = _due(on).filter(counted, ~goes_along(on), to_body__isnull=False, chaser__rung__isnull=False)
    # Counted there: of ten thousand that wait, the page shows how many.
    whom = When(kind=Letter.Kind.ENQUIRY, then="to_contact")  # of two at its head each alone: `due_beside`
    headed = due.annotate(head=FirstThatFits(whom, default=None)).order_by()
    steps = headed.values("to_body", "chaser__rung", "head")
    steps = steps.annotate(number=Count("pk"), cases=Count("case", distinct=True), first=Min("pk"))
    many = list(steps.filter(cases__gte=FEWEST_OFFERED))
    bodies = Body.objects.in_bulk([step["to_body"] for step in many])
    names = dict(Rung.objects.values_list("pk", "name"))
    found = [
        Offer(
            bodies[step["to_body"]], names[step["chaser__rung"]], step["number"],
            reverse("letter-gathering", args=[step["first"]]),
        )
        for step in many
    ]  # fmt: skip
    return sorted(found, key=lambda offer: (-offer.count, offer.body.name, offer.step))


# --- before the letter leaves ---------------------------------------------------------------------------


def checks(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that it does not go along with another letter."""
    line = line_of(letter) if is_step(letter) else None
    if line is None:
        return []
    text = "It goes along in one letter with other cases, and not by itself."
    if not Letter.objects.filter(goes_along(on), pk=letter.pk).exists():
        text += " Nobody may send that letter now: the case it stands on needs no chaser."
    ways = (Way("", "Open that letter", line.letter.get_absolute_url()),)
    press = (
        ("Let it go by itself", reverse("letter-alone", args=[letter.pk])) if line.letter.is_draft else None
    )
    return [Check(ok=False, text=text, ways=ways, press=press), *own_words.check_on_its_page(line)]


def why_not_along(line: ScheduleLine, letter: Letter, on: date) -> str:
    """Why the case of this line cannot be chased in that letter, a sentence; empty where it can."""
    own = line.chaser
    if own is None or letter.state == Letter.State.SENT:
        return ""
    if not own.is_draft:
        return "Its own chaser is no draft any more."
    if (goes := line_of(own)) != line:
        return "It goes along in another letter by now." if goes else "Its own chaser goes by itself."
    if own.schedule.exists():
        return "Its own chaser puts other cases too."
    if own.to_body_id != letter.to_body_id or own.about_enquiry_id is None:
        return f"Its own chaser goes to {own.recipient} now."
    enquiry = with_steps(Enquiry.objects.filter(pk=own.about_enquiry_id)).get()
    if reason := why_not(enquiry, on=on, of=own):
        return reason
    return " ".join(check.text for check in early.checks(own, on) if not check.ok)


def rung_about(line: ScheduleLine, letter: Letter, on: date) -> Check | None:
    """That the body was rung about the case of this line, which holds the letter until somebody who has read
    the call says there that it goes all the same; None where it was not.
    """
    own = line.chaser
    call = call_that_holds(own, on) if own is not None and letter.state != Letter.State.SENT else None
    if own is None or call is None:
        return None
    press = ALL_THE_SAME, reverse("letter-line-call", args=[letter.pk, own.pk, call.pk])
    then = f"Read what they said about {line.case.reference}: it goes all the same, or gather without it."
    return rung(own, call, then, press)


@transaction.atomic
def let_go_alone(chaser: Letter, *, by: StaffMember) -> None:
    """Take a case out of the schedule: its chaser goes by itself again.

    Raises StaysAlong where it goes along with none, or that letter is on its way.
    """
    line = line_of(chaser)
    seen = Letter.objects.visible_to(by).filter(pk=line.letter_id if line is not None else 0)
    letter = Letter.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    # Read again behind the lock: whoever gathered meanwhile has written its lines anew.
    line = letter.schedule.filter(chaser=chaser).first() if letter is not None else None
    if line is None or letter is None or not letter.is_draft:
        raise StaysAlong("It goes along with no letter, or that one is on its way. Look again.")
    family = line.case.family
    text, html = without(references_of(family), letter, of=family)
    keep_edit(letter, by=by, text=text, html=html)
    line.delete()
    said = f"Its chaser goes to {letter.to_body} by itself, not in one letter with other cases."
    chaser.case.record(Event.Kind.NOTE, by=by, text=said, letter=chaser.pk)


# --- when it has left -----------------------------------------------------------------------------------


def chase_the_others(letter: Letter, at: datetime, by: StaffMember | None) -> None:
    """The letter has left: the chaser of each case of its schedule has, too, and says what went instead."""
    lines = list(letter.schedule.select_related("chaser", "case"))
    families = {line.case_id: line.case.family for line in lines} | {letter.case_id: letter.case.family}
    for line in lines:
        own = line.chaser
        if own is None:
            continue
        rest = [pk for case, family in families.items() if case != line.case_id for pk in family]
        said = _said_of_it_alone(letter.text, families[line.case_id], rest=rest)
        day = in_words(timezone.localdate(at))
        text = f"Sent on {day} in one letter to {letter.recipient} with other cases. Of this case it says:"
        words = {
            "subject": f"In one letter with other cases: {own.subject}"[:200],
            "text": "\n\n".join([text, *said]), "html": "",
        }  # fmt: skip
        to = {"means": letter.means, "to_contact": letter.to_contact, "to_email": letter.to_email}
        own_words.say_what_stays(line, letter)
        if Letter.objects.drafts().filter(pk=own.pk).update(**words, **to, enclosed=""):
            keep_its_own_words(own, words, by=by)
            own.refresh_from_db()
            record_departure(own, at=at, by=by)
        else:  # thrown away in the moment before: that they were asked is written down all the same
            line.case.record(Event.Kind.NOTE, by=by, text="\n\n".join([text, *said]), letter=letter.pk)


def _said_of_it_alone(text: str, family: Sequence[int], *, rest: Sequence[int]) -> list[str]:
    """The lines that name a case and tell of none of the `rest`; our own line may share a title with them."""
    own = references_of(family)
    numbers = {each.casefold() for each in references_of(rest)}
    words = words_of(Case.objects.filter(pk__in=rest)) - words_of(Case.objects.filter(pk__in=family))
    return [
        part
        for part in text.split("\n")
        if any(each in part for each in own) and not tells(part, numbers if NUMBERED.match(part) else words)
    ]


def why_it_stays_gone(letter: Letter) -> str:
    """Why a chaser that went along is not taken back by itself."""
    went = ScheduleLine.objects.filter(chaser=letter.pk, letter__state=Letter.State.SENT)
    return "It went in one letter with other cases." if went.exists() else ""
