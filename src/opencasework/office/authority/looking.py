"""Looking at what somebody signed by a private link, or withdrew: the name below it, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from opencasework.office.authority import new_address, typed_names
from opencasework.office.authority.actions import accept_name, see, set_aside, take_address
from opencasework.office.authority.models import Authority
from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

DECIDED = "A colleague had decided that meanwhile. It stands as they left it."


@dataclass(frozen=True)
class Signed:
    """The name below a signature where it is not the person's own, and whose it is as far as we know."""

    name: str
    who: str  # “Bob Husband acts for Mira Rao: Carer.”; empty where nobody of that name does


def under(authority: Authority, *, staff: StaffMember) -> Signed | None:
    """The name typed below it; None where it is the person's, or nothing was typed."""
    typed = authority.typed_name
    if not typed or typed_names.is_same(typed, authority.person):
        return None
    known = Person.objects.visible_to(staff)
    acting = authority.subject.acted_for_by.filter(by__in=known).select_related("by")
    found = typed_names.acting_under(
        typed, (each for each in acting if each.is_in_force(on=timezone.localdate()))
    )
    who = f"{found.by} acts for {authority.subject}: {found.get_kind_display()}." if found else ""
    return Signed(typed, who)


def address_to_take(authority: Authority) -> str:
    """The address given that is not the one on record, while it may be taken over; else empty."""
    if authority.name_doubted or not authority.gives_another_address:
        return ""
    given = authority.address_given
    may_be = new_address.may_be_taken(given, authority.person, on=authority.given_on)
    return given if may_be else ""


@require_POST
@staff_who_may(May.WRITE_CASES)
def looked_at(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what is to become of it: seen, the name accepted or set aside, the address taken over."""
    found = get_object_or_404(
        Authority.objects.visible_to(request.user).select_related("case", "person"), pk=pk
    )
    act = request.POST.get("act", "")
    if act == "accept":
        done, said = accept_name(found, by=request.user), f"“{found.typed_name}” counts as their signature."
    elif act == "aside":
        done = set_aside(found, by=request.user)
        said = "Set aside: it covers nothing. Ask for a signature anew where you still need one."
    elif act == "address":
        done = take_address(found, by=request.user)
        said = f"{found.person} lives at that address now. The former one is kept."
        if found.person.in_households.filter(until=None).exists():
            asks = '{} They still stand in a household: <a href="{}">say there who has left it</a>.'
            said = format_html(asks, said, found.person.get_absolute_url())
    else:
        done, said = see(found), "Seen."
    messages.success(request, said) if done else messages.info(request, DECIDED)
    return redirect(found.get_absolute_url() if act else "today")
