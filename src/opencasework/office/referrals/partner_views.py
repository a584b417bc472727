"""Partners: the directory, the list of what is open, and cases that go to them and come from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.cases import transfers
from opencasework.office.cases.acts import FORM_METHODS, ask, compared, say_closed, who_closed
from opencasework.office.cases.models import Case
from opencasework.office.cases.views import visible_case
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.dates import say
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.versions import compare, say_taken
from opencasework.office.kit.words import begun_small
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.referrals import consent, mistaken, partnering
from opencasework.office.referrals import partner_forms as forms
from opencasework.office.referrals.models import Complaint, Inward, Outward, Partner
from opencasework.office.referrals.stages import CaseClosed, NoAuthority, NotDone
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

MOST = 200  # rows of a kind on the page of what is open


@require_safe
def referrals(request: StaffRequest) -> HttpResponse:
    """What is open: complaints to ombudsmen, cases with partners, and cases from partners."""
    staff, mine = request.user, request.GET.get("whose") == "mine"
    complaints = Complaint.objects.visible_to(staff).open().select_related("case__owner", "body", "issue")
    out = Outward.objects.visible_to(staff).open().select_related("transfer__case__owner", "partner__body")
    back = Inward.objects.visible_to(staff).open().select_related("case__owner", "partner__body")
    if mine:
        complaints = complaints.filter(case__owner=staff)
        out = out.filter(transfer__case__owner=staff)
        back = back.filter(case__owner=staff)
    context = {
        "rail": "referrals",
        "complaints": complaints.order_by("by_when", "opened_at")[:MOST],
        "out": out.order_by("transfer__answer_by", "pk")[:MOST],
        "back": back[:MOST],
        "unheard": set(consent.uncovered(back, on=timezone.localdate()).values_list("pk", flat=True)),
        "mine": mine,
        "everybodys": not mine,
        "today": timezone.localdate(),
        "sees_shared_only": not may(staff, May.SEE_ALL_CASES),
    }
    return render(request, "referrals/list.html", context)


# --- the directory ------------------------------------------------------------------------------------


@require_safe
def partners(request: StaffRequest) -> HttpResponse:
    """Whom we refer to, what they take, and how a case is brought there."""
    could = partnering.could_be_partners() if may(request.user, May.WRITE_CASES) else []
    context = {
        "rail": "referrals",
        "partners": Partner.objects.select_related("body").order_by("-is_active", "body__name"),
        "could_be": could,
        "may_write": may(request.user, May.WRITE_CASES),
    }
    return render(request, "referrals/partners.html", context)


@require_safe
def partner(request: StaffRequest, pk: int) -> HttpResponse:
    """One partner: what they take, whom to reach, and how our referrals ended that this colleague may see."""
    found = get_object_or_404(Partner.objects.select_related("body", "added_by"), pk=pk)
    out = Outward.objects.visible_to(request.user).filter(partner=found).select_related("transfer__case")
    back = Inward.objects.visible_to(request.user).standing().filter(partner=found).select_related("case")
    context = {
        "rail": "referrals",
        "partner": found,
        "contacts": found.body.contacts.all(),
        "out": out[:MOST],
        "back": back[:MOST],
        "may_manage": may(request.user, May.MANAGE_OFFICE),
    }
    return render(request, "referrals/partner.html", context)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def partner_new(request: StaffRequest) -> HttpResponse:
    """Add a partner."""
    body = Body.objects.filter(pk=row_number(request.GET.get("body", "")) or 0, partner=None).first()
    initial = (
        {"body": body.pk, "kind": partnering.kind_for(body), "takes": body.what_for[:300]} if body else {}
    )
    return _edit(request, Partner(added_by=request.user), title="New partner", initial=initial)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.MANAGE_OFFICE)
@alone_on(Partner)
def partner_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is written about a partner, or stop referring to it."""
    return _edit(request, get_object_or_404(Partner, pk=pk), title="Change a partner")


def _edit(
    request: StaffRequest, found: Partner, *, title: str, initial: dict[str, Any] | None = None
) -> HttpResponse:
    form = forms.PartnerForm(posted(request), instance=found, initial=initial or {})
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            who = "Somebody changed this partner after you opened it."
            crumbs = [(reverse("partners"), "Partners"), (found.get_absolute_url(), str(found))]
            back = found.get_absolute_url()
            return compare(request, form, who=who, back=back, rail="referrals", crumbs=crumbs)
        made = form.save()
        messages.success(request, f"{made} is written down as a partner.")
        say_taken(request, form)
        return redirect(made)
    context = {"rail": "referrals", "form": form, "title": title}
    return render(request, "referrals/edit.html", context, status=422 if form.is_bound else 200)


# --- on a case ----------------------------------------------------------------------------------------


@require_safe
def case_partners(request: StaffRequest, pk: int) -> HttpResponse:
    """The card of a case: who has it from us, and from whom it came."""
    case = visible_case(request, pk)
    found = Outward.objects.filter(transfer__case=case).select_related("transfer", "partner__body", "letter")
    out = list(found)
    back = list(case.referrals_in.select_related("partner__body", "taken_back_by"))
    struck = mistaken.struck(case) if out else {}
    untold = mistaken.struck_telling(case) if back else {}
    over = consent.ended_on(case) if out else {}
    context = {
        "rail": "cases",
        "case": case,
        "out": [(each, struck.get(each.transfer_id, []), over.get(each.transfer_id)) for each in out],
        "back": [
            (each, untold.get(each.pk, []), consent.unheard(each) if each.waits else None) for each in back
        ],
        "may_write": may(request.user, May.WRITE_CASES),
        "today": timezone.localdate(),
    }
    page = "referrals/_partners.html" if request.htmx else "referrals/case_partners.html"
    return render(request, page, context)


def _back(case: Case) -> HttpResponse:
    return redirect(f"{case.get_absolute_url()}#partners")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def outward_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Refer the case to a partner, with the person's consent to exactly what is shared."""
    case = visible_case(request, pk)
    form = forms.OutwardForm(posted(request), initial={"partner": request.GET.get("partner", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = partnering.refer(
                case=case, partner=given["partner"], shared=given["shared"], how=given["how"],
                consent=form.given, by=request.user,
            )  # fmt: skip
        except CaseClosed:
            return say_closed(request, case, who_closed(case, but_for=request.user), form)
        except NotDone as problem:
            form.add_error(None, str(problem))
        else:
            by = made.transfer.answer_by
            messages.success(
                request, f"Referred to {made.partner}. An answer is expected by {say(by) if by else ''}."
            )
            return _back(case)
    told = (
        "" if Partner.objects.active().exists() else "There is no partner yet. Add one under Partners first."
    )
    return ask(request, case, form, title="Refer to a partner", button="Record the referral",
               asks_date=True, explained=told)  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def inward_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down that a partner referred this case to us."""
    case = visible_case(request, pk)
    form = forms.InwardForm(posted(request))
    if request.method == "POST" and form.is_valid():
        made, is_new = partnering.came_once(case=case, by=request.user, **form.cleaned_data)
        if is_new:
            messages.success(request, f"It came from {made.partner} on {say(made.came_on)}.")
            if made.wants_to_hear and not case.is_open:
                messages.warning(request, "The case is closed. They wait to hear what came of it.")
        elif partnering.stands_as(made, form.cleaned_data):
            who = "You" if made.by == request.user else made.by or "Somebody"
            messages.info(request, f"{who} had recorded this already, so it is there once.")
        else:
            return _offer(request, made, form.cleaned_data)
        return _back(case)
    return ask(request, case, form, title="It came from a partner", button="Record it", asks_date=True)


def _offer(request: StaffRequest, found: Inward, typed: Mapping[str, Any]) -> HttpResponse:
    """The page that puts right what stands there already, with what was just written about it."""
    form = forms.InwardChangeForm(standing=found, initial=typed)
    ref = f", their reference {found.reference}," if found.reference else ""
    said = (
        f"That it came from {found.partner} on {say(found.came_on)}{ref} is recorded already. "
        "Below is what you wrote: save it, and it stands there instead."
    )
    return _asked_anew(request, found, form, explained=said, status=422)


def _asked_anew(
    request: StaffRequest, found: Inward, form: forms.InwardChangeForm, **more: Any
) -> HttpResponse:
    there = reverse("inward-edit", args=[found.pk])
    title = "Put right how it came"
    return ask(request, found.case, form, title=title, button="Save", asks_date=True, action=there, **more)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@alone_on(Inward)
def inward_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right what was written about a case that came from a partner."""
    found = _inward(request, pk)
    form = forms.InwardChangeForm(posted(request), standing=found)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            return compared(request, found.case, form)
        try:
            changed = partnering.correct(found, by=request.user, **form.cleaned_data)
        except NotDone as problem:
            form.add_error(None, str(problem))
        else:
            came = f"It came from {found.partner} on {say(found.came_on)}."
            messages.success(request, f"Put right. {came}" if changed else "Nothing was changed.")
            say_taken(request, form)
            return _back(found.case)
    return _asked_anew(request, found, form)


def _outward(request: StaffRequest, pk: int) -> Outward:
    visible = Outward.objects.visible_to(request.user).select_related(
        "transfer__case", "partner__body", "letter"
    )
    return get_object_or_404(visible, pk=pk)


def _inward(request: StaffRequest, pk: int) -> Inward:
    visible = Inward.objects.visible_to(request.user).select_related("case", "partner__body")
    return get_object_or_404(visible, pk=pk)


def _do(
    request: StaffRequest, case: Case, form: Any, act: Callable[..., object], *, title: str, button: str,
    told: str, said: str,
) -> HttpResponse:  # fmt: skip
    """The page of one act on a referral: its form; a right answer leads back to the case.

    An act that says False had been done before.
    """
    if request.method == "POST" and form.is_valid():
        try:
            if act(**form.cleaned_data) is False:
                messages.info(request, "This had been recorded already, so it is there once.")
            else:
                messages.success(request, said)
            return _back(case)
        except NoAuthority as problem:
            asked = "no_authority_reason" in form.fields
            form.add_error("no_authority_reason" if asked else None, str(problem))
        except NotDone as problem:
            form.add_error(None, str(problem))
    return ask(request, case, form, title=title, button=button, explained=told, asks_date=True)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def outward_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Whether they took it."""
    found = _outward(request, pk)
    case = found.transfer.case
    return _do(
        request, case, forms.AnsweredForm(posted(request)),
        lambda **given: partnering.answered(found, by=request.user, **given),
        title="Did they take it?", button="Save", told=_told(found),
        said=f"Recorded what {found.partner} said.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def outward_result(request: StaffRequest, pk: int) -> HttpResponse:
    """What came of it."""
    found = _outward(request, pk)
    return _do(
        request, found.transfer.case, forms.ResultForm(posted(request)),
        lambda **given: partnering.came_of_it(found, by=request.user, **given),
        title="What came of it?", button="Save", told=_told(found), said="Recorded what came of it.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def outward_reminder(request: StaffRequest, pk: int) -> HttpResponse:
    """They were asked again."""
    found = _outward(request, pk)
    over = consent.ended_on(found.transfer.case).get(found.transfer_id)
    without = may(request.user, May.SEND_WITHOUT_AUTHORITY)
    return _do(
        request, found.transfer.case, forms.RemindedForm(posted(request), may_go_without=without),
        lambda **given: partnering.remind_once(found, by=request.user, **given),
        title="Ask them again", button="They were asked again",
        told=f"{over.said} {_told(found)}" if over else _told(found),
        said=f"{found.partner} was asked again; a new day to answer is set.",
    )  # fmt: skip


@require_POST
@staff_who_may(May.WRITE_CASES)
def outward_answer_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Whether they took it was recorded by mistake."""
    found = _outward(request, pk)
    return _take_back(
        request, found, transfers.take_back_answer, found.transfer, what=found.transfer.get_answer_display()
    )


@require_POST
@staff_who_may(May.WRITE_CASES)
def outward_result_back(request: StaffRequest, pk: int) -> HttpResponse:
    """What came of it was recorded by mistake."""
    found = _outward(request, pk)
    return _take_back(request, found, mistaken.take_back_result, found, what=found.get_result_display())


def _take_back(
    request: StaffRequest, found: Outward, act: Callable[..., bool], of: Any, *, what: str
) -> HttpResponse:
    said = f"{found.partner}: {begun_small(what)}"
    return _undo(request, found.transfer.case, lambda: act(of, by=request.user), what=said)


def _undo(request: StaffRequest, case: Case, act: Callable[[], bool], *, what: str) -> HttpResponse:
    try:
        if act():
            messages.success(request, f"Taken back: {what}.")
        else:
            messages.error(request, "It had been taken back already.")
    except (NotDone, transfers.NotTakenBack) as problem:
        messages.error(request, str(problem))
    return _back(case)


def _told(found: Outward) -> str:
    offered = found.transfer
    return f"Referred to {found.partner} on {say(offered.offered_on)}: {found.shared}"


@require_POST
@staff_who_may(May.WRITE_CASES)
def outward_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """Draft the covering letter for the pack, or find it, and open it."""
    found = _outward(request, pk)
    try:
        return redirect(partnering.write_letter(found, by=request.user))
    except TemplateProblem as problem:
        messages.error(request, str(problem))
        return _back(found.transfer.case)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def inward_told(request: StaffRequest, pk: int) -> HttpResponse:
    """The partner who sent it was told what came of it."""
    found, without = _inward(request, pk), may(request.user, May.SEND_WITHOUT_AUTHORITY)
    why = consent.unheard(found)
    told = f"From {found.partner}{f', their reference {found.reference}' if found.reference else ''}."
    is_last = not found.case.is_open
    return _do(
        request, found.case, forms.ToldForm(posted(request), may_go_without=without),
        lambda **given: partnering.told(found, by=request.user, **given),
        title="Tell them what came of it" if is_last else "Tell them how it stands",
        button="They were told",
        told=f"{why.said} {told}" if why else told,
        said=f"{found.partner} was told.{'' if is_last else ' When the case closes, you are asked again.'}",
    )  # fmt: skip


@require_POST
@staff_who_may(May.WRITE_CASES)
def inward_untold(request: StaffRequest, pk: int) -> HttpResponse:
    """The partner is not told: it does not wait for it, or the person does not want it."""
    found = _inward(request, pk)
    partnering.need_not_tell(found, by=request.user)
    messages.success(request, f"{found.partner} is not told.")
    return _back(found.case)


@require_POST
@staff_who_may(May.WRITE_CASES)
def inward_back(request: StaffRequest, pk: int) -> HttpResponse:
    """That it came from a partner was recorded by mistake."""
    found = _inward(request, pk)
    what = f"came from {found.partner} on {say(found.came_on)}"
    return _undo(request, found.case, lambda: mistaken.take_back_coming(found, by=request.user), what=what)


@require_POST
@staff_who_may(May.WRITE_CASES)
def inward_told_back(request: StaffRequest, pk: int) -> HttpResponse:
    """That they were told was recorded by mistake."""
    found = _inward(request, pk)
    return _undo(
        request, found.case, lambda: mistaken.take_back_telling(found, by=request.user),
        what=f"{found.partner} was told",
    )  # fmt: skip
