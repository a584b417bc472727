"""What somebody wrote and could not save any more is shown to them, to be copied: no word is lost."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.views.defaults import page_not_found

from opencasework.office.kit.versions import OPENED, said

OUR_OWN = {"csrfmiddlewaretoken", "typed", "next", "seen", OPENED}  # fields that nobody fills in
Words = Sequence[tuple[str, str]]  # under which label, and what


def words_of(form: forms.BaseForm) -> Words:
    """What was filled in and sent, field by field, in the words of the fields; files are left out."""
    found = []
    for name, field in form.fields.items():
        if field.widget.is_hidden or isinstance(field, forms.FileField):
            continue
        sent = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        if sent and (words := said(field, sent).strip()):
            found.append((str(field.label or ""), words))
    return found


def not_saved(
    request: HttpRequest,
    why: str,
    *,
    form: forms.BaseForm | None,
    back: str,
    back_to: str,
    rail: str,
) -> HttpResponse:
    """Nothing was saved, and `why`: back to where one came from; first a page with what was written."""
    words = words_of(form) if form is not None and request.method == "POST" else []
    if not words:
        messages.warning(request, why)
        return redirect(back)
    context = {"why": why, "words": words, "back": back, "back_to": back_to, "rail": rail}
    return render(request, "kit/not_saved.html", context, status=HTTPStatus.CONFLICT)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not there, or not for this viewer to see; for somebody signed in with what they
    sent to it, and no other word: the thing may have gone, or been restricted, while they wrote.
    """
    words = _sent(request)
    if not words:
        return page_not_found(request, exception)
    return render(request, "404.html", {"words": words}, status=HTTPStatus.NOT_FOUND)


def _sent(request: HttpRequest) -> list[str]:
    """What a form of ours sent; nothing of what anybody may send to an address that we do not have."""
    if request.method != "POST" or request.resolver_match is None or not _is_signed_in(request):
        return []
    try:
        sent = {name: request.POST.getlist(name) for name in request.POST if name not in OUR_OWN}
    except (MultiPartParserError, SuspiciousOperation, OSError):
        return []
    texts = (value.strip() for name in sent if "password" not in name for value in sent[name])
    return [text for text in texts if text not in {"", "on"}]


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))
