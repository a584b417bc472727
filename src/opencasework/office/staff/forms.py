"""What staff change about themselves, and managers about their colleagues."""

from __future__ import annotations

from typing import Any

from django import forms

from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.permissions import MAY


class AccountForm(forms.Form):
    """How the office behaves for one person."""

    keyboard_shortcuts = forms.BooleanField(
        label="Single-key shortcuts",
        required=False,
        help_text="Keys such as N for a note. Switch them off if you use speech or press keys by accident.",
    )


class ColleagueForm(forms.Form):
    """A colleague's role, and whether they still work here."""

    role = forms.ChoiceField(label="Role")
    is_active = forms.BooleanField(
        label="Works here",
        required=False,
        help_text="Without it they cannot sign in. What they wrote stays, under their name.",
    )

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = roles_given_by(by)  # type: ignore[attr-defined]


def roles_given_by(staff: StaffMember) -> list[tuple[str, str]]:
    """The roles this person may give: none that may do what they themselves may not."""
    return [(code, label) for code, label in Role.choices if MAY[code] <= MAY.get(staff.role, set())]
