"""What one record took from another when the two were joined, in words, for whoever could take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps

from opencasework.office.constituents import languages, parting, said_before
from opencasework.office.constituents.merging import label_of, rows_of
from opencasework.office.constituents.models import Person, PersonMerge
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may

LABELS = {
    "full_name": "Full name",
    "address_as": "How to address them",
    "is_constituent": "Lives in the area of this office",
    "date_of_birth": "Date of birth",
    "language": "Language",
    "needs_interpreter": "Needs an interpreter",
    "preferred_channel": "Best way to reach them",
    "access_needs": "What helps them",
    "contact_limit": "Limit on contact",
    "safe_contact": "Only safe way to reach them",
    "post_is_safe": "Post is safe",
}


@dataclass(frozen=True)
class Taken:
    """One thing that the other record brought; `before` is what stood here, empty where nothing did."""

    label: str
    said: str
    before: str = ""


def in_words(person: Person, name: str) -> str:
    """What one of LABELS says on the record, as a page shows it."""
    value = getattr(person, name)
    if name == "language":
        return languages.name(value)
    if name == "preferred_channel":
        return str(person.get_preferred_channel_display())
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value or "")


def may_take_back(staff: StaffMember, merge: PersonMerge) -> bool:
    """Whether they may join records and know of each case of this merge: who comes back may be a secret."""
    return may(staff, May.MERGE_PEOPLE) and _know_of_all(staff, parting.cases_of(merge))


def may_know_what(staff: StaffMember, merge: PersonMerge) -> bool:
    """Whether they may read what was taken from which: they know of the cases that stood on either record."""
    if not may_take_back(staff, merge):
        return False
    links = apps.get_model("cases", "CasePerson").objects.filter(person=merge.survivor_id)
    return _know_of_all(staff, set(links.values_list("case", flat=True)))


def _know_of_all(staff: StaffMember, numbers: set[int]) -> bool:
    # The cases folder stands above this one, so it is named, not imported.
    cases: Any = apps.get_model("cases", "Case").objects.filter(pk__in=numbers)
    return not cases.exclude(pk__in=cases.visible_to(staff).values("pk")).exists()


def name_of_other(merge: PersonMerge) -> str:
    """What the person of the record that went was called on it."""
    label = Person._meta.label_lower
    names = (
        row["fields"]["full_name"]
        for row in merge.rows
        if row["model"] == label and row["pk"] == merge.loser_number
    )
    return next(names, "")


def taken(merge: PersonMerge) -> list[Taken]:
    """What this record has from the other since: what stands on it once, then what it has several of."""
    found = [
        Taken(LABELS[column], _value(column, since), _value(column, before))
        for label, number, column, before, since in merge.changed
        if label == label_of(Person) and number == merge.into_number and column in LABELS
    ]
    moved = {(label, row) for label, column, row, *_ in merge.moved if column == "person_id"}
    for model, what in said_before.ROWS.items():
        numbers = [number for label, number in moved if label == label_of(model)]
        rows = rows_of(model).filter(pk__in=numbers, person=merge.survivor_id).order_by("pk")
        found += [Taken(str(what.label), str(row)) for row in rows]
    return found


def _value(column: str, value: Any) -> str:
    field = Person._meta.get_field(column)
    return in_words(Person(**{column: field.to_python(value)}), column)  # type: ignore[union-attr]
