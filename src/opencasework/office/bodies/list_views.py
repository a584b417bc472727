"""A list of the office's own, brought in on a page: read, shown for what it does, and then done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opencasework.office.bodies import importing
from opencasework.office.bodies.reading import NotReadable
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

MOST_BYTES = 1_000_000  # carried from the preview to the act; a longer list is one for the command line
MOST_LINES = 200  # shown


class ListForm(forms.Form):
    """A file, or the words of one that was looked at a moment ago."""

    file = forms.FileField(
        label="Your list, a CSV file",
        required=False,
        allow_empty_file=True,  # for which there is a better sentence
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text="You see what it does before anything is changed.",
    )
    words = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Keeps what the list does under "steps" and its text under "words"."""
        given: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if given is None and not self.cleaned_data.get("words"):
            self.add_error("file", "Choose the file of your list.")
            return self.cleaned_data
        if given is not None and (given.size or 0) > MOST_BYTES:
            self.add_error(
                "file", "The file is larger than 1 MB. Bring it in with: casework bodies import FILE"
            )
            return self.cleaned_data
        content = given.read() if given is not None else str(self.cleaned_data["words"]).encode()
        try:
            self.cleaned_data["steps"] = importing.plan(importing.read(content))
            self.cleaned_data["words"] = content.decode("utf-8-sig")
        except NotReadable as problem:
            self.add_error("file", f"{problem} Nothing was changed.")
        return self.cleaned_data


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def bring_in(request: StaffRequest) -> HttpResponse:
    """Bring in a list of bodies and contacts; it adds and fills in, and writes over nothing."""
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    steps = form.cleaned_data["steps"] if form.is_bound and form.is_valid() else None
    if steps is not None and "take" in request.POST:
        importing.take(steps)
        messages.success(request, f"Brought in: {importing.summary(steps)}")
        return redirect("bodies")
    lines = list(importing.lines(steps)) if steps is not None else []
    context = {
        "rail": "bodies",
        "form": form,
        "steps": steps,
        "words": form.cleaned_data["words"] if steps is not None else "",
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "summary": importing.summary(steps) if steps is not None else "",
        "changes": any(step.changes_anything for step in steps or []),
    }
    failed = form.is_bound and steps is None
    return render(request, "bodies/bring_in.html", context, status=422 if failed else 200)
