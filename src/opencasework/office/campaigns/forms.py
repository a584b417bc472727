"""Forms of a campaign: its name, and the letter to all of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from opencasework.office.campaigns.replying import FIELDS
from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.versions import Versioned
from opencasework.office.letters import filling
from opencasework.office.letters.actions import one_line

LONGEST_LETTER = 20_000  # characters


class NameForm(forms.Form):
    """What the office calls a campaign."""

    name = forms.CharField(
        label="Name",
        max_length=150,
        error_messages={"required": "Give the campaign a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class LeavingForm(OfficeDatesForm):
    """When an approved letter leaves."""

    on = SpokenDateField(
        label="Leaves on",
        required=False,
        help_text="Like “mon”: at nine in the morning. Left empty, in a moment.",
        not_before=(timezone.localdate, "That day has gone. Give one to come, or leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "form": "approve"}),
    )


class ReplyPageForm(OfficeDatesForm):
    """Where on the member's site the reply stands, and since when."""

    reply_page = forms.URLField(
        label="Its web address",
        max_length=200,
        assume_scheme="https",
        help_text="As it will be: {{ reply_page }} in the letters becomes this.",
        error_messages={"required": "Give the web address at which people read the reply."},
    )
    published_on = SpokenDateField(
        label="Published on",
        required=False,
        not_after=(timezone.localdate, "That day has not come. Leave it empty until the reply is there."),
        help_text="Left empty: not yet.",
    )

    def __init__(self, *args: Any, is_approved: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_approved = is_approved

    def clean_published_on(self) -> date | None:
        day: date | None = self.cleaned_data["published_on"]
        if day and not self.is_approved:
            raise forms.ValidationError("The reply is not approved. Approve it first, then publish it.")
        return day


class CampaignLetterForm(Versioned, forms.Form):
    """The words that everybody gets, with their own name in them."""

    subject = forms.CharField(
        label="Subject", max_length=200, error_messages={"required": "Give the letter a subject."}
    )
    text = forms.CharField(
        label="Letter",
        max_length=LONGEST_LETTER,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text="{{ name }} becomes the name of each. Also: {{ campaign }}, {{ member }}, {{ area }}, "
        "{{ their_member }}, {{ reply_page }}.",
        error_messages={"required": "Write the letter."},
    )

    def clean_text(self) -> str:
        return self._fillable(self.cleaned_data["text"].replace("\r\n", "\n"))

    def clean_subject(self) -> str:
        return self._fillable(one_line(self.cleaned_data["subject"]))

    def _fillable(self, words: str) -> str:
        try:
            # With every field there is: what is still missing then is a field that there is not.
            text = filling.fill(words, dict.fromkeys(FIELDS, "x"))
        except filling.TemplateProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        unknown = [gap for gap in filling.gaps(text) if gap not in words]
        if unknown:
            fields = ", ".join(f"{{{{ {field} }}}}" for field in FIELDS)
            raise forms.ValidationError(
                f"There is no such field: {', '.join(unknown)}. Use {fields}, or write it out."
            )
        return words
