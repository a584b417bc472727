"""The stages of a complaint with the body itself, or with the reviewer that comes before an ombudsman."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases.ledger import one_problem
from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.kit.alone import lock
from opencasework.office.kit.dates import say
from opencasework.office.letters.actions import one_line
from opencasework.office.referrals.models import ComplaintStage, SentBy
from opencasework.office.routes.actions import record_date
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.models import StaffMember


class NotDone(Exception):
    """The act cannot be done; the message says why and what to do."""


class NoAuthority(NotDone):
    """This office sent something to a body that no authority covers, and nobody has said why."""


class CaseClosed(NotDone):
    """Somebody has closed the case: nobody would go on with what is begun on it."""


def hold_open(case: Case) -> Case:
    """The case, locked for what is begun on it. Raises CaseClosed. Call it inside a transaction."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    if not held.is_open:
        raise CaseClosed("This case was closed. Reopen it first.")
    return held


SAY_WHY = (
    "Say why this office sent it all the same, which the weekly review lists; or that the person sent it "
    "themselves."
)


def report(line: Event, body: Body, *, reason: str, on: date, by: StaffMember | None) -> None:
    """What a line of the timeline says left without authority stands in the weekly review."""
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    at = line.at if on == timezone.localdate() else noon
    gate.record_override(case=line.case, body=body, call=line.pk, reason=reason, by=by, at=at)


@transaction.atomic
def record_stage(
    *,
    case: Case,
    issue: Issue | None,
    body: Body,
    name: str,
    sent_on: date,
    by: StaffMember,
    note: str = "",
    sent_by: str = SentBy.OFFICE,
    no_authority_reason: str = "",
) -> ComplaintStage:
    """A stage of the body's complaints procedure was asked for on that day, by the person or by this office.

    Raises NoAuthority where this office sent it, no authority covers the body on that day and today, and no
    reason is given.
    """
    reason = one_line(no_authority_reason)[:300]
    without = sent_by == SentBy.OFFICE and not gate.was_open(case, body, on=sent_on)
    if without and not reason:
        said, _, _ = gate.asking_since(case, body, on=sent_on)
        raise NoAuthority(f"{said} {SAY_WHY}")
    has_begun = any(each.is_of_the_body for each in stages_about(case, issue))
    made = ComplaintStage.objects.create(
        case=case, issue=issue, body=body, name=name, sent_on=sent_on, note=note, by=by
    )
    whose = "" if sent_by == SentBy.OFFICE else f" {SentBy(sent_by).said}"
    text = f"Complaint to {body}: {name}, sent on {say(sent_on)}{whose}"
    if without:
        text += f"\nSent without authority to act: {reason}"
    detail: dict[str, object] = {"without_authority": True} if without else {}
    line = say_of_it(case, by=by, text=text, stage=made.pk, **detail)
    if without:
        report(line, body, reason=reason, on=sent_on, by=by)
    if made.is_of_the_body and not has_begun:
        record_date(
            case=case, issue=issue, kind=KeyDate.Kind.COMPLAINED, day=sent_on, known_from=str(made)[:120],
            by=by,
        )  # fmt: skip
    return made


def stages_about(case: Case, issue: Issue | None) -> QuerySet[ComplaintStage]:
    """The stages of a problem, of those that are the same, and of none in particular; without a problem
    those of none in particular, and where the case has one problem only, all.
    """
    found = ComplaintStage.objects.standing().filter(case=case).select_related("body", "issue")
    issues = list(case.issues.all())
    about = issue or next((each for each in issues if each.duplicate_of_id is None), None)
    same = one_problem(about, issues) if about else set()
    if issue is None and any(each.pk not in same for each in issues):
        return found.filter(issue=None)
    return found.filter(Q(issue__in=same) | Q(issue=None))


@transaction.atomic
def record_once(
    *, case: Case, issue: Issue | None, body: Body, name: str, sent_on: date, note: str = "", **more: Any
) -> tuple[ComplaintStage, bool]:
    """`record_stage`, and whether it is new: the same stage of one day in the same words is one.

    Raises CaseClosed, too, where somebody has closed the case.
    """
    lock(Case.objects.filter(pk=case.pk))  # sent twice at once, too
    there = ComplaintStage.objects.standing().filter(
        case=case, issue=issue, body=body, name=name, sent_on=sent_on, note=note
    )
    if (found := there.select_related("body", "by").first()) is not None:
        return found, False
    hold_open(case)
    made = record_stage(
        case=case, issue=issue, body=body, name=name, sent_on=sent_on, note=note, **more
    )  # fmt: skip
    return made, True


@transaction.atomic
def answer_stage(
    stage: ComplaintStage, *, on: date, answer: str, is_final: bool, by: StaffMember, note: str = ""
) -> bool:
    """The body answered. False where an answer was there already. A final one starts the ombudsman's clock.

    Raises NotDone where it would have answered before it was asked.
    """
    if on < stage.sent_on:
        raise NotDone(f"It was sent on {say(stage.sent_on)}. Give that day or a later one.")
    values: dict[str, object] = {"answered_on": on, "answer": answer, "is_final": is_final}
    if note:
        values["note"] = note
    if not ComplaintStage.objects.standing().filter(pk=stage.pk, answered_on=None).update(**values):
        return False
    stage.refresh_from_db()
    final = " It is final: no stage is left." if is_final else ""
    how = f", {stage.get_answer_display().lower()}" if answer else ""
    say_of_it(
        stage.case,
        by=by,
        text=f"{stage.body} answered {stage.name} on {say(on)}{how}.{final}",
        stage=stage.pk,
    )
    if is_final and (kind := stage.final_kind):
        record_date(
            case=stage.case, issue=stage.issue, kind=kind, day=on, known_from=str(stage)[:120],
            by=by,
        )  # fmt: skip
    return True


def say_of_it(case: Case, *, by: StaffMember | None, text: str, **detail: object) -> Event:
    return case.record(Event.Kind.OMBUDSMAN, by=by, text=text, **detail)
