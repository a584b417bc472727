"""Paragraphs the office keeps: a page of them, and what the editor asks for when somebody types a slash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.constituents import languages
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.versions import Versioned, compare, say_taken
from opencasework.office.letters import fields
from opencasework.office.letters.stationery import Snippet
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

ROWS = 60  # on a page
MOST_OFFERED = 20  # to the editor at once

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Snippet]
else:
    _ModelForm = forms.ModelForm  # generic for the type checker only


class SnippetForm(Versioned, _ModelForm):
    """A paragraph to keep."""

    class Meta:
        model = Snippet
        fields = ("name", "keywords", "language", "text")
        labels = {"keywords": "Other words to find it by", "text": "The paragraph"}
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}), "language": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].widget.choices = languages.CHOICES
        self.fields["text"].max_length = 5_000  # type: ignore[attr-defined]

    def clean_language(self) -> str:
        tag: str = self.cleaned_data["language"]
        if tag not in languages.LANGUAGES:
            raise forms.ValidationError("Choose a language from the list.")
        return tag

    def clean_text(self) -> str:
        words: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if problem := fields.problem_of(words):
            raise forms.ValidationError(problem)
        return words


@require_safe
def snippets(request: StaffRequest) -> HttpResponse:
    """The paragraphs kept, found by their words."""
    words = request.GET.get("q", "").strip()[:100]
    found = Snippet.objects.kept().matching(words)
    context = {
        "q": words,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "may_write": may(request.user, May.WRITE_CASES),
        "rail": "letters",
    }
    return render(request, "letters/_snippets.html" if request.htmx else "letters/snippets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest) -> HttpResponse:
    """Keep a new paragraph."""
    form = SnippetForm(posted(request), instance=Snippet())
    if request.method == "POST" and form.is_valid():
        return _kept(request, form)
    context = {"form": form, "snippet": None, "rail": "letters"}
    return render(request, "letters/snippet.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.WRITE_CASES)
@alone_on(Snippet)
def snippet(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a paragraph. Letters that have it already keep theirs."""
    found = get_object_or_404(Snippet.objects.kept(), pk=pk)
    form = SnippetForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            who = f"{found.changed_by or 'Somebody'} changed this paragraph after you opened it."
            return compare(request, form, who=who, back=found.get_absolute_url(), rail="letters")
        return _kept(request, form)
    context = {"form": form, "snippet": found, "rail": "letters"}
    return render(request, "letters/snippet.html", context, status=422 if form.errors else 200)


def _kept(request: StaffRequest, form: SnippetForm) -> HttpResponse:
    kept = form.save(commit=False)
    kept.changed_by, kept.changed_at = request.user, timezone.now()
    kept.save()
    messages.success(request, f"“{kept.name}” is kept.")
    say_taken(request, form)
    return redirect("snippets")


@require_POST
@staff_who_may(May.WRITE_CASES)
def putting_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a paragraph away; posted again with `back`, it is there once more."""
    found = get_object_or_404(Snippet, pk=pk)
    found.put_away_at = None if request.POST.get("back") else timezone.now()
    found.save(update_fields=["put_away_at"])
    messages.success(
        request, f"“{found.name}” is {'there again' if request.POST.get('back') else 'put away'}."
    )
    return redirect("snippets")
