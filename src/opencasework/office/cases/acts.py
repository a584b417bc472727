"""Acts on a case, each a small form of its own: a page that a right answer leads back from, to the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.cases import access as seeing
from opencasework.office.cases import actions, closings, drafts, sent_twice, shorthand, team
from opencasework.office.cases import forms as case_forms
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.taking_back import undo_tag
from opencasework.office.cases.views import back_to, find_case, find_managed, page_of
from opencasework.office.constituents.models import Person
from opencasework.office.kit import dates
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.not_saved import not_saved
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.versions import Versioned, compare, say_taken
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may
from opencasework.office.staff.sent_twice import done_once, hold, mark

FORM_METHODS = ["GET", "POST"]
one_at_a_time = alone_on(Case)


def compared(request: StaffRequest, case: Case, form: Versioned) -> HttpResponse:
    """The page that shows two edits of one thing on a case side by side."""
    last = case.events.exclude(by=request.user).exclude(by=None).select_related("by").first()
    who = "Somebody changed this after you opened it."
    if last:
        who = f"{last.by} changed this case at {said_when(last.recorded_at)}, after you opened this form."
    back = case.get_absolute_url()
    crumbs = [(reverse("cases"), "Cases"), (back, f"{case.reference} {case.title}")]
    return compare(request, form, who=who, back=back, rail="cases", crumbs=crumbs)


def said_when(at: datetime) -> str:
    """A moment in words: “10:32 today”, “16:05 on Tue 3 Nov”."""
    local, today = timezone.localtime(at), timezone.localdate()
    return f"{local:%H:%M} " + (
        "today" if local.date() == today else f"on {dates.short(local.date(), today=today)}"
    )


def ask(
    request: StaffRequest,
    case: Case,
    form: forms.Form,
    *,
    title: str,
    button: str,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    """The page of one act: its form, under the name of the case. What was sent is wrong, or as `status`."""
    context = {"rail": "cases", "case": case, "form": form, "title": title, "button": button, **more}
    return render(request, "cases/act.html", context, status=status or (422 if form.is_bound else 200))


@require_POST
@staff_who_may(May.WRITE_CASES)
@done_once
def notes(request: StaffRequest, pk: int) -> HttpResponse:
    """Add a note. “!fri chase HMPO” sets the next action as well, “@tom” asks him, “#damp” tags."""
    case = find_case(request, pk)
    form = case_forms.NoteForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        before = (case.next_action, case.next_action_on)
        with transaction.atomic():
            note, unread = actions.write_note(case=case, text=form.cleaned_data["text"], by=request.user)
            drafts.spend(case=case, staff=request.user, form="note")
        said = f" {_next_said(case)}" if (case.next_action, case.next_action_on) != before else ""
        if asked := shorthand.asked_in(note):
            said += f" Asked: {', '.join(asked)}; it stands in their day."
        messages.success(request, f"Note added.{said}")
        if unread:
            messages.warning(request, unread)
        return redirect(f"{case.get_absolute_url()}#entry-{note.pk}")
    return render(request, "cases/detail.html", page_of(case, request, note_form=form, form=form), status=422)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def access(request: StaffRequest, pk: int) -> HttpResponse:
    """Say who may know of the case."""
    case = find_managed(request, pk)
    initial = {"need_to_know": case.need_to_know, "shared_with": case.shared_with.all()}
    form = case_forms.AccessForm(posted(request), initial=initial)
    if form.is_valid() and form.clashes:
        return compared(request, case, form)
    if request.method == "POST" and form.is_valid():
        before = seeing.seers(case)
        actions.share(
            case=case,
            need_to_know=form.cleaned_data["need_to_know"],
            shared_with=list(form.cleaned_data["shared_with"]),
            by=request.user,
        )
        said = ["Saved who may know of this case", *seeing.sight_said(before, seeing.seers(case))]
        messages.success(request, ". ".join(said) + ".")
        return back_to(request, case)
    return ask(request, case, form, title="Who may know of this case", button="Save")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the case to a colleague."""
    case = find_managed(request, pk)
    form = case_forms.OwnerForm(posted(request), initial={"owner": str(case.owner_id or "")})
    if form.is_valid() and form.clashes:
        return compared(request, case, form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        is_named = team.hand_over(case=case, to=given["owner"], note=given["note"], by=request.user)
        # Whoever gave it out of their sight could not open what takes that back.
        is_seen = Case.objects.manageable_by(request.user).filter(pk=case.pk).exists()
        undo = undo_tag(case, Event.Kind.ASSIGNED) if is_seen else ""
        more = f" {seeing.YOU_STAY}" if is_named else "" if is_seen else " You see it no longer."
        said = f"{case.owner or 'Nobody'} has this case now.{more}"
        messages.success(request, said, extra_tags=undo)
        return back_to(request, case)
    return ask(request, case, form, title="Assign the case", button="Assign")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def next_action(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what happens next and when; the date is said back in full."""
    case = find_case(request, pk)
    if not case.is_open:
        sentence = "A closed case has no next action. Reopen it first."
        return say_closed(request, case, sentence, case_forms.NextActionForm(posted(request)))
    is_done = "done" in request.GET
    form = case_forms.NextActionForm(
        posted(request),
        initial={
            "next_action": "" if is_done else case.next_action,
            "on": None if is_done else case.next_action_on,
        },
        standing={"next_action": case.next_action, "on": case.next_action_on},
    )
    if form.is_valid() and form.clashes:
        return compared(request, case, form)
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        with transaction.atomic():
            words = actions.without_numbers(case, form.cleaned_data["next_action"], by=request.user)
            case.plan(next_action=words, on=on, by=request.user)
        messages.success(request, _next_said(case), extra_tags=undo_tag(case, Event.Kind.PLANNED))
        say_typed(request, form.cleaned_data["next_action"], words)
        say_taken(request, form)
        return redirect(case)
    title = f"Done: {case.next_action}. What happens next?" if is_done else "What happens next?"
    return ask(request, case, form, title=title, button="Save", asks_date=True)


def say_typed(request: StaffRequest, typed: str, shown: str) -> None:
    """Say what became of a number in a title or next action, where one stood in it."""
    if typed != shown:
        messages.info(request, actions.SAID_TYPED)


def _next_said(case: Case) -> str:
    """“Next: chase DWP, Monday 7 December 2026, 10 working days.”"""
    if case.next_action_on is None:
        return "This case was closed in the meantime."
    understood = dates.understood(
        case.next_action_on, today=timezone.localdate(), nation=Office.nation_here()
    )
    return f"Next: {case.next_action}, {understood}."


def say_closed(
    request: StaffRequest, case: Case, sentence: str, form: forms.BaseForm | None = None
) -> HttpResponse:
    """Back to the case, with a sentence that says why nothing was done; first with what `form` was sent."""
    back = case.get_absolute_url()
    return not_saved(request, sentence, form=form, back=back, back_to=case.reference, rail="cases")


def who_closed(case: Case, *, but_for: StaffMember) -> str:
    """Who closed it, when and how: for somebody who was about to."""
    done = _done(case, Event.Kind.CLOSED, "closed this case", but_for=but_for)
    how = f": {', '.join(case.outcomes)}" if case.outcomes else ""
    return f"{done}{how}. Nothing of yours was saved over it." if done else "This case is closed already."


def who_reopened(case: Case, *, but_for: StaffMember) -> str:
    """The same of who opened it again, and when."""
    done = _done(case, Event.Kind.REOPENED, "opened this case again", but_for=but_for)
    return f"{done}. Nothing of yours was saved over it." if done else "This case is open already."


def _done(case: Case, kind: str, what: str, *, but_for: StaffMember) -> str:
    """Who did that last, and when; empty where nobody in particular did."""
    line = case.events.filter(kind=kind).select_related("by").order_by("-pk").first()
    if line is None or line.by is None:
        return ""
    who = "You" if line.by == but_for else str(line.by)
    return f"{who} {what} at {said_when(line.recorded_at)}"


@require_POST
@staff_who_may(May.CLOSE_CASES)
def closure_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the closing back: the case, its issues and its next action are as they were."""
    case = find_case(request, pk)
    closing = closings.last_closing(case)
    if closing and closings.undo_closing(closing=closing, by=request.user):
        case.refresh_from_db()
        messages.success(request, f"{case.reference} is open as before. {_next_said(case)}")
    else:
        messages.error(request, "The closing cannot be taken back any more: the case has been opened since.")
    return redirect(case)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
@one_at_a_time
def reopening(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a closed case up again, with its next action."""
    case = find_case(request, pk)
    form = case_forms.ReopeningForm(posted(request))
    if case.is_open:
        return say_closed(request, case, who_reopened(case, but_for=request.user), form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            words = actions.without_numbers(case, given["next_action"], by=request.user)
            case.reopen(
                next_action=words,
                next_action_on=given["on"],
                reason=given["reason"],
                by=request.user,
            )
        messages.success(request, f"{case.reference} is open again. {_next_said(case)}")
        say_typed(request, given["next_action"], words)
        return redirect(case)
    return ask(request, case, form, title="Reopen the case", button="Reopen case", asks_date=True)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def new_issue(request: StaffRequest, pk: int) -> HttpResponse:
    """Record one more problem within the case."""
    case = find_case(request, pk)
    form = case_forms.IssueForm(posted(request))
    if not case.is_open:
        sentence = "An issue cannot be added to a closed case. Reopen it first."
        return say_closed(request, case, sentence, form)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            hold(request.user)
            sent = mark(request)
            there = sent_twice.added(sent, by=request.user)
            issue = there or actions.add_issue(case=case, by=request.user, sent=sent, **form.cleaned_data)
        if there is not None:
            messages.info(request, f"You had added {issue.category.label} already, so it is there once.")
        else:
            messages.success(request, f"Issue added: {issue.category.label}.")
        return redirect(case)
    return ask(request, case, form, title="Add an issue", button="Add issue")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@done_once
def new_person(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an adviser or a third party on the case: somebody we know, or a new person by name."""
    case = find_case(request, pk)
    words = request.GET.get("q", "").strip()
    form = case_forms.CasePersonForm(posted(request))
    form.fields["person"].queryset = (  # type: ignore[attr-defined]
        Person.objects.visible_to(request.user).exclude(case_people__case=case)
    )
    if request.method == "POST" and form.is_valid():
        link = form.save(case=case, by=request.user)
        messages.success(request, f"{link.person} is on this case now.")
        return redirect(case)
    found = []
    if len(words) >= 2:
        known = form.fields["person"].queryset  # type: ignore[attr-defined]
        found = list(known.with_words(words).for_lists()[:20])
    chosen = request.GET.get("person", "")
    person = form.fields["person"].queryset.filter(pk=row_number(chosen)).first()  # type: ignore[attr-defined]
    context = {"rail": "cases", "case": case, "form": form, "words": words, "found": found, "person": person}
    return render(request, "cases/new_person.html", context, status=422 if form.is_bound else 200)
