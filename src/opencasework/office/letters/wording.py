"""Pages where the office changes the wording of its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from opencasework.office.letters import filling
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[LetterTemplate]
else:
    _ModelForm = forms.ModelForm  # generic for the type checker only


class WordingForm(_ModelForm):
    """The words of one kind of letter; what cannot be filled in cannot be saved."""

    class Meta:
        model = LetterTemplate
        fields = ("name", "purpose", "subject", "text")
        labels = {"purpose": "What it is for", "text": "Wording"}
        widgets = {"text": forms.Textarea(attrs={"rows": 22, "spellcheck": "true"})}

    def _fillable(self, field: str) -> str:
        words: str = self.cleaned_data[field].replace("\r\n", "\n")
        try:
            filling.fill(words, {})
        except filling.TemplateProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        return words

    def clean_subject(self) -> str:
        return self._fillable("subject")

    def clean_text(self) -> str:
        return self._fillable("text")


@require_safe
def wordings(request: StaffRequest) -> HttpResponse:
    """Every kind of letter and what it is for."""
    context = {
        "to_bodies": LetterTemplate.objects.filter(to_body=True),
        "to_constituents": LetterTemplate.objects.filter(to_body=False),
        "rail": "letters",
    }
    return render(request, "letters/wordings.html", context)


@staff_who_may(May.MANAGE_OFFICE)
def wording(request: StaffRequest, code: str) -> HttpResponse:
    """Change the words of one kind of letter. Letters already drafted keep theirs."""
    template = get_object_or_404(LetterTemplate, code=code)
    form = WordingForm(request.POST or None, instance=template)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"Saved. From now on “{template.name}” reads like this.")
        return redirect("wordings")
    context = {
        "template": get_object_or_404(LetterTemplate, code=code),
        "form": form,
        "rail": "letters",
    }
    return render(request, "letters/wording.html", context, status=422 if form.errors else 200)
