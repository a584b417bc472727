"""One call about several cases: whom it was with, and what it came to for each."""

from __future__ import annotations

from typing import Any

from django import forms

from opencasework.office.bodies.models import Body
from opencasework.office.cases.call_form import SpokenToForm, WhatFollowedForm

FORM = "call"  # the element's id: forms that show a number stand between the fields, which join it by name


class SheetForm(SpokenToForm):
    """What is the same for every case of the call."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _join(self)


class RaisedForm(WhatFollowedForm):
    """What the call came to for one case, and whether it was raised at all."""

    raised = forms.BooleanField(label="Raised in this call", required=False)
    use_required_attribute = False  # else the browser asks for a note on a case that was not raised
    field_order = ("raised", "text", "promised_on", "about", "confirms", "next_action", "on", "outcome")

    def __init__(
        self, *args: Any, body: Body, without: str = "", nobody_reached: bool = False, merged: bool = False,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.merged = merged  # the case that the form was made for is part of this one by now
        self.body, self.nobody_reached = body, nobody_reached
        self.without = without  # that no authority covers the body, in a sentence
        self.fields["text"].widget.attrs["rows"] = 2
        _join(self)

    def reached_nobody(self, cleaned: dict[str, Any]) -> bool:
        return self.nobody_reached

    def lacks(self, cleaned: dict[str, Any]) -> str:
        return self.without

    def promiser(self, cleaned: dict[str, Any]) -> Body | None:
        return self.body

    def say_why(self, said: str) -> None:
        super().say_why(said)
        self.without = said  # shown, also where it was shut just now

    @property
    def is_raised(self) -> bool:
        """Ticked, or written in: a note that somebody wrote is never dropped for a tick that is missing."""
        if not self.is_bound:
            return False
        is_written_in = bool(str(self["text"].value() or "").strip())
        return bool(self["raised"].value()) or is_written_in or self.wants_end

    def clean(self) -> dict[str, Any]:
        """What ends is said of the case that both are by now: it has the problems of both."""
        cleaned = super().clean()
        if self.merged and self.wants_end:
            self.add_error(
                None,
                f"It is part of {self.case.reference} by now. Take out how it ended, and say that there.",
            )
        return cleaned

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.is_raised:
            self._errors = forms.utils.ErrorDict()  # nothing is asked of a case that was not raised


def _join(form: forms.Form) -> None:
    for field in form.fields.values():
        field.widget.attrs["form"] = FORM
