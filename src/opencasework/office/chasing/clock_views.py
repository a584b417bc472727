"""The page of an enquiry with its clock, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases import covering
from opencasework.office.cases.acts import say_closed, who_closed
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.views import visible_case
from opencasework.office.chasing import clock, ladder
from opencasework.office.chasing.actions import why_not, with_ladder
from opencasework.office.chasing.addressing import nobody_above
from opencasework.office.chasing.forms import (
    AskedForm,
    DueForm,
    MindForm,
    NotAskedForm,
    ReferenceForm,
    ResumeForm,
    StopForm,
)
from opencasework.office.chasing.models import HandedOn
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.panels import Shown
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

# Each act on a clock: its form, and what it does with what the form says. Returns what takes it back.
ACTS: dict[str, tuple[type[forms.Form], Callable[[Enquiry, dict[str, Any], StaffMember], str]]] = {
    "stop": (
        StopForm,
        lambda enquiry, said, by: clock.stop(enquiry, on=said["stopped_on"], reason=said["reason"], by=by),
    ),
    "resume": (ResumeForm, lambda enquiry, said, by: clock.resume(enquiry, on=said["resumed_on"], by=by)),
    "due": (
        DueForm,
        lambda enquiry, said, by: clock.move_due(enquiry, to=said["due_on"], why=said["why"], by=by),
    ),
    "mind": (
        MindForm,
        lambda enquiry, said, by: clock.say_changed_mind(enquiry, value=said["changed_mind"], by=by),
    ),
    "reference": (
        ReferenceForm,
        lambda enquiry, said, by: clock.name_reference(enquiry, reference=said["their_reference"], by=by),
    ),
}


def _found(request: StaffRequest, pk: int) -> Enquiry:
    visible = Enquiry.objects.visible_to(request.user).select_related(
        "asked_by", "paused_by", "issue__category", "gathered_in"
    )
    return get_object_or_404(with_ladder(visible), pk=pk)


@require_safe
def enquiry(request: StaffRequest, pk: int) -> HttpResponse:
    """One enquiry: what was asked of whom, its clock, what came back, what happens next, and who did what."""
    return _page(request, _found(request, pk))


def _page(request: StaffRequest, found: Enquiry, *, failed: forms.Form | None = None) -> HttpResponse:
    given = {type(failed): failed} if failed else {}

    def form(kind: type[forms.Form], **initial: Any) -> forms.Form:
        return given.get(kind) or kind(initial=initial, prefix=None)

    context = {
        "enquiry": found,
        "case": found.case,
        "shown": Shown(found),
        "next": None if why_not(found) else ladder.next_step(found),
        "why_not": why_not(found),
        "is_held": bool(why_not(found, on=timezone.localdate())),
        "is_climbed": ladder.is_climbed(found),
        "steps": ladder.kept(found),
        "nobody_above": nobody_above(found),
        "lines": _lines(found),
        "cover": covering.of(found.case, request.user),
        "stop_form": form(StopForm, stopped_on=timezone.localdate()),
        "resume_form": form(ResumeForm, resumed_on=timezone.localdate()),
        "due_form": form(DueForm),
        "mind_form": form(MindForm, changed_mind=found.changed_mind),
        "reference_form": form(ReferenceForm, their_reference=found.their_reference),
        "not_asked_form": form(NotAskedForm),
        "failed": failed,
        "may_write": may(request.user, May.WRITE_CASES),
        "may_chase": may(request.user, May.CHASE),
        # One of several cases in a letter about another, which not everybody may know of.
        "shows_letter": Letter.objects.visible_to(request.user).filter(pk=_written(found)).exists(),
        "may_take_back": _may_take_back(found),
        "rail": "chasers",
    }
    return render(request, "chasing/enquiry.html", context, status=422 if failed else 200)


def _may_take_back(found: Enquiry) -> bool:
    """Whether it went by word of mouth, and nothing has come of it."""
    return found.written_in is None and not (found.replies.all() or found.chasers.all() or found.is_answered)


def _written(found: Enquiry) -> int:
    return found.written_in.pk if found.written_in is not None else 0


def _lines(found: Enquiry) -> list[Event]:
    """What the timeline says of this enquiry, the newest first: each with who and when."""
    letters = [chaser.letter_id for chaser in found.chasers.all() if chaser.letter_id]
    letters += [found.letter_id] if found.letter_id else []
    replies = [reply.pk for reply in found.replies.all()]
    about = Q(detail__enquiry=found.pk) | Q(detail__letter__in=letters) | Q(detail__reply__in=replies)
    # A case that was merged into another keeps its lines; they are found by the enquiry's own number.
    return list(Event.objects.filter(about, case__in=found.case.family).select_related("by"))


@require_POST
@staff_who_may(May.CHASE)
def enquiry_clock(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """Stop the clock, let it run, set another due date, say what came of it, or note their reference."""
    found = _found(request, pk)
    kind, do = ACTS[act]
    form = kind(request.POST)
    if not form.is_valid():
        return _page(request, found, failed=form)
    was_due = found.due_on
    try:
        token = do(found, form.cleaned_data, request.user)
    except clock.ClockProblem as problem:
        form.add_error(None, str(problem))
        return _page(request, found, failed=form)
    undo = reverse("enquiry-undo", args=[found.pk, token])
    found.refresh_from_db(fields=["due_on"])
    moved = f" The reply is due by {in_words(found.due_on)}." if found.due_on != was_due else ""
    messages.success(request, f"Noted on the timeline.{moved}", extra_tags=f"undo:{undo}")
    return redirect(found)


@require_POST
@staff_who_may(May.CHASE)
def enquiry_undo(request: StaffRequest, pk: int, token: str) -> HttpResponse:
    """Take back an act on the clock, while nothing has come after it."""
    found = _found(request, pk)
    try:
        messages.success(request, f"Taken back: {clock.take_back(found, token=token, by=request.user)}.")
    except clock.ClockProblem as problem:
        messages.error(request, str(problem))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def enquiry_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record an enquiry put by telephone or through a portal."""
    case = visible_case(request, pk)
    may_go_without = may(request.user, May.SEND_WITHOUT_AUTHORITY)
    begun = {"body": request.GET.get("body", "")}
    form = AskedForm(posted(request), case=case, may_go_without=may_go_without, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            made, is_new = clock.put_once(case=case, by=request.user, **form.cleaned_data)
        except clock.CaseClosed:
            return say_closed(request, case, who_closed(case, but_for=request.user), form)
        except clock.NoAuthority as problem:
            form.add_error("no_authority_reason" if may_go_without else None, str(problem))
        except clock.ClockProblem as problem:
            form.add_error("due_on", str(problem))
        else:
            _say_recorded(request, made, is_new=is_new)
            return redirect(case)
    context = {"case": case, "form": form, "asking": _asking(case, form), "rail": "cases"}
    context["may_go_without"] = may_go_without
    return render(request, "chasing/asked.html", context, status=422 if form.errors else 200)


def _say_recorded(request: StaffRequest, made: Enquiry, *, is_new: bool) -> None:
    if not is_new:
        link = format_html('<a href="{}">Open the enquiry</a>', made.get_absolute_url())
        said = "You had recorded this already, so it is there once."
        messages.info(request, format_html("{} {}", said, link))
        return
    undo = reverse("enquiry-withdrawal", args=[made.pk])
    handed = HandedOn.objects.filter(enquiry=made).select_related("asked").first()
    said = f"Recorded. {handed.asked} is part of {made.body} now." if handed else "Recorded."
    said += f" {made.body} should answer by {in_words(made.due_on)}."
    messages.success(request, said, extra_tags=f"undo:{undo}")


def _asking(case: Case, form: AskedForm) -> tuple[str, str, str] | None:
    """What the page says where no authority covers the body that is chosen; None where one does."""
    chosen = form["body"].value()
    body = Body.objects.select_related("parent__parent").filter(code=chosen).first() if chosen else None
    today = timezone.localdate()
    said_on = form.cleaned_data.get("asked_on") if form.is_bound else None
    if body is None or gate.was_open(case, body, on=said_on or today):
        return None
    return gate.asking_since(case, body, on=said_on or today)


@require_POST
@staff_who_may(May.WRITE_CASES)
def enquiry_withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """It was not asked after all; where that is said later, with a reason."""
    found = _found(request, pk)
    form = NotAskedForm(request.POST)
    if not form.is_valid():
        return _page(request, found, failed=form)
    try:
        clock.take_back_asking(found, by=request.user, reason=form.cleaned_data["reason"])
    except clock.ClockProblem as problem:
        form.add_error("reason", str(problem))
        return _page(request, found, failed=form)
    messages.success(request, f"Taken back: {found.body} was not asked.")
    return redirect(found.case)
