"""Rows of My day about what somebody signed by a private link, or withdrew."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from opencasework.office.authority.models import Authority
from opencasework.office.kit import dates
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo

LONGEST = 120  # characters of what they said; the page has the rest


def rows(staff: StaffMember, day: Day) -> QuerySet[Authority]:
    return on_visible_cases(Authority.objects.to_see(), staff)


def read(authority: Authority, day: Day) -> Todo:
    """Somebody signed, or withdrew it: seen with one press, or looked at where they say something."""
    to_look_at = bool(authority.name_doubted or authority.added or authority.gives_another_address)
    url = authority.get_absolute_url()
    signed = dates.short(authority.given_on, today=day.today)
    return Todo(
        case=authority.case,
        title=f"{_said(authority)}: {authority.case.title}",
        url=url,
        icon="shield-alert" if authority.name_doubted or authority.withdrawn_on else "signature",
        on=day.today,
        note=f"signed {signed}{', with another address' if authority.gives_another_address else ''}",
        button="Look" if to_look_at else "Seen",
        button_icon="arrow-right" if to_look_at else "check",
        button_url=url if to_look_at else reverse("authority-looked-at", args=[authority.pk]),
        posts=not to_look_at,
    )


def _said(authority: Authority) -> str:
    """What happened; their own words come first, as a row shows the beginning of its title."""
    person = authority.person
    if authority.withdrawn_on:
        return f"{person} has withdrawn their authority"
    words = Truncator(" ".join(authority.added.split())).chars(LONGEST)
    if authority.name_doubted:
        said = f"Signed with the name “{authority.typed_name}”, asked of {person}"
        return f"{said}, who is to have said “{words}”" if words else said
    return f"“{words}” {person} has signed" if words else f"{person} has signed"
