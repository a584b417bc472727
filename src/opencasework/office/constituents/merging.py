"""Making two records of one person one, so that it can be undone (`parting`) with nothing lost.

A merge writes down all it does: the rows that went, whole; the rows that name the survivor since; the values
it changed. It knows no table by name: everything that points at a person is found by asking Django, so a
folder above need not be told about, and need not tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core import serializers
from django.db import IntegrityError, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from opencasework.office.constituents import names, said_before
from opencasework.office.constituents.models import (
    ExactJSON,
    Person,
    PersonAddress,
    PersonEmail,
    PersonMerge,
    PersonName,
    PersonPhone,
    known_from,
)
from opencasework.office.staff.models import StaffMember

# Sent inside the transaction of the act, with `merge` and `by`: a folder above writes its timelines. The
# first comes before anything is moved: a folder that works out what merges do to its rows does so then.
people_joining = Signal()
people_merged, people_parted = Signal(), Signal()

# What one record has once, and the compare page asks about.
FIELDS = (
    "full_name", "address_as", "is_constituent", "date_of_birth", "language", "needs_interpreter",
    "preferred_channel", "access_needs", "contact_limit", "safe_contact",
    "post_is_safe",
)  # fmt: skip
# Rows of a list that are one when these are the same, though no constraint says so.
SAME_WHEN: dict[type[models.Model], tuple[str, ...]] = {
    PersonAddress: ("lines", "postcode", "until"),
    PersonPhone: ("compact", "note"),
    PersonName: ("name",),
}
PREFERRED = (PersonEmail, PersonPhone)


class CannotMerge(ValueError):
    """The sentence that says why not."""


def pointing_at(model: type[models.Model]) -> Iterator[Any]:
    """Every foreign key to the model, those nobody gave a name and those of many-to-many tables included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.remote_field


def rows_of(model: type[models.Model]) -> Any:
    return model._base_manager


def label_of(model: type[models.Model]) -> str:
    return model._meta.label


def whole(row: models.Model) -> dict[str, Any]:
    """The row with all its values, as JSON can hold them."""
    data: dict[str, Any] = json.loads(serializers.serialize("json", [row], cls=ExactJSON))[0]
    return data


@dataclass
class _Book:
    """What a merge does, written down while it does it."""

    merge: PersonMerge
    known: dict[int, list[int]]  # from which cases alone each of the two was known before
    rows: list[Any] = field(default_factory=list)
    moved: list[list[Any]] = field(default_factory=list)
    changed: list[list[Any]] = field(default_factory=list)
    added: list[list[Any]] = field(default_factory=list)

    def change(self, row: models.Model, column: str, value: Any) -> None:
        """Give the row another value, unless it has it."""
        before = getattr(row, column)
        if before != value:
            rows_of(type(row)).filter(pk=row.pk).update(**{column: value})
            setattr(row, column, value)
            if isinstance(row, Person) and column in said_before.ONCE:
                said_before.keep_once(row, column, before, **self.kept_for(row.pk))
            self.changed.append([label_of(type(row)), row.pk, column, before, value])

    def kept_for(self, number: int) -> dict[str, Any]:
        """With what is kept what the record of this number said before."""
        return {"by": self.merge.by, "merge": self.merge, "known": self.known[number]}

    def add(self, row: models.Model) -> None:
        """A row that the merge itself made, and undone takes back."""
        self.added.append([label_of(type(row)), row.pk])

    def absorb(self, loser: models.Model, kept: models.Model) -> None:
        """Let everything that points at the one point at the other."""
        for key in pointing_at(type(loser)):
            for row in rows_of(key.model).filter(**{key.attname: loser.pk}).order_by("pk"):
                self._move(row, key, loser, kept)

    def _move(self, row: models.Model, key: Any, loser: models.Model, kept: models.Model) -> None:
        twin = _twin(row, key, kept)
        if twin is not None:
            self._fill(twin, row)
            if type(row) in said_before.ROWS and isinstance(kept, Person) and said_before.is_lost(row, twin):
                self.add(said_before.keep_row(row, person=kept, **self.kept_for(loser.pk)))
            self.absorb(row, twin)
            self.drop(row)
            return
        try:
            with transaction.atomic():
                rows_of(key.model).filter(pk=row.pk).update(**{key.attname: kept.pk})
        except IntegrityError:  # such as somebody who would act for themselves
            self.drop(row)
        else:
            self.moved.append([label_of(key.model), key.attname, row.pk, loser.pk, kept.pk])

    def _fill(self, twin: Any, row: Any) -> None:
        """What the row that stays leaves empty."""
        taken = {
            column.attname: getattr(row, column.attname)
            for column in twin._meta.concrete_fields
            if not column.primary_key
            and getattr(twin, column.attname) in ("", None)
            and getattr(row, column.attname) not in ("", None)
        }
        if not taken or not _keeps_the_rules(twin, taken):
            return
        for name, value in taken.items():
            self.change(twin, name, value)

    def drop(self, row: models.Model) -> None:
        """Take the row away, and before it what cannot be without it; keep all of them whole."""
        for key in pointing_at(type(row)):
            for dependent in rows_of(key.model).filter(**{key.attname: row.pk}).order_by("pk"):
                if key.null:
                    self.change(dependent, key.attname, None)
                else:
                    self.drop(dependent)
        self.rows.append(whole(row))
        rows_of(type(row)).filter(pk=row.pk).delete()


def _keeps_the_rules(row: models.Model, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            rows_of(type(row)).filter(pk=row.pk).update(**values)
            raise _TriedOnly
    except IntegrityError:
        return False
    except _TriedOnly:
        return True


class _TriedOnly(Exception):
    """Takes back what was only tried."""


def _twin(row: models.Model, key: Any, kept: models.Model) -> models.Model | None:
    """The row in the way of this one naming `kept`: the same to a unique constraint, or to a reader."""
    for columns, condition in unique_in(type(row)):
        if key.name not in columns and key.attname not in columns:
            continue
        others = [name for name in columns if name not in (key.name, key.attname)]
        same = {name: getattr(row, row._meta.get_field(name).attname) for name in others}  # type: ignore[union-attr]
        if None in same.values() and type(row) not in SAME_WHEN:
            continue
        found = rows_of(type(row)).filter(**same, **{key.attname: kept.pk}).exclude(pk=row.pk)
        if condition is not None:
            if not rows_of(type(row)).filter(condition, pk=row.pk).exists():
                continue
            found = found.filter(condition)
        if (twin := found.order_by("pk").first()) is not None:
            return twin  # type: ignore[no-any-return]
    return None


def unique_in(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], models.Q | None]]:
    if model in SAME_WHEN:
        yield ("person", *SAME_WHEN[model]), None
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition
    for together in model._meta.unique_together:
        yield tuple(together), None
    for column in model._meta.local_concrete_fields:
        if column.unique and not column.primary_key:
            yield (column.name,), None


@transaction.atomic
def merge(
    *,
    survivor: Person,
    loser: Person,
    by: StaffMember,
    chosen: dict[str, Any] | None = None,
    lives_at: PersonAddress | None = None,
) -> PersonMerge:
    """Make the second record part of the first, and write down how to undo it.

    `chosen` holds the values of FIELDS that the merged record has; what it leaves out stays the survivor's,
    or becomes the loser's where the survivor's is empty. Lists are kept together. With `lives_at` the other
    current addresses become former ones. Raises CannotMerge with a sentence.
    """
    if survivor.pk == loser.pk:
        raise CannotMerge("These are one record already. Choose two different people.")
    locked = Person.objects.select_for_update().in_bulk([survivor.pk, loser.pk])
    if len(locked) < 2:
        raise CannotMerge("One of the two is gone: somebody has just merged them. Look at the person again.")
    survivor, loser = locked[survivor.pk], locked[loser.pk]
    known = {person.pk: known_from(person) for person in (survivor, loser)}
    kept = PersonMerge.objects.create(
        survivor=survivor, loser_number=loser.pk, into_number=survivor.pk, by=by,
        rows=[], moved=[], changed=[], added=[],
    )  # fmt: skip
    people_joining.send(sender=PersonMerge, merge=kept, by=by)
    book = _Book(kept, known)
    _settle_lists(book, survivor, loser, lives_at)
    book.absorb(loser, survivor)
    _settle_fields(book, survivor, loser, chosen or {})
    book.drop(loser)
    kept.rows, kept.moved, kept.changed, kept.added = book.rows, book.moved, book.changed, book.added
    kept.save()
    people_merged.send(sender=PersonMerge, merge=kept, by=by)
    return kept


def _settle_fields(book: _Book, survivor: Person, loser: Person, chosen: dict[str, Any]) -> None:
    names_before = [survivor.full_name, loser.full_name]
    for name in FIELDS:
        theirs, others = getattr(survivor, name), getattr(loser, name)
        by_itself = others if theirs in ("", None) else theirs
        if name == "post_is_safe":  # a safe way of one may be no safe way of the other
            by_itself = theirs and others
        book.change(survivor, name, chosen.get(name, by_itself))
        if name in said_before.ONCE and others not in ("", getattr(survivor, name)):
            book.add(said_before.keep_once(loser, name, others, person=survivor, **book.kept_for(loser.pk)))
    book.change(survivor, "name_key", names.key(survivor.full_name)[: names.LONGEST])
    known = {survivor.full_name, *survivor.other_names.values_list("name", flat=True)}
    for name in dict.fromkeys(names_before):
        if name not in known:  # so that they are still found under it
            book.add(PersonName.objects.create(person=survivor, name=name))


def _settle_lists(book: _Book, survivor: Person, loser: Person, lives_at: PersonAddress | None) -> None:
    """One home and one preferred number, though both records may have brought one."""
    for model in PREFERRED:
        if model.objects.filter(person=survivor, is_preferred=True).exists():
            for row in model.objects.filter(person=loser, is_preferred=True):
                book.change(row, "is_preferred", value=False)
    if lives_at is None:
        return
    homes = PersonAddress.objects.filter(person__in=[survivor, loser], until=None).exclude(pk=lives_at.pk)
    for home in homes:
        if (home.lines, home.postcode) != (lives_at.lines, lives_at.postcode):
            book.change(home, "until", timezone.localdate())
