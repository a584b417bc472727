"""Rows of which one hides another, and the hidden one coming forward when the other goes.

A reference number is on a case once. Where two cases become one, of two such rows one is hidden: it stays on
the case that was merged. Taking the merge back may send away the row that stood for both. The one behind it
stands then where it would stand had nothing been in its way; what the merges still in force wrote down says
so, so that each of them can be taken back in its turn.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from opencasework.office.cases.carrying import Relation, Rows, carry_one, relations
from opencasework.office.cases.models import Case, CasePerson, Move
from opencasework.office.constituents import parting


def _way_up(number: int) -> list[Move]:
    """The merges in force through which a case became part of the one that stands for it."""
    merges = Move.objects.filter(kind=Move.Kind.MERGE, undone_at=None).order_by("-pk")
    way: list[Move] = []
    while Case.objects.filter(pk=number).exclude(merged_into=None).exists():
        move = merges.filter(source=number).exclude(pk__in=[each.pk for each in way]).first()
        if move is None:
            break
        way.append(move)
        number = move.target_id
    return way


def follow(relation: Relation, row: Any) -> bool:
    """Let a row that is on a merged case go to the case that stands for it. False where it cannot."""
    way = _way_up(getattr(row, f"{relation.name}_id"))
    if not way or not carry_one(relation, row.pk, way[-1].target_id):
        return False
    for move in way:
        went = move.rows.setdefault(relation.label, [])
        if row.pk not in went:
            went.append(row.pk)
            move.save(update_fields=["rows"])
    return True


Behind = list[tuple[Relation, Any]]  # rows on a merged case, behind one that goes


def carried() -> list[Relation]:
    """What goes from case to case with a merge. Of people `settling` works out where they are."""
    return [relation for relation in relations() if relation.model is not CasePerson]


def behind(rows_going: Rows, on: list[int]) -> Behind:
    """Look, before these rows go from the cases `on`, what they hide.

    `on` is the case that stands, and after it those that are part of it, the nearer ones first.
    """
    found: Behind = []
    for relation in carried():
        going = set(rows_going.get(relation.label, []))
        if not going:
            continue
        rows = relation.model._base_manager.filter(**{f"{relation.name}__in": on})
        left = list(rows.filter(**{f"{relation.name}__in": on[1:]}).exclude(pk__in=going))
        left.sort(key=lambda row: on.index(getattr(row, f"{relation.name}_id")))
        found += [(relation, row) for row in left if _hides(going, relation, row, stands=on[0])]
    return found


def _hides(going: set[int], relation: Relation, row: models.Model, *, stands: int) -> bool:
    """Whether one of the rows that go is in the way of this one on the case that stands."""
    column, case = f"{relation.name}_id", getattr(row, f"{relation.name}_id")
    setattr(row, column, stands)
    other = parting.in_the_way(row)
    setattr(row, column, case)
    return other is not None and other.pk in going


def come_forward(found: Behind, move: Move) -> None:
    """Once the rows have gone back: let what stood behind them stand."""
    for later in _way_up(move.target_id):  # through which they had gone on
        later.rows = {
            label: [pk for pk in pks if pk not in set(move.rows.get(label, []))]
            for label, pks in later.rows.items()
        }
        later.save(update_fields=["rows"])
    for relation, row in found:
        follow(relation, row)
