"""Giving a name to a filter of the inbox, for oneself or for everybody, and taking it away."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from opencasework.office.inbox import viewing
from opencasework.office.inbox.models import InboxView
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may


@require_POST
@staff_who_may(May.TRIAGE)
def save(request: StaffRequest) -> HttpResponse:
    """Keep what the list is narrowed to under a name. It replaces one's own of that name if one says so."""
    asked = viewing.asked_by(request)
    name = " ".join(request.POST.get("name", "").split())[:60]
    if not name or not asked:
        messages.error(request, "Narrow the list first, then give the view a name.")
        return redirect(viewing.address(asked))
    is_shared = request.POST.get("shared") == "on"
    mine = InboxView.objects.filter(staff=request.user, name__iexact=name).first()
    if mine is not None and request.POST.get("replace") != "on":
        way_out = "Give this one another name, or tick that it replaces that one."
        messages.error(request, f"You have a view “{mine.name}” already. {way_out}")
        # Not in the address: a name may be somebody's.
        request.session[viewing.VIEW_TO_NAME] = {"name": name, "is_shared": is_shared}
        return redirect(viewing.address(asked))
    InboxView.objects.update_or_create(
        staff=request.user,
        name=mine.name if mine else name,
        defaults={"name": name, "asked": asked, "is_shared": is_shared},
    )
    whose = "Everybody has it" if is_shared else "Only you have it"
    messages.success(request, f"The view “{name}” is saved. {whose}.")
    return redirect(viewing.address(asked))


@require_POST
@staff_who_may(May.TRIAGE)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a view away: one's own, or a shared one where one manages the office."""
    mine = Q(staff=request.user)
    if may(request.user, May.MANAGE_OFFICE):
        mine |= Q(is_shared=True)
    view = get_object_or_404(InboxView.objects.filter(mine), pk=pk)
    view.delete()
    messages.success(request, f"The view “{view.name}” is gone. No message is touched by that.")
    return redirect("inbox")
