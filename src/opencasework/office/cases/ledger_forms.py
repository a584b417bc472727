"""What people write about the issues, the people and the neighbours of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from opencasework.office.cases.forms import (
    NOT_IN_THE_PAST,
    ClosureForm,
    OfficeDatesForm,
    colleagues,
)
from opencasework.office.cases.models import Case, CaseLink, CasePerson, Channel, Issue, Question
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.versions import Versioned
from opencasework.office.staff.models import StaffMember

NO_SUCH_CASE = "There is no case {} that you may see. Check the number; it looks like OC-2026-00041."


def ask_which_problem(
    form: forms.Form,
    case: Case,
    *,
    before: Sequence[tuple[str, str]] = (),
    after: Sequence[tuple[str, str]] = (),
) -> None:
    """Offer the problems of a case in the form's field `issue`, those that are open first.

    Where there are several, other choices stand before and after them. Where there is one it is not asked.
    """
    found = case.issues.select_related("category", "body").filter(duplicate_of=None)
    choices = [(str(each.pk), each.named) for each in sorted(found, key=lambda issue: not issue.is_open)]
    field: Any = form.fields["issue"]
    if len(choices) > 1:
        field.choices = [*before, *choices, *after]
        return
    field.choices, field.required, field.widget = choices, False, forms.HiddenInput()
    form.initial["issue"] = choices[0][0] if choices else ""


class EndingForm(ClosureForm):
    """How one issue ended."""


class SameIssueForm(forms.Form):
    """Which issue this one is the same problem as."""

    original = forms.ModelChoiceField(
        label="It is the same problem as",
        queryset=Issue.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Say which one it is the same as."},
    )

    def __init__(self, *args: Any, issue: Issue, **options: Any) -> None:
        super().__init__(*args, **options)
        others = issue.case.issues.filter(duplicate_of=None).exclude(pk=issue.pk).select_related("category")
        self.fields["original"].queryset = others  # type: ignore[attr-defined]
        self.fields["original"].label_from_instance = lambda one: one.category.label  # type: ignore[attr-defined]


class TitleForm(Versioned, forms.Form):
    """What the case is called, and how it reached us."""

    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="The problem in a few words. Colleagues find the case by it.",
        error_messages={"required": "Give the case a title. Colleagues find it by that."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    channel = forms.ChoiceField(label="How it reached us", choices=Channel)


class QuestionForm(OfficeDatesForm):
    """What somebody was asked, and when we look whether they have answered."""

    to = forms.ChoiceField(label="Who was asked", choices=Question.To, widget=forms.RadioSelect)
    text = forms.CharField(
        label="What they were asked",
        max_length=300,
        help_text="Such as “Which day did the letter come?”.",
        error_messages={
            "required": "Say what they were asked, so that anybody here knows when it is answered."
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on = SpokenDateField(
        label="Look again on",
        not_before=NOT_IN_THE_PAST,
        within_a_year=True,
        error_messages={"required": "Give the day, like “fri”, “10 wd” or “27 Nov”."},
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="What they said",
        required=False,
        max_length=2000,
        help_text="In short; it stands on the timeline.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RoleForm(Versioned, forms.Form):
    """As what somebody is on the case."""

    role = forms.ChoiceField(label="As what", choices=CasePerson.Role)
    relation = forms.CharField(
        label="Relation", max_length=100, required=False, help_text="Such as “daughter” or “solicitor”."
    )


class HelperForm(forms.Form):
    """A colleague who helps."""

    staff = forms.ModelChoiceField(
        label="Who helps",
        queryset=StaffMember.objects.none(),
        empty_label="Choose a colleague",
        help_text="They see the case from now on, whatever it holds, and find it under Cases, Helping.",
        error_messages={"required": "Choose a colleague."},
    )

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [case.owner_id, *case.helpers.values_list("staff", flat=True)]
        able = StaffMember.objects.filter(pk__in=[one.pk for one in colleagues()])
        self.fields["staff"].queryset = able.exclude(  # type: ignore[attr-defined]
            pk__in=[pk for pk in known if pk]
        ).order_by("first_name", "username")


class OtherCaseForm(forms.Form):
    """Another case, by its reference. One that is hidden from whoever asks is as if it were not there."""

    other = forms.CharField(
        label="Reference of the other case",
        max_length=20,
        help_text="Such as OC-2026-00041, or only 41 for this year’s.",
        error_messages={"required": "Give the reference of the other case."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-20"}),
    )

    def __init__(self, *args: Any, case: Case, known: QuerySet[Case], **options: Any) -> None:
        super().__init__(*args, **options)
        self.case, self.known = case, known

    def clean_other(self) -> Case:
        said = str(self.cleaned_data["other"]).strip().upper()
        number = said.rpartition("-")[2]
        year = self.case.reference[3:7]
        reference = f"OC-{year}-{int(number):05d}" if said.isascii() and said.isdigit() else said
        found = self.known.filter(reference=reference).first()
        survivor = found.survivor if found else None
        if survivor is None or not self.known.filter(pk=survivor.pk).exists():
            raise ValidationError(NO_SUCH_CASE.format(said))
        if survivor.pk == self.case.pk:
            raise ValidationError("That is this case itself. Give the reference of the other one.")
        return survivor


class LinkForm(OtherCaseForm):
    kind = forms.ChoiceField(label="What they have to do with each other", choices=CaseLink.Kind)
    field_order = ("other", "kind")
