"""What a form that writes down what came asks where it came from a body: which one, and what it was told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction

from opencasework.office.cases.call_form import WHICH_OTHER, SaidWithoutForm
from opencasework.office.cases.call_form import line as words
from opencasework.office.cases.forms import BodyField
from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import body_rang
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.staff.models import StaffMember

PERSON, FOR_THEM, BODY = "person", "for_them", "body"  # who rang, came or wrote
NO_NAME = "Somebody who gave no name"


def who_it_was(label: str, person: str, body: str, *, for_them: str = "") -> forms.ChoiceField:
    """Whether it was a person or a body, asked first: the rest of the form goes by it."""
    choices = [(PERSON, person), *([(FOR_THEM, for_them)] if for_them else []), (BODY, body)]
    return forms.ChoiceField(
        label=label, required=False, initial=PERSON, choices=choices, widget=forms.RadioSelect
    )


class OfABodyForm(SaidWithoutForm):
    """Stands before `EntryForm`, and has a field `rang`.

    Where it was a body, `on` is the case that it is about, if that is known: what came goes there at once,
    through the gate of authority. Without one, whoever puts it on a case is asked then.
    """

    person: Person | None
    caller = words("Whom you spoke to", 120, required=False, help_text="Their name, and what they are.")
    body = BodyField(label="Which body")

    def __init__(self, *args: Any, on: Case | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.is_from_body = self["rang"].value() == BODY
        if self.is_from_body:
            self.fields["from_name"].required = False  # it may have been about nobody
        find = self.fields["from_name"].widget.attrs
        find["hx-params"] = "from_name,rang"  # whom the name may mean, or which case
        find["hx-trigger"] += ", refind"

    def lacks(self, cleaned: dict[str, Any]) -> str:
        body = cleaned.get("body")
        return body_rang.without(self.on, body) if self.on and body and self.is_from_body else ""

    def asks_later(self, cleaned: dict[str, Any]) -> bool:
        return self.is_from_body and self.on is None

    def clean(self) -> dict[str, Any]:
        """Of what came from a body, which one it was."""
        cleaned = super().clean()
        if self.is_from_body and not cleaned.get("body") and "body" not in self.errors:
            self.add_error("body", WHICH_OTHER)
        return cleaned

    def sender(self) -> str:
        """Who it was: the body with whoever spoke for it; else the person."""
        if not self.is_from_body:
            return str(super().sender())  # type: ignore[misc]
        caller, body = self.cleaned_data["caller"], self.cleaned_data["body"]
        return f"{caller}, {body}" if caller else str(body)

    @transaction.atomic
    def save(self, *, by: StaffMember, **once: Any) -> Message:
        """Put it into the inbox or, of a body and a case that was named, there. Raises NoAuthority."""
        if self.is_from_body:
            self.person = None  # what a body says is not theirs
        message: Message = super().save(by=by, **once)  # type: ignore[misc]
        if self.is_from_body and self.on is not None:
            file_on_case(message, case=self.on, by=by, told=body_rang.said_in(self))
            message.refresh_from_db()
        return message

    def of_the_body(self) -> dict[str, object]:
        """What is kept with it of a body: by that it is told from the message of a person."""
        given = self.cleaned_data
        if not self.is_from_body:
            return {}
        return {
            "body": given["body"].code,
            "body_name": str(given["body"]),
            "about": given["from_name"],
            "told_because": given["no_authority_reason"],
            "nothing_said": given["nothing_said"] or "",
        }
