"""The button that takes back what a line of the timeline says."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from opencasework.office.cases import taking_back
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.views import find_case, find_managed
from opencasework.office.kit.alone import lock
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may
from opencasework.office.staff.sent_twice import forget


@require_POST
@staff_who_may(May.WRITE_CASES)
def line_undo(request: StaffRequest, pk: int, line: int) -> HttpResponse:
    """Take back what a line says; the timeline keeps both."""
    with transaction.atomic():
        lock(Case.objects.filter(pk=pk))
        case = find_case(request, pk)
        found = get_object_or_404(case.events.filter(kind__in=taking_back.kinds()), pk=line)
        if found.kind in {Event.Kind.ASSIGNED, Event.Kind.TAGGED}:
            case = find_managed(request, pk)
        said = taking_back.take_back(case, found, by=request.user)
    if said:
        forget(request)
        messages.success(request, said)
    else:
        messages.error(request, "It cannot be taken back any more: it was changed again since.")
    # Whoever gave the case away by taking it back may not see it any longer.
    is_seen = Case.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect(case) if is_seen else redirect("cases")
