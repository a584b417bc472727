"""Writing down the dates that limits run from, and what the office decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.ledger import one_problem
from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.kit.alone import lock
from opencasework.office.kit.dates import say
from opencasework.office.routes.models import Decision, KeyDate
from opencasework.office.staff.models import StaffMember

# Called inside the transaction, with the case of a date that was recorded or taken back.
WHEN_DATED: list[Callable[[Case], None]] = []

PRESSED_TWICE = timedelta(minutes=1)


class CaseClosed(Exception):
    """Nothing is decided about a case that has been closed: nobody would be asked, or do it."""


@transaction.atomic
def record_date(
    *,
    case: Case,
    kind: str,
    day: date,
    known_from: str = "",
    issue: Issue | None = None,
    by: StaffMember | None,
) -> KeyDate:
    """Write down a day that a limit of a problem runs from; without one, of all problems of the case.

    One of the same kind is kept, and counts no more. Pressed twice, it is one.
    """
    lock(Case.objects.filter(pk=case.pk))  # sent twice at once, too
    same = KeyDate.objects.standing().filter(case=case, issue=issue, kind=kind, at__gt=_just_now())
    last = same.order_by("at", "pk").last()
    if last and (last.day, last.known_from, last.by) == (day, known_from, by):
        return last
    made = KeyDate.objects.create(case=case, issue=issue, kind=kind, day=day, known_from=known_from, by=by)
    case.record(Event.Kind.DATED, by=by, text=_said(made), key_date=kind, issue=made.issue_id)
    _tell(case)
    return made


def _just_now() -> datetime:
    return timezone.now() - PRESSED_TWICE


def take_back_date(key_date: KeyDate, *, by: StaffMember | None) -> bool:
    """A date was wrong: no limit runs from it any more. False where that has been said already.

    One of the same kind that was recorded before it counts again.
    """
    with transaction.atomic():
        if not KeyDate.objects.standing().filter(pk=key_date.pk).update(taken_back_at=timezone.now()):
            return False
        case = key_date.case
        text = f"Taken back, it was wrong: {_said(key_date)}"
        case.record(Event.Kind.DATED, by=by, text=text, key_date=key_date.kind, issue=key_date.issue_id)
        _tell(case)
    return True


def on_both(case: Case, other: Case, *, by: StaffMember | None, since: datetime | None = None) -> None:
    """One case became two: what was recorded for all its problems is of those of the other, too.

    `since`: only what was recorded from then on, while the two were one.
    """
    there = set(other.key_dates.standing().filter(issue=None).values_list("kind", "day"))
    of_all = case.key_dates.standing().filter(issue=None).order_by("at", "pk")
    for each in of_all.filter(at__gte=since) if since else of_all:
        if (each.kind, each.day) not in there:
            each.pk, each.case = None, other
            each.save(force_insert=True)
            other.record(Event.Kind.DATED, by=by, text=_said(each), key_date=each.kind, issue=None)


def say_of_problem(case: Case, issue: Issue | None) -> str:
    """“ for” and the problem, where the case has several."""
    if issue and case.issues.filter(duplicate_of=None).count() > 1:
        return f" for {issue.named}"
    return ""


def _said(key_date: KeyDate) -> str:
    about = say_of_problem(key_date.case, key_date.issue)
    known = f" ({key_date.known_from})" if key_date.known_from else ""
    return f"{key_date.get_kind_display()}: {say(key_date.day)}{about}{known}"


def _tell(case: Case) -> None:
    for act in WHEN_DATED:
        act(case)


def dates_of(case: Case, issue: Issue | None) -> dict[str, KeyDate]:
    """The dates that count for a problem of the case by their kind, each as it was recorded last.

    Those of no problem in particular count for each, those of one that was written down twice for both.
    Without a problem those of the whole case, whatever they are about.
    """
    return counting(issue, case.key_dates.all(), case.issues.all())


def counting(issue: Issue | None, dates: Iterable[KeyDate], issues: Iterable[Issue]) -> dict[str, KeyDate]:
    """`dates_of`, from the dates and the problems of the case; the latter are looked at where it matters."""
    written = [each for each in dates if each.taken_back_at is None]
    if issue is not None and any(each.issue_id not in (None, issue.pk) for each in written):
        about = {None, *one_problem(issue, issues)}
        written = [each for each in written if each.issue_id in about]
    return {each.kind: each for each in sorted(written, key=lambda each: (each.at, each.pk))}


@transaction.atomic
def decide(
    *, case: Case, what: str, why: str, by: StaffMember, second_opinion_of: StaffMember | None = None
) -> Decision:
    """Record what the office does about a case, and why. Earlier decisions are kept.

    Pressed twice, it is one decision, as figures count each. Raises CaseClosed where somebody has closed it.
    """
    if not Case.objects.select_for_update().get(pk=case.pk).is_open:
        raise CaseClosed
    last = Decision.objects.standing().filter(case=case, at__gt=_just_now()).first()
    if last and (last.what, last.why, last.by, last.asked) == (what, why, by, second_opinion_of):
        return last
    made = Decision.objects.create(case=case, what=what, why=why, by=by, asked=second_opinion_of)
    text = f"{made.get_what_display()}: {why}"
    if second_opinion_of:
        text += f"\n{second_opinion_of} is asked for a second opinion."
    category = case.main_category
    line = case.record(
        Event.Kind.DECIDED,
        by=by,
        text=text,
        decision=what,
        category=category.code if category else "",
        kind=case.kind,
        channel=case.channel,
    )
    made.line = line.pk
    made.save(update_fields=["line"])
    return made


@transaction.atomic
def take_back_decision(decision: Decision, *, by: StaffMember) -> bool:
    """It was a slip: it counts in no figure, and the decision before it stands again.

    False where it does not stand, or another one after it, and where somebody has given an opinion on it.
    """
    last = Decision.objects.standing().filter(case=decision.case).first()
    if last != decision:
        return False
    slips = Decision.objects.standing().filter(pk=decision.pk, answered_at=None)
    if not slips.update(taken_back_at=timezone.now()):
        return False
    text = f"Taken back, it was a slip: {decision.get_what_display()}: {decision.why}"
    decision.case.record(
        Event.Kind.DECIDED, by=by, text=text, uncounts=[decision.line] if decision.line else []
    )
    return True


@transaction.atomic
def give_opinion(decision: Decision, *, agrees: bool, opinion: str, by: StaffMember) -> bool:
    """The second opinion that was asked for; pressed twice, it is one.

    False where the decision was taken back, or something else has been said of it already.
    """
    case = decision.case
    lock(Case.objects.filter(pk=case.pk))  # so that nobody decides anew in between
    given = (
        Decision.objects.standing()
        .filter(pk=decision.pk, answered_at=None)
        .update(agrees=agrees, opinion=opinion, answered_at=timezone.now())
    )
    decision.refresh_from_db()
    if given:
        about = str(decision.get_what_display())
        if decision.superseding:
            about += ", of which another has taken the place"
        says = "Agrees" if agrees else "Sees it otherwise"
        text = f"{says} ({about})" + (f": {opinion}" if opinion else "")
        case.record(Event.Kind.DECIDED, by=by, text=text, opinion=agrees)
    said_so = (decision.agrees, decision.opinion) == (agrees, opinion)
    return bool(given) or (decision.taken_back_at is None and said_so)
