"""Putting a next action off."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from opencasework.office.kit.dates import SpokenDateField


class SnoozeForm(forms.Form):
    """Until when; "tomorrow", "mon" and any date as people say them."""

    until = SpokenDateField(
        label="Until",
        not_before=(timezone.localdate, "Choose today or a later day."),
        within_a_year=True,
        error_messages={"required": "Say until when: “tomorrow”, “mon” or a date."},
    )

    def __init__(self, *args: object, nation: str = "en", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["until"]
        assert isinstance(field, SpokenDateField)
        field.nation = nation
