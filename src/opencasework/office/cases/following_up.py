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

from opencasework.office.cases.acts import FORM_METHODS, ask
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
    follow_up.case.record(Event.Kind.NOTE, by=by, text=f"Looked at again: {follow_up.what}.\n{said.strip()}")
    return True


class LookedForm(OfficeDatesForm):
    """How it stands, and whether to look once more."""

    said = forms.CharField(
        label="How does it stand?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        error_messages={"required": "Say in a sentence what you found. It stands on the timeline."},
    )
    on = again_field("Look once more on")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def follow_up(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Say what came of looking at a closed case again."""
    case = find_case(request, pk)
    found = get_object_or_404(FollowUp.objects.filter(case=case), pk=number)
    if found.done_at is not None:
        messages.info(request, f"{found.done_by} has looked already. It is on the timeline.")
        return redirect(case)
    form = LookedForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        with transaction.atomic():
            if looked(found, said=given["said"], by=request.user) and given["on"]:
                look_again(case, on=given["on"], what=found.what, by=request.user)
        reopen = reverse("case-reopening", args=[case.pk])
        said: Any = "On the timeline."
        if not case.is_open:
            said = format_html('{} Is it not in order? <a href="{}">Reopen the case</a>', said, reopen)
        messages.success(request, said)
        return redirect(case)
    return ask(request, case, form, title=found.what, button="Keep it", asks_date=True)
