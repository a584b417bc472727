"""Closing a case: how each of its problems ended, what changed, and the letter that says so, drafted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from opencasework.office.cases import transfers
from opencasework.office.cases.acts import FORM_METHODS, say_closed, who_closed
from opencasework.office.cases.closing_forms import ClosingForm, paid_before
from opencasework.office.cases.closings import still_open
from opencasework.office.cases.following_up import again_field, look_again, what_field
from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.cases.models import Case, Outcome
from opencasework.office.cases.views import find_case
from opencasework.office.letters import recipients
from opencasework.office.letters.actions import keep_draft, template_of, worded
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

LOST = "LT-CLOSE-NOCON"
CLOSED = "LT-CLOSE"


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
def closure(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the case with an outcome for every issue still open; the closing letter waits to be read."""
    case = find_case(request, pk)
    if not case.is_open:
        return _was_closed(request, case)
    issues = [issue for issue in case.issues.all() if issue.is_open]
    taken = transfers.taken(case)
    initial = paid_before(issues) | ({"outcome": Outcome.REFERRED} if taken else {})
    form = CloseForm(posted(request), issues=issues, has_person=case.constituent is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if _closed(case, form, by=request.user):
            letter = letter_wanted(request, case, form)
            messages.success(request, closed_said(case, letter), extra_tags=undo_tag(case))
            return redirect(letter.get_absolute_url() if letter else case)
        if not case.is_open:
            return _was_closed(request, case)
        messages.warning(request, "An issue was added meanwhile. Say how that one ended too.")
        return redirect(request.path)
    context = {
        "rail": "cases",
        "case": case,
        "form": form,
        "issues": issues,
        "still_open": still_open(case),
        "taken": taken,
    }
    return render(request, "letters/closing.html", context, status=422 if form.is_bound else 200)


def _was_closed(request: StaffRequest, case: Case) -> HttpResponse:
    """Somebody else did meanwhile: who, when and how, beside what this one would have said."""
    has_person = case.constituent is not None
    sent = CloseForm(posted(request), issues=list(case.issues.all()), has_person=has_person)
    return say_closed(request, case, who_closed(case, but_for=request.user), sent)


class CloseForm(ClosingForm, OfficeDatesForm):
    """The closing, and whether somebody looks at the case again later."""

    again_on = again_field("Look at it again on")
    again_what = what_field()


@transaction.atomic
def _closed(case: Case, form: CloseForm, *, by: StaffMember) -> bool:
    if not case.close(by=by, **form.ending):
        return False
    if on := form.cleaned_data["again_on"]:
        look_again(case, on=on, what=form.cleaned_data["again_what"], by=by)
    return True


def letter_wanted(request: StaffRequest, case: Case, form: ClosingForm) -> Letter | None:
    """The closing letter of a case that was closed by this form just now, drafted if it was ticked."""
    if not form.cleaned_data.get("letter"):
        return None
    try:
        return draft_closing_letter(case, changed=form.ending["changed"], by=request.user)
    except TemplateProblem as problem:
        messages.warning(request, f"The closing letter could not be drafted. {problem}")
        return None


def draft_closing_letter(case: Case, *, changed: str, by: StaffMember) -> Letter | None:
    """Draft what the person is told of the end of a case that was closed just now; nobody to tell: None.

    Whom we lost touch with is told that we tried. Raises TemplateProblem.
    """
    if case.constituent is None:
        return None
    fresh = Case.objects.prefetch_related("issues__category").get(pk=case.pk)
    lost = {issue.outcome for issue in fresh.issues.all() if issue.outcome} == {Outcome.LOST_TOUCH}
    given: dict[str, str] = {"what_changed": changed} if changed else {}
    letter = worded(
        case=fresh,
        template=template_of(LOST, CLOSED) if lost else template_of(CLOSED),
        by=by,
        today=timezone.localdate(),
        to_person=recipients.first(fresh),
        given=given,
    )
    return keep_draft(letter, by=by)


def closed_said(case: Case, letter: Letter | None) -> Any:
    """“OC-2026-00041 is closed: Apology.”, and where its closing letter is."""
    said: Any = format_html("{} is closed: {}.", case.reference, ", ".join(case.outcomes))
    if letter is not None:
        return format_html("{} This is the closing letter: read it, and send it.", said)
    if case.constituent is not None:
        url = f"{case.get_absolute_url()}letters/new/?template={CLOSED}"
        said = format_html('{} <a href="{}">Write the closing letter</a>', said, url)
    return said


def undo_tag(case: Case) -> str:
    """What lets somebody take the closing back from the message that says so."""
    return f"undo:{reverse('case-closure-undo', args=[case.pk])}"
