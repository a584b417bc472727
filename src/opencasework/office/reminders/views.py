"""The calendar feed, and the page where each colleague makes, replaces and revokes theirs."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.reminders.models import CalendarFeed, DigestWish, make_link, revoke_link
from opencasework.office.staff.permissions import StaffRequest

log = logging.getLogger(__name__)

UNKNOWN = "There is no calendar at this address. Make a link under Settings, Reminders."
REVOKED = (
    "This calendar link was withdrawn and shows nothing any more. Take it out of your calendar; a new one is "
    "made under Settings, Reminders."
)
FAILED = "The calendar cannot be made at the moment. Your calendar will ask again."


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """One colleague's calendar, to whoever has its private link. What they may not know is not in it."""
    from opencasework.office.reminders import feed as calendars  # what writes calendars is large

    found = CalendarFeed.objects.by_token(token)
    if found is None:
        return _sentence(UNKNOWN, 404)
    if not found.works:
        return _sentence(REVOKED, 410)
    today = timezone.localdate()
    origin = request.build_absolute_uri("/").rstrip("/")
    try:
        content = calendars.calendar_of(found.staff, today=today, origin=origin)
        found.note_read(at=timezone.now())
    except Exception as error:  # the link is a secret: a traceback of the server would write its address down
        log.warning("A calendar could not be made (%s).", type(error).__name__)
        return _sentence(FAILED, 503)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="casework.ics"'
    answer["ETag"] = etag
    return _for_one(get_conditional_response(request, etag=etag, response=answer) or answer)


def _sentence(words: str, status: int) -> HttpResponse:
    answer = HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the address, which is a secret
    answer["Cache-Control"] = "no-store"
    return answer


def _for_one(answer: HttpResponseBase) -> HttpResponseBase:
    """Kept by the calendar alone, which asks each time whether it has changed; found by no search engine."""
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_safe
def reminders(request: StaffRequest) -> HttpResponse:
    """The colleague's calendar link and morning digest."""
    return _page(request)


def _page(request: StaffRequest, **more: Any) -> HttpResponse:
    context = {
        "rail": "settings",
        "feed": CalendarFeed.objects.live().filter(staff=request.user).first(),
        "wants_digest": DigestWish.objects.filter(staff=request.user).exists(),
        **more,
    }
    return render(request, "reminders/page.html", context)


@require_POST
def calendar_link(request: StaffRequest) -> HttpResponse:
    """Make a link, or one in place of another; it is shown this once, since only its hash is kept."""
    token = make_link(request.user)
    url = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
    return _page(request, link=url)  # no webcal address: many programs first ask it without encryption


@require_POST
def calendar_revocation(request: StaffRequest) -> HttpResponse:
    """The link works no more, wherever it has gone."""
    if revoke_link(request.user):
        messages.success(request, "The calendar link is withdrawn. Whoever has it sees nothing any more.")
    return redirect("reminders")


@require_POST
def digest(request: StaffRequest) -> HttpResponse:
    """Switch the morning digest on or off."""
    if request.POST.get("wants") == "yes":
        if not request.user.email:
            messages.error(request, "There is no email address on your account. Ask your office manager.")
            return redirect("reminders")
        DigestWish.objects.get_or_create(staff=request.user)
        messages.success(request, "You get the digest on working days, between 7 and noon.")
    else:
        DigestWish.objects.filter(staff=request.user).delete()
        messages.success(request, "You get no digest any more.")
    return redirect("reminders")
