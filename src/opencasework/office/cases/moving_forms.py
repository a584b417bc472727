"""What is asked when two cases become one, and when one becomes two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator

from opencasework.office.cases import moving
from opencasework.office.cases.forms import NOT_IN_THE_PAST, OfficeDatesForm
from opencasework.office.cases.models import Case, Event, Move, ReferenceNumber
from opencasework.office.kit.dates import SpokenDateField

MOST_LINES = 200  # of a timeline, to choose from; the latest


class TwinsForm(forms.Form):
    """Which issues of the other case are the same problem as one here."""

    same = forms.MultipleChoiceField(
        label="The same problem, counted once", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, case: Case, into: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        pairs = moving.twins(case, into)
        choices = [
            (str(issue.pk), f"{issue.category.label}, {issue.body or 'no body named'}") for issue, _ in pairs
        ]
        field: Any = self.fields["same"]
        field.choices, field.initial = choices, [number for number, _ in choices]
        if not choices:
            del self.fields["same"]


class SplitForm(OfficeDatesForm):
    """What goes to the new case. Its last fields are made from what the case has."""

    title = forms.CharField(
        label="Title of the new case",
        max_length=200,
        error_messages={"required": "Give the new case a title. Colleagues find it by that."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    next_action = forms.CharField(
        label="What happens next on it",
        max_length=200,
        error_messages={"required": "Say what happens next, such as “Ring the council”."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on = SpokenDateField(
        label="When",
        not_before=NOT_IN_THE_PAST,
        error_messages={"required": "Give the day, like “fri”, “10 wd” or “27 Nov”."},
    )

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case
        self._ask("issues", "Issues that go", [(one.pk, _issue(one)) for one in case.issues.all()])
        links = list(case.case_people.all())
        self._ask(
            "people",
            "People on it",
            [(link.pk, f"{link.person}, {link.relation or link.get_role_display()}") for link in links],
            help_text="They stay on this case too.",
            initial=[link.pk for link in links[:1]],
        )
        self.labels = {}
        for place, (relation, rows) in enumerate(moving.offered(case)):
            name = f"rows_{place}"
            self.labels[name] = relation.label
            title = str(relation.model._meta.verbose_name_plural)
            self._ask(name, title[:1].upper() + title[1:], [(row.pk, _row(row)) for row in rows])
        lines = moving.lines_of(case).filter(kind__in=[Event.Kind.NOTE, Event.Kind.CALL])[:MOST_LINES]
        self._ask(
            "lines",
            "Notes and calls shown there too",
            [(line.pk, f"{line.at:%-d %b}: {line.text[:80]}") for line in lines],
        )

        self.order_fields(["title", "issues", "people", *self.labels, "lines", "next_action", "on"])

    def _ask(self, name: str, label: str, choices: list[tuple[int, str]], **options: Any) -> None:
        if choices:
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=label,
                choices=choices,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                **options,
            )

    def save(self, *, by: Any) -> Case:
        """Split the case. Raises CannotMove."""
        given = self.cleaned_data
        return moving.split(
            case=self.case,
            title=given["title"],
            issues=given.get("issues", []),
            people=given.get("people", []),
            rows={label: given.get(name, []) for name, label in self.labels.items()},
            lines=given.get("lines", []),
            next_action=given["next_action"],
            next_action_on=given["on"],
            by=by,
        )


def _row(row: Any) -> str:
    """A row in words: a number is masked as on the page of the case, a withdrawn authority said to be one."""
    if isinstance(row, ReferenceNumber) and row.is_masked:
        return f"{row.kind_name} {row.masked}"
    return f"{row} (withdrawn)" if getattr(row, "withdrawn_on", None) else str(row)


def _issue(issue: Any) -> str:
    ended = issue.ending or ("counted once" if issue.duplicate_of_id else "open")
    return f"{issue.category.label}, {issue.body or 'no body named'} ({ended})"


class SinceForm(forms.Form):
    """Which notes and calls written while two cases were one are about the one that stands alone again."""

    def __init__(self, *args: Any, move: Move, **options: Any) -> None:
        super().__init__(*args, **options)
        lines = moving.written_since(move).select_related("by")[:MOST_LINES]
        self.fields["lines"] = forms.TypedMultipleChoiceField(
            label=f"Shown on {move.source.reference}, too",
            choices=[
                (line.pk, f"{line.at:%-d %b}, {line.by or 'by itself'}: {Truncator(line.text).chars(300)}")
                for line in lines
            ],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick what is about it, or leave all as it is."},
        )
