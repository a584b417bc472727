"""The page on which a colleague says which body a person meant who wrote “someone else” when signing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opencasework.office.authority import meant as acts
from opencasework.office.authority.forms import likely_bodies
from opencasework.office.authority.models import Authority
from opencasework.office.authority.naming import bodies_named
from opencasework.office.bodies.models import Body
from opencasework.office.cases.forms import BodyField
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

SAY_WHICH = "Say which body they meant. One that is not in the list is added under Bodies first."

ONE_OF_THEM = "Say one body at a time: a second one is said the same way afterwards."


class MeantForm(forms.Form):
    """Which body it is: one that is likely by its name, one of the case, or any other."""

    body = forms.ChoiceField(label="Which body they meant", required=False, widget=forms.RadioSelect)
    another_body = BodyField(label="Another body")

    def __init__(self, *args: Any, likely: list[Body], **options: Any) -> None:
        super().__init__(*args, **options)
        self.likely = {str(body.pk): body for body in likely}
        self.fields["body"].choices = [(pk, body.name) for pk, body in self.likely.items()]  # type: ignore[attr-defined]
        if not likely:
            del self.fields["body"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("body") and not cleaned.get("another_body"):
            self.add_error("another_body", SAY_WHICH)
        elif cleaned.get("body") and cleaned.get("another_body"):
            self.add_error("another_body", ONE_OF_THEM)
        return cleaned

    @property
    def meant(self) -> Body:
        """The body of a valid form."""
        another: Body | None = self.cleaned_data["another_body"]
        return another or self.likely[self.cleaned_data["body"]]


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def meant(request: StaffRequest, pk: int) -> HttpResponse:
    """Say which body their own words mean, or that one of them was not meant."""
    found = get_object_or_404(
        Authority.objects.visible_to(request.user).select_related("case", "person"), pk=pk
    )
    if not found.in_their_words:
        raise Http404
    here = redirect(reverse("authority", args=[pk]))
    if not found.is_in_force:
        messages.error(request, "It is withdrawn or has expired: it covers nobody any more. Ask anew.")
        return here
    if request.method == "POST" and "not_meant" in request.POST:
        body = get_object_or_404(Body, pk=row_number(request.POST["not_meant"]) or 0)
        if acts.not_meant(found, body, by=request.user):
            messages.success(request, f"{body} is not covered. Letters that had not left are drafts again.")
        return here
    likely = [*bodies_named(found.in_their_words), *likely_bodies(found.case)]
    covered = set(found.bodies.all())
    likely = [body for body in dict.fromkeys(likely) if body not in covered]
    form = MeantForm(posted(request), likely=likely)
    if request.method == "POST" and form.is_valid():
        said = form.meant
        if acts.say_meant(found, said, by=request.user):
            messages.success(request, f"{said} is covered by what {found.person} signed.")
        else:
            messages.info(request, f"{said} was covered already.")
        return here
    context = {"rail": "cases", "case": found.case, "authority": found, "form": form}
    return render(request, "authority/meant.html", context, status=422 if form.is_bound else 200)
