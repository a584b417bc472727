"""Acts on the issues of a case and on what was asked, each a small form of its own."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.cases import actions, asking, ledger, ledger_forms
from opencasework.office.cases.acts import (
    FORM_METHODS,
    ask,
    compared,
    one_at_a_time,
    say_closed,
    say_typed,
)
from opencasework.office.cases.forms import IssueForm
from opencasework.office.cases.models import Case, Issue, Question
from opencasework.office.cases.views import find_case
from opencasework.office.kit import dates
from opencasework.office.kit.versions import say_taken
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

CLOSED = "This case is closed, so its issues stay as they ended. Reopen the case first."


def _issue(case: Case, pk: int) -> Issue:
    return get_object_or_404(case.issues.select_related("category", "body"), pk=pk)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def issue(request: StaffRequest, pk: int, issue_pk: int) -> HttpResponse:
    """Say better what an issue is about, or which body it concerns."""
    case = find_case(request, pk)
    found = _issue(case, issue_pk)
    initial = {"category": found.category.code, "body": found.body.code if found.body else ""}
    form = IssueForm(posted(request), initial=initial)
    if form.is_valid() and form.clashes:
        return compared(request, case, form)
    if form.is_valid():
        ledger.change_issue(issue=found, by=request.user, **form.cleaned_data)
        messages.success(request, f"Saved: {found.category.label}.")
        say_taken(request, form)
        return redirect(f"{case.get_absolute_url()}#issues")
    return ask(request, case, form, title="Change the issue", button="Save issue")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
def ending(request: StaffRequest, pk: int, issue_pk: int) -> HttpResponse:
    """End one issue with its outcome and money; the case stays open for the others."""
    case = find_case(request, pk)
    found = _issue(case, issue_pk)
    initial = {"outcome": request.GET.get("outcome", ""), "amount": found.amount}
    form = ledger_forms.EndingForm(posted(request), initial=initial)
    if not case.is_open:
        return say_closed(request, case, CLOSED, form)
    if not found.is_open:
        return _ended_already(request, case, found, form)
    if form.is_valid():
        ended = ledger.end_issue(issue=found, by=request.user, **form.ending)
        found.refresh_from_db()
        if not ended:  # a colleague was quicker
            return _ended_already(request, case, found, form)
        undo = reverse("case-issue-reopening", args=[case.pk, found.pk])
        more = "" if case.issues.open().exists() else _close_it(case)
        messages.success(
            request,
            format_html("{}: {}.{}", found.category.label, found.ending, more),
            extra_tags=f"undo:{undo}",
        )
        return redirect(f"{case.get_absolute_url()}#issues")
    return ask(request, case, form, title=f"How did it end: {found.category.label}?", button="End the issue")


def _ended_already(
    request: StaffRequest, case: Case, issue: Issue, form: ledger_forms.EndingForm
) -> HttpResponse:
    sentence = f"{issue.category.label} has ended already: {issue.ending or 'a duplicate'}."
    return say_closed(request, case, sentence, form)


def _close_it(case: Case) -> str:
    url = reverse("case-closure", args=[case.pk])
    return format_html(' Every issue has ended. <a href="{}">Close the case</a>', url)


@require_POST
@staff_who_may(May.CLOSE_CASES)
def reopening(request: StaffRequest, pk: int, issue_pk: int) -> HttpResponse:
    """Take one issue up again: one that ended, or that was held for a duplicate."""
    case = find_case(request, pk)
    found = _issue(case, issue_pk)
    if not case.is_open:
        return say_closed(request, case, CLOSED)
    if ledger.reopen_issue(issue=found, by=request.user):
        messages.success(request, f"{found.category.label} is open again.")
    return redirect(f"{case.get_absolute_url()}#issues")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
def duplicate(request: StaffRequest, pk: int, issue_pk: int) -> HttpResponse:
    """Say that an issue is the same problem as another one here: it is counted once."""
    case = find_case(request, pk)
    found = _issue(case, issue_pk)
    if not (case.is_open and found.is_open):
        return say_closed(request, case, "Only an open issue of an open case can be the same as another.")
    form = ledger_forms.SameIssueForm(posted(request), issue=found)
    if form.is_valid():
        ledger.count_once(issue=found, original=form.cleaned_data["original"], by=request.user)
        undo = reverse("case-issue-reopening", args=[case.pk, found.pk])
        messages.success(request, f"{found.category.label} is counted once.", extra_tags=f"undo:{undo}")
        return redirect(f"{case.get_absolute_url()}#issues")
    explained = "The figures count the problem once. It stays on the list, and can be taken back."
    title = f"The same problem twice: {found.category.label}"
    return ask(request, case, form, title=title, button="Count it once", explained=explained)


# --- questions ----------------------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def new_question(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody was asked something: from now on the case waits for them."""
    case = find_case(request, pk)
    to = request.GET.get("to", "")
    initial = {"to": to if to in Question.To.values else Question.To.CONSTITUENT, "on": "5 wd"}
    form = ledger_forms.QuestionForm(posted(request), initial=initial)
    if not case.is_open:
        return say_closed(request, case, "A closed case waits for nobody. Reopen it first.", form)
    if form.is_valid():
        given = form.cleaned_data
        question = asking.ask(
            case=case, to=given["to"], text=given["text"], due_on=given["on"], by=request.user
        )
        day = dates.short(question.due_on, today=timezone.localdate())
        messages.success(request, f"Asked {question.asked_of}. We look again on {day}.")
        return redirect(case)
    explained = "Ask them first; this says that you have. It ends when they write, or when you say so."
    return ask(
        request,
        case,
        form,
        title="I asked them something",
        button="Wait for them",
        asks_date=True,
        explained=explained,
    )


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def answer(request: StaffRequest, pk: int, question_pk: int) -> HttpResponse:
    """They have answered; what they said may be added."""
    case = find_case(request, pk)
    question = get_object_or_404(case.questions.select_related("person"), pk=question_pk)
    form = ledger_forms.AnswerForm(posted(request))
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        if asking.heard(question=question, by=request.user, answer=answer):
            undo = reverse("case-question-waiting", args=[case.pk, question.pk])
            messages.success(request, "Noted. The case is with us.", extra_tags=f"undo:{undo}")
        else:
            is_kept = asking.heard_beside(question=question, by=request.user, answer=answer)
            beside = " What you wrote stands on the timeline, too." if is_kept else ""
            messages.info(request, f"Somebody has said already that this is answered.{beside}")
        return redirect(case)
    explained = f"{question.asked_of[:1].upper()}{question.asked_of[1:]} was asked: {question.text}"
    return ask(request, case, form, title="They have answered", button="It is answered", explained=explained)


@require_POST
@staff_who_may(May.WRITE_CASES)
def waiting(request: StaffRequest, pk: int, question_pk: int) -> HttpResponse:
    """What came was no answer: wait on."""
    case = find_case(request, pk)
    question = get_object_or_404(case.questions, pk=question_pk)
    if case.is_open and asking.still_waiting(question=question, by=request.user):
        messages.success(request, f"Still waiting for {question.asked_of}.")
    return redirect(case)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def title(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the case a better title."""
    case = find_case(request, pk)
    form = ledger_forms.TitleForm(posted(request), initial={"title": case.title, "channel": case.channel})
    if form.is_valid() and form.clashes:
        return compared(request, case, form)
    if form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            words = actions.without_numbers(case, given["title"], by=request.user)
            case.describe(by=request.user, title=words, channel=given["channel"])
        messages.success(request, "Saved.")
        say_typed(request, given["title"], words)
        say_taken(request, form)
        return redirect(case)
    return ask(request, case, form, title="Title of the case", button="Save")
