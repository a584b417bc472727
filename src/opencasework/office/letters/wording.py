"""Pages where the office changes the wording of its letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from opencasework.office.constituents import languages
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import fields, reading_age, rich, suggesting, versions
from opencasework.office.letters.review.inserts import Insert
from opencasework.office.letters.review.words import html_field
from opencasework.office.letters.stationery import LetterTemplate, Snippet, Wording
from opencasework.office.letters.word import limits, workshop
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_WORDING = 100_000  # characters


class WordingForm(forms.Form):
    """The words of one kind of letter in one language; what cannot be filled in cannot be saved."""

    name = forms.CharField(max_length=120)
    purpose = forms.CharField(label="What it is for", max_length=300, required=False)
    subject = forms.CharField(max_length=200)
    text = forms.CharField(
        label="Wording",
        required=False,
        max_length=LONGEST_WORDING,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true"}),
    )
    html = html_field()
    docx = forms.FileField(
        label="Or a Word file",
        required=False,
        widget=forms.FileInput(attrs={"accept": f".docx,{DOCX}"}),
        help_text="It takes the place of the words above. Put {{ fields }} into it as you do here.",
    )
    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the version that was read

    @property
    def begins_with(self) -> SafeString:
        """What the editor opens with where nothing has been written yet."""
        return mark_safe(self.initial["html"] or rich.from_text(self.initial["text"]))  # written by rich

    def _fillable(self, field: str) -> str:
        words: str = self.cleaned_data[field].replace("\r\n", "\n")
        if problem := fields.problem_of(words):
            raise forms.ValidationError(problem)
        return words

    def clean_subject(self) -> str:
        return self._fillable("subject")

    def clean_text(self) -> str:
        return self._fillable("text")

    def clean_html(self) -> str:
        try:
            html = rich.clean(self.cleaned_data["html"])
        except rich.TooLong as too_long:
            raise forms.ValidationError(str(too_long)) from too_long
        if problem := fields.problem_of(html):
            raise forms.ValidationError(problem)
        return html

    def clean_docx(self) -> bytes:
        given: UploadedFile[Any] | None = self.cleaned_data["docx"]
        if given is None:
            return b""
        if (given.size or 0) > limits.FILE_BYTES:
            raise forms.ValidationError(f"This file is larger than {limits.FILE_BYTES // 1_000_000} MB.")
        content: bytes = given.read()
        try:
            self.looked = workshop.look(content)
        except workshop.WordProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        if problem_of := fields.problem_of(" ".join(f"{{{{ {name} }}}}" for name in self.looked.fields)):
            raise forms.ValidationError(problem_of)
        return content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("text", "").strip() or cleaned.get("docx") or self.errors):
            self.add_error("text", "Write the wording, or choose a Word file.")
        return cleaned


@require_safe
def wordings(request: StaffRequest) -> HttpResponse:
    """Every kind of letter, what it is for and in which languages it can be written."""
    kinds = LetterTemplate.objects.offered().prefetch_related("wordings")
    rows = [(kind, versions.latest_of(kind)) for kind in kinds]
    context = {
        "to_bodies": [row for row in rows if row[0].to_body],
        "to_constituents": [row for row in rows if not row[0].to_body],
        "may_manage": may(request.user, May.MANAGE_OFFICE),
        "rail": "letters",
    }
    return render(request, "letters/wordings.html", context)


@require_safe
def field_list(request: StaffRequest) -> HttpResponse:
    """Every field that may stand in a wording, what it means and where it is filled in."""
    return render(request, "letters/fields.html", {"places": fields.by_place(), "rail": "letters"})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def wording(request: StaffRequest, code: str) -> HttpResponse:
    """Change the words of one kind of letter, in one language. Letters already drafted keep theirs."""
    template = get_object_or_404(LetterTemplate, code=code)
    language = _language(request)
    standing = template.standing(language)
    begin = standing or template.wording_for(languages.ENGLISH)
    initial = {
        "name": template.name,
        "purpose": template.purpose,
        "subject": begin.subject,
        "text": begin.text,
        "html": begin.html,
        "opened": standing.number if standing else 0,
    }
    form = WordingForm(posted(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, template, language, standing, form)
        others = saved.number - 1 - (form.cleaned_data["opened"] or 0)
        if others > 0:
            messages.info(
                request, f"Somebody saved version {saved.number - 1} meanwhile. It is kept beside yours."
            )
        messages.success(request, f"Saved. From now on “{template.name}” reads like this.")
        return redirect("wordings")
    written = template.languages
    context = _for_the_editor(template, language) | {
        "template": template,
        "standing": standing,
        "language": language,
        "language_name": languages.name(language),
        "languages": [(tag, languages.name(tag)) for tag in written],
        "others": [pair for pair in languages.CHOICES if pair[0] not in written],
        "form": form,
        "versions": template.wordings.filter(language=language).select_related("made_by"),
        "used": fields.used_in(begin.text) if not form.errors else [],
        "age": reading_age.of_wording(begin.text) if language == languages.ENGLISH else None,
        "rail": "letters",
    }
    return render(request, "letters/wording.html", context, status=422 if form.errors else 200)


def _for_the_editor(template: LetterTemplate, language: str) -> dict[str, Any]:
    """What can be put into a wording: fields by their names, and the paragraphs as they are kept."""
    paragraphs = Snippet.objects.kept().filter(language=language)
    return {
        "letter": {"subject": template.name, "template": template},  # as the editor names it
        "fields": [Insert(field.label, f"{{{{ {field.name} }}}}") for field in fields.FIELDS.values()],
        "paragraph_choices": [Insert(one.name, one.text) for one in paragraphs],
    }


def _language(request: StaffRequest) -> str:
    asked = request.GET.get("language", languages.ENGLISH)
    if asked not in languages.LANGUAGES:
        raise Http404("We do not know this language.")
    return asked


def _save(
    request: StaffRequest,
    template: LetterTemplate,
    language: str,
    standing: Wording | None,
    form: WordingForm,
) -> Wording:
    given = form.cleaned_data
    text, html, sha256, name = given["text"], given["html"], "", ""
    was = form.initial
    if given["docx"]:
        html = rich.clean(form.looked.html)
        text = rich.to_text(html)
        sha256 = BlobStore(settings.HOME.blobs).put(given["docx"])
        name = str(getattr(form.files["docx"], "name", ""))[:200]
    elif html and html != was["html"]:  # written in the editor
        text = rich.to_text(html)
    elif text.strip() != str(was["text"]).replace("\r\n", "\n").strip():  # written without it
        in_word = standing is not None and bool(standing.docx_sha256)
        html = "" if in_word else suggesting.with_text(was["html"], text)
    elif standing:
        text, html, sha256, name = standing.text, standing.html, standing.docx_sha256, standing.docx_name
    return versions.keep(
        template,
        name=given["name"],
        purpose=given["purpose"],
        language=language,
        subject=given["subject"],
        text=text,
        html=html,
        docx_sha256=sha256,
        docx_name=name,
        by=request.user,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def version(request: StaffRequest, code: str, language: str, number: int) -> HttpResponse:
    """How one version reads. POST makes it the standing one again, as a new version."""
    found = get_object_or_404(
        Wording.objects.select_related("template", "made_by"),
        template__code=code,
        language=language,
        number=number,
    )
    if request.method == "POST":
        versions.bring_back(found, by=request.user)
        messages.success(request, f"“{found.template.name}” reads again as in version {number}.")
        return redirect("wordings")
    return render(request, "letters/version.html", {"wording": found, "rail": "letters"})


@require_safe
@staff_who_may(May.MANAGE_OFFICE)
def word_file(request: StaffRequest, code: str, language: str, number: int) -> HttpResponse:
    """The Word file of a version, to be changed in Word and uploaded again."""
    found = get_object_or_404(Wording, template__code=code, language=language, number=number)
    if not found.docx_sha256:
        raise Http404("This version is not a Word file.")
    content = BlobStore(settings.HOME.blobs).read(found.docx_sha256)
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{found.template.code}-{number}.docx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
