"""What an ombudsman asks before it looks: the body has finished, it is in time, and somebody was wronged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Issue
from opencasework.office.kit.dates import say
from opencasework.office.kit.once import once
from opencasework.office.kit.words import begun_small
from opencasework.office.letters.models import Letter, LetterStep
from opencasework.office.referrals import twins
from opencasework.office.referrals.models import Complaint, ComplaintStage
from opencasework.office.routes.actions import counting
from opencasework.office.routes.came import Put, put_to_us
from opencasework.office.routes.limits import Running, running
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import Proposal, Scheme, nation_of, reviewers
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may

OF_STAGES = (KeyDate.Kind.COMPLAINED, KeyDate.Kind.FINAL)  # the days that a stage brings with it
RECORDED = "recorded on this case"
WHO_SIGNS = "Only the member signs a complaint to the Parliamentary Ombudsman."


PUT_ONCE = "Put to them once"
AGREES = "The person agrees"  # the check of authority: what the person sends themselves does not need it


@dataclass(frozen=True)
class Check:
    """One thing that has to be so. Where it is not, `todo` says what to do about it."""

    name: str
    met: bool
    text: str
    todo: str = ""
    source: str = ""
    must: bool = False  # no reason gets past it
    date_kind: str = ""  # the date that is missing, as the form of dates knows it

    @property
    def state(self) -> str:
        return "answered" if self.met else "late" if self.must else "due"


@dataclass(frozen=True)
class Final:
    """The body's last word, or that of the reviewer that comes before an ombudsman."""

    on: date
    known_from: str


def final_answer(case: Case, issue: Issue | None, *, scheme: Scheme) -> Final | None:
    """The last word on this problem before it goes to the scheme, and how we know: the reviewer's where one
    comes before it and has answered, else the body's. None while there is none.
    """
    reviewed = None if scheme.body in reviewers() else _recorded(case, issue).get(KeyDate.Kind.REVIEWER)
    if reviewed:
        return Final(reviewed.day, reviewed.known_from or RECORDED)
    return once(f"final answer on {_problem(case, issue)}", lambda: _final_answer(case, issue))


def _problem(case: Case, issue: Issue | None) -> str:
    """What a page keeps under: it asks several times for the days of one problem."""
    return f"case {case.pk}, issue {issue.pk if issue else 0}"


def _final_answer(case: Case, issue: Issue | None) -> Final | None:
    """The body's own, which the reviewer's does not take the place of: a limit for that one runs from it."""
    # A stage that is answered for good records its day, as the panel of routes counts it: a day that somebody
    # has corrected since then stands in both.
    known = _recorded(case, issue).get(KeyDate.Kind.FINAL)
    if known:
        return Final(known.day, known.known_from or RECORDED)
    answered = [(each.answered_on, each) for each in _own_stages(case, issue) if each.is_final]
    final = [(on, stage) for on, stage in answered if on is not None]
    if not final:
        return None
    on, stage = max(final, key=lambda pair: (pair[0], -pair[1].pk))
    return Final(on, f"{stage.name} of {stage.body}")


def stages_of(case: Case) -> list[ComplaintStage]:
    """All that is written down of the bodies' procedures and reviewers, from the first; asked once a page."""
    stages = ComplaintStage.objects.standing().filter(case=case)
    stages = stages.select_related("body", "issue").order_by("sent_on", "pk")
    return once(f"stages of case {case.pk}", lambda: list(stages))


def _of_issue(case: Case, issue: Issue | None) -> list[ComplaintStage]:
    """The stages of this problem, and those that were written down for none in particular."""
    if issue is None:
        return stages_of(case)
    about = {None, *twins.same_problem(case, issue)}
    return [each for each in stages_of(case) if each.issue_id in about]


def _own_stages(case: Case, issue: Issue | None) -> list[ComplaintStage]:
    """Those of the body's own procedure."""
    return [each for each in _of_issue(case, issue) if each.is_of_the_body]


def _goes_by_its_stages(case: Case, issue: Issue | None) -> bool:
    """Whether its own stages alone say its days: it has some, and the case has other problems."""
    if issue is None or all(each.issue_id is None for each in _own_stages(case, issue)):
        return False
    same = twins.same_problem(case, issue)
    return any(each.pk not in same for each in twins.problems_of(case))


def _recorded(case: Case, issue: Issue | None) -> dict[str, KeyDate]:
    """The dates of the case that count for this problem, each as it was recorded last.

    What was recorded for no problem in particular does not speak against the problem's own stages.
    """
    dates = once(f"dates of case {case.pk}", lambda: list(case.key_dates.order_by("at", "pk")))
    known = counting(issue, dates, twins.problems_of(case))
    if not _goes_by_its_stages(case, issue):
        return known
    return {kind: each for kind, each in known.items() if kind not in OF_STAGES or each.issue_id is not None}


def days_known(case: Case, issue: Issue | None) -> Mapping[str, date]:
    """The days limits run from: those recorded on the case, with what its complaint stages say."""
    return once(f"days known of {_problem(case, issue)}", lambda: _days_known(case, issue))


def _days_known(case: Case, issue: Issue | None) -> Mapping[str, date]:
    known = {kind: each.day for kind, each in _recorded(case, issue).items()}
    if stages := _own_stages(case, issue):
        known.setdefault(KeyDate.Kind.COMPLAINED, stages[0].sent_on)
    final = once(f"final answer on {_problem(case, issue)}", lambda: _final_answer(case, issue))
    if final:
        known[KeyDate.Kind.FINAL] = final.on
    return known


def by_when(scheme: Scheme, case: Case, issue: Issue | None, *, nation: str) -> Running | None:
    """The last day to go there, as far as it can be counted; None while its first day is not known."""
    limit = scheme.time_limit
    return running(limit, days_known(case, issue), nation=nation) if limit else None


def _wait(scheme: Scheme, case: Case, issue: Issue | None, *, nation: str) -> Running | None:
    """How long the body has to answer before the scheme opens; None where it has answered for good."""
    wait, known = scheme.waiting_time, days_known(case, issue)
    return running(wait, known, nation=nation) if wait and KeyDate.Kind.FINAL not in known else None


def silent_wait(scheme: Scheme, case: Case, issue: Issue | None) -> Running | None:
    """The body's time to answer, where it is over by today without a final response."""
    nation = nation_of(issue.body if issue else None)
    wait = _wait(scheme, case, issue, nation=nation)
    return wait if wait and wait.until < timezone.localdate() else None


def _if_answered_now(
    scheme: Scheme, case: Case, issue: Issue | None, *, nation: str, on: date
) -> Running | None:
    """Its limit as it would run from a final response of that day, where the wait ended without any.

    The months from a final response have not begun then; another end of the limit may have come all the same.
    """
    limit, wait = scheme.time_limit, _wait(scheme, case, issue, nation=nation)
    if limit is None or wait is None or wait.until >= on or limit.starts != KeyDate.Kind.FINAL:
        return None
    return running(limit, {**days_known(case, issue), KeyDate.Kind.FINAL: on}, nation=nation)


def put_to_member(scheme: Scheme, case: Case, issue: Issue | None) -> Put | None:
    """When a complaint that only a member can refer was put to one, which is what its time limit asks.

    To another before us, where somebody recorded that, else to this office. None for other schemes, and where
    the person cannot have known of the matter by then. Source: Parliamentary Commissioner Act 1967 s.6(3).
    """
    if not scheme.needs_the_member:
        return None
    known = _recorded(case, issue)
    if told := known.get(KeyDate.Kind.TO_MEMBER):
        return Put(told.day, told.known_from or RECORDED)
    began = known.get(KeyDate.Kind.KNOWN)
    asked = f"when this came: {_problem(case, issue)}"
    return once(asked, lambda: put_to_us(case, issue, known_from=began.day if began else None))


def kept_by(scheme: Scheme, case: Case, issue: Issue | None, *, nation: str) -> Put | None:
    """What its time limit is kept by already, whenever it goes: it was put to a member within it."""
    its, put = by_when(scheme, case, issue, nation=nation), put_to_member(scheme, case, issue)
    return put if its is not None and put is not None and put.on <= its.until else None


def is_known_in_time(scheme: Scheme, case: Case, issue: Issue | None, *, nation: str, on: date) -> bool:
    """Whether what goes there on that day is in time, as far as its last day can be counted."""
    about = (scheme, case, issue)
    its = by_when(*about, nation=nation) or _if_answered_now(*about, nation=nation, on=on)
    if its is None:
        return False
    put = put_to_member(scheme, case, issue)
    return on <= its.until or (put is not None and put.on <= min(on, its.until))


def rule_of(scheme: Scheme, found: Running | None) -> str:
    """The rule a last day was counted by, with its source, in a sentence."""
    limit = scheme.time_limit
    if limit is None:
        return "No time limit is written down for it: ask the scheme."
    said = f"{limit.length} from: {limit.starts_in_words.lower()}"
    said += f", {limit.other_end}" if limit.other_end else ""
    said += f". Source: {limit.source}"
    said += f", {limit.as_of_day:%-d %B %Y}"
    said += "" if limit.checked == "yes" else ", to be checked"
    return f"{said}. {found.check}".strip() if found and found.check else f"{said}."


def checks(
    *,
    scheme: Scheme,
    case: Case,
    issue: Issue | None,
    proposal: Proposal,
    complaint: Complaint | None = None,
    on: date | None = None,
) -> list[Check]:
    """The three checks, the third in two parts, and the member's signature where it is needed.

    As they are for one that goes on that day: where none is given the day it went, or today.
    """
    day = on or (complaint.submitted_on if complaint else None) or timezone.localdate()
    before = before_it(scheme, proposal)
    nation = proposal.nation
    found = [
        *_elsewhere(scheme, proposal),
        *_another(scheme, complaint),
        _reviewed(before, case, issue, on=day)
        if before
        else _finished(scheme, case, issue, nation=nation, on=day),
        _in_time(scheme, case, issue, nation=nation, on=day, complaint=complaint),
        _authority(scheme, case, complaint, on=day),
        _injustice(complaint),
    ]
    if scheme.needs_the_member:
        found.append(signature(complaint))
    return found


def _elsewhere(scheme: Scheme, proposal: Proposal) -> list[Check]:
    """That a problem like this goes to another, as far as we know. A table knows less than a colleague."""
    known = [way for way in proposal.ways if way.chain]
    if not known or any(scheme in way.chain for way in known):
        return []
    names = " or ".join(", then ".join(f"the {each.name}" for each in way.chain) for way in known)
    todo = "Take this back and go there, or say when you submit it why it goes to this one."
    return [
        Check(
            "The right place", met=False, todo=todo,
            text=f"A problem like this goes to {names}. {known[0].why}",
            source=f"{known[0].source}, {known[0].as_of}" if known[0].as_of else known[0].source,
        )
    ]  # fmt: skip


def _another(scheme: Scheme, complaint: Complaint | None) -> list[Check]:
    """That a second one about the same problem is under way, as of two cases that became one."""
    if complaint is None or not complaint.is_open:
        return []
    others = twins.under_way(scheme.code, complaint.case, complaint.issue).exclude(pk=complaint.pk)
    if (other := others.last()) is None:
        return []
    stands = begun_small(other.get_state_display())
    return [
        Check(
            PUT_ONCE, met=False, todo="Take one of the two back.",
            text=f"Another complaint to the {scheme.short} about the same problem is {stands}.",
        )
    ]  # fmt: skip


def before_it(scheme: Scheme, proposal: Proposal) -> Scheme | None:
    """The reviewer that comes before this scheme, where one does."""
    places = [number for number, each in enumerate(proposal.chain) if each == scheme]
    return proposal.chain[places[0] - 1] if places and places[0] else None


def has_reviewed(reviewer: Scheme, case: Case, issue: Issue | None) -> bool:
    """Whether the reviewer has had its say: in a complaint of ours, or in one the person made alone.
    One that it declined it did not look at: it may have come too soon. Where it never will, and the next
    scheme goes by that, its answer is recorded as a stage.
    """
    return bool(_said_by(reviewer, case, issue))


def _said_by(reviewer: Scheme, case: Case, issue: Issue | None) -> list[date]:
    """The days on which the reviewer had its say."""
    stages = [each for each in _of_issue(case, issue) if each.is_final and each.body.code == reviewer.body]
    decided = _ours(reviewer, case, issue).filter(state=Complaint.State.DECIDED)
    days = [*(each.answered_on for each in stages), *decided.values_list("ended_on", flat=True)]
    return [day for day in days if day is not None]


def _ours(scheme: Scheme, case: Case, issue: Issue | None) -> QuerySet[Complaint]:
    ours = Complaint.objects.filter(case=case, scheme_code=scheme.code)
    return (
        ours if issue is None else ours.filter(Q(issue__in=twins.same_problem(case, issue)) | Q(issue=None))
    )


def next_scheme(proposal: Proposal, case: Case, issue: Issue | None) -> Scheme | None:
    """Where it goes now: the first of the chain that has not had its say."""
    ahead = [each for each in proposal.chain[:-1] if not has_reviewed(each, case, issue)]
    return ahead[0] if ahead else proposal.last


def _reviewed(reviewer: Scheme, case: Case, issue: Issue | None, *, on: date) -> Check:
    name = "The body has had its say"
    if said := _said_by(reviewer, case, issue):
        if min(said) <= on:
            return Check(name, met=True, text=f"The {reviewer.name} has answered.", source=reviewer.source)
        text = f"The {reviewer.name} comes first, and answered on {say(min(said))}, after that day."
        return Check(
            name, met=False, must=True, text=text, source=reviewer.source,
            todo="Give that day or a later one.",
        )  # fmt: skip
    declined = _ours(reviewer, case, issue).filter(state=Complaint.State.DECLINED).last()
    text = f"The {reviewer.name} declined it: {declined.why_declined}" if declined else ""
    return Check(
        name, met=False, must=True, text=text or f"The {reviewer.name} comes first.", source=reviewer.source,
        todo=f"Go there first. Has the person been there alone? Record the answer of the {reviewer.short}.",
    )  # fmt: skip


def _finished(scheme: Scheme, case: Case, issue: Issue | None, *, nation: str, on: date) -> Check:
    name = "The body has had its say"
    if not scheme.finish:
        return Check(name, met=True, text=f"The {scheme.short} takes complaints directly.")
    final = final_answer(case, issue, scheme=scheme)
    if final and final.on <= on:
        return Check(
            name, met=True, text=f"Final answer on {say(final.on)} ({final.known_from}).",
            source=scheme.source,
        )  # fmt: skip
    later = f"The final answer came on {say(final.on)}, after that day." if final else ""
    put_right = "Correct the day, or say why it went before the answer." if final else ""
    if (wait := scheme.waiting_time) is not None:
        its = running(wait, days_known(case, issue), nation=nation)
        if its and its.until < on:
            text = f"No final answer within {its.limit.length}: that ended on {say(its.until)}."
            return Check(name, met=True, text=text, source=wait.source)
        todo = (
            f"Wait until {say(its.until)}, or for a final answer before it."
            if its
            else f"Record when the complaint was made: after {wait.length} the way is open."
        )
        return Check(
            name, met=False, text=later or "No final answer yet.", todo=put_right or todo, source=wait.source,
            date_kind="" if its else KeyDate.Kind.COMPLAINED,
        )  # fmt: skip
    return Check(
        name, met=False, text=later or "No final answer is recorded.",
        todo=put_right or f"Needed: {begun_small(scheme.finish)} Record its stages.",
        source=scheme.source,
    )  # fmt: skip


def _in_time(
    scheme: Scheme, case: Case, issue: Issue | None, *, nation: str, on: date, complaint: Complaint | None
) -> Check:
    name, limit = "In time", scheme.time_limit
    if limit is None:
        return Check(
            name, met=True, text="No time limit is written down for it.",
            todo="Ask the scheme, and go soon.", source=scheme.source,
        )  # fmt: skip
    its = by_when(scheme, case, issue, nation=nation)
    rule = rule_of(scheme, its)
    if its is None and (now := _if_answered_now(scheme, case, issue, nation=nation, on=on)) is not None:
        if on <= now.until:
            text = f"No final response has come, so its {limit.length} have not begun."
            late = f"{limit.late}." if limit.late else ""
            return Check(name, met=True, text=text, todo=f"{late} {now.check}".strip(), source=rule)
        its, rule = now, rule_of(scheme, now)
    if its is None:
        starts = limit.starts_in_words.lower()
        by_stages = limit.starts in OF_STAGES and _goes_by_its_stages(case, issue)
        return Check(
            name, met=False, text=f"The day is not known from which it counts: {starts}.",
            todo="Record it with the stages of this problem." if by_stages else f"Record: {starts}.",
            source=rule, date_kind="" if by_stages else limit.starts,
        )  # fmt: skip
    put = put_to_member(scheme, case, issue)
    if put is not None and put.on <= min(on, its.until):
        text = f"Put to a member on {say(put.on)} ({put.known_from}), before {say(its.until)} was over."
        return Check(name, met=True, text=text, source=rule)
    if on <= its.until:
        return Check(name, met=True, text=f"Until {say(its.until)}.", source=rule)
    reason = complaint.late_reason if complaint else ""
    text = f"Ended on {say(its.until)}."
    if put is not None:
        text += f" Put to a member on {say(put.on)} ({put.known_from})."
    if reason:
        return Check(name, met=True, text=f"{text} Late because: {reason}", source=rule)
    late = f" {limit.late}." if limit.late else ""
    if scheme.needs_the_member:
        late += " Was another member told in time? Record that day."
    return Check(
        name, met=False, text=text, todo=f"Say why it is late.{late}", source=rule,
        date_kind=KeyDate.Kind.TO_MEMBER if scheme.needs_the_member else "",
    )  # fmt: skip


def _authority(scheme: Scheme, case: Case, complaint: Complaint | None, *, on: date) -> Check:
    name = AGREES
    ombudsman = complaint.body if complaint else Body.objects.filter(code=scheme.body).first()
    if ombudsman and gate.is_open(case, ombudsman, on=on):
        return Check(name, met=True, text=f"Authority covers the {scheme.short}.")
    if not scheme.needs_the_member:
        return Check(
            name, met=False, text=f"No authority covers the {scheme.short}.",
            todo="Ask for it, unless the person applies themselves and nothing goes from us.",
        )  # fmt: skip
    return Check(
        name, met=False, must=True, text=f"No authority covers the {scheme.short}.",
        todo="Ask the person for a signed authority that names it, or any body.",
    )  # fmt: skip


def _injustice(complaint: Complaint | None) -> Check:
    name = "It did them harm"
    if complaint and complaint.injustice.strip():
        return Check(name, met=True, text=complaint.injustice)
    todo = "Say what it led to: money, health, time, distress."
    return Check(name, met=False, text="What it led to is not written down.", todo=todo)


def signature(complaint: Complaint | None) -> Check:
    """Whether the member has signed: the printed form by hand, or these very words of the covering letter."""
    name = "The member’s own signature"
    if complaint is not None and complaint.signed_on and complaint.is_signed_by_hand:
        seen = f", seen by {complaint.signature_seen_by}" if complaint.signature_seen_by else ""
        return Check(name, met=True, text=f"Signed by hand on {say(complaint.signed_on)}{seen}.")
    letter = complaint.letter if complaint else None
    signed = signature_on(letter) if letter is not None else None
    if signed is not None:
        day = say(timezone.localdate(signed.at))
        return Check(name, met=True, text=f"Signed by {signed.by} on {day}, word for word as it stands.")
    todo = (
        "The member signs it here, or approves it where you pass it on for signature. "
        "A change of a word afterwards asks for it again."
        if letter is not None
        else "Write the covering letter, for the member to sign."
    )
    return Check(name, met=False, must=True, text=WHO_SIGNS, todo=todo)


def signed_day(complaint: Complaint) -> date | None:
    """The day the member signed it as it stands, by hand or on the letter; None where they have not."""
    if complaint.signed_on and complaint.is_signed_by_hand:
        return complaint.signed_on
    signed = signature_on(complaint.letter) if complaint.letter else None
    return timezone.localdate(signed.at) if signed else None


def signature_on(letter: Letter) -> LetterStep | None:
    """The member's act of signing the words as they stand, with who and when; None where there is none.

    Writing the letter, or sending it, is no signature: signing is an act of its own.
    """
    standing = LetterStep.objects.standing(letter)
    signed = [step for step in standing if step.kind == LetterStep.Kind.SIGNED]
    return next((step for step in signed if step.by and _signs(step.by, letter)), None)


def _signs(staff: StaffMember, letter: Letter) -> bool:
    """Whether their signature counts: a member's, who had not left before the letter did."""
    return may(staff, May.SIGN_LETTERS) and (staff.is_active or not letter.is_draft)
