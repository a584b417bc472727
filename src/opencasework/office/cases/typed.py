"""What somebody types into any form of the office, kept on the server until it is saved.

A form is known by the page it stands on. Its page carries the tag `keeps_typing`; what is sent from it names
the place, so that what was kept there goes when the page it was sent to leads on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from opencasework.office.cases import drafts
from opencasework.office.cases.models import Case, Draft
from opencasework.office.staff.models import StaffMember

PAGE = re.compile(r"at-[a-z0-9-]{1,90}")
_PLACE = re.compile(rf"(\d{{1,18}})/({PAGE.pattern})")


def name_of(request: HttpRequest, which: object = "") -> str:
    """The name under which what is typed on this page is kept: of its address, what it is asked for too, and
    `which` form of it.
    """
    match = request.resolver_match
    assert match is not None  # a page has an address
    parts = ["at", match.url_name or "page", *map(str, [*match.kwargs.values(), which])]
    asked = request.GET.urlencode()
    if asked:  # the same form for another person is another form
        parts.append(hashlib.blake2s(asked.encode(), digest_size=5).hexdigest())
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower())[:90].strip("-")


def place_of(case: Case | None, name: str) -> str:
    """Case and name of a form, as a page sends them along with what was typed."""
    return f"{case.pk if case else 0}/{name}"


def address_of(case: Case | None, name: str) -> str:
    """Where a script sends what is typed."""
    if case is None:
        return reverse("typing", args=[name])
    return reverse("case-draft", args=[case.pk, name])


def begun(case: Case | None, staff: StaffMember, name: str) -> Draft | None:
    return drafts.begun(case=case, staff=staff, form=name)


class SpentWhenSaved:
    """Middleware: what was kept while somebody typed goes when it was saved, and the page leads on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        led_on = response.status_code in (302, 303) or "HX-Redirect" in response.headers
        if request.method != "POST" or not led_on or not isinstance(request.user, StaffMember):
            return response
        if place := _PLACE.fullmatch(request.POST.get("typed", "")):
            _spend(int(place[1]), place[2], request.user)
        return response


def _spend(number: int, name: str, staff: StaffMember) -> None:
    case = Case.objects.filter(pk=number).first() if number else None
    if case is not None or not number:  # a case may have gone with what was sent
        drafts.spend(case=case, staff=staff, form=name)
