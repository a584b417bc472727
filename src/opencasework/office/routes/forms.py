"""The forms of the route: a date, a decision, a second opinion."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from opencasework.office.cases.access import seers
from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.cases.ledger_forms import ask_which_problem
from opencasework.office.cases.models import Case, Issue
from opencasework.office.kit.dates import SpokenDateField, say
from opencasework.office.routes.models import Decision, KeyDate, LastDay
from opencasework.office.staff.models import StaffMember

AHEAD = {KeyDate.Kind.EFFECT}  # the only one that may lie ahead of us
ALL, ALL_OF_THEM = "all", "All of them"
NOT_YET = (timezone.localdate, "That day has not come yet. Give the day that stands on the letter.")


class KeyDateForm(OfficeDatesForm):
    """Which day, and how it is known."""

    issue = forms.ChoiceField(
        label="About which problem",
        error_messages={"required": "Say which problem it is about: each has its own last day."},
    )
    kind = forms.ChoiceField(
        label="Which date", error_messages={"required": "Say which date it is: a limit runs from it."}
    )
    day = SpokenDateField(
        label="Day", not_after=NOT_YET, help_text="As it stands on the letter, such as “3 Nov”."
    )
    known_from = forms.CharField(
        label="How we know",
        max_length=120,
        required=False,
        help_text="The letter, or what the person said.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: Case, first: list[str], **options: Any) -> None:
        """Take the kinds that the case's routes ask about, which come `first`."""
        super().__init__(*args, **options)
        ask_which_problem(self, case, before=[("", "Choose one")], after=[(ALL, ALL_OF_THEM)])
        kinds = dict(KeyDate.Kind.choices)
        ordered = [*first, *(kind for kind in kinds if kind not in first)]
        self.fields["kind"].choices = [(kind, kinds[kind]) for kind in ordered]  # type: ignore[attr-defined]
        if self.data.get("kind") in AHEAD:
            self.fields["day"].not_after = None  # type: ignore[attr-defined]

    def clean_issue(self) -> Issue | None:
        """The problem; None for all of them."""
        chosen = self.cleaned_data["issue"] or self.initial.get("issue", "")
        return None if chosen in ("", ALL) else Issue.objects.filter(pk=chosen).first()


class LimitForm(OfficeDatesForm):
    """What became of a time limit."""

    became = forms.ChoiceField(
        label="What became of it?",
        choices=LastDay.Became,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it was used, or is of no matter."},
    )
    used_on = SpokenDateField(
        label="On which day was it used?",
        required=False,
        not_after=(timezone.localdate, "That day has not come yet. Say it once they have done it."),
        help_text="The day it was sent, such as “3 Nov”.",
    )
    why = forms.CharField(
        label="How we know, or why it is of no matter",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )
    also = forms.TypedMultipleChoiceField(
        label="Is another case about the same decision?",
        help_text="It has the same last day. Ticked, the same is said of it there.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, elsewhere: list[LastDay], began_on: date | None = None, **options: Any
    ) -> None:
        """Offer what has the same last day on other cases. It was not used before the day it `began_on`."""
        super().__init__(*args, **options)
        self.began_on = began_on
        if not elsewhere:
            del self.fields["also"]
            return
        choices = [(each.pk, f"{each.case.reference} {each.case.title}") for each in elsewhere]
        self.fields["also"].choices = choices  # type: ignore[attr-defined]
        self.initial["also"] = [each.pk for each in elsewhere]

    def clean(self) -> dict[str, Any]:
        """What was used has a day, and what is of no matter a reason."""
        cleaned = super().clean() or self.cleaned_data
        became = cleaned.get("became")
        if became == LastDay.Became.USED and not cleaned.get("used_on") and "used_on" not in self.errors:
            self.add_error("used_on", "Say on which day it was used: the body may ask.")
        used_on = cleaned.get("used_on")
        if became == LastDay.Became.USED and used_on and self.began_on and used_on < self.began_on:
            began = say(self.began_on)
            self.add_error(
                "used_on", f"It runs from {began}. Give that day or a later one, or put that date right."
            )
        if became == LastDay.Became.NO_MATTER:
            cleaned["used_on"] = None
            if not cleaned.get("why"):
                self.add_error("why", "Say why it is of no matter: once passed, it does not come back.")
        return cleaned


class DecisionForm(forms.Form):
    """What we do, why, and whose second opinion is wanted."""

    what = forms.ChoiceField(
        label="What do we do?",
        choices=Decision.What,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what we do."},
    )
    why = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why: the person may ask, and so may a colleague."},
    )
    second_opinion_of = forms.ModelChoiceField(
        label="Ask for a second opinion",
        queryset=StaffMember.objects.none(),
        required=False,
        empty_label="Nobody",
    )

    def __init__(self, *args: Any, case: Case, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        # Who may not know of the case cannot be asked about it.
        colleagues = [each.pk for each in seers(case) if each != by]
        field = self.fields["second_opinion_of"]
        field.queryset = StaffMember.objects.filter(pk__in=colleagues)  # type: ignore[attr-defined]


class OpinionForm(forms.Form):
    """A second opinion."""

    agrees = forms.TypedChoiceField(
        label="Do you agree?",
        choices=[("yes", "Yes"), ("no", "No, I see it otherwise")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you agree."},
    )
    opinion = forms.CharField(
        label="What you think", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("agrees") is False and not cleaned.get("opinion"):
            self.add_error("opinion", "Say what you would do instead.")
        return cleaned
