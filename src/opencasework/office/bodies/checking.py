"""Saying that an address or a line for members still holds, with one button."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from opencasework.office.bodies.models import Body, BodyContact, Checked
from opencasework.office.kit import undoing
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

UNDO_OF = "bodies.checking"


@require_POST
@staff_who_may(May.WRITE_CASES)
def checked(request: StaffRequest, pk: int, contact_pk: int | None = None) -> HttpResponse:
    """Checked today, by whoever says so: one contact, or the body with all of its contacts."""
    found = get_object_or_404(Body, pk=pk)
    if contact_pk:
        looked_at: list[Checked] = [get_object_or_404(found.contacts, pk=contact_pk)]
    else:
        looked_at = [found, *found.contacts.all()]
    undo = reverse("body-checked-undo", args=[pk, _before(looked_at)])
    with transaction.atomic():
        for each in looked_at:
            each.checked_on, each.checked_by = timezone.localdate(), request.user
            each.save(update_fields=["checked_on", "checked_by"])
    what = str(looked_at[0]) if contact_pk else f"{found} and whom to reach there"
    messages.success(request, f"Checked today: {what}.", extra_tags=f"undo:{undo}")
    return redirect(found)


def _before(rows: list[Checked]) -> str:
    """What stood there, sealed, for whoever takes it back."""
    stood: list[list[Any]] = [
        [isinstance(row, BodyContact), row.pk, str(row.checked_on or ""), row.checked_by_id] for row in rows
    ]
    return undoing.sealed(stood, of=UNDO_OF)


@require_POST
@staff_who_may(May.WRITE_CASES)
def checked_undo(request: StaffRequest, pk: int, token: str) -> HttpResponse:
    """It was not checked after all: what stood there before stands there again."""
    found = get_object_or_404(Body, pk=pk)
    try:
        stood = undoing.opened(token, of=UNDO_OF)
    except undoing.NothingToTakeBack as error:
        raise Http404 from error
    staff = set(StaffMember.objects.values_list("pk", flat=True))
    with transaction.atomic():
        for is_contact, number, on, by in stood:
            rows = found.contacts.filter(pk=number) if is_contact else Body.objects.filter(pk=pk)
            rows.update(
                checked_on=date.fromisoformat(on) if on else None, checked_by_id=by if by in staff else None
            )
    messages.success(request, "Taken back.")
    return redirect(found)
