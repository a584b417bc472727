"""Acts on a complaint: its stages with the body, getting it ready, and what the ombudsman says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import SentWithout
from opencasework.office.bodies.models import Body
from opencasework.office.cases.ledger import stands_for
from opencasework.office.cases.models import KEPT, Case, Event, Issue, Outcome
from opencasework.office.kit.dates import say
from opencasework.office.kit.words import begun_small
from opencasework.office.letters.actions import best_contact, keep_draft, template_of, worded
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import COMPLAINT_COVER, Letter
from opencasework.office.letters.review import actions as review
from opencasework.office.places.models import MemberKind, Office
from opencasework.office.referrals import checks, twins
from opencasework.office.referrals.checks import AGREES
from opencasework.office.referrals.models import (
    Answer,
    Complaint,
    ComplaintStep,
    Outward,
    SentBy,
)
from opencasework.office.referrals.stages import SAY_WHY, NoAuthority, NotDone, hold_open, report, say_of_it
from opencasework.office.routes.actions import record_date
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import Scheme, proposal_for, refusal, reviewers
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may

# How an issue ends with a decision, unless somebody says otherwise.
OUTCOMES = {
    Answer.UPHELD: Outcome.PUT_RIGHT,
    Answer.PARTLY: Outcome.PART_PUT_RIGHT,
    Answer.NOT: Outcome.NOT_UPHELD,
}
COVER = COMPLAINT_COVER


# --- getting it ready ---------------------------------------------------------------------------------


def refused(scheme: Scheme, case: Case, issue: Issue | None) -> str:
    """Why a complaint cannot go to this scheme, naming the right one; empty where it can."""
    if wrong := _looks_elsewhere(scheme, case, issue):
        return wrong
    if scheme.needs_the_member and Office.here().member_kind != MemberKind.MP:
        return (
            f"Only a member of the House of Commons can refer this to the {scheme.short}. "
            "Offer the case to the person’s MP."
        )
    before = checks.before_it(scheme, proposal_for(case, issue))
    if before and not checks.has_reviewed(before, case, issue):
        return (
            f"The {before.name} comes before the {scheme.short}. "
            "Go there first, or record its answer as a stage."
        )
    return ""


def _looks_elsewhere(scheme: Scheme, case: Case, issue: Issue | None) -> str:
    """That this scheme does not look at such a problem or body, naming the one that does; else empty."""
    about = str(issue.body) if issue and issue.body else _problem(case, issue)
    return refusal(scheme, proposal_for(case, issue), about=about)


def _problem(case: Case, issue: Issue | None) -> str:
    category = issue.category if issue else case.main_category
    return f"“{category.label}”" if category else "this problem"


def begin(
    *,
    case: Case,
    issue: Issue | None,
    scheme: Scheme,
    by: StaffMember,
    what_happened: str,
    injustice: str = "",
    wanted: str = "",
    court: str = Complaint.Court.NONE,
    late_reason: str = "",
) -> Complaint:
    """Start getting a complaint ready; pressed twice, it is one.

    Raises NotDone: the wrong scheme, or one that is under way; CaseClosed where somebody has closed the case.
    """
    if wrong := refused(scheme, case, issue):
        raise NotDone(wrong)
    with transaction.atomic():
        held = hold_open(case)
        running = twins.under_way(scheme.code, held, issue)
        if (there := running.first()) is not None:
            if there.is_preparing and (there.opened_by, there.what_happened) == (by, what_happened):
                return there
            raise NotDone(f"A complaint to the {scheme.short} about this is under way already.")
        made = Complaint.objects.create(
            case=held, issue=issue, scheme_code=scheme.code, body=Body.objects.get(code=scheme.body),
            what_happened=what_happened, injustice=injustice, wanted=wanted, court=court,
            late_reason=late_reason, opened_by=by,
        )  # fmt: skip
        _step(made, Complaint.State.PREPARING, on=timezone.localdate(), by=by, text=f"For the {scheme.name}")
        count_again(made)
    return made


@transaction.atomic
def describe(complaint: Complaint, *, by: StaffMember, **words: str) -> None:
    """Say better what happened, what it led to, and what would put it right, while it is being prepared."""
    unsigned = {
        "signed_on": None,
        "signature_seen_by": None,
        "signed_version": "",
    }  # what was signed is no more
    if not Complaint.objects.preparing().filter(pk=complaint.pk).update(**words, **unsigned):
        raise NotDone("It is not being prepared any more: what was submitted stays as it was.")
    complaint.refresh_from_db()
    say_of_it(complaint.case, by=by, text=f"{complaint.scheme.short}: described anew", complaint=complaint.pk)


def count_again(complaint: Complaint) -> None:
    """Keep the last day and its rule for the lists, as they are counted now; no day where it is kept."""
    proposal = proposal_for(complaint.case, complaint.issue)
    about = (complaint.scheme, complaint.case, complaint.issue)
    found = checks.by_when(*about, nation=proposal.nation)
    rule = checks.rule_of(complaint.scheme, found)
    if checks.kept_by(*about, nation=proposal.nation):
        found = None
    complaint.by_when, complaint.by_rule = (found.until if found else None), rule[:400]
    Complaint.objects.filter(pk=complaint.pk).update(
        by_when=complaint.by_when, by_rule=complaint.by_rule
    )  # fmt: skip


def count_all_again(case: Case) -> None:
    """A date on the case has changed: count the last days of what is being prepared anew."""
    for complaint in Complaint.objects.preparing().filter(case=case).select_related("case", "issue__body"):
        count_again(complaint)


def is_in_time(complaint: Complaint, *, on: date) -> bool:
    """Whether it is known to be in time where it goes on that day."""
    nation = proposal_for(complaint.case, complaint.issue).nation
    return checks.is_known_in_time(
        complaint.scheme, complaint.case, complaint.issue, nation=nation, on=on
    )  # fmt: skip


def write_letter(complaint: Complaint, *, by: StaffMember) -> Letter:
    """The covering letter, drafted once: a second call gives the same one while it stands.

    Call it outside a transaction. Raises NotDone, or TemplateProblem from the office's wording.
    """
    if (standing := standing_letter(complaint)) is not None:
        return standing
    if not complaint.is_preparing:
        raise NotDone("It has been submitted already.")
    case, scheme = complaint.case, complaint.scheme
    told = [complaint.what_happened]
    told += [f"What it led to: {complaint.injustice}"] if complaint.injustice else []
    told += [f"What would put it right: {complaint.wanted}"] if complaint.wanted else []
    late = complaint.late_reason and not is_in_time(complaint, on=timezone.localdate())
    told += [f"Why it comes late: {complaint.late_reason}"] if late else []
    given = {
        "ombudsman_name": scheme.name,
        "final_response_date": _last_word(complaint),
        "what_happened": "\n\n".join(told),
    }
    return draft_once(
        complaint, COVER, to=complaint.body, case=case, issue=complaint.issue, given=given, by=by
    )


def _last_word(complaint: Complaint) -> str:
    """The day of the body's final response, or that none came in time; empty where neither is so."""
    case, issue = complaint.case, complaint.issue
    if final := checks.final_answer(case, issue, scheme=complaint.scheme):
        return in_words(final.on)
    wait = checks.silent_wait(complaint.scheme, case, issue)
    return f"none came within {wait.limit.length}, which ended on {in_words(wait.until)}" if wait else ""


def standing_letter(of: Complaint | Outward) -> Letter | None:
    """The covering letter that is there already, unless it was thrown away."""
    return of.letter if of.letter is not None and of.letter.state != Letter.State.DISCARDED else None


def draft_once(
    of: Complaint | Outward, code: str, *, to: Body, case: Case, issue: Issue | None = None,
    given: Mapping[str, str], by: StaffMember,
) -> Letter:  # fmt: skip
    """Draft the covering letter, or return the one a colleague was quicker with.

    Call it outside a transaction. Raises TemplateProblem from the office's wording.
    """
    letter = worded(  # takes its time, so before the lock
        case=case, template=template_of(code), by=by, today=timezone.localdate(), to_body=to,
        to_contact=best_contact(to), issue=issue, given=given,
    )  # fmt: skip
    with transaction.atomic():
        # Locked (on SQLite a write is alone anyway), so that of two at once one is kept, and said once.
        type(of).objects.select_for_update().get(pk=of.pk)
        of.refresh_from_db()
        if (standing := standing_letter(of)) is not None:
            return standing
        of.letter = keep_draft(letter, by=by)
        of.save(update_fields=["letter"])
    return letter


@transaction.atomic
def signed_by_hand(complaint: Complaint, *, on: date, by: StaffMember) -> None:
    """The member signed the printed form, with the letter as it stands; `by` has seen it.

    Raises NotDone where the day lies before the complaint was begun or the letter written.
    """
    letter = standing_letter(complaint)
    written = timezone.localdate(letter.drafted_at if letter else complaint.opened_at)
    if on < written:
        what = "The letter was written" if letter else "The complaint was begun"
        raise NotDone(f"{what} on {say(written)}. Give that day or a later one.")
    signed = {"signed_on": on, "signature_seen_by": by, "signed_version": complaint.signed_words}
    if not Complaint.objects.preparing().filter(pk=complaint.pk).update(**signed):
        raise NotDone("It has been submitted already.")
    complaint.refresh_from_db()
    text = f"The member signed the form to the {complaint.scheme.short} on {say(on)}; seen by {by}"
    say_of_it(complaint.case, by=by, text=text, complaint=complaint.pk)


def waits_for_signature(complaint: Complaint) -> bool:
    """Whether its covering letter is a draft that the member has to sign and has not."""
    letter = complaint.letter
    if letter is None or not letter.is_draft or not complaint.is_preparing:
        return False
    return complaint.scheme.needs_the_member and not checks.signature(complaint).met


def sign(complaint: Complaint, *, by: StaffMember, version: str) -> None:
    """The member signs the covering letter as they read it: an act of its own, with who and when.

    Raises NotDone where there is nothing to sign, and what `review.sign` raises.
    """
    letter = standing_letter(complaint)
    if letter is None or not complaint.is_preparing:
        raise NotDone("There is no covering letter to sign. Write it first.")
    review.sign(letter, by=by, version=version)


# --- on its way ---------------------------------------------------------------------------------------


def unmet(complaint: Complaint, *, on: date) -> list[checks.Check]:
    """The checks that are not met where it goes on that day."""
    proposal = proposal_for(complaint.case, complaint.issue)
    found = checks.checks(
        scheme=complaint.scheme, case=complaint.case, issue=complaint.issue, proposal=proposal,
        complaint=complaint, on=on,
    )  # fmt: skip
    return [check for check in found if not check.met]


def submit(
    complaint: Complaint,
    *,
    on: date,
    by: StaffMember | None,
    reference: str = "",
    although: str = "",
    sent_by: str = SentBy.OFFICE,
) -> None:
    """It has gone to the ombudsman, from this office or from the person themselves. What this office sent
    without authority, for the reason that is given, stands in the weekly review.

    Raises NotDone where a check that no reason gets past is not met, where others are not and no reason is
    given, where `by` may not send without authority, and where it has gone already.
    """
    ours = sent_by == SentBy.OFFICE
    if complaint.scheme.needs_the_member and (signed := checks.signed_day(complaint)) and on < signed:
        raise NotDone(f"The member signed it on {say(signed)}. Give that day or a later one.")
    if ours and (wrong := _looks_elsewhere(complaint.scheme, complaint.case, complaint.issue)):
        raise NotDone(wrong)  # what it is about may have changed since it was begun
    open_ones = [check for check in unmet(complaint, on=on) if ours or check.must or check.name != AGREES]
    hard = [f"{check.text} {check.todo}" for check in open_ones if check.must]
    if hard:
        raise NotDone(" ".join(hard))
    without = ours and _lacks_authority(complaint, on=on, by=by)
    although = although or complaint.although
    missing = dict.fromkeys([*(check.name for check in open_ones), *([AGREES] if without else [])])
    if without and not although and not open_ones:
        said_of_it, _, _ = gate.asking_since(complaint.case, complaint.body, on=on)
        raise NoAuthority(f"{said_of_it} {SAY_WHY}")
    if missing and not although:
        names = "; ".join(map(begun_small, missing))
        raise NotDone(f"Not met yet: {names}. Put it right, or say why it goes all the same.")
    said = [f"All the same, because: {although}"] if missing else []
    said += ["Sent without authority to act."] if without else []
    said += [] if ours else [f"Sent {SentBy(sent_by).said}."]
    with transaction.atomic():
        values: dict[str, object] = {"submitted_on": on}
        values |= {"reference": reference} if reference else {}
        values |= {"although": although} if although else {}
        line = _move(complaint, Complaint.State.SUBMITTED, on=on, by=by, text="\n".join(said), **values)
        if without and not _is_reported(complaint):
            report(line, complaint.body, reason=although[:300], on=on, by=by)


def _lacks_authority(complaint: Complaint, *, on: date, by: StaffMember | None) -> bool:
    """Whether it went from here without authority on that day, or there is none today: what is written down
    later answers for both, as a letter and a stage do. Raises NoAuthority where `by` may not do so.

    Where none covered it on the day itself an ombudsman whom the member must ask takes it not at all, which
    is one of the checks; one that has ended since wants a reason only.
    """
    if gate.was_open(complaint.case, complaint.body, on=on):
        return False
    if by is not None and not may(by, May.SEND_WITHOUT_AUTHORITY) and not _is_reported(complaint):
        said, _, _ = gate.asking_since(complaint.case, complaint.body, on=on)
        raise NoAuthority(f"{said} A colleague who may go without authority can record that it has gone.")
    return True


def _is_reported(complaint: Complaint) -> bool:
    """Whether its covering letter stands in the review already, with a reason of its own."""
    reported = SentWithout.objects.filter(letter=complaint.letter_id, taken_back_at=None)
    return complaint.letter_id is not None and reported.exists()


def progress(
    complaint: Complaint, *, to: str, on: date, by: StaffMember, reference: str = "", why: str = ""
) -> None:
    """The ombudsman took it, is looking at it, or declined; or it was taken back. Raises NotDone."""
    if to == Complaint.State.DECIDED:
        raise ValueError("A decision has more to say: use `decide`.")
    values: dict[str, object] = {"reference": reference} if reference else {}
    if to in Complaint.ENDED:
        values["ended_on"] = on
    if to == Complaint.State.DECLINED:
        if not why:
            raise NotDone("Say why they declined it, in their words.")
        values["why_declined"] = why
    with transaction.atomic():
        _move(complaint, to, on=on, by=by, text=why, **values)


def decide(
    complaint: Complaint,
    *,
    on: date,
    by: StaffMember,
    decision: str,
    remedy: str = "",
    amount: Decimal | None = None,
    ends_issue: bool = True,
    reference: str = "",
    why: str = "",
) -> Outcome | None:
    """The ombudsman decided. With `ends_issue` its problem ends the same way; returns how it ended.

    Money that was got counts as recovered, once: on the problem. Raises NotDone.
    """
    with transaction.atomic():
        values: dict[str, object] = {
            "ended_on": on, "decision": decision, "remedy": remedy, "amount": amount,
        }  # fmt: skip
        values |= {"reference": reference} if reference else {}
        said = ", ".join(filter(None, [Answer(decision).label, f"£{amount:,.2f}" if amount else "", remedy]))
        said += f"\n{why}" if why else ""
        _move(complaint, Complaint.State.DECIDED, on=on, by=by, text=said, **values)
        if complaint.scheme.body in reviewers():
            record_date(
                case=complaint.case, issue=complaint.issue, kind=KeyDate.Kind.REVIEWER, day=on,
                known_from=complaint.decided_by, by=by,
            )  # fmt: skip
        step = complaint.steps.latest("pk")
        about = Issue.objects.filter(complaints=complaint).first()
        its = stands_for(about).pk if about else 0
        issue = Issue.objects.select_for_update().filter(pk=its).first()
        if not ends_issue or issue is None or not issue.is_open:
            return None
        outcome = OUTCOMES[Answer(decision)]
        if outcome == Outcome.PUT_RIGHT and amount and not remedy:
            outcome = Outcome.MONEY_RECOVERED
        step.ended = issue.end(outcome=outcome, by=by, amount=KEPT if amount is None else amount).pk
        step.save(update_fields=["ended"])
        return outcome


def _move(
    complaint: Complaint, to: str, *, on: date, by: StaffMember | None, text: str, **values: object
) -> Event:
    """To its next state, once: the line that says so. Call inside a transaction."""
    before, reference_was = complaint.steps.standing().last(), complaint.reference
    if to not in Complaint.NEXT.get(complaint.state, ()):
        raise NotDone(
            f"It is {complaint.get_state_display().lower()}. Open the page again to see what is next."
        )
    if before and to != Complaint.State.SUBMITTED and on < before.on:
        label = before.get_state_display().lower()
        raise NotDone(f"It was {label} on {say(before.on)}. Give that day or a later one.")
    here = Complaint.objects.filter(pk=complaint.pk, state=complaint.state)
    if not here.update(state=to, **values):  # of two at once, one comes through
        raise NotDone("A colleague has just recorded something else. Nothing was changed.")
    complaint.refresh_from_db()
    return _step(complaint, to, on=on, by=by, text=text, reference_was=reference_was)


def _step(
    complaint: Complaint, state: str, *, on: date, by: StaffMember | None, text: str, reference_was: str = ""
) -> Event:
    ComplaintStep.objects.create(complaint=complaint, state=state, on=on, by=by, reference_was=reference_was)
    label = Complaint.State(state).label
    when = "" if on == timezone.localdate() else f" on {say(on)}"
    lines = f"{complaint.scheme.short}: {begun_small(label)}{when}"
    return say_of_it(
        complaint.case, by=by, text=f"{lines}\n{text}" if text else lines, complaint=complaint.pk,
        scheme=complaint.scheme_code, state=str(state), decision=complaint.decision,
    )  # fmt: skip
