"""What is asked when two cases become one, and when one becomes two."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.text import Truncator

from opencasework.office.cases import covering, moving, numbers
from opencasework.office.cases.forms import NOT_IN_THE_PAST, OfficeDatesForm
from opencasework.office.cases.models import Case, Event, Move, ReferenceNumber
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.staff.models import StaffMember

ROWS = "rows_"  # begins the names of the fields of what else the case has
GONE = "Something you had ticked is not on this case any more. Look at what is here now, and send it again."
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
        within_a_year=True,
        error_messages={"required": "Give the day, like “fri”, “10 wd” or “27 Nov”."},
    )

    def __init__(self, *args: Any, case: Case, staff: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case, self.staff = case, staff
        self.offered: dict[str, str] = {}  # what there is to tick now, by name and number, in words
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
        for relation, rows in moving.offered(case):
            # By what they are and never by their place: what stands there may change while somebody ticks.
            name = f"{ROWS}{relation.label.replace('.', '-')}"
            self.labels[name] = relation.label
            title = str(relation.model._meta.verbose_name_plural)
            self._ask(name, title[:1].upper() + title[1:], [(row.pk, self._row(row)) for row in rows])
        cover = covering.of(case, staff)
        lines = moving.lines_of(case).filter(kind__in=[Event.Kind.NOTE, Event.Kind.CALL])[:MOST_LINES]
        self._ask(
            "lines",
            "Notes and calls shown there too",
            [(line.pk, f"{line.at:%-d %b}: {cover.over(line.text)[:80]}") for line in lines],
        )

        self.order_fields(["title", "issues", "people", *self.labels, "lines", "next_action", "on"])
        self.fields["offered"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=" ".join(self.offered)
        )

    def _ask(self, name: str, label: str, choices: list[tuple[int, str]], **options: Any) -> None:
        # Notes and calls go nowhere by it, so nobody has to look again when one comes.
        if name != "lines":
            self.offered |= {f"{name}={number}": f"{label}: {words}" for number, words in choices}
        if choices:
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=label,
                choices=choices,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": GONE},
                **options,
            )

    def _row(self, row: Any) -> str:
        """A row in words: a number as the page of the case shows it, a withdrawn authority said to be one."""
        if isinstance(row, ReferenceNumber) and not numbers.may_read(self.staff, row.kind, self.case):
            return f"{row.kind_name} {numbers.HIDDEN}"
        if isinstance(row, ReferenceNumber) and row.is_masked:
            return f"{row.kind_name} {row.masked}"
        return f"{row} (withdrawn)" if getattr(row, "withdrawn_on", None) else str(row)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(name.startswith(ROWS) and name not in self.fields for name in self.data):
            self.add_error(None, GONE)
        before = set(cleaned.get("offered", "").split())
        added = [words for name, words in self.offered.items() if name not in before] if before else []
        if added:
            self.add_error(None, f"Came to this case meanwhile: {'; '.join(added)}. Tick it if it goes too.")
            sent = cast(QueryDict, self.data).copy()
            sent["offered"] = " ".join(self.offered)  # for the page that is shown now
            self.data = sent
        return cleaned

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


def _issue(issue: Any) -> str:
    ended = issue.ending or ("counted once" if issue.duplicate_of_id else "open")
    return f"{issue.category.label}, {issue.body or 'no body named'} ({ended})"


class SinceForm(forms.Form):
    """Which notes and calls written while two cases were one are about the one that stands alone again."""

    def __init__(self, *args: Any, move: Move, staff: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        cover = covering.of(move.target, staff)
        lines = moving.written_since(move).select_related("by")[:MOST_LINES]
        self.fields["lines"] = forms.TypedMultipleChoiceField(
            label=f"Shown on {move.source.reference}, too",
            choices=[
                (line.pk, f"{line.at:%-d %b}, {line.by or 'by itself'}: {Truncator(words).chars(300)}")
                for line in lines
                for words in [cover.over(line.text)]
            ],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick what is about it, or leave all as it is."},
        )
