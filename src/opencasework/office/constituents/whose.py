"""What was added to a record while two people were one, and whose each is once they are told apart again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from opencasework.office.constituents import changes, merging, parting, said_before
from opencasework.office.constituents.models import Person, PersonMerge, SaidBefore
from opencasework.office.constituents.rows import KINDS, Kind
from opencasework.office.staff.models import StaffMember


class Whose(models.TextChoices):
    """Of which of the two somebody says that it is."""

    STAYS = "stays", "This record"
    GOES = "goes", "The one that comes back"
    BOTH = "both", "Both"


@dataclass(frozen=True)
class Added:
    """An address, an email, a telephone or a name that came while they were one."""

    kind: Kind
    row: Any

    @property
    def field(self) -> str:
        """What the form calls the answer."""
        return f"{self.kind.rows}-{self.row.pk}"

    @property
    def label(self) -> str:
        return self.kind.name.capitalize()


def added_since(merge: PersonMerge) -> list[Added]:
    """What somebody wrote down on the record since; not what a later joining brought."""
    in_force = PersonMerge.objects.filter(undone_at=None, pk__gte=merge.pk)
    brought = {(move[0], move[2]) for moved in in_force.values_list("moved", flat=True) for move in moved}
    made = {tuple(each) for added in in_force.values_list("added", flat=True) for each in added}
    return [
        Added(kind, row)
        for kind in KINDS.values()
        for row in kind.form.model._default_manager.filter(
            person=merge.survivor_id, written_at__gte=merge.at
        ).order_by("pk")
        if (merging.label_of(type(row)), row.pk) not in brought | made
    ]


@transaction.atomic
def tell_apart(merge: PersonMerge, given: Mapping[str, Any], *, by: StaffMember) -> Person:
    """Undo the merge, and give what was added to whom `given` says; returns the record that comes back.

    What it says nothing about stays. Raises CannotMerge where it is undone already.
    """
    added = added_since(merge)
    back = parting.undo(merge, by=by)
    for each in added:
        whose = given.get(each.field)
        if whose == Whose.GOES:
            _go(each, back, by=by)
        elif whose == Whose.BOTH and not _has(back, each.row):
            _give(type(each.row)(), each, back, by=by)
    return back


def _has(back: Person, row: Any) -> bool:
    """Whether the record that is back has the same again, to whoever reads it."""
    there = type(row)._default_manager.filter(person=back)
    return any(str(other) == str(row) for other in there)


def _go(added: Added, back: Person, *, by: StaffMember) -> None:
    row, survivor = added.row, added.row.person
    said = SaidBefore.objects.filter(what=said_before.ROWS[type(row)], number=row.pk)
    said.update(person=back)
    if _has(back, row):
        row.delete()
    else:
        _give(row, added, back, by=by)
    changes.say_way(survivor, f"{added.kind.said} was taken off", by=by)


def _give(row: Any, added: Added, back: Person, *, by: StaffMember) -> None:
    """Let this row, or a new one that says the same, be of the record that is back."""
    for field in type(row)._meta.concrete_fields:
        if not field.primary_key:
            setattr(row, field.attname, getattr(added.row, field.attname))
    row.person = back
    if getattr(row, "is_preferred", False):
        row.is_preferred = not type(row)._default_manager.filter(person=back, is_preferred=True).exists()
    row.save()
    changes.say_way(back, f"{added.kind.said} was added", by=by)


def without_a_home(people: list[Person]) -> list[Person]:
    """Those of the two of whom only former addresses are on record now."""
    return [
        person for person in people
        if person.addresses.exists() and not person.addresses.filter(until=None).exists()
    ]  # fmt: skip
