"""Pasting a letter and keeping the numbers in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from opencasework.office.cases import numbers
from opencasework.office.cases.forms import Choices, reference_choices, usual_bodies
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.kit import references
from opencasework.office.staff.models import StaffMember

MOST_ROWS = 40
LONGEST_NUMBER = 60  # characters


class PasteForm(forms.Form):
    """A whole letter or mail, or just a number."""

    text = forms.CharField(
        label="Paste a letter, an email or a number",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text="We find the numbers in it and say what they are. The text itself is not kept.",
    )


@dataclass
class Row:
    """A number found in what was pasted, ready to be kept: ticked, and with its kind."""

    index: int
    value: str
    kind: str
    is_kept: bool = True
    label: str = ""
    whose: str = ""
    warnings: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def name(self) -> str:
        return references.kinds()[self.kind].name if self.kind in references.kinds() else "a number"


def rows_from_text(text: str, *, case: Case, staff: StaffMember) -> tuple[list[Row], bool]:
    """A row for every number in the text, and whether all of it was read and is shown.

    For a text that is short and has a figure, that as it stands.
    """
    found, is_whole = _read(text)
    alone = " ".join(text.split())
    if not found and alone and len(alone) <= LONGEST_NUMBER and any(mark.isdigit() for mark in alone):
        found = [(_guessed(alone, case), alone)]
    rows = [Row(index, value, kind) for index, (kind, value) in enumerate(found)]
    for row in rows:
        _warn(row, case=case, staff=staff)
    return rows, is_whole


def _read(text: str) -> tuple[list[tuple[str, str]], bool]:
    """The first numbers in a text, each once, and whether there can be no more."""
    found: dict[tuple[str, str], None] = {}
    read = 0
    for size, numbers_here in references.pieces(text):
        if read > numbers.MOST_NEAR or len(found) > MOST_ROWS:
            return list(found)[:MOST_ROWS], False
        read += size
        found |= dict.fromkeys(references.known_by(numbers_here))
    return list(found)[:MOST_ROWS], len(found) <= MOST_ROWS


def rows_from_post(posted: QueryDict, *, case: Case, staff: StaffMember) -> list[Row]:
    """The rows as they were sent, each checked; one without a kind has an error."""
    rows = []
    for index in range(MOST_ROWS):
        value = posted.get(f"value_{index}", "").strip()[:LONGEST_NUMBER]
        if not value:
            continue
        row = Row(
            index=index,
            value=value,
            kind=posted.get(f"kind_{index}", ""),
            is_kept=f"keep_{index}" in posted,
            label=posted.get(f"label_{index}", "").strip()[:LONGEST_NUMBER],
            whose=posted.get(f"whose_{index}", ""),
        )
        if row.is_kept and row.kind not in references.kinds():
            row.error = "Say what kind of number it is, or untick it."
        _warn(row, case=case, staff=staff)
        rows.append(row)
    return rows


def _guessed(value: str, case: Case) -> str:
    """The kind a bare number most likely has: the only one its bodies give out that looks like it."""
    holders = usual_bodies(case)
    fitting = [
        kind.code
        for kind in references.kinds().values()
        if kind.pattern is not None
        and set(kind.holder.split(";")) & holders
        and kind.code not in references.OUR_OWN
        and kind.has_form(value)
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _warn(row: Row, *, case: Case, staff: StaffMember) -> None:
    if row.kind not in references.kinds():
        return
    kind = references.kinds()[row.kind]
    here = {(each.kind, each.compact) for each in numbers.numbers_of(case, staff)}
    if (row.kind, kind.compact(row.value)) in here:
        row.warnings.append("It is on this case already.")
        row.is_kept = False
    row.warnings += filter(
        None, [kind.problem(row.value), numbers.somebody_elses(case, row.kind, row.value, staff)]
    )


def kind_groups(case: Case) -> list[tuple[str, Choices]]:
    """The kinds to choose from, under a heading each time."""
    choices = reference_choices(case)[1:]
    grouped = [(name, kinds) for name, kinds in choices if isinstance(kinds, list)]
    return grouped or [("Kinds", choices)]


def whose_choices(case: Case) -> Choices:
    """Whose a number may be, where more than one person is on the case."""
    people = list(case.case_people.all())
    if len(people) < 2:
        return []
    return [
        ("", "As usual for its kind"),
        *((str(link.person_id), str(link.person) + _as_what(link)) for link in people),
    ]


def _as_what(link: CasePerson) -> str:
    return (
        "" if link.role == CasePerson.Role.CONSTITUENT else f" ({link.relation or link.get_role_display()})"
    )


def context(case: Case, rows: list[Row], **more: Any) -> dict[str, Any]:
    """What the table of numbers found needs."""
    return {
        "case": case,
        "rows": rows,
        "kind_groups": kind_groups(case),
        "whose_choices": whose_choices(case),
        "kept": sum(row.is_kept for row in rows),
        **more,
    }
