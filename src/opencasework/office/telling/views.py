"""Pages where somebody tells a person something, or says that they have."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opencasework.office.cases import taking_back
from opencasework.office.cases.models import Event
from opencasework.office.cases.views import visible_case
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.pack import choosing
from opencasework.office.letters.pack.documents import Document
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may
from opencasework.office.telling import actions
from opencasework.office.telling.forms import ForwardingForm, ToldForm
from opencasework.office.telling.forwarding import FORWARDS, answer_to, files_to_send, forward
from opencasework.office.telling.models import Word


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def forwarding(request: StaffRequest, pk: int) -> HttpResponse:
    """Say in plain words what a body answered; the letter is drafted with the answer below it."""
    visible = Enquiry.objects.visible_to(request.user).select_related("case", "body", "issue")
    enquiry = get_object_or_404(visible, pk=pk)
    person, answer = enquiry.case.constituent, answer_to(enquiry)
    if person is None or answer is None:
        problem = "There is nobody on this case to write to."
        if answer is None:
            problem = f"{enquiry.body} has not answered. Record the answer first."
        messages.error(request, problem)
        return redirect(enquiry.case)
    initial = {"summary": "" if answer.message else answer.reply.note}
    documents = files_to_send(answer, by=request.user)
    form = ForwardingForm(posted(request), documents=documents, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "enclosed"}
        try:
            letter = forward(enquiry=enquiry, answer=answer, by=request.user, **given)
        except TemplateProblem as problem:
            form.add_error(None, f"The office’s wording cannot be used: {problem}")
        else:
            _send_along(request, letter, form.chosen)
            return redirect(letter)
    context = {
        "rail": "cases",
        "case": enquiry.case,
        "enquiry": enquiry,
        "person": person,
        "answer": answer,
        "by_hand": actions.why_by_hand(person),
        "form": form,
    }
    return render(request, "telling/forwarding.html", context, status=422 if form.is_bound else 200)


def _send_along(request: StaffRequest, letter: Letter, files: list[Document]) -> None:
    """Put the chosen files into the pack of the drafted letter, and say what became of them."""
    try:
        number = choosing.add(letter, files, by=request.user) if files else 0
    except choosing.CannotChoose as problem:
        messages.warning(request, f"Drafted, without their files. {problem}")
        return
    along = "; 1 file of theirs goes along" if number == 1 else f"; {number} files of theirs go along"
    messages.success(request, f"Drafted{along if number else ''}. Read it once more, then send it.")


@require_safe
@staff_who_may(May.WRITE_CASES)
def latest_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Where the latest answer of a body is sent on; without one, an empty letter that sends one on."""
    case = visible_case(request, pk)
    answered = case.enquiries.exclude(answered_on=None).order_by("-answered_on", "-pk").first()
    if answered is not None:
        return redirect("enquiry-forwarding", answered.pk)
    return redirect(f"{reverse('letter-new', args=[case.pk])}?template={FORWARDS}")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def told(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that the person has been told, by telephone or in person; it ends the word that is owed."""
    word = get_object_or_404(Word.objects.visible_to(request.user).select_related("case", "person"), pk=pk)
    form = ToldForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if actions.was_told(word, by=request.user, **form.cleaned_data):
            undo = taking_back.undo_tag(word.case, Event.Kind.CALL)
            messages.success(request, "Written down: they have heard from us.", extra_tags=undo)
        else:
            messages.info(request, "Somebody has told them already. Nothing was added.")
        return redirect(word.case)
    context = {
        "rail": "cases",
        "case": word.case,
        "word": word,
        "person": word.whom,
        "form": form,
    }
    return render(request, "telling/told.html", context, status=422 if form.is_bound else 200)
