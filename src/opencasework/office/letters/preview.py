"""How a wording reads on a real case, before anybody writes a letter from it. Nothing is saved."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.cases.views import visible_case
from opencasework.office.constituents import languages
from opencasework.office.letters import actions, drafting, fields, filling, paper
from opencasework.office.letters.models import Letter
from opencasework.office.letters.stationery import LetterTemplate, Wording
from opencasework.office.staff.permissions import StaffRequest


class OnCaseForm(forms.Form):
    """Which case to read the wording on."""

    case = forms.CharField(label="Number of a case", max_length=40)


@require_safe
def choose(request: StaffRequest, code: str) -> HttpResponse:
    """Go to the preview on the case that was named, or on the newest of one's own."""
    template = get_object_or_404(LetterTemplate, code=code)
    visible = Case.objects.visible_to(request.user).exclude(case_people=None)
    asked = request.GET.get("case", "").strip()[:40]
    found = visible.filter(reference__iexact=asked).first() if asked else None
    if asked and found is None:
        messages.error(request, f"There is no case {asked} that you may see.")
    found = (
        found or visible.filter(owner=request.user).order_by("-pk").first() or visible.order_by("-pk").first()
    )
    if found is None:
        messages.error(request, "There is no case yet to show it on.")
        return redirect("wordings")
    language = request.GET.get("language", "")
    address = reverse("wording-preview", args=[found.pk, template.code])
    return redirect(f"{address}?{urlencode({'language': language})}" if language else address)


@require_safe
def preview(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """The sheet as the letter would begin on this case, with its gaps and where each is filled in."""
    case = visible_case(request, pk)
    template = get_object_or_404(LetterTemplate, code=code)
    letter = _letter(request, case, template)
    language = request.GET.get("language", "")
    if language and language not in languages.LANGUAGES:
        raise Http404("We do not know this language.")
    problem = ""
    try:
        drafting.put_words(letter, by=request.user, today=timezone.localdate(), language=language)
    except (filling.TemplateProblem, Wording.DoesNotExist) as error:
        problem = str(error)
    gaps = filling.gaps(f"{letter.subject}\n{letter.text}")
    context = paper.sheet(letter) | {
        "case": case,
        "template": template,
        "letter": letter,
        "problem": problem,
        "ways": fields.ways_to_fill(gaps, letter),
        "languages": [(tag, languages.name(tag)) for tag in template.languages],
        **paper.on_screen(letter, request.user),
        "rail": "letters",
    }
    return render(request, "letters/preview.html", context)


def _letter(request: StaffRequest, case: Case, template: LetterTemplate) -> Letter:
    enquiry = case.enquiries.select_related("body").order_by("-sent_on").first()
    issue = case.issues.select_related("body").first()
    body = (enquiry.body if enquiry else None) or (issue.body if issue else None) or Body.objects.first()
    return actions.begun(case=case, template=template, body=body, by=request.user, enquiry=enquiry)
