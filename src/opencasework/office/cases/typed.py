"""What somebody types into any form of the office, kept on the server until it is saved.

A form is known by the page it stands on. Its page carries the tag `keeps_typing`; what is sent from it names
the place, so that what was kept there goes when the page it was sent to leads on.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from opencasework.office.cases import drafts
from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember

log = logging.getLogger(__name__)

_PLACE = re.compile(rf"(\d{{1,18}})/({drafts.PAGE.pattern})")


def name_of(request: HttpRequest, which: object = "") -> str:
    """The name under which what is typed on this page is kept: of its address, what it is asked for too, and
    `which` form of it.
    """
    match = request.resolver_match
    assert match is not None  # a page has an address
    own = re.sub(r"[^a-z0-9]+", "-", str(which).lower())
    sent = _PLACE.fullmatch(request.POST.get("typed", ""))
    if sent and sent[2].endswith(f"-{own}" if own else ""):  # it comes back with errors, and is the same form
        return sent[2]
    parts = ["at", match.url_name or "page", *map(str, match.kwargs.values())]
    page = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower())[:60].strip("-")
    asked = request.GET.urlencode()
    # The same form for another person is another form.
    told_apart = hashlib.blake2s(asked.encode(), digest_size=5).hexdigest() if asked else ""
    return "-".join(filter(None, [page, told_apart, own[:20]]))


def place_of(case: Case | None, name: str) -> str:
    """Case and name of a form, as a page sends them along with what was typed."""
    return f"{case.pk if case else 0}/{name}"


def address_of(case: Case | None, name: str) -> str:
    """Where a script sends what is typed."""
    if case is None:
        return reverse("typing", args=[name])
    return reverse("case-draft", args=[case.pk, name])


class SpentWhenSaved:
    """Middleware: what was kept while somebody typed goes when it was saved, and the page leads on.

    Where the page leads on and says nothing but what stood in the way, it was not saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        led_on = response.status_code in (302, 303) or "HX-Redirect" in response.headers
        if request.method != "POST" or not led_on or not isinstance(request.user, StaffMember):
            return response
        place = _PLACE.fullmatch(request.POST.get("typed", ""))
        if place and not _was_refused(request):
            try:
                drafts.let_go(case=int(place[1]) or None, staff=request.user, form=place[2])
            except DatabaseError:
                # What was sent is saved; that a draft of it stays is no reason to say that it is not.
                log.warning("A draft could not be let go of.")
        return response


def _was_refused(request: HttpRequest) -> bool:
    # Django has no public way to see what will be said without saying it.
    said = {each.level for each in getattr(get_messages(request), "_queued_messages", [])}
    return bool(said) and messages.SUCCESS not in said
