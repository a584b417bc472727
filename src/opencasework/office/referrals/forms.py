"""What somebody writes about a complaint: its stages, the complaint itself, and what the ombudsman says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.closing_forms import pounds_field
from opencasework.office.cases.forms import OfficeDatesForm, every_body_choices
from opencasework.office.cases.ledger_forms import ask_which_problem
from opencasework.office.cases.models import Case
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.versions import Versioned
from opencasework.office.letters.models import Letter
from opencasework.office.referrals.models import Answer, Complaint, SentBy
from opencasework.office.routes.schemes import Scheme, all_schemes

NOT_YET = (timezone.localdate, "That day has not come yet. Give today or a day before it.")
LINES = forms.Textarea(attrs={"rows": 4})


def day(label: str, *, required: bool = True, why: str = "Say when it was.", **more: Any) -> SpokenDateField:
    """A day that has been."""
    return SpokenDateField(
        label=label, required=required, not_after=NOT_YET, error_messages={"required": why}, **more
    )


def sent_by_field() -> forms.ChoiceField:
    """Who sent it: this office, unless somebody says otherwise."""
    return forms.ChoiceField(
        label="Who sent it", choices=SentBy, widget=forms.RadioSelect, required=False, initial=SentBy.OFFICE
    )


class StageForm(OfficeDatesForm):
    """A stage of the body's complaints procedure."""

    issue = forms.ChoiceField(label="Which problem", required=False)
    body = forms.ChoiceField(
        label="To whom", choices=every_body_choices,
        error_messages={"required": "Say to whom the complaint went."},
    )  # fmt: skip
    name = forms.CharField(
        label="Which stage", max_length=80, help_text="As they call it: “Stage 1”, “Tier 2”, “Review”.",
        error_messages={"required": "Say which stage it is, as they call it."},
    )  # fmt: skip
    sent_on = day("Sent on")
    sent_by = sent_by_field()
    no_authority_reason = forms.CharField(
        label="Why this office sent it without authority to act", max_length=300, required=False,
        help_text="Where no authority covers them. In a few words; the weekly review lists it.",
    )  # fmt: skip
    note = forms.CharField(label="Note", max_length=300, required=False)

    def __init__(self, *args: Any, case: Case, may_go_without: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_go_without:
            del self.fields["no_authority_reason"]
        ask_which_problem(self, case)

    def clean_body(self) -> Body | None:
        return Body.objects.filter(code=self.cleaned_data["body"]).first()

    def clean_sent_by(self) -> str:
        return self.cleaned_data["sent_by"] or SentBy.OFFICE


class StageAnswerForm(OfficeDatesForm):
    """What the body answered at a stage."""

    on = day("Dated", help_text="The date on the letter; the ombudsman counts from it.")
    answer = forms.ChoiceField(
        label="What did they say?", choices=Answer, widget=forms.RadioSelect,
        error_messages={"required": "Say whether they upheld it."},
    )  # fmt: skip
    is_final = forms.BooleanField(
        label="It is their final answer: no stage is left", required=False,
    )  # fmt: skip
    note = forms.CharField(label="Note", max_length=300, required=False)


class ComplaintForm(Versioned, forms.Form):
    """A complaint to an ombudsman, in the order in which its form asks."""

    issue = forms.ChoiceField(label="Which problem", required=False)
    scheme = forms.ChoiceField(
        label="To which ombudsman", error_messages={"required": "Say to which ombudsman it goes."}
    )
    what_happened = forms.CharField(
        label="What happened, in order of date", widget=LINES,
        help_text="What went wrong, what the body said, and why that is not enough.",
        error_messages={"required": "Say what happened: it is what the ombudsman reads first."},
    )  # fmt: skip
    injustice = forms.CharField(
        label="What it led to", widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text="Money, health, time, distress.",
    )  # fmt: skip
    wanted = forms.CharField(label="What would put it right", max_length=500, required=False)
    court = forms.ChoiceField(
        label="Is there, or was there, an appeal or a court case?", choices=Complaint.Court
    )
    late_reason = forms.CharField(
        label="Why it is late, where it is", max_length=500, required=False,
        help_text="After the time limit an ombudsman looks only for a good reason.",
    )  # fmt: skip

    WORDS = ("what_happened", "injustice", "wanted", "court", "late_reason")

    def __init__(self, *args: Any, case: Case, proposed: list[Scheme], **options: Any) -> None:
        super().__init__(*args, **options)
        ask_which_problem(self, case)
        first = [(each.code, f"{each.name} (proposed)") for each in proposed]
        named = {each.code for each in proposed}
        others = [(each.code, each.name) for each in all_schemes().values() if each.code not in named]
        self.fields["scheme"].choices = [*first, *sorted(others, key=lambda one: one[1])]  # type: ignore[attr-defined]


class SubmitForm(OfficeDatesForm):
    """It has gone."""

    on = day("Sent on")
    sent_by = sent_by_field()
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    although = forms.CharField(
        label="Why it goes although something is missing", max_length=500, required=False,
        help_text="Where that is authority to act, the weekly review lists it.",
    )  # fmt: skip

    def __init__(self, *args: Any, complaint: Complaint, **options: Any) -> None:
        super().__init__(*args, **options)
        letter = complaint.letter
        if complaint.scheme.needs_the_member or (letter is not None and letter.state == Letter.State.SENT):
            del self.fields["sent_by"]  # it goes from here

    def clean_sent_by(self) -> str:
        return self.cleaned_data["sent_by"] or SentBy.OFFICE


NO_REMEDY = "What they are to do goes with a decision. Choose “Decided” with it, or take these words out."


class ProgressForm(OfficeDatesForm):
    """What the ombudsman did with it."""

    to = forms.ChoiceField(
        label="What happened?", widget=forms.RadioSelect, error_messages={"required": "Say what happened."}
    )
    on = day("When")
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    why = forms.CharField(
        label="Why", max_length=500, required=False, help_text="Needed where they declined it."
    )
    decision = forms.ChoiceField(
        label="The decision", choices=[("", "None yet"), *Answer.choices], required=False
    )
    remedy = forms.CharField(
        label="What they are to do",
        max_length=500,
        required=False,
        help_text="An apology, a payment, a change.",
    )
    amount = pounds_field("Money, in pounds")
    ends_issue = forms.BooleanField(
        label="A decision ends the problem on this case in the same way", required=False, initial=True
    )

    def __init__(self, *args: Any, complaint: Complaint, **options: Any) -> None:
        super().__init__(*args, **options)
        states = [each for each in complaint.may_follow if each[0] != Complaint.State.SUBMITTED]
        self.fields["to"].choices = states  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        to = cleaned.get("to")
        if to == Complaint.State.DECIDED and not cleaned.get("decision"):
            self.add_error("decision", "Say what they decided: upheld, partly or not.")
        if to and to != Complaint.State.DECIDED and cleaned.get("decision"):
            self.add_error("to", "There is a decision: choose “Decided”, or take the decision out.")
        if cleaned.get("amount") and (said := _not_money(to, cleaned.get("decision"))):
            self.add_error("amount", said)
        if cleaned.get("remedy") and to and to != Complaint.State.DECIDED and not cleaned.get("decision"):
            self.add_error("remedy", NO_REMEDY)
        if to == Complaint.State.DECLINED and not cleaned.get("why"):
            self.add_error("why", "Say why they declined it, in their words.")
        return cleaned


def _not_money(to: str | None, decision: str | None) -> str:
    """Why pounds do not go with what happened, which asks rather than drops them; empty where they do."""
    if decision == Answer.NOT:
        return "Pounds go with a complaint that was upheld, if in part. Choose that, or take the amount out."
    if to and to != Complaint.State.DECIDED and not decision:
        return "Pounds go with a decision. Choose “Decided” with it, or take the amount out."
    return ""


class SignedForm(OfficeDatesForm):
    """The member signed the printed form."""

    on = day("Signed on")
    seen = forms.BooleanField(
        label="I have seen the member’s signature on the form",
        error_messages={"required": "Look at the signed form first, then say that you saw it."},
    )
