"""Undoing a merge: two people again, as they were, at any time.

It goes through what the merge wrote down, backwards, and leaves alone whatever somebody has changed since. A
later merge may have taken away what this one moved, or made somebody it names part of another; then the row
is taken out of the record of that merge, or waits in it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from opencasework.office.constituents import said_before
from opencasework.office.constituents.merging import (
    SAME_WHEN,
    CannotMerge,
    label_of,
    people_parted,
    rows_of,
    unique_in,
    whole,
)
from opencasework.office.constituents.models import Person, PersonMerge
from opencasework.office.staff.models import StaffMember

Step = tuple[PersonMerge, int, int]  # a merge, whom a row named before it, and since
Data = dict[str, Any]  # a row, whole, as Django's serializer writes it


def cases_of(merge: PersonMerge) -> set[int]:
    """The numbers of the cases that rows of this merge belong to."""
    found = set()
    for label, _column, number, *_ in merge.moved:
        model = apps.get_model(label)
        if _is_of_a_case(model):
            found.update(rows_of(model).filter(pk=number).values_list("case", flat=True))
    for data in merge.rows:
        if _is_of_a_case(apps.get_model(data["model"])):
            found.add(data["fields"]["case"])
    # Of who is on a case the cases folder keeps account.
    theirs, size = {merge.loser_number}, 0
    while len(theirs) > size:
        size = len(theirs)
        parts = PersonMerge.objects.filter(into_number__in=theirs, undone_at=None)
        theirs |= set(parts.values_list("loser_number", flat=True))
    put = apps.get_model("cases", "CasePersonOrigin").objects.filter(person_number__in=theirs)
    for cases in put.values_list("case", "behind__case"):
        found.update(cases)
    return found - {None}


def _is_of_a_case(model: type[models.Model]) -> bool:
    # The cases folder stands above this one, so it is named, not imported.
    return any(
        key.name == "case" and key.related_model is apps.get_model("cases", "Case")
        for key in model._meta.fields
    )


@transaction.atomic
def undo(merge: PersonMerge, *, by: StaffMember) -> Person:
    """Tell the two apart again, as they were; returns the record that comes back.

    What somebody changed or added since stays as it is, on the survivor or on the row that goes back.
    Raises CannotMerge where it is undone already.
    """
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise CannotMerge("This is undone already. Nothing was changed.")
    pending = _make_all(list(reversed(merge.rows)), merge)
    for label, number in merge.added:
        _take_back(merge, apps.get_model(label), number)
    pending += _move_all_back(merge)
    for data in _make_all(pending, merge):
        _make_with_less(merge, data)
    for label, number, column, before, since in reversed(merge.changed):
        _change_back(merge, apps.get_model(label), number, column, before, since)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    said_before.give_back(merge)
    people_parted.send(sender=PersonMerge, merge=merge, by=by)
    return Person.objects.get(pk=merge.loser_number)


def _make_all(pending: list[Data], current: PersonMerge) -> list[Data]:
    """Make these rows again, each after what it belongs to; returns those whose owners are not there."""
    while True:
        left = [data for data in pending if not _make(data, current)]
        if len(left) == len(pending):
            return left
        pending = left


def _row_of(data: Data) -> Any:
    [again] = serializers.deserialize("python", [data])
    return again.object


def _missing(row: Any) -> list[tuple[Any, int]]:
    """The keys of the row that name something that is not there."""
    missing = []
    for key in (each for each in row._meta.concrete_fields if each.is_relation):
        number = getattr(row, key.attname)
        there = {key.target_field.attname: number}
        if number is not None and not rows_of(key.remote_field.model).filter(**there).exists():
            missing.append((key, number))
    return missing


def _make(data: Data, current: PersonMerge) -> bool:
    """Make the row again, unless it is there. False where something other than a person is missing.

    A person who is part of another by now is replaced by that other until their merge is undone too; where
    that cannot be, the row waits in the record of that merge.
    """
    row = _row_of(data)
    if rows_of(type(row)).filter(pk=row.pk).exists():
        return True
    instead: list[tuple[Any, list[Step]]] = []
    for key, number in _missing(row):
        steps = _became(number) if key.remote_field.model is Person else []
        if not steps:
            return False
        setattr(row, key.attname, steps[-1][2])
        instead.append((key, steps))
    if not instead and (other := in_the_way(row)) is not None:
        _let_wait(other, current)
    try:
        row.validate_constraints()
    except ValidationError:
        if instead:
            _leave_with(instead[0][1][0][0], data)
        return True
    row.save_base(raw=True)
    for key, steps in instead:
        for merge, before, since in steps:
            merge.refresh_from_db(fields=["moved"])
            merge.moved.append([label_of(type(row)), key.attname, row.pk, before, since])
            merge.save(update_fields=["moved"])
    return True


def _became(number: int) -> list[Step]:
    """The merges that made this person part of another, and that of a third, one after another."""
    merge = PersonMerge.objects.filter(loser_number=number, undone_at=None).first()
    if merge is None:
        return []
    label = label_of(PersonMerge)
    steps = [
        (later, before, since)
        for later in PersonMerge.objects.filter(pk__gt=merge.pk, undone_at=None).order_by("pk")
        for model, _column, row, before, since in later.moved
        if model == label and row == merge.pk
    ]
    return [(merge, number, steps[0][1] if steps else merge.survivor_id), *steps]


def in_the_way(row: Any) -> Any:
    """Another row that is the same to a unique constraint, or None."""
    for columns, condition in unique_in(type(row)):
        if type(row) in SAME_WHEN and condition is None and columns[0] == "person":
            continue  # a habit of merging, no constraint
        same = {name: getattr(row, row._meta.get_field(name).attname) for name in columns}
        others = rows_of(type(row)).filter(condition or models.Q(), **same).exclude(pk=row.pk)
        if None not in same.values() and (other := others.first()) is not None:
            return other
    return None


def _let_wait(row: Any, current: PersonMerge) -> bool:
    """A row that another merge made name somebody else waits in that record. False for any other."""
    for merge in PersonMerge.objects.filter(undone_at=None).exclude(pk=current.pk).order_by("-pk"):
        moves = [move for move in merge.moved if move[0] == label_of(type(row)) and move[2] == row.pk]
        if moves:
            for move in moves:
                merge.moved.remove(move)
                setattr(row, move[1], move[3])
            merge.save(update_fields=["moved"])
            _leave_with(merge, whole(row))
            rows_of(type(row)).filter(pk=row.pk).delete()
            return True
    return False


def _leave_with(merge: PersonMerge, data: Data) -> None:
    merge.rows.insert(0, data)
    merge.save(update_fields=["rows"])


def _make_with_less(merge: PersonMerge, data: Data) -> None:
    """What it belonged to went in a later merge, or for good: without it where that can be, else not yet."""
    row = _row_of(data)
    for key, number in _missing(row):
        later = _later(merge, key.remote_field.model, number)
        if key.null:
            data = {**data, "fields": {**data["fields"], key.name: None}}
            if later is not None:
                later[0].changed.append([label_of(type(row)), row.pk, key.attname, number, None])
                later[0].save(update_fields=["changed"])
        elif later is not None:
            _leave_with(later[0], data)
            return
    _make(data, merge)


def _later(merge: PersonMerge, model: type[models.Model], number: int) -> tuple[PersonMerge, int] | None:
    """The later merge that took this row away, and which of its rows it is."""
    for later in PersonMerge.objects.filter(pk__gt=merge.pk, undone_at=None).order_by("pk"):
        for place, data in enumerate(later.rows):
            if data["model"] == model._meta.label_lower and data["pk"] == number:
                return later, place
    return None


def _move_all_back(merge: PersonMerge) -> list[Data]:
    """Let the rows name whom they named before; returns those that a later merge took away, to be made."""
    moves, pending = list(reversed(merge.moved)), list[Data]()
    while moves:
        left = [move for move in moves if not _move_back(merge, move, pending)]
        if len(left) == len(moves):  # each has another in its way
            for move in left:
                _move_back(merge, move, pending, insist=True)
            break
        moves = left
    return pending


def _where(model: type[models.Model], number: int) -> type[models.Model]:
    """Where the row is: a model may keep rows that are out of the way in another, under their numbers."""
    other = getattr(model, "kept_in", None)
    return model if other is None or rows_of(model).filter(pk=number).exists() else other


def _move_back(merge: PersonMerge, move: list[Any], pending: list[Data], *, insist: bool = False) -> bool:
    """One of them; False where another row is in the way that may still be moved itself."""
    label, column, number, before, since = move
    model = apps.get_model(label)
    key = next(each for each in model._meta.concrete_fields if each.attname == column)
    if key.remote_field and key.remote_field.model is Person:
        since = merge.survivor_id  # which a later merge may have made part of another
    row = rows_of(_where(model, number)).filter(pk=number).first()
    if row is None:
        if (later := _later(merge, model, number)) is not None:
            holder, place = later
            data = holder.rows.pop(place)
            holder.save(update_fields=["rows"])
            pending.append({**data, "fields": {**data["fields"], key.name: before}})
        return True
    if getattr(row, column) != since:
        return True
    setattr(row, column, before)
    other = in_the_way(row)
    if other is not None and not insist:
        return False
    if other is None or _let_wait(other, merge):
        rows_of(type(row)).filter(pk=number).update(**{column: before})
    else:
        _let_wait(row, merge)
    return True


def _change_back(
    merge: PersonMerge, model: type[models.Model], number: int, column: str, before: Any, since: Any
) -> None:
    key = next(each for each in model._meta.concrete_fields if each.attname == column)
    row = rows_of(_where(model, number)).filter(pk=number)
    if row.filter(**{column: key.to_python(since)}).update(**{column: key.to_python(before)}):
        return
    if not row.exists():
        if (later := _later(merge, model, number)) is not None:
            holder, place = later
            fields = holder.rows[place]["fields"]
            if fields.get(key.name) == since:
                fields[key.name] = before
                holder.save(update_fields=["rows"])
        return
    for later_merge in PersonMerge.objects.filter(pk__gt=merge.pk, undone_at=None).order_by("pk"):
        for change in later_merge.changed:
            if change[:4] == [label_of(model), number, column, since]:  # it took over what this one had set
                change[3] = before
                later_merge.save(update_fields=["changed"])
                return


def _take_back(merge: PersonMerge, model: type[models.Model], number: int) -> None:
    row = rows_of(model).filter(pk=number)
    if row.exists():
        row.delete()
    elif (later := _later(merge, model, number)) is not None:
        holder, place = later
        holder.rows.pop(place)
        holder.save(update_fields=["rows"])
