"""Forms of the clock of an enquiry, and of the ladder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.forms import BodyField
from opencasework.office.cases.models import Case, Issue
from opencasework.office.chasing.models import Rung
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.versions import Versioned
from opencasework.office.letters.models import Enquiry, LetterKind, LetterTemplate

LONGEST_QUESTION = 4_000  # characters
NOT_YET = (timezone.localdate, "That is in the future. Give today or an earlier day.")


class AskedForm(forms.Form):
    """An enquiry put by telephone or through a portal."""

    body = BodyField(label="Which body", everywhere=True, as_named=True)
    means = forms.ChoiceField(
        label="How",
        choices=[(Enquiry.Means.PHONE, "By telephone"), (Enquiry.Means.PORTAL, "Through their portal")],
        initial=Enquiry.Means.PHONE,
        widget=forms.RadioSelect,
    )
    to_whom = forms.CharField(
        label="Whom you spoke to, or which form",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    issue = forms.ModelChoiceField(
        label="About which issue",
        queryset=Issue.objects.none(),
        required=False,
        empty_label="The case as a whole",
    )
    question = forms.CharField(
        label="What you asked",
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        help_text="It stands on the timeline, and a reminder quotes it.",
        error_messages={"required": "Write what was asked. A reminder has to quote it."},
    )
    their_reference = forms.CharField(
        label="Their reference",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    asked_on = SpokenDateField(label="When", initial=timezone.localdate, not_after=NOT_YET)
    due_on = SpokenDateField(
        label="They said they would answer by",
        required=False,
        asks_far_year=True,
        help_text="Leave it empty, and it is due as a letter to them would be.",
    )
    no_authority_reason = forms.CharField(
        label="Why you asked without authority to act",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Written on the timeline, for example: no food in the house, form to follow.",
    )

    def __init__(self, *args: Any, case: Case, may_go_without: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["issue"].queryset = case.issues.all()  # type: ignore[attr-defined]
        if not may_go_without:
            del self.fields["no_authority_reason"]

    def clean_body(self) -> Body:
        body: Body | None = self.cleaned_data["body"]
        if body is None:
            raise forms.ValidationError("Say which body was asked.")
        return body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked, due = cleaned.get("asked_on"), cleaned.get("due_on")
        if asked and due and due <= asked:
            self.add_error("due_on", "An answer is due after the day of asking. Give a later day.")
        return cleaned


class StopForm(forms.Form):
    """From when the clock stands still, and why."""

    stopped_on = SpokenDateField(label="From", initial=timezone.localdate, not_after=NOT_YET)
    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Such as: they wait for the signed authority.",
        error_messages={"required": "Say why the clock stands still. It is shown wherever the enquiry is."},
    )


class ResumeForm(forms.Form):
    """From when the clock runs again."""

    resumed_on = SpokenDateField(label="From", initial=timezone.localdate, not_after=NOT_YET)


class DueForm(forms.Form):
    """Another day by which the answer is due."""

    due_on = SpokenDateField(
        label="Reply due", asks_far_year=True, error_messages={"required": "Give the day."}
    )
    why = forms.CharField(
        label="Why",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why, so that whoever chases knows."},
    )


class MindForm(forms.Form):
    """Whether the body changed its mind."""

    changed_mind = forms.ChoiceField(
        label="Did they change their mind?",
        choices=Enquiry.ChangedMind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they changed their mind."},
    )


class ReferenceForm(forms.Form):
    """What the body calls it."""

    their_reference = forms.CharField(
        label="Their reference",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NotAskedForm(forms.Form):
    """Why what was written down as asked was not asked after all. Wanted once a moment has passed."""

    reason = forms.CharField(
        label="Why it was not asked after all",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="It stays on the timeline; the figures count the enquiry no more.",
    )


class RungForm(Versioned, forms.ModelForm):  # type: ignore[type-arg]
    """One step of the ladder."""

    class Meta:
        model = Rung
        fields = ("name", "step", "days", "template")
        labels = {"name": "What it is called", "step": "What happens", "template": "Wording"}
        error_messages = {"name": {"required": "Give the step a name, as the timeline will say it."}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        wordings = LetterTemplate.objects.offered().filter(to_body=True)
        chasers = wordings.filter(kind=LetterKind.CHASER) | wordings.filter(to_minister=True)
        self.fields["template"].queryset = chasers  # type: ignore[attr-defined]
        self.fields["template"].empty_label = "No letter"  # type: ignore[attr-defined]
        self.fields["days"] = forms.IntegerField(
            label="Working days",
            min_value=1,
            max_value=250,
            help_text="Of the body’s nation: after the day the reply was due, or after the step before left.",
            error_messages={"required": "Give the number of working days.", "min_value": "Give 1 or more."},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("step") == Rung.Step.OMBUDSMAN:
            cleaned["template"] = None
        elif cleaned.get("step") and not cleaned.get("template") and "template" not in self.errors:
            self.add_error("template", "Choose the wording the letter begins from.")
        return cleaned


class OfficeDaysForm(forms.Form):
    """Working days a body gets where neither it nor what it is a part of has a target."""

    reply_days = forms.IntegerField(
        label="Working days where a body has no target of its own",
        min_value=1,
        max_value=250,
        help_text="Fifteen is three weeks. What is open already keeps the date it was given.",
        error_messages={"required": "Give the number of working days.", "min_value": "Give 1 or more."},
    )


class SuccessorForm(forms.Form):
    """Which body another one has become a part of."""

    successor = BodyField(label="It is now part of", as_named=True)

    def __init__(self, *args: Any, body: Body, **options: Any) -> None:
        super().__init__(*args, **options)
        self.body = body

    def clean_successor(self) -> Body:
        found: Body | None = self.cleaned_data["successor"]
        if found is None:
            raise forms.ValidationError("Say which body does its work now.")
        if found == self.body:
            raise forms.ValidationError("That is the body itself. Choose the one that does its work now.")
        if self.body in found.lineage:
            raise forms.ValidationError(f"{found} is a part of {self.body}. Choose another.")
        return found
