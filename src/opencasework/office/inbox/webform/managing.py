"""The office opens and closes its form, and says what stands on its first page."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opencasework.office.inbox.webform.models import WebForm
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may


class WebFormSettings(forms.ModelForm):  # type: ignore[type-arg]
    """Whether anybody may write, and the words of the first page."""

    privacy_url = forms.URLField(
        label="Address of your privacy notice",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="A page of your website. The form links to it where it asks for consent.",
        error_messages={"invalid": "Write the whole address, such as https://holloway.example/privacy"},
    )

    # The office's own, on every page of the form: not everybody can or wants to write this way.
    phone = forms.CharField(
        label="The office's telephone number",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text="Every page of the form shows it, for those who would rather telephone.",
    )
    address = forms.CharField(
        label="The office's address for letters",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = WebForm
        fields = ["is_on", "intro", "intro_cy", "privacy_url"]
        labels = {
            "is_on": "Anybody may write to us with the form",
            "intro": "What its first page says",
            "intro_cy": "The same in Welsh",
        }
        help_texts = {
            "is_on": "Off: its page says so, with your address and telephone number.",
            "intro": "In two or three sentences: when you answer, and what is urgent enough to telephone.",
            "intro_cy": "Left empty, readers of Welsh see the English.",
        }
        widgets = {"intro": forms.Textarea(attrs={"rows": 4}), "intro_cy": forms.Textarea(attrs={"rows": 4})}

    def keep(self, office: Office) -> None:
        """Save the settings of the form, and how the office is reached besides."""
        with transaction.atomic():
            self.save()
            office.phone = self.cleaned_data["phone"]
            office.address = self.cleaned_data["address"]
            office.save(update_fields=["phone", "address"])


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def settings(request: StaffRequest) -> HttpResponse:
    """The web form of this office."""
    office = Office.here()
    reached = {"phone": office.phone, "address": office.address}
    form = WebFormSettings(posted(request), instance=WebForm.here(), initial=reached)
    if request.method == "POST" and form.is_valid():
        form.keep(office)
        messages.success(
            request, "Saved. The form is open." if form.instance.is_on else "Saved. The form is closed."
        )
        return redirect("web-form-settings")
    address = request.build_absolute_uri(reverse("write"))
    context = {"rail": "settings", "form": form, "address": address, "is_on": WebForm.here().is_on}
    return render(request, "inbox/webform/settings.html", context, status=422 if form.errors else 200)
