"""Writing down whom to reach at a body, and a body the directory lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms

from opencasework.office.bodies.models import Body, BodyContact
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
    # Other elected members, to whom a case may go: `rep_` and the kind of member.
    ("rep_councillor", "Councillor"),
    ("rep_mp", "MP"),
    ("rep_msp", "MSP"),
    ("rep_ms", "Member of the Senedd"),
    ("rep_mla", "MLA"),
]


class ContactForm(ContactModelForm):
    """A team or address at a body: an email, a telephone or a postal address at least."""

    class Meta:
        model = BodyContact
        fields = ("kind", "name", "email", "phone", "address")
        labels = {"name": "Team or person", "phone": "Telephone", "address": "Postal address"}
        help_texts = {"kind": "Lines for members are not public. They stay in this office."}
        error_messages = {"email": {"invalid": "Write an email address like members@body.example."}}
        widgets = {"address": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("email", "phone", "address")):
            self.add_error("email", "Give an email, a telephone or a postal address: one way to reach them.")
        return cleaned


class BodyForm(BodyModelForm):
    """A body of this office's own, such as a local landlord."""

    kind = forms.ChoiceField(label="Kind", choices=KINDS)

    class Meta:
        model = Body
        fields = ("name", "kind", "what_for", "reply_target_days", "target_source", "website", "notes")
        labels = {
            "what_for": "What we write to them for",
            "reply_target_days": "Working days in which they aim to answer",
            "target_source": "Where that is written",
        }
        help_texts = {
            "reply_target_days": "Left empty, the office's own rule counts.",
            "target_source": "Such as “complaints policy of May 2026”.",
        }
        error_messages = {"name": {"required": "Give the name of the body."}}
        widgets = {
            "what_for": forms.Textarea(attrs={"rows": 2}),
            "notes": forms.Textarea(attrs={"rows": 2}),
            "reply_target_days": forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5"}),
        }

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if Body.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                f"{name} is in the directory already. Find it there and add a contact."
            )
        return name

    def save(self, commit: bool = True) -> Body:  # noqa: FBT001, FBT002  Django's signature
        """Keep it; a new one gets a code from its name and the nation of the office."""
        if self.instance.pk is None:
            self.instance.is_local = True
            self.instance.nation = Office.nation_here()
            self.instance.code = free_code(self.cleaned_data["name"])
        return super().save(commit=commit)


def free_code(name: str) -> str:
    """A code no body has yet: FENWICK-HOMES, then FENWICK-HOMES-2."""
    stem = "-".join(re.findall(r"[A-Z0-9]+", name.upper()))[:18].strip("-") or "BODY"
    taken = set(Body.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
