"""The clock of a body that wants a signed authority: when they ask, when it went, when they gave longer."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opencasework.office.authority import clock, gate
from opencasework.office.authority.forms import AskedForm, DemandForm, ExtensionForm
from opencasework.office.authority.models import Demand
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.kit import dates
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may


def bodies_with_a_clock(case: Case) -> list[Body]:
    """Those that give a number of days for a signed authority, first those this case concerns."""
    coded = [
        body
        for body in Body.objects.filter(
            Q(code__in=clock.WORKING_DAYS) | Q(parent__isnull=False, kind="service")
        ).select_related("parent__parent")
        if clock.days_of(body)
    ]
    concerned = {issue.body_id for issue in case.issues.all()} | set(
        case.enquiries.values_list("body", flat=True)
    )
    return sorted(coded, key=lambda body: (body.pk not in concerned, body.name))


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """They ask for the signed authority: the clock starts on that day, or counts from it from now on."""
    case = get_object_or_404(Case.objects.visible_to(request.user).open(), pk=pk)
    bodies = bodies_with_a_clock(case)
    form = DemandForm(posted(request), case=case, bodies=bodies, initial={"asked_on": "today"})
    if request.method == "POST" and form.is_valid():
        body, asked = form.cleaned_data["body"], Demand.Cause.ASKED
        before = Demand.objects.running().filter(case=case, body=body, cause=asked).first()
        demand = clock.start(case, body, on=form.cleaned_data["asked_on"], cause=asked, by=request.user)
        if demand:
            messages.success(request, _noted(demand, before))
        return redirect(case)
    context = {"rail": "cases", "case": case, "form": form}
    return render(request, "authority/demand_new.html", context, status=422 if form.is_bound else 200)


def _noted(demand: Demand, before: Demand | None) -> str:
    """From when the clock counts now and until when, and what stood there before."""
    said = f"{demand.body} asked on {dates.say(demand.asked_on)} and waits until {dates.say(demand.due_on)}."
    if before is None:
        return f"Noted: {said}"
    if before.asked_on == demand.asked_on:
        return f"It stood there already: {said}"
    return f"Noted: {said} Before, {dates.say(before.asked_on)} stood there."


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def demand(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that it went to them, that they do not want it any more, that they gave us longer, or that they
    asked on another day.
    """
    found = get_object_or_404(Demand.objects.visible_to(request.user).select_related("case", "body"), pk=pk)
    today, act = timezone.localdate(), request.POST.get("act", "")
    longer = ExtensionForm(request.POST if act == "extend" else None)
    asked = AskedForm(
        request.POST if act == "asked" else None, case=found.case, initial={"asked_on": found.asked_on}
    )
    form = asked if act == "asked" else longer
    refused = said = ""
    try:
        said = _do(request, found, act, form)
    except gate.NoAuthority as problem:
        refused = str(problem)
    if said:
        messages.success(request, said)
        return redirect(found.case)
    state, words = found.state(on=today)
    context = {
        "rail": "cases", "case": found.case, "demand": found, "form": form, "longer": longer, "asked": asked,
        "state": state, "words": words, "refused": refused,
        "written": clock.written_for(found, on=today),
        "asking": gate.asking_again(found.case, found.body, on=today, written=True),
    }  # fmt: skip
    return render(request, "authority/demand.html", context, status=422 if form.is_bound or refused else 200)


def _do(request: StaffRequest, demand: Demand, act: str, form: ExtensionForm | AskedForm) -> str:
    """Do what was pressed and say so; nothing where the form has to be put right. Raises gate.NoAuthority."""
    today, by = timezone.localdate(), request.user
    if act in ("met", "drop"):
        done = (clock.meet if act == "met" else clock.drop)(demand, on=today, by=by)
        return "Noted. The clock has stopped." if done else "The clock had stopped already."
    if not form.is_valid():
        return ""
    if act == "asked":
        before = Demand.objects.get(pk=demand.pk)
        clock.asked(demand, on=form.cleaned_data["asked_on"], by=by)
        demand.refresh_from_db()
        return _noted(demand, before) if demand.is_waiting else "The clock had stopped already."
    clock.extend(demand, to=form.cleaned_data["due_on"], by=by)
    return f"Noted: they wait until {dates.say(form.cleaned_data['due_on'])}."
