"""Taking back what was recorded by mistake, with what followed from it by itself: a stage of a complaint, how
far one has come at the ombudsman, what came of a case that went to a partner, and that one came from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.cases.ledger import reopen_issue
from opencasework.office.cases.models import Case, Event, Issue, Transfer
from opencasework.office.kit.dates import say
from opencasework.office.kit.words import begun_small
from opencasework.office.letters.models import Letter
from opencasework.office.referrals import checks, twins
from opencasework.office.referrals.actions import count_all_again
from opencasework.office.referrals.models import Complaint, ComplaintStage, ComplaintStep, Inward, Outward
from opencasework.office.referrals.stages import NotDone, stages_about
from opencasework.office.routes.actions import dates_of, record_date, take_back_date
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import proposal_for
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may


@transaction.atomic
def take_back_stage(stage: ComplaintStage, *, by: StaffMember) -> bool:
    """A stage was recorded by mistake: it counts for nothing, nor do the dates that came with it.

    The timeline keeps both. False where that has been said already.

    What went to the body without authority by it did not go, which the weekly review says, too.
    """
    if not ComplaintStage.objects.standing().filter(pk=stage.pk).update(taken_back_at=timezone.now()):
        return False
    case = stage.case
    answered = f", answered on {say(stage.answered_on)}" if stage.answered_on else ""
    case.record(
        Event.Kind.OMBUDSMAN,
        by=by,
        text=f"Taken back, it was a mistake: complaint to {stage.body}: {stage.name}, "
        f"sent on {say(stage.sent_on)}{answered}",
        stage=stage.pk,
    )
    for line in Event.objects.filter(case__in=case.family, kind=Event.Kind.OMBUDSMAN, detail__stage=stage.pk):
        gate.take_back_override(call=line.pk, by=by)
    dates = KeyDate.objects.standing().filter(case=case, issue=stage.issue, known_from=str(stage)[:120])
    days = dict.fromkeys((KeyDate.Kind.FINAL, KeyDate.Kind.REVIEWER), stage.answered_on)
    days |= {KeyDate.Kind.COMPLAINED: stage.sent_on}
    for each in dates.filter(kind__in=days):
        if each.day == days[KeyDate.Kind(each.kind)]:
            take_back_date(each, by=by)
    _begin_with_the_next(stage, by=by)
    count_all_again(case)
    return True


def _begin_with_the_next(stage: ComplaintStage, *, by: StaffMember) -> None:
    """Of a problem whose first stage it was, the complaint began with the stage that is first now."""
    case, issue, began = stage.case, stage.issue, KeyDate.Kind.COMPLAINED
    first = next((each for each in stages_about(case, issue) if each.is_of_the_body), None)
    of_none = KeyDate.objects.standing().filter(case=case, issue=None, kind=began)
    if first is None or (began in dates_of(case, issue) if issue else of_none.exists()):
        return
    record_date(case=case, issue=issue, kind=began, day=first.sent_on, known_from=str(first)[:120], by=by)


# --- at the ombudsman ---------------------------------------------------------------------------------


@transaction.atomic
def take_back_step(step: ComplaintStep, *, by: StaffMember) -> bool:
    """How far a complaint has come was recorded by mistake: it stands as it stood before.

    False where that has been said already. Raises NotDone where something was built on it, and where `by` may
    not record it anew.
    """
    # Locked (on SQLite a write is alone anyway), so that nothing is built on it meanwhile.
    complaint = Complaint.objects.select_for_update().get(pk=step.complaint_id)
    standing = list(complaint.steps.standing())
    if step not in standing or step == standing[0]:
        return False
    if (last := standing[-1]) != step:
        label = begun_small(last.get_state_display())
        raise NotDone(f"It was {label} on {say(last.on)}. Take that back first.")
    before = Complaint.State(standing[-2].state)
    if reason := _may_not(step, by=by) or _built_on(complaint, step, before=before):
        raise NotDone(reason)
    ComplaintStep.objects.filter(pk=step.pk).update(taken_back_at=timezone.now(), taken_back_by=by)
    case, result = complaint.case, complaint.result
    text = f"Taken back, it was a mistake: {complaint.scheme.short}: {_said_of(step)}"
    case.record(
        Event.Kind.OMBUDSMAN,
        by=by,
        text=f"{text}\n{result}" if result and step.state != Complaint.State.WITHDRAWN else text,
        complaint=complaint.pk,
        scheme=complaint.scheme_code,
        state=before,
        took_back=step.state,
    )
    _put_back(complaint, step, before=before)
    if step.state == Complaint.State.SUBMITTED:
        lines = Event.objects.filter(case__in=case.family, kind=Event.Kind.OMBUDSMAN)
        for line in lines.filter(detail__complaint=complaint.pk, detail__state=step.state):
            gate.take_back_override(call=line.pk, by=by)
    if step.state == Complaint.State.DECIDED:
        reviewed = KeyDate.objects.standing().filter(case=case, kind=KeyDate.Kind.REVIEWER, day=step.on)
        for each in reviewed.filter(issue=complaint.issue, known_from=complaint.decided_by):
            take_back_date(each, by=by)
    if (issue := _ended_with(complaint, step)) is not None:
        reopen_issue(issue=issue, by=by, mistaken=step.ended)
    count_all_again(case)
    return True


def _said_of(step: ComplaintStep) -> str:
    return f"{begun_small(step.get_state_display())} on {say(step.on)}"


def _may_not(step: ComplaintStep, *, by: StaffMember) -> str:
    """Why they may not take it back: whoever may record it may; empty where they may."""
    needed = {Complaint.State.SUBMITTED: May.SEND_LETTERS}.get(
        Complaint.State(step.state), May.CLOSE_CASES if step.ended else May.WRITE_CASES
    )
    return "" if may(by, needed) else f"You may not {needed.value}: ask somebody who may to take it back."


def _built_on(complaint: Complaint, step: ComplaintStep, *, before: Complaint.State) -> str:
    """What came of the step since, in a sentence that says what to do first; empty where nothing did."""
    letter, short = complaint.letter, complaint.scheme.short
    emailed = letter is not None and letter.state == Letter.State.SENT and letter.means != Letter.Means.POST
    if step.state == Complaint.State.SUBMITTED and emailed:
        return "It has gone: its letter left by e-mail, which cannot be taken back."
    goes_on = step.state in Complaint.ENDED and before not in Complaint.ENDED
    if goes_on and twins.under_way(complaint.scheme_code, complaint.case, complaint.issue).exists():
        return f"Another complaint to the {short} about this is under way. Take that one back first."
    issue = _ended_with(complaint, step)
    if issue is not None and not issue.case.is_open:
        return "The case was closed since. Open it again first."
    if step.state == Complaint.State.DECIDED and (later := _went_on(complaint)):
        return f"A complaint to the {later.scheme.short} was begun since. Take that one back first."
    return ""


def _ended_with(complaint: Complaint, step: ComplaintStep) -> Issue | None:
    """The problem that ended with this step, unless somebody has taken it up again or ended it anew since."""
    line = Event.objects.filter(pk=step.ended or 0).first()
    issue = Issue.objects.filter(pk=line.detail["issue"]).first() if line and complaint.issue else None
    if issue is None or issue.is_open:
        return None
    lines = Event.objects.filter(case__in=issue.case.family, kind=Event.Kind.ISSUE_ENDED)
    last = lines.filter(detail__issue=issue.pk).order_by("pk").last()
    return issue if last is not None and last.pk == step.ended else None


def _went_on(complaint: Complaint) -> Complaint | None:
    """A complaint about the same problem to whoever comes after this reviewer, unless it was taken back."""
    case, issue = complaint.case, complaint.issue
    others = Complaint.objects.filter(case=case, issue=issue, opened_at__gt=complaint.opened_at)
    for other in others.exclude(state=Complaint.State.WITHDRAWN):
        if checks.before_it(other.scheme, proposal_for(case, issue)) == complaint.scheme:
            return other
    return None


def _put_back(complaint: Complaint, step: ComplaintStep, *, before: str) -> None:
    """The complaint as it stood before the step."""
    brought: dict[str, dict[str, object]] = {
        Complaint.State.SUBMITTED: {"submitted_on": None, "although": ""},
        Complaint.State.DECIDED: {"decision": "", "remedy": "", "amount": None},
        Complaint.State.DECLINED: {"why_declined": ""},
    }
    values = brought.get(step.state, {})
    values |= {"reference": step.reference_was} if step.reference_was is not None else {}
    Complaint.objects.filter(pk=complaint.pk).update(state=before, ended_on=None, **values)


# --- with a partner -----------------------------------------------------------------------------------


@transaction.atomic
def take_back_result(outward: Outward, *, by: StaffMember) -> bool:
    """What came of it was recorded by mistake: they have it still. False where nothing is recorded."""
    held = Outward.objects.select_for_update().get(pk=outward.pk)
    if held.result_on is None:
        return False
    if again := _referred_again(held.transfer):
        raise NotDone(again)
    nothing: dict[str, object] = {"result": "", "result_on": None, "result_note": "", "result_by": None}
    Outward.objects.filter(pk=held.pk).update(**nothing)
    note = f". {held.result_note}" if held.result_note else ""
    what = f"{held.partner}: {begun_small(held.get_result_display())}, on {say(held.result_on)}{note}"
    held.transfer.case.record(
        Event.Kind.TRANSFER,
        by=by,
        text=f"Taken back, it was a mistake: {what}",
        transfer=held.transfer_id,
        referral=held.pk,
        took_back="result",
        was=held.result,
        was_on=held.result_on.isoformat(),
    )
    outward.refresh_from_db()
    return True


def why_the_answer_stays(transfer: Transfer) -> str:
    """What was built on a partner's answer, in a sentence that says what to do first; else empty."""
    outward = Outward.objects.filter(transfer=transfer).first()
    if outward is not None and outward.result:
        return "What came of it is recorded. Take that back first."
    return _referred_again(transfer)


def _referred_again(transfer: Transfer) -> str:
    """That the case has gone to the same partner anew, which it may do once at a time; else empty."""
    outward = Outward.objects.filter(transfer=transfer).first()
    if outward is None or Outward.objects.open().filter(pk=outward.pk).exists():
        return ""
    later = Outward.objects.open().filter(transfer__case=transfer.case, partner=outward.partner)
    return f"The case has gone to {outward.partner} again since." if later.exists() else ""


def when_answer_back(transfer: Transfer) -> None:
    """Their reference came with the answer."""
    Outward.objects.filter(transfer=transfer).update(reference="")


# --- of a case that came from a partner -----------------------------------------------------------------


@transaction.atomic
def take_back_coming(inward: Inward, *, by: StaffMember) -> bool:
    """That it came from a partner was recorded by mistake: nobody is to be told. False where that was said
    already. Raises NotDone once they were told something.
    """
    held = Inward.objects.select_for_update().get(pk=inward.pk)
    if held.taken_back_at:
        return False
    if held.told_on:
        raise NotDone(f"They were told on {say(held.told_on)}. Take that back first.")
    Inward.objects.filter(pk=held.pk).update(taken_back_at=timezone.now(), taken_back_by=by)
    what = f"came to us from {held.partner} on {say(held.came_on)}"
    text = f"Taken back, it was a mistake: {what}"
    held.case.record(Event.Kind.TRANSFER, by=by, text=text, came_from=held.pk)
    return True


@transaction.atomic
def take_back_telling(inward: Inward, *, by: StaffMember) -> bool:
    """They were not told what was written down last; what went without authority by it did not go, which the
    weekly review says, too. False where nothing is written down.
    """
    held = Inward.objects.select_for_update().get(pk=inward.pk)
    if held.told_on is None:
        return False
    nothing: dict[str, object] = {"told_on": None, "told_what": "", "told_by": None, "told_at": None}
    Inward.objects.filter(pk=held.pk).update(**nothing)
    case, on = held.case, held.told_on.isoformat()
    lines = Event.objects.filter(case__in=case.family, kind=Event.Kind.TRANSFER, detail__came_from=held.pk)
    last = lines.filter(detail__told=on).order_by("pk").last()
    if last is not None:
        gate.take_back_override(call=last.pk, by=by)
    what = f"{held.partner} was told on {say(held.told_on)}: {held.told_what}"
    text = f"Taken back, it was a mistake: {what}"
    case.record(Event.Kind.TRANSFER, by=by, text=text, came_from=held.pk, took_back="told", was_on=on)
    inward.refresh_from_db()
    return True


@dataclass(frozen=True)
class Struck:
    """What a partner was said to have answered or heard, or to have brought about, taken back since."""

    what: str
    on: date
    by: StaffMember | None
    at: datetime


def struck(case: Case) -> dict[int, list[Struck]]:
    """What was taken back of each of the case's transfers, in order, by the transfer's number."""
    lines = Event.objects.filter(
        case__in=case.family, kind=Event.Kind.TRANSFER, detail__has_keys=["took_back", "transfer"],
    ).select_related("by")  # fmt: skip
    found: dict[int, list[Struck]] = {}
    words: dict[str, str] = {**dict(Transfer.Answer.choices), **dict(Outward.Result.choices)}
    for line in lines.order_by("pk"):
        detail = line.detail
        what = Struck(words[detail["was"]], date.fromisoformat(detail["was_on"]), line.by, line.at)
        found.setdefault(detail["transfer"], []).append(what)
    return found


def struck_telling(case: Case) -> dict[int, list[Struck]]:
    """What partners were said to have been told and were not, in order, by the number of the referral."""
    lines = Event.objects.filter(case__in=case.family, kind=Event.Kind.TRANSFER, detail__took_back="told")
    found: dict[int, list[Struck]] = {}
    for line in lines.select_related("by").order_by("pk"):
        what = Struck("Told", date.fromisoformat(line.detail["was_on"]), line.by, line.at)
        found.setdefault(line.detail["came_from"], []).append(what)
    return found
