"""A complaint to an ombudsman: the card on a case, the page of the complaint, and the acts on both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.cases.acts import FORM_METHODS, ask, say_closed, who_closed
from opencasework.office.cases.models import Case, Issue
from opencasework.office.cases.views import visible_case
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.dates import say
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.versions import compare, say_taken
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.review import actions as review
from opencasework.office.referrals import actions, checks, forms, mistaken, stages, twins
from opencasework.office.referrals.checks import PUT_ONCE
from opencasework.office.referrals.models import Complaint, ComplaintStage
from opencasework.office.referrals.stages import NotDone
from opencasework.office.routes.schemes import Proposal, Scheme, all_schemes, proposal_for
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

SOON = 14  # days


@dataclass(frozen=True)
class Shown:
    """One problem of a case, and where it goes: what the card says of it."""

    issue: Issue
    proposal: Proposal
    scheme: Scheme | None  # where it goes now
    then: list[Scheme]
    checks: list[checks.Check]
    complaint: Complaint | None  # the one on its way there
    rule: str

    @property
    def missing(self) -> int:
        return sum(not check.met for check in self.checks)

    @property
    def again(self) -> str:
        """That another complaint about the same problem is under way there too; else empty."""
        found = (f"{each.text} {each.todo}" for each in self.checks if each.name == PUT_ONCE)
        return next(found, "")


def _shown(case: Case) -> list[Shown]:
    issues = [each for each in case.issues.select_related("category", "body__parent") if each.is_open]
    running = list(Complaint.objects.open().filter(case=case).select_related("body", "letter", "issue"))
    found = []
    for issue in issues:
        same = twins.same_problem(case, issue)
        complaint = next((each for each in running if each.issue_id in same), None)
        proposal = proposal_for(case, issue)
        # A complaint on its way has said which of two things it is.
        for way in [proposal] if complaint else proposal.ways:
            found.append(_way(case, issue, way, complaint))
    return found


def _way(case: Case, issue: Issue, proposal: Proposal, complaint: Complaint | None) -> Shown:
    scheme = complaint.scheme if complaint else checks.next_scheme(proposal, case, issue)
    if scheme is None:
        return Shown(issue, proposal, None, [], [], None, "")
    after = proposal.chain.index(scheme) + 1 if scheme in proposal.chain else len(proposal.chain)
    its = checks.by_when(scheme, case, issue, nation=proposal.nation)
    return Shown(
        issue, proposal, scheme, list(proposal.chain[after:]),
        checks.checks(scheme=scheme, case=case, issue=issue, proposal=proposal, complaint=complaint),
        complaint, checks.rule_of(scheme, its),
    )  # fmt: skip


@require_safe
def case_ombudsman(request: StaffRequest, pk: int) -> HttpResponse:
    """Which ombudsman, what is missing, by when; the complaint so far, and what is on its way."""
    case = visible_case(request, pk)
    recorded = checks.stages_of(case)
    complaints = list(case.complaints.select_related("body"))
    shown = _shown(case)
    is_near = any(each.checks and each.checks[0].met and each.scheme for each in shown)
    context = {
        "rail": "cases",
        "case": case,
        "shown": shown,
        "stages": recorded,
        "complaints": complaints,
        "opens": bool(complaints or recorded) or (is_near and not request.htmx),
        "may_write": may(request.user, May.WRITE_CASES),
    }
    page = "referrals/_ombudsman.html" if request.htmx else "referrals/ombudsman.html"
    return render(request, page, context)


# --- stages -------------------------------------------------------------------------------------------


def _issue(case: Case, number: str) -> Issue | None:
    return case.issues.select_related("category", "body").filter(pk=row_number(number) or 0).first()


def _back(case: Case) -> HttpResponse:
    return redirect(f"{case.get_absolute_url()}#ombudsman")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def stage_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a stage of the body's complaints procedure."""
    case = visible_case(request, pk)
    first = case.issues.select_related("body").exclude(body=None).first()
    initial = {
        "body": first.body.code if first and first.body else "",
        "name": f"Stage {ComplaintStage.objects.standing().filter(case=case).count() + 1}",
    }
    without = may(request.user, May.SEND_WITHOUT_AUTHORITY)
    form = forms.StageForm(posted(request), case=case, may_go_without=without, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["issue"] = _issue(case, given["issue"])
        try:
            made, is_new = stages.record_once(case=case, by=request.user, **given)
        except stages.CaseClosed:
            return say_closed(request, case, who_closed(case, but_for=request.user), form)
        except stages.NoAuthority as problem:
            form.add_error("no_authority_reason" if without else None, str(problem))
        else:
            if is_new:
                messages.success(request, f"{made.name} to {made.body}: sent on {say(made.sent_on)}.")
            else:
                who = "You" if made.by == request.user else made.by or "Somebody"
                messages.info(request, f"{who} had recorded this already, so it is there once.")
            return _back(case)
    return ask(
        request, case, form, title="A stage of the complaint", button="Record the stage", asks_date=True
    )


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def stage_answer(request: StaffRequest, pk: int, stage_pk: int) -> HttpResponse:
    """Write down what the body answered at a stage."""
    case = visible_case(request, pk)
    stage = get_object_or_404(ComplaintStage.objects.standing().filter(case=case), pk=stage_pk)
    form = forms.StageAnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if stages.answer_stage(stage, by=request.user, **form.cleaned_data):
                messages.success(request, f"{stage.body} answered on {say(form.cleaned_data['on'])}.")
                _warn_of_the_end(request, case, stage)
                if not case.is_open:
                    messages.warning(request, "The case is closed. Reopen it if the complaint goes on.")
            else:
                messages.warning(request, "A colleague has recorded an answer already. Nothing was changed.")
            return _back(case)
        except NotDone as problem:
            form.add_error("on", str(problem))
    told = f"{stage}, sent on {say(stage.sent_on)}."
    return ask(
        request, case, form, title="What did they answer?", button="Record the answer", explained=told,
        asks_date=True,
    )  # fmt: skip


@require_POST
@staff_who_may(May.WRITE_CASES)
def stage_back(request: StaffRequest, pk: int, stage_pk: int) -> HttpResponse:
    """A stage was recorded by mistake."""
    case = visible_case(request, pk)
    stage = get_object_or_404(
        ComplaintStage.objects.select_related("case", "issue", "body"), pk=stage_pk, case=case
    )
    if mistaken.take_back_stage(stage, by=request.user):
        messages.success(request, f"Taken back: {stage}, sent on {say(stage.sent_on)}.")
    else:
        messages.error(request, "It had been taken back already.")
    return _back(case)


def _warn_of_the_end(request: StaffRequest, case: Case, stage: ComplaintStage) -> None:
    """Say at once by when to go on, or that the time has passed."""
    if not stage.is_final:
        return
    proposal = proposal_for(case, stage.issue)
    scheme = checks.next_scheme(proposal, case, stage.issue)
    its = checks.by_when(scheme, case, stage.issue, nation=proposal.nation) if scheme else None
    if scheme is None or its is None:
        return
    if put := checks.kept_by(scheme, case, stage.issue, nation=proposal.nation):
        messages.info(request, f"To the {scheme.name}: in time, as it was put to a member on {say(put.on)}.")
    elif its.until < timezone.localdate():
        late = f" {its.limit.late}." if its.limit.late else ""
        messages.warning(request, f"The time for the {scheme.name} ended on {say(its.until)}.{late}")
    else:
        messages.info(request, f"To the {scheme.name} until {say(its.until)}. {checks.rule_of(scheme, its)}")


# --- a complaint --------------------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def complaint_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Get a complaint to an ombudsman ready."""
    case = visible_case(request, pk)
    issues = [each for each in case.issues.select_related("category", "body__parent") if each.is_open]
    asked = request.GET.get("issue", "")
    issue = next((each for each in issues if str(each.pk) == asked), issues[0] if issues else None)
    proposal = proposal_for(case, issue)
    ways = [found for way in proposal.ways if (found := checks.next_scheme(way, case, issue))]
    # Of two ways none is chosen beforehand.
    initial = {"issue": str(issue.pk) if issue else "", "scheme": ways[0].code if len(ways) == 1 else ""}
    form = forms.ComplaintForm(posted(request), case=case, proposed=ways, initial=initial)
    form.compare_with_nothing()
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        scheme, chosen = all_schemes()[given.pop("scheme")], _issue(case, given.pop("issue"))
        try:
            made = actions.begin(case=case, issue=chosen, scheme=scheme, by=request.user, **given)
        except stages.CaseClosed:
            return say_closed(request, case, who_closed(case, but_for=request.user), form)
        except NotDone as problem:
            form.add_error("scheme", str(problem))
        else:
            messages.success(request, f"A complaint to the {scheme.name} is being prepared.")
            return redirect(made)
    why = " ".join(way.why for way in proposal.ways)
    why += f" Source: {proposal.source}, {proposal.as_of}." if proposal.source else ""
    return ask(
        request, case, form, title="A complaint to an ombudsman", button="Get it ready", explained=why
    )  # fmt: skip


def _found(request: StaffRequest, pk: int) -> Complaint:
    """The complaint of this number; one on a hidden case is simply not found."""
    visible = Complaint.objects.visible_to(request.user).select_related(
        "case", "issue__category", "issue__body__parent", "body", "letter", "signature_seen_by"
    )
    return get_object_or_404(visible, pk=pk)


@require_safe
def complaint(request: StaffRequest, pk: int) -> HttpResponse:
    """The complaint: where it stands, what is missing, the letter with its pack, and its history."""
    return _page(request, _found(request, pk))


def _page(request: StaffRequest, found: Complaint, *, status: int = 200, **more: Any) -> HttpResponse:
    case, scheme = found.case, found.scheme
    proposal = proposal_for(case, found.issue)
    its = checks.by_when(scheme, case, found.issue, nation=proposal.nation)
    letter = found.letter
    context = {
        "rail": "cases",
        "case": case,
        "complaint": found,
        "scheme": scheme,
        "checks": checks.checks(
            scheme=scheme, case=case, issue=found.issue, proposal=proposal, complaint=found
        ),
        "until": its.until if its else None,
        "is_kept": checks.kept_by(scheme, case, found.issue, nation=proposal.nation) is not None,
        "rule": checks.rule_of(scheme, its),
        "stages": checks.stages_of(case),
        "steps": found.steps.select_related("by", "taken_back_by"),
        "last_step": found.steps.standing().last(),
        "letter": letter,
        "pack_files": letter.pack_files.all() if letter else [],
        "may_write": may(request.user, May.WRITE_CASES),
        "may_send": may(request.user, May.SEND_LETTERS),
        "asks_to_sign": actions.waits_for_signature(found),
        "may_sign": may(request.user, May.SIGN_LETTERS),
        **more,
    }  # fmt: skip
    return render(request, "referrals/complaint.html", context, status=status)


def _act(
    request: StaffRequest, found: Complaint, form: Any, *, title: str, button: str, **more: Any
) -> HttpResponse:
    return ask(
        request, found.case, form, title=title, button=button, asks_date=True, explained=more.pop("told", ""),
        **more,
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@alone_on(Complaint)
def complaint_words(request: StaffRequest, pk: int) -> HttpResponse:
    """Say better what happened and what it led to."""
    found = _found(request, pk)
    initial = {name: getattr(found, name) for name in forms.ComplaintForm.WORDS}
    initial |= {"scheme": found.scheme_code, "issue": str(found.issue_id or "")}
    form = forms.ComplaintForm(posted(request), case=found.case, proposed=[found.scheme], initial=initial)
    for name in ("scheme", "issue"):
        del form.fields[name]
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            who, back = "Somebody changed this complaint after you opened it.", found.get_absolute_url()
            crumbs = [(found.case.get_absolute_url(), str(found.case)), (back, found.scheme.name)]
            return compare(request, form, who=who, back=back, rail="cases", crumbs=crumbs)
        try:
            actions.describe(found, by=request.user, **form.cleaned_data)
            messages.success(request, "Saved. A letter that is written already stays as it is.")
            say_taken(request, form)
            return redirect(found)
        except NotDone as problem:
            form.add_error(None, str(problem))
    return _act(request, found, form, title="What the complaint says", button="Save")


@require_POST
@staff_who_may(May.WRITE_CASES)
def complaint_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """Draft the covering letter, or find the one that is there, and open it."""
    found = _found(request, pk)
    try:
        return redirect(actions.write_letter(found, by=request.user))
    except (NotDone, TemplateProblem) as problem:
        messages.error(request, str(problem))
        return redirect(found)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def complaint_signed(request: StaffRequest, pk: int) -> HttpResponse:
    """The member signed the printed form by hand."""
    found = _found(request, pk)
    form = forms.SignedForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.signed_by_hand(found, on=form.cleaned_data["on"], by=request.user)
            messages.success(request, "Recorded that the member signed it, and that you saw it.")
            return redirect(found)
        except NotDone as problem:
            form.add_error(None, str(problem))
    return _act(request, found, form, title="The member signed by hand", button="Record it")


@require_POST
@staff_who_may(May.SIGN_LETTERS)
def complaint_signing(request: StaffRequest, pk: int) -> HttpResponse:
    """The member signs the covering letter, word for word as they have read it."""
    found = _found(request, pk)
    try:
        actions.sign(found, by=request.user, version=request.POST.get("version", ""))
        messages.success(request, "You have signed it. It can leave as it stands; a change asks you again.")
    except (NotDone, review.NotDone) as problem:
        messages.error(request, str(problem))
    return redirect(found)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.SEND_LETTERS)
def complaint_submission(request: StaffRequest, pk: int) -> HttpResponse:
    """It has gone: with our letter, or the person sent it themselves."""
    found = _found(request, pk)
    form = forms.SubmitForm(posted(request), complaint=found, initial={"although": found.although})
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit(found, by=request.user, **form.cleaned_data)
            messages.success(request, f"Submitted to the {found.scheme.name}.")
            return redirect(found)
        except NotDone as problem:
            form.add_error(None, str(problem))
    missing = actions.unmet(found, on=timezone.localdate())
    told = "Not met yet: " + "; ".join(f"{each.name}. {each.todo}" for each in missing) if missing else ""
    return _act(request, found, form, title="It has gone to the ombudsman", button="Record it", told=told)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def complaint_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """What the ombudsman did with it."""
    found = _found(request, pk)
    if not found.is_open:
        messages.warning(request, f"It has ended: {found.result}.")
        return redirect(found)
    form = forms.ProgressForm(posted(request), complaint=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["to"] == Complaint.State.DECIDED:
                if given["ends_issue"] and not may(request.user, May.CLOSE_CASES):
                    raise NotDone(f"You may not {May.CLOSE_CASES.value}: leave the problem open.")
                said = {name: value for name, value in given.items() if name != "to"}
                ended = actions.decide(found, by=request.user, **said)
                messages.success(request, f"Decided: {found.result}.")
                if ended:
                    messages.info(request, f"The problem has ended: {ended.label.lower()}.")
            else:
                said = {name: given[name] for name in ("to", "on", "reference", "why")}
                actions.progress(found, by=request.user, **said)
                messages.success(request, f"{found.get_state_display()}.")
            return redirect(found)
        except NotDone as problem:
            form.add_error(None, str(problem))
    return _act(request, found, form, title="What did the ombudsman do?", button="Record it")


@require_POST
@staff_who_may(May.WRITE_CASES)
def step_back(request: StaffRequest, pk: int, step_pk: int) -> HttpResponse:
    """How far a complaint has come was recorded by mistake."""
    found = _found(request, pk)
    step = get_object_or_404(found.steps, pk=step_pk)
    try:
        if mistaken.take_back_step(step, by=request.user):
            messages.success(request, f"Taken back: {step.get_state_display()}, {say(step.on)}.")
            issue = Issue.objects.filter(complaints=found).first()
            if step.state == Complaint.State.DECIDED and issue is not None and not issue.is_open:
                messages.info(request, f"The problem stays as it ended: {issue.ending}.")
        else:
            messages.error(request, "It had been taken back already.")
    except NotDone as problem:
        messages.error(request, str(problem))
    return redirect(found)
