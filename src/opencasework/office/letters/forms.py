"""Forms for writing letters and recording what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from opencasework.office.bodies.models import BodyContact
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.letters import authorised
from opencasework.office.letters.actions import one_line
from opencasework.office.letters.models import Letter, Reply
from opencasework.office.letters.review.words import RichWords, html_field, suggests
from opencasework.office.staff.models import StaffMember

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Letter]
else:
    _ModelForm = forms.ModelForm  # generic for the type checker only


class LetterForm(RichWords, _ModelForm):
    """The words of a draft, how it goes and to which address."""

    html = html_field()
    suggest = forms.BooleanField(required=False, label="Suggest the changes instead of making them")

    class Meta:
        model = Letter
        fields = ("to_contact", "means", "to_email", "subject", "text", "html", "no_authority_reason")
        labels = {
            "to_contact": "Team or address",
            "means": "How it goes",
            "to_email": "Email address",
            "subject": "Subject",
            "text": "Letter",
            "no_authority_reason": "Reason for writing without authority to act",
        }
        widgets = {
            "means": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 22, "spellcheck": "true"}),
            "no_authority_reason": forms.TextInput,
        }

    def __init__(self, *args: Any, by: StaffMember | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["suggest"].initial = suggests(self.instance, by)
        self.fields["text"].required = False  # the editor sends `html` alone
        self.fields["means"].choices = Letter.Means.choices  # type: ignore[attr-defined]
        self.fields["subject"].error_messages["required"] = "Give the letter a subject."
        self.fields["to_email"].help_text = "Mail goes here. Leave it empty for a letter by post."
        if self.instance.to_body_id:
            contacts = BodyContact.objects.filter(body=self.instance.to_body_id)
            self.fields["to_contact"].queryset = contacts  # type: ignore[attr-defined]
            self.fields["to_contact"].empty_label = "No contact kept yet"  # type: ignore[attr-defined]
        else:
            del self.fields["to_contact"]
        if authorised.may_lack_it(self.instance):
            self.fields[
                "no_authority_reason"
            ].help_text = "Only where no authority covers whom it goes to. It is shown on the timeline."
        else:
            del self.fields["no_authority_reason"]

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"])

    def clean_no_authority_reason(self) -> str:
        return one_line(self.cleaned_data["no_authority_reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._rich_text(cleaned)
        contact = cleaned.get("to_contact")
        if cleaned.get("means") == Letter.Means.EMAIL and not cleaned.get("to_email"):
            if contact and contact.email:
                cleaned["to_email"] = contact.email
            else:
                self.add_error("to_email", "Give the email address, or choose post.")
        return cleaned


class PostedForm(forms.Form):
    """The day a printed letter went into the post."""

    posted_on = SpokenDateField(
        label="Posted on",
        initial=timezone.localdate,
        not_after=(
            timezone.localdate,
            "That is in the future. Give today or an earlier day.",
        ),
    )


class ReplyForm(forms.Form):
    """What came back from a body, by telephone, post or mail, as a person says."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=Reply.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came back. Only an answer ends the waiting."},
    )
    received_on = SpokenDateField(
        label="When it came",
        initial=timezone.localdate,
        not_after=(timezone.localdate, "That is in the future. Give today or an earlier day."),
    )
    note = forms.CharField(
        label="In short",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="What they said, in a sentence; shown on the timeline.",
    )

    promised_on = SpokenDateField(
        label="They promise an answer by",
        required=False,
        asks_far_year=True,
        help_text="Where a holding reply gives a date. Nobody is chased before the day after it.",
    )

    def __init__(self, *args: Any, sent_on: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent_on = sent_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        promised, came = cleaned.get("promised_on"), cleaned.get("received_on")
        if promised and came and promised <= came:
            self.add_error("promised_on", "That is not after the day it came. Check the date.")
        if promised and cleaned.get("kind") in Reply.ANSWERS:
            self.add_error("promised_on", "An answer has come, so none is promised. Leave this empty.")
        return cleaned

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if self.sent_on and day and day < self.sent_on:
            raise forms.ValidationError("That is before the enquiry was sent. Check the date.")
        return day
