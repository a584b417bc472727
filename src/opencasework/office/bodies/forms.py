"""Writing down whom to reach at a body, and a body the directory lacks."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms

from opencasework.office.bodies import hours
from opencasework.office.bodies.models import NATION_NAMES, Body, BodyContact
from opencasework.office.bodies.reading import MOST_DAYS, ORG_ID
from opencasework.office.bodies.registers import org_id_of
from opencasework.office.kit.versions import Versioned
from opencasework.office.places.models import Office

if TYPE_CHECKING:  # at run time Django's ModelForm takes no type in brackets
    ContactModelForm = forms.ModelForm[BodyContact]
    BodyModelForm = forms.ModelForm[Body]
else:
    ContactModelForm = BodyModelForm = forms.ModelForm

KINDS = [
    ("company", "Company"),
    ("housing", "Landlord or housing association"),
    ("local_body", "Council or other local body"),
    ("nhs", "NHS trust, practice or hospital"),
    ("education", "School, college or university"),
    ("service", "Public service"),
    ("advice", "Advice or charity"),
    ("police", "Police"),
    # Other elected members, to whom a case may go: `rep_` and the kind of member.
    ("rep_councillor", "Councillor"),
    ("rep_mp", "MP"),
    ("rep_msp", "MSP"),
    ("rep_ms", "Member of the Senedd"),
    ("rep_mla", "MLA"),
]
UNIT_KINDS = [("unit", "Unit or team"), ("local_office", "Local office")]
_SHORT = {"rows": 2}


class ContactForm(Versioned, ContactModelForm):
    """A team or address at a body: an email, a telephone or a postal address at least."""

    is_checked = forms.BooleanField(
        label="I have checked that this is right today",
        required=False,
        initial=True,
        help_text="Shown with your name, so that colleagues know how old it is.",
    )

    class Meta:
        model = BodyContact
        fields = ("kind", "name", "phone", "hours", "asks_for", "email", "address", "note")
        labels = {
            "name": "Team or person",
            "phone": "Telephone",
            "hours": "When they answer the telephone",
            "asks_for": "What they will ask for when you ring",
            "address": "Postal address",
            "note": "Worth knowing",
        }
        help_texts = {
            "kind": "Lines for members are not public. They stay in this office.",
            "hours": "Such as “Mon-Fri 9-17” or “Mon-Thu 8:30-17, Fri 8:30-16”. Bank holidays are closed.",
            "asks_for": "One a line, such as “date of birth”. It is shown on the case to whoever rings.",
            "note": "Such as “press 2 for members’ offices”.",
        }
        error_messages = {"email": {"invalid": "Write an email address like members@body.example."}}
        widgets = {
            "address": forms.Textarea(attrs={"rows": 4}),
            "asks_for": forms.Textarea(attrs={"rows": 4}),
            "hours": forms.TextInput(attrs={"autocomplete": "off"}),
            "note": forms.TextInput,
        }

    def clean_hours(self) -> str:
        """As they are kept: in one spelling."""
        said = str(self.cleaned_data["hours"])
        try:
            return str(hours.parse(said)) if said.strip() else ""
        except hours.NotHours as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_phone(self) -> str:
        phone = " ".join(str(self.cleaned_data["phone"]).split())
        if phone and sum(sign.isdigit() for sign in phone) < 3:
            raise forms.ValidationError("That holds no telephone number. Write it with its figures.")
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("email", "phone", "address")):
            self.add_error("email", "Give an email, a telephone or a postal address: one way to reach them.")
        return cleaned


class FactsForm(Versioned, BodyModelForm):
    """What this office says of a body of the directory. It stays when the directory changes."""

    nation = forms.ChoiceField(
        label="Where it serves people", choices=list(NATION_NAMES.items()), required=False
    )
    reply_target_days = forms.IntegerField(
        label="Working days in which they aim to answer",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Left empty, the aim of the body above it counts, else the office's own rule.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5"}),
        error_messages={"invalid": "Give the working days in figures, or nothing."},
    )

    class Meta:
        model = Body
        fields: tuple[str, ...] = (
            "nation", "what_for", "reply_target_days", "target_source", "website", "notes",
        )  # fmt: skip
        labels = {
            "what_for": "What we write to them for",
            "target_source": "Where that is written",
            "notes": "Notes of this office",
        }
        help_texts = {"target_source": "Such as “complaints policy of May 2026”."}
        widgets = {"what_for": forms.Textarea(attrs=_SHORT), "notes": forms.Textarea(attrs=_SHORT)}

    def clean_nation(self) -> str:
        return self.cleaned_data["nation"] or self.instance.nation

    def save(self, commit: bool = True) -> Body:  # noqa: FBT001, FBT002  Django's signature
        """Keep it, and remember which facts are this office's own words now."""
        # What a colleague, or the directory, changed meanwhile is no word of whoever saves.
        said = set(self.changed_data) - set(self.taken_names)
        self.instance.keep_own(said & set(Body.FACTS))
        return super().save(commit=commit)


class BodyForm(FactsForm):
    """A body of this office's own, such as a local landlord, or a unit or local office of another body."""

    kind = forms.ChoiceField(label="Kind", choices=KINDS)

    class Meta(FactsForm.Meta):
        fields = (
            "name", "kind", "nation", "what_for", "reply_target_days", "target_source", "website", "org_id",
            "notes",
        )  # fmt: skip
        labels = FactsForm.Meta.labels | {"org_id": "Its org-id"}
        help_texts = FactsForm.Meta.help_texts | {
            "org_id": "Left empty, it is looked up by the name. Without one it is published as another body.",
        }
        error_messages = {"name": {"required": "Give the name of the body."}}

    def __init__(self, *args: Any, parent: Body | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent = parent
        if parent is not None or self.instance.kind in dict(UNIT_KINDS):
            self.fields["kind"].choices = UNIT_KINDS  # type: ignore[attr-defined]
            del self.fields["org_id"]
        if self.instance.pk is None:
            self.instance.nation = self.initial["nation"] = parent.nation if parent else Office.nation_here()

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if Body.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                f"{name} is in the directory already. Find it there and add a contact."
            )
        return name

    def clean_org_id(self) -> str:
        org_id = str(self.cleaned_data["org_id"]).strip()
        if org_id and not ORG_ID.fullmatch(org_id):
            raise forms.ValidationError("An org-id looks like GB-GOR-D10 or GB-COH-01234567.")
        return org_id

    def save(self, commit: bool = True) -> Body:  # noqa: FBT001, FBT002  Django's signature
        """Keep it; a new one gets a code from its name, and the org-id a register has for it."""
        if self.instance.pk is None:
            self.instance.is_local = True
            self.instance.parent = self.parent
            self.instance.code = free_code(self.cleaned_data["name"])
        if self.instance.parent is None and not self.instance.org_id:
            self.instance.org_id = org_id_of(self.instance.name)
        return super().save(commit=commit)


def free_code(name: str, *, taken: Collection[str] | None = None) -> str:
    """A code no body has yet: FENWICK-HOMES, then FENWICK-HOMES-2."""
    stem = "-".join(re.findall(r"[A-Z0-9]+", name.upper()))[:18].strip("-") or "BODY"
    if taken is None:
        taken = set(Body.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
