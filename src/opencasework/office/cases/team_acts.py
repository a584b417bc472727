"""Acts on who is on a case, who works on it and its neighbours; who has it open, and what they type."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.cases import drafts, ledger_forms, team
from opencasework.office.cases.access import YOU_STAY
from opencasework.office.cases.acts import FORM_METHODS, ask, compared, one_at_a_time
from opencasework.office.cases.models import Case, CaseLink, Draft, Presence
from opencasework.office.cases.views import back_to, find_case, find_managed, visible_case
from opencasework.office.kit.versions import say_taken
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may
from opencasework.office.staff.sent_twice import forget


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def person(request: StaffRequest, pk: int, link_pk: int) -> HttpResponse:
    """Say as what somebody is on the case."""
    case = find_case(request, pk)
    link = get_object_or_404(case.case_people.select_related("person", "case"), pk=link_pk)
    form = ledger_forms.RoleForm(posted(request), initial={"role": link.role, "relation": link.relation})
    if form.is_valid() and form.clashes:
        return compared(request, case, form)
    if form.is_valid():
        try:
            team.change_person(link=link, by=request.user, **form.cleaned_data)
        except team.StaysOnTheCase as problem:
            form.add_error("role", str(problem))
            return ask(request, case, form, title=f"{link.person} on this case", button="Save")
        messages.success(request, f"{link.person}: {link.relation or link.get_role_display()}.")
        say_taken(request, form)
        return redirect(case)
    return ask(request, case, form, title=f"{link.person} on this case", button="Save")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def person_removal(request: StaffRequest, pk: int, link_pk: int) -> HttpResponse:
    """Take somebody off the case, after a page that asks."""
    case = find_case(request, pk)
    link = get_object_or_404(case.case_people.select_related("person", "case"), pk=link_pk)
    if request.method == "POST":
        try:
            team.remove_person(link=link, by=request.user)
        except team.StaysOnTheCase as problem:
            messages.error(request, str(problem))
        else:
            forget(request)
            messages.success(request, f"{link.person} is not on this case any more.")
        return redirect(case)
    explained = (
        f"{link.person} leaves this case; the timeline keeps that they were on it, and their record stays."
    )
    return ask(
        request, case, forms.Form(), title=f"Take {link.person} off", button="Take off", explained=explained
    )


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def new_helper(request: StaffRequest, pk: int) -> HttpResponse:
    """A colleague helps on the case."""
    case = find_managed(request, pk)
    form = ledger_forms.HelperForm(posted(request), case=case)
    if form.is_valid():
        helper = form.cleaned_data["staff"]
        team.add_helper(case=case, staff=helper, by=request.user)
        messages.success(request, f"{helper} helps on this case now.")
        return redirect(case)
    return ask(request, case, form, title="A colleague helps", button="Add helper")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def helper_removal(request: StaffRequest, pk: int, helper_pk: int) -> HttpResponse:
    """A colleague helps no more."""
    case = find_managed(request, pk)
    helper = get_object_or_404(case.helpers.select_related("staff", "case"), pk=helper_pk)
    if request.method == "POST":
        is_named = team.remove_helper(helper=helper, by=request.user)
        kept = f" {YOU_STAY}" if is_named else ""
        messages.success(request, f"{helper.staff} does not help on this case any more.{kept}")
        return back_to(request, case)
    explained = "Where they saw the case only because they helped, they see it no longer."
    title = f"{helper.staff} helps no more"
    return ask(request, case, forms.Form(), title=title, button="Take off", explained=explained)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def new_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Link the case to another."""
    case = find_case(request, pk)
    known = Case.objects.visible_to(request.user)
    named = {"other": request.GET.get("other", "")}
    form = ledger_forms.LinkForm(posted(request), case=case, known=known, initial=named)
    if form.is_valid():
        other = form.cleaned_data["other"]
        if team.link_cases(case=case, other=other, kind=form.cleaned_data["kind"], by=request.user):
            messages.success(request, f"Linked to {other.reference}. Both cases show it.")
        else:
            messages.info(request, f"It is linked to {other.reference} already.")
        return redirect(case)
    return ask(request, case, form, title="Link to another case", button="Link")


@require_POST
@staff_who_may(May.WRITE_CASES)
def link_removal(request: StaffRequest, pk: int, link_pk: int) -> HttpResponse:
    """Take a link away, from both cases."""
    case = find_case(request, pk)
    link = get_object_or_404(CaseLink.objects.select_related("one", "other"), pk=link_pk)
    if case.pk not in {link.one_id, link.other_id}:
        raise Http404
    get_object_or_404(Case.objects.visible_to(request.user), pk=link.other_than(case).pk)
    team.unlink(link=link, by=request.user)
    messages.success(request, "The link is taken away from both cases.")
    return redirect(case)


# --- while somebody works -----------------------------------------------------------------------------


@require_POST
@staff_who_may(May.WRITE_CASES)
def draft(request: StaffRequest, pk: int, form: str) -> HttpResponse:
    """Keep what somebody is typing; with `drop`, throw it away. A script sends this at each pause."""
    case = visible_case(request, pk)  # sent at each pause: what stands beside the case is not asked for
    if not drafts.FORM.fullmatch(form):
        raise Http404
    number = form.removeprefix("letter-")
    if number.isdigit():
        get_object_or_404(case.letters, pk=int(number))
    if "drop" in request.POST:
        if drafts.PAGE.fullmatch(form):
            drafts.let_go(case=case.pk, staff=request.user, form=form)
        else:
            drafts.spend(case=case, staff=request.user, form=form)
        return redirect(reverse("letter", args=[int(number)]) if number.isdigit() else case)
    return _keep(request, case, form)


@require_POST
def typed_elsewhere(request: StaffRequest, form: str) -> HttpResponse:
    """The same of a form that is of no case."""
    if not drafts.PAGE.fullmatch(form):
        raise Http404
    if "drop" in request.POST:
        drafts.let_go(case=None, staff=request.user, form=form)
        return HttpResponse(status=204)
    return _keep(request, None, form)


def _keep(request: StaffRequest, case: Case | None, form: str) -> HttpResponse:
    since = _moment(request.POST.get("since", ""))
    # What stood there when a page was opened is kept with what was typed on it: see `kit.versions`.
    own = {"since", "csrfmiddlewaretoken"} | ({"opened"} if not drafts.PAGE.fullmatch(form) else set())
    values = {name: str(value) for name, value in request.POST.items() if name not in own}
    try:
        kept = drafts.keep(case=case, staff=request.user, form=form, values=values, since=since)
    except drafts.NotKept as problem:
        return JsonResponse({"kept": False, "said": str(problem)}, status=413)
    return JsonResponse({"kept": kept, "said": "", "now": timezone.now().isoformat()})


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, tz=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@require_POST
def presence(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has the case open: note it, and answer who else has. Their page asks every few seconds."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    now = timezone.now()
    Presence.objects.update_or_create(case=case, staff=request.user, defaults={"seen_at": now})
    here = Presence.objects.filter(case=case, seen_at__gt=now - Presence.LASTS).exclude(staff=request.user)
    writing = set(
        Draft.objects.fresh(at=now)
        .filter(case=case, saved_at__gt=now - Presence.WRITES)
        .values_list("staff", flat=True)
    )
    others = [(one.staff, one.staff_id in writing) for one in here.select_related("staff")]
    return render(request, "cases/_presence.html", {"others": others, "case": case})
