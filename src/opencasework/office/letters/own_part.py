"""A letter about several cases as somebody reads it who may not know of one of them: its own case's part."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from opencasework.office.cases.models import seen_by
from opencasework.office.letters import apart, paper
from opencasework.office.letters.models import Letter
from opencasework.office.staff.permissions import StaffRequest


def page(request: StaffRequest, pk: int) -> HttpResponse:
    """What the letter says of the case it stands on, to be read and no more."""
    theirs = Letter.objects.filter(seen_by(request.user)).for_lists().select_related("to_contact", "template")
    found = get_object_or_404(theirs, pk=pk)
    alone = apart.for_its_case(found)
    context: dict[str, Any] = {"letter": found, "case": found.case, "alone": alone, "rail": "letters"}
    if alone is not None:
        context |= paper.sheet(alone) | paper.on_screen(alone, request.user)
    return render(request, "letters/own_part.html", context)
