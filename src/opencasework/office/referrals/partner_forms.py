"""What somebody writes about partners, and about cases that go to them and come from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.cases.models import Transfer
from opencasework.office.kit.versions import Versioned
from opencasework.office.referrals.forms import day
from opencasework.office.referrals.models import Inward, Outward, Partner
from opencasework.office.referrals.partnering import Consent

ACTIVE = Partner.objects.active().select_related("body")


class PartnerForm(Versioned, forms.ModelForm):  # type: ignore[type-arg]
    """A partner: what they take, and how a case is brought there."""

    class Meta:
        model = Partner
        fields = ("body", "kind", "takes", "how", "how_note", "answer_days", "is_active")
        labels = {
            "body": "Which body", "kind": "What they are", "takes": "What they help with",
            "how": "How a case is brought there", "how_note": "What they want to have",
            "is_active": "We refer to them",
        }  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer_days"] = forms.IntegerField(
            label="Working days in which they say whether they take it", min_value=1, max_value=60,
            error_messages={
                "required": "Give the number of working days.", "min_value": "Give 1 or more.",
                "max_value": "Give 60 or fewer.",
            },
        )  # fmt: skip
        if self.instance.pk:
            del self.fields["body"]
        else:
            del self.fields["is_active"]
            free = Body.objects.filter(partner=None).order_by("name")
            self.fields["body"].queryset = (free & Body.objects.to_choose_from()).distinct()  # type: ignore[attr-defined]
            self.fields["body"].help_text = "Not there? Add it under Bodies first, then come back."


class OutwardForm(OfficeDatesForm):
    """To whom, what is shared, how, and the person's consent to it."""

    partner = forms.ModelChoiceField(
        queryset=ACTIVE, label="To whom", empty_label="Choose a partner",
        error_messages={"required": "Say to whom it goes."},
    )  # fmt: skip
    shared = forms.CharField(
        label="What exactly is shared", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The facts they get. Documents are chosen with the letter.",
        error_messages={"required": "Say what is shared: the person agreed to that and no more."},
    )  # fmt: skip
    how = forms.ChoiceField(label="How it goes there", choices=Partner.How)
    consent = forms.ChoiceField(
        label="Does the person agree?", widget=forms.RadioSelect,
        choices=[
            (Transfer.Consent.SIGNED, "In writing: a signed authority on this case covers them"),
            (Transfer.Consent.VERBAL, "By word of mouth"),
            (Transfer.Consent.ASKED, "Asked, not answered yet"),
        ],
        error_messages={"required": "Say how the person agreed. Without it nothing goes there."},
    )  # fmt: skip
    consent_on = day("Agreed on", required=False, help_text="Left empty: today.")
    consent_words = forms.CharField(
        label="What they agreed to, in their words", max_length=500, required=False,
        help_text="Needed where they said it. It is kept as authority for this partner alone.",
    )  # fmt: skip
    why_verbal = forms.CharField(label="Why not in writing", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        how = cleaned.get("consent")
        if how == Transfer.Consent.ASKED:
            self.add_error("consent", "Wait for the answer: nothing is shared before the person agrees.")
        if how == Transfer.Consent.VERBAL and not cleaned.get("consent_words"):
            self.add_error("consent_words", "Write down what they agreed to.")
        return cleaned

    @property
    def given(self) -> Consent:
        """The consent a valid form holds."""
        said = self.cleaned_data
        on = said["consent_on"] or timezone.localdate()
        return Consent(said["consent"], on, said["consent_words"], said["why_verbal"])


class AnsweredForm(OfficeDatesForm):
    """Whether they took it."""

    answer = forms.ChoiceField(
        label="What did they say?", choices=Transfer.Answer, widget=forms.RadioSelect,
        error_messages={"required": "Say whether they took it."},
    )  # fmt: skip
    on = day("When")
    reference = forms.CharField(label="Their reference", max_length=60, required=False)


class ResultForm(OfficeDatesForm):
    """What came of it."""

    result = forms.ChoiceField(
        label="What came of it?", choices=Outward.Result, widget=forms.RadioSelect,
        error_messages={"required": "Say what came of it. The figures count it."},
    )  # fmt: skip
    on = day("When we heard")
    note = forms.CharField(label="In a sentence", max_length=500, required=False)


def reason_field(label: str) -> forms.CharField:
    """Why something went although nothing covered it."""
    return forms.CharField(
        label=label, max_length=300, required=False,
        help_text="Where no authority covers them. In a few words; the weekly review lists it.",
    )  # fmt: skip


class PerhapsWithout(OfficeDatesForm):
    """That a partner was asked or told something; and why so, where no authority covers them."""

    def __init__(self, *args: Any, may_go_without: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_go_without:
            del self.fields["no_authority_reason"]


class RemindedForm(PerhapsWithout):
    """They were asked again."""

    on = day("Asked again on")
    no_authority_reason = reason_field("Why you asked them without authority to act")


class InwardForm(OfficeDatesForm):
    """A partner referred this case to us."""

    partner = forms.ModelChoiceField(
        queryset=ACTIVE, label="From whom", empty_label="Choose a partner",
        error_messages={"required": "Say who sent it."},
    )  # fmt: skip
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    contact = forms.CharField(label="Who there", max_length=120, required=False)
    came_on = day("Came on")
    consent = forms.ChoiceField(
        label="Does the person know and agree?", choices=Inward.Consent, widget=forms.RadioSelect,
        error_messages={"required": "Say what we know of the person’s consent."},
    )  # fmt: skip
    wants_to_hear = forms.BooleanField(
        label="They want to hear what came of it", required=False, initial=True
    )


class InwardChangeForm(Versioned, InwardForm):
    """What was written about it, put right."""

    def __init__(self, *args: Any, standing: Inward, initial: Mapping[str, Any] | None = None) -> None:
        now = {name: getattr(standing, name) for name in InwardForm.base_fields}
        super().__init__(*args, standing=now, initial=now | dict(initial or {}))
        kept = Partner.objects.filter(pk=standing.partner_id)  # also where nobody refers to them any more
        self.fields["partner"].queryset = (ACTIVE | kept).distinct()  # type: ignore[attr-defined]


class ToldForm(PerhapsWithout):
    """They were told."""

    on = day("Told on")
    what = forms.CharField(
        label="What they were told", max_length=500, error_messages={"required": "Say what they were told."}
    )
    no_authority_reason = reason_field("Why they were told without authority to act")
