"""The clock of a body that wants a signed authority: when they ask, when it went, when they gave longer."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opencasework.office.authority import clock, gate
from opencasework.office.authority.forms import DemandForm, ExtensionForm
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
    """They ask for the signed authority: the clock starts on that day."""
    case = get_object_or_404(Case.objects.visible_to(request.user).open(), pk=pk)
    form = DemandForm(posted(request), bodies=bodies_with_a_clock(case), initial={"asked_on": "today"})
    if request.method == "POST" and form.is_valid():
        demand = clock.start(
            case,
            form.cleaned_data["body"],
            on=form.cleaned_data["asked_on"],
            cause=Demand.Cause.ASKED,
            by=request.user,
        )
        if demand:
            messages.success(request, f"Noted: {demand.body} waits until {dates.say(demand.due_on)}.")
        return redirect(case)
    context = {"rail": "cases", "case": case, "form": form}
    return render(request, "authority/demand_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def demand(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that it went to them, that they do not want it any more, or that they gave us longer."""
    found = get_object_or_404(Demand.objects.visible_to(request.user).select_related("case", "body"), pk=pk)
    today, act = timezone.localdate(), request.POST.get("act", "")
    form = ExtensionForm(request.POST if act == "extend" else None)
    if act == "met" or act == "drop":
        done = (clock.meet if act == "met" else clock.drop)(found, on=today, by=request.user)
        messages.success(
            request, "Noted. The clock has stopped." if done else "The clock had stopped already."
        )
        return redirect(found.case)
    if act == "extend" and form.is_valid():
        clock.extend(found, to=form.cleaned_data["due_on"], by=request.user)
        messages.success(request, f"Noted: they wait until {dates.say(form.cleaned_data['due_on'])}.")
        return redirect(found.case)
    state, words = found.state(on=today)
    context = {
        "rail": "cases", "case": found.case, "demand": found, "form": form, "state": state, "words": words,
        "written": clock.written_for(found, on=today),
        "asking": gate.asking_again(found.case, found.body, on=today, written=True),
    }  # fmt: skip
    return render(request, "authority/demand.html", context, status=422 if form.is_bound else 200)
