"""Looking at a closed case again on a day, without reopening it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from opencasework.office.cases.acts import FORM_METHODS, ask, said_when
from opencasework.office.cases.closings import last_closing
from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.cases.models import Case, Event, FollowUp
from opencasework.office.cases.views import find_case
from opencasework.office.kit.dates import SpokenDateField, say
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

WHAT = "Ask whether it held"


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def again_field(label: str) -> SpokenDateField:
    """The day on which to look at a closed case again."""
    return SpokenDateField(
        label=label,
        required=False,
        help_text="Like “3 months” or “27 Feb”. It comes up in My day; the case stays closed.",
        not_before=(tomorrow, "Give a day to come, or leave it empty."),
    )


def what_field() -> forms.CharField:
    """What to ask or look at on that day."""
    return forms.CharField(
        label="What to look at then",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": WHAT}),
    )


@transaction.atomic
def look_again(case: Case, *, on: date, what: str, by: StaffMember) -> FollowUp:
    """Somebody is to look at the closed case on that day."""
    made = FollowUp.objects.create(
        case=case, closing=last_closing(case), on=on, what=what.strip() or WHAT, by=by
    )
    case.record(Event.Kind.NOTE, by=by, text=f"To be looked at again on {say(on)}: {made.what}.")
    return made


@transaction.atomic
def looked(follow_up: FollowUp, *, said: str, by: StaffMember) -> bool:
    """Somebody has looked, and says how it stands. False where a colleague was quicker."""
    waiting = FollowUp.objects.open().filter(pk=follow_up.pk)
    if not waiting.update(done_at=timezone.now(), done_by=by):
        return False
    say_looked(follow_up, said=said, by=by)
    return True


def say_looked(follow_up: FollowUp, *, said: str, by: StaffMember) -> None:
    """Keep on the timeline what somebody found."""
    follow_up.case.record(Event.Kind.NOTE, by=by, text=f"{_begins(follow_up)}{said.strip()}")


def _begins(follow_up: FollowUp) -> str:
    return f"Looked at again: {follow_up.what}.\n"


def found_by(follow_up: FollowUp) -> str:
    """What whoever looked first wrote of it; empty where that stands elsewhere by now."""
    by_them = Event.objects.filter(case__in=follow_up.case.family, by=follow_up.done_by, kind=Event.Kind.NOTE)
    lines = by_them.filter(text__startswith=_begins(follow_up), recorded_at__gte=follow_up.done_at)
    line = lines.order_by("pk").first()
    return line.text.removeprefix(_begins(follow_up)) if line else ""


def who_looked(follow_up: FollowUp, *, but_for: StaffMember) -> str:
    """Who looked first, when, what they found, and when it comes up next: for somebody who was about to."""
    assert follow_up.done_at is not None  # asked only where somebody has
    who = "You" if follow_up.done_by == but_for else str(follow_up.done_by)
    found = found_by(follow_up)
    if not found and _was_reopened(follow_up):
        return f"{who} reopened the case at {said_when(follow_up.done_at)}, so nobody is to look any more."
    said = f"{who} answered this at {said_when(follow_up.done_at)}{f': “{found}”' if found else '.'}"
    later = FollowUp.objects.open().filter(case=follow_up.case).first()
    return f"{said} It is to be looked at once more on {say(later.on)}." if later else said


class LookedForm(OfficeDatesForm):
    """How it stands, and whether to look once more."""

    said = forms.CharField(
        label="How does it stand?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        error_messages={"required": "Say in a sentence what you found. It stands on the timeline."},
    )
    on = again_field("Look once more on")


def _was_reopened(follow_up: FollowUp) -> bool:
    lines = Event.objects.filter(case=follow_up.case, kind=Event.Kind.REOPENED, by=follow_up.done_by)
    return lines.filter(recorded_at__gte=follow_up.done_at).exists()


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def follow_up(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Say what came of looking at a closed case again."""
    case = find_case(request, pk)
    found = get_object_or_404(FollowUp.objects.filter(case=case), pk=number)
    if found.done_at is not None and request.method != "POST":
        reopened = f"{found.done_by} reopened the case: nobody is to look any more."
        looked_at = f"{found.done_by} has looked already. It is on the timeline."
        messages.info(request, reopened if _was_reopened(found) and not found_by(found) else looked_at)
        return redirect(case)
    form = LookedForm(posted(request))
    beside = "beside" in request.POST
    if form.is_valid() and beside and case.is_open and form.cleaned_data["on"]:
        form.add_error("on", "The case is open: plan its next step there, and leave this empty.")
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        if not _keep(found, given, by=request.user, beside=beside):
            found.refresh_from_db()
            if found.done_by != request.user or found_by(found) != given["said"].strip():  # no second click
                return _already(request, found, form)
        messages.success(request, _kept(case))
        return redirect(case)
    return ask(request, case, form, title=found.what, button="Keep it", asks_date=True, beside=beside)


@transaction.atomic
def _keep(follow_up: FollowUp, given: dict[str, Any], *, by: StaffMember, beside: bool) -> bool:
    """Keep what somebody found, `beside` what a colleague did; False where one was quicker, unasked."""
    if not looked(follow_up, said=given["said"], by=by):
        if not beside:
            return False
        say_looked(follow_up, said=given["said"], by=by)
    if given["on"]:
        look_again(follow_up.case, on=given["on"], what=follow_up.what, by=by)
    return True


def _kept(case: Case) -> str:
    said = "On the timeline."
    if case.is_open:
        return said
    reopen = reverse("case-reopening", args=[case.pk])
    return format_html('{} Is it not in order? <a href="{}">Reopen the case</a>', said, reopen)


def _already(request: StaffRequest, follow_up: FollowUp, form: LookedForm) -> HttpResponse:
    """The page of somebody who wrote while a colleague did: nothing is kept yet, and nothing is lost."""
    told = f"{who_looked(follow_up, but_for=request.user)} What you wrote is below; it is not kept yet."
    return ask(
        request, follow_up.case, form, title=follow_up.what, button="Keep mine too", status=409,
        explained=told, asks_date=True, beside=True,
    )  # fmt: skip
