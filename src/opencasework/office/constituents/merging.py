"""Making two records of one person one, and undoing it at any time, with nothing lost.

A merge writes down all it does: the rows that went, whole; the rows that name the survivor since; the values
it changed. Undoing goes through that backwards and leaves alone whatever somebody has changed in the meantime.
It knows no table by name: everything that points at a person is found by asking Django, so a folder above
need not be told about, and need not tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from opencasework.office.constituents import names
from opencasework.office.constituents.models import (
    Person,
    PersonAddress,
    PersonEmail,
    PersonMerge,
    PersonName,
    PersonPhone,
)
from opencasework.office.staff.models import StaffMember

# Sent inside the transaction of the act, with `merge` and `by`: a folder above writes its timelines.
people_merged, people_parted = Signal(), Signal()

# What one record has once, and the compare page asks about.
FIELDS = (
    "full_name", "address_as", "is_constituent", "date_of_birth", "language", "needs_interpreter",
    "preferred_channel", "access_needs", "contact_limit", "safe_contact",
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
            yield relation.remote_field  # type: ignore[union-attr]


def _rows(model: type[models.Model]) -> Any:
    return model._base_manager


def _label(model: type[models.Model]) -> str:
    return model._meta.label


@dataclass
class _Book:
    """What a merge does, written down while it does it."""

    rows: list[Any] = field(default_factory=list)
    moved: list[list[Any]] = field(default_factory=list)
    changed: list[list[Any]] = field(default_factory=list)
    added: list[list[Any]] = field(default_factory=list)

    def change(self, row: models.Model, column: str, value: Any) -> None:
        """Give the row another value, unless it has it."""
        before = getattr(row, column)
        if before != value:
            _rows(type(row)).filter(pk=row.pk).update(**{column: value})
            setattr(row, column, value)
            self.changed.append([_label(type(row)), row.pk, column, before, value])

    def absorb(self, loser: models.Model, kept: models.Model) -> None:
        """Let everything that points at the one point at the other."""
        for key in pointing_at(type(loser)):
            for row in _rows(key.model).filter(**{key.attname: loser.pk}).order_by("pk"):
                self._move(row, key, loser, kept)

    def _move(self, row: models.Model, key: Any, loser: models.Model, kept: models.Model) -> None:
        twin = _twin(row, key, kept)
        if twin is not None:
            self._fill(twin, row)
            self.absorb(row, twin)
            self.drop(row)
            return
        try:
            with transaction.atomic():
                _rows(key.model).filter(pk=row.pk).update(**{key.attname: kept.pk})
        except IntegrityError:  # such as somebody who would act for themselves
            self.drop(row)
        else:
            self.moved.append([_label(key.model), key.attname, row.pk, loser.pk, kept.pk])

    def _fill(self, twin: Any, row: Any) -> None:
        """What the row that stays leaves empty, and what it says itself that it takes over from the other."""
        taken = twin.takes_over(row) if hasattr(twin, "takes_over") else {}
        for column in (each for each in twin._meta.concrete_fields if not each.primary_key):
            if getattr(twin, column.attname) in ("", None) and getattr(row, column.attname) not in ("", None):
                taken.setdefault(column.attname, getattr(row, column.attname))
        if not taken or not _keeps_the_rules(twin, taken):
            return
        for name, value in taken.items():
            self.change(twin, name, value)

    def drop(self, row: models.Model) -> None:
        """Take the row away, and before it what cannot be without it; keep all of them whole."""
        for key in pointing_at(type(row)):
            for dependent in _rows(key.model).filter(**{key.attname: row.pk}).order_by("pk"):
                if key.null:
                    self.change(dependent, key.attname, None)
                else:
                    self.drop(dependent)
        self.rows.append(json.loads(serializers.serialize("json", [row]))[0])
        _rows(type(row)).filter(pk=row.pk).delete()


def _keeps_the_rules(row: models.Model, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            _rows(type(row)).filter(pk=row.pk).update(**values)
            raise _TriedOnly
    except IntegrityError:
        return False
    except _TriedOnly:
        return True


class _TriedOnly(Exception):
    """Takes back what was only tried."""


def _twin(row: models.Model, key: Any, kept: models.Model) -> models.Model | None:
    """The row that is in the way of this one naming `kept`: the same in a unique constraint, or to a reader."""
    for columns, condition in _unique(type(row)):
        if key.name not in columns and key.attname not in columns:
            continue
        others = [name for name in columns if name not in (key.name, key.attname)]
        same = {name: getattr(row, row._meta.get_field(name).attname) for name in others}  # type: ignore[union-attr]
        if None in same.values() and type(row) not in SAME_WHEN:
            continue
        found = _rows(type(row)).filter(**same, **{key.attname: kept.pk}).exclude(pk=row.pk)
        if condition is not None:
            if not _rows(type(row)).filter(condition, pk=row.pk).exists():
                continue
            found = found.filter(condition)
        if (twin := found.order_by("pk").first()) is not None:
            return twin  # type: ignore[no-any-return]
    return None


def _unique(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], models.Q | None]]:
    if model in SAME_WHEN:
        yield ("person", *SAME_WHEN[model]), None
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield constraint.fields, constraint.condition
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
    book = _Book()
    _settle_lists(book, survivor, loser, lives_at)
    book.absorb(loser, survivor)
    _settle_fields(book, survivor, loser, chosen or {})
    book.drop(loser)
    kept = PersonMerge.objects.create(
        survivor=survivor, loser_number=loser.pk, by=by,
        rows=book.rows, moved=book.moved, changed=book.changed, added=book.added,
    )  # fmt: skip
    people_merged.send(sender=PersonMerge, merge=kept, by=by)
    return kept


def _settle_fields(book: _Book, survivor: Person, loser: Person, chosen: dict[str, Any]) -> None:
    names_before = [survivor.full_name, loser.full_name]
    for name in FIELDS:
        theirs, others = getattr(survivor, name), getattr(loser, name)
        book.change(survivor, name, chosen.get(name, others if theirs in ("", None) else theirs))
    book.change(survivor, "name_key", names.key(survivor.full_name)[: names.LONGEST])
    known = {survivor.full_name, *survivor.other_names.values_list("name", flat=True)}
    for name in dict.fromkeys(names_before):
        if name not in known:  # so that they are still found under it
            added = PersonName.objects.create(person=survivor, name=name)
            book.added.append([_label(PersonName), added.pk])


def _settle_lists(book: _Book, survivor: Person, loser: Person, lives_at: PersonAddress | None) -> None:
    """One home and one preferred number, though both records may have brought one."""
    for model in PREFERRED:
        if model.objects.filter(person=survivor, is_preferred=True).exists():
            for row in model.objects.filter(person=loser, is_preferred=True):
                book.change(row, "is_preferred", False)
    if lives_at is None:
        return
    homes = PersonAddress.objects.filter(person__in=[survivor, loser], until=None).exclude(pk=lives_at.pk)
    for home in homes:
        if (home.lines, home.postcode) != (lives_at.lines, lives_at.postcode):
            book.change(home, "until", timezone.localdate())


@transaction.atomic
def undo(merge: PersonMerge, *, by: StaffMember) -> Person:
    """Tell the two apart again, as they were; returns the record that comes back.

    What somebody changed or added since stays as it is, on the survivor or on the row that goes back.
    Raises CannotMerge where it is undone already.
    """
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise CannotMerge("This is undone already. Nothing was changed.")
    for data in reversed(merge.rows):
        _make_again(data)
    for label, number in merge.added:
        _take_back(apps.get_model(label), number, merge)
    for label, column, number, before, since in reversed(merge.moved):
        _move_back(merge, apps.get_model(label), column, number, before, since)
    for label, number, column, before, since in reversed(merge.changed):
        _change_back(merge, apps.get_model(label), number, column, before, since)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    people_parted.send(sender=PersonMerge, merge=merge, by=by)
    return Person.objects.get(pk=merge.loser_number)


def _make_again(data: dict[str, Any]) -> None:
    """Make the row again, unless it is there, or what it belonged to has gone for good since.

    Where it names somebody who is part of another by now, it names that one until their merge is undone too;
    and where that cannot be, it waits in the record of that merge.
    """
    [again] = serializers.deserialize("python", [data])
    row = again.object
    if _rows(type(row)).filter(pk=row.pk).exists():
        return
    instead: list[tuple[PersonMerge, Any, int]] = []
    for key in (each for each in row._meta.concrete_fields if each.is_relation):
        number = getattr(row, key.attname)
        target = key.remote_field.model
        if number is None or _rows(target).filter(**{key.target_field.attname: number}).exists():
            continue
        merge = _merge_of(number) if target is Person else None
        if merge is None:
            return
        setattr(row, key.attname, merge.survivor_id)
        instead.append((merge, key, number))
    try:
        row.validate_constraints()
    except ValidationError:
        for merge, _key, _number in instead[:1]:
            merge.rows.insert(0, data)
            merge.save(update_fields=["rows"])
        return
    again.save()
    for merge, key, number in instead:
        merge.moved.append([_label(type(row)), key.attname, row.pk, number, merge.survivor_id])
        merge.save(update_fields=["moved"])


def _merge_of(number: int) -> PersonMerge | None:
    """The merge that made the record of this number part of another."""
    return PersonMerge.objects.filter(loser_number=number, undone_at=None).first()


def _later(merge: PersonMerge, model: type[models.Model], number: int) -> tuple[PersonMerge, int] | None:
    """The later merge that took this row away, and which of its rows it is."""
    for later in PersonMerge.objects.filter(pk__gt=merge.pk, undone_at=None).order_by("pk"):
        for place, data in enumerate(later.rows):
            if data["model"] == model._meta.label_lower and data["pk"] == number:
                return later, place
    return None


def _move_back(
    merge: PersonMerge, model: type[models.Model], column: str, number: int, before: int, since: int
) -> None:
    key = next(each for each in model._meta.concrete_fields if each.attname == column)
    if key.remote_field.model is Person:  # type: ignore[union-attr]
        since = merge.survivor_id  # which a later merge may have made part of another
    row = _rows(model).filter(pk=number)
    if row.exists():
        row.filter(**{column: since}).update(**{column: before})
    elif (later := _later(merge, model, number)) is not None:
        holder, place = later
        data = holder.rows.pop(place)
        holder.save(update_fields=["rows"])
        _make_again({**data, "fields": {**data["fields"], key.name: before}})


def _change_back(
    merge: PersonMerge, model: type[models.Model], number: int, column: str, before: Any, since: Any
) -> None:
    key = next(each for each in model._meta.concrete_fields if each.attname == column)
    row = _rows(model).filter(pk=number)
    if row.exists():
        row.filter(**{column: key.to_python(since)}).update(**{column: key.to_python(before)})
    elif (later := _later(merge, model, number)) is not None:
        holder, place = later
        fields = holder.rows[place]["fields"]
        if fields.get(key.name) == since:
            fields[key.name] = before
            holder.save(update_fields=["rows"])


def _take_back(model: type[models.Model], number: int, merge: PersonMerge) -> None:
    row = _rows(model).filter(pk=number)
    if row.exists():
        row.delete()
    elif (later := _later(merge, model, number)) is not None:
        holder, place = later
        holder.rows.pop(place)
        holder.save(update_fields=["rows"])
