"""Letters that remind a body: who may send and discard them who sends no other letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from opencasework.office.bodies.models import BodyContact
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may


def may_send(staff: StaffMember, letter: Letter) -> bool:
    """Whether they may send this letter: any, or chasers. What goes to a minister is no chaser here."""
    if may(staff, May.SEND_LETTERS):
        return True
    return may(staff, May.SEND_CHASERS) and _reminds(letter) and not _goes_to_the_top(letter)


def may_discard(staff: StaffMember, letter: Letter) -> bool:
    """Whether they may throw this draft away, and take it out of the bin: any, or a step after an enquiry."""
    return may(staff, May.WRITE_CASES) or (
        may(staff, May.CHASE) and (_reminds(letter) or letter.takes_it_higher)
    )


def _reminds(letter: Letter) -> bool:
    return letter.kind == Letter.Kind.CHASER and letter.about_enquiry_id is not None


def _goes_to_the_top(letter: Letter) -> bool:
    """Whether a minister reads it: somebody approves that first (offices.md §1, “Write to a minister”)."""
    if letter.template is not None and letter.template.to_minister:
        return True
    contact, body = letter.to_contact, letter.to_body
    to_head = contact is not None and contact.kind == BodyContact.Kind.HEAD
    return to_head and body is not None and body.kind == "department"


def who_may(
    allowed: Callable[[StaffMember, Letter], bool], act: May, *, some: May
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Guard an act on a letter by what they may do with this one: any with `act`, which says what they may
    not, and with `some` those that are `allowed`. Who has neither is not told whether there is such a letter.
    """

    def is_allowed(request: StaffRequest, pk: int) -> bool:
        visible = Letter.objects.visible_to(request.user)
        read = visible.select_related("to_body", "to_contact", "template")
        return allowed(request.user, get_object_or_404(read, pk=pk))

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: StaffRequest, pk: int) -> HttpResponse:
            if not may(request.user, act) and not (may(request.user, some) and is_allowed(request, pk)):
                raise PermissionDenied(f"You may not {act.value}. Ask your office manager.")
            return view(request, pk)

        return guarded

    return guard
