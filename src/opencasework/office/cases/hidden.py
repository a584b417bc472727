"""Rows of which one hides another, and the hidden one coming forward when the other goes.

A person is on a case once, and so is a reference number. Where two cases, or two records of a person, become
one, of two such rows one is hidden: it stays on the case that was merged, or waits in the `PersonMerge`.
Taking either merge back may send away the row that stood for both. The one behind it stands then where it
would stand had nothing been in its way; what the merges still in force wrote down says so, so that each of
them can be taken back in its turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from opencasework.office.cases.carrying import Relation, carry_one, relations
from opencasework.office.cases.models import Case, CasePerson, Move
from opencasework.office.constituents import parting
from opencasework.office.constituents.merging import label_of
from opencasework.office.constituents.models import PersonMerge

PEOPLE = Relation(CasePerson, "case")


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


def _stands_for(number: int) -> int:
    way = _way_up(number)
    return way[-1].target_id if way else number


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


@dataclass
class Behind:
    """What stands behind the rows that are about to go back, in the order in which it comes forward."""

    left: list[tuple[Relation, Any]] = field(default_factory=list)  # on a merged case, behind one that goes
    people: dict[int, int] = field(
        default_factory=dict
    )  # who goes, with the number of the row that names them
    on: list[int] = field(default_factory=list)  # the cases of which they go


def behind(move: Move, on: list[int]) -> Behind:
    """Look, before the rows of this merge go back from the cases `on`, what they hide.

    `on` is the case that stands, and after it those that are part of it, the nearer ones first.
    """
    found = Behind(on=on)
    for relation in relations():
        going = set(move.rows.get(relation.label, []))
        if not going:
            continue
        rows = relation.model._base_manager.filter(**{f"{relation.name}__in": on})
        if relation == PEOPLE:
            found.people = dict(rows.filter(pk__in=going).values_list("person", "pk"))
        left = list(rows.filter(**{f"{relation.name}__in": on[1:]}).exclude(pk__in=going))
        left.sort(key=lambda row: on.index(getattr(row, f"{relation.name}_id")))
        found.left += [(relation, row) for row in left if _hides(going, relation, row, stands=on[0])]
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
    for relation, row in found.left:
        follow(relation, row)
    mine = set(move.rows.get(PEOPLE.label, []))
    for merge, data, person in parting.waiting(CasePerson):
        case = data["fields"]["case"]
        if data["pk"] in mine and case in found.on:
            # It was taken away on the case on which it was a guest.
            twin = CasePerson.objects.filter(case=_stands_for(case), person=person).first()
            _stand(merge, data, person, case=move.source_id, twin=twin.pk if twin else None)
        elif case in found.on and person in found.people:
            _stand(merge, data, person, case=case, twin=found.people[person])


def _stand(merge: PersonMerge, data: parting.Data, person: int, *, case: int, twin: int | None) -> None:
    """Let a row that waits in a merge of people stand on this case, unless another stands for it."""
    stands = _stands_for(case)
    if CasePerson.objects.filter(case=stands, person=person).exists():
        parting.wait_at(merge, data, case=case)
        return
    parting.stand_again(merge, data, case=case, twin=twin)
    row = CasePerson.objects.filter(pk=data["pk"]).first()
    if row is not None and stands != case:
        follow(PEOPLE, row)


def after_parting(merge: PersonMerge) -> None:
    """Two people are told apart, whose cases may have been merged or told apart meanwhile."""
    label = label_of(CasePerson)
    moved = [number for model, column, number, *_ in merge.moved if (model, column) == (label, "person_id")]
    made = [data["pk"] for data in merge.rows if data["model"] == CasePerson._meta.label_lower]
    links = list(CasePerson.objects.filter(pk__in=[*moved, *made]).order_by("pk"))
    for link in links:
        follow(PEOPLE, link)
    went = {(_stands_for(link.case_id), link.pk) for link in links if link.pk in moved}
    for case, number in sorted(went):
        family = Case.objects.get(pk=case).family
        left = CasePerson.objects.filter(case__in=family[1:], person=merge.survivor_id).order_by("pk")
        if not CasePerson.objects.filter(case=case, person=merge.survivor_id).exists():
            for link in left:
                follow(PEOPLE, link)
        for other, data, person in parting.waiting(CasePerson):
            if data["fields"]["case"] in family and person == merge.survivor_id:
                _stand(other, data, person, case=data["fields"]["case"], twin=number)
