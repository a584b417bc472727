"""The rows that belong to a case, and letting them go to another: what merging and splitting do it with.

Everything that points at a case is found by asking the models, those of folders above this one too. A model
whose rows say what was when they were written, such as a line of the timeline, says `stays_with_its_case`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction

from opencasework.office.cases.models import Case

Rows = dict[str, list[int]]  # {"letters.Letter.case": [1, 2]}


@dataclass(frozen=True)
class Relation:
    """A key to a case in some model."""

    model: type[models.Model]
    name: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def rows(self, case: Case) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.name: case})


def relations() -> list[Relation]:
    """Every key to a case whose rows go along with it."""
    found = []
    for field in Case._meta.get_fields(include_hidden=True):
        key = getattr(field, "field", None)
        if not (field.auto_created and (field.one_to_many or field.one_to_one)) or key is None:
            continue
        model = key.model
        # Who may know of a case is decided for each, see `_as_strict`; `merged_into` is the merge itself.
        is_own = model in {Case, Case.shared_with.through}
        if not is_own and not getattr(model, "stays_with_its_case", False):
            found.append(Relation(model, key.name))
    return found


def carry(relation: Relation, pks: Collection[int], *, of: Collection[int], to: int) -> list[int]:
    """Move these rows from the cases `of`; return those that went.

    A row for which there is one already, such as the same person, stays where it is: nothing is lost by it.
    """
    rows = relation.model._base_manager.filter(pk__in=pks, **{f"{relation.name}__in": of})
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    try:
        with transaction.atomic():
            rows.update(**{f"{relation.name}_id": to})
        return pks
    except IntegrityError:
        return [pk for pk in pks if carry_one(relation, pk, to)]


def carry_one(relation: Relation, pk: int, to: int) -> bool:
    try:
        with transaction.atomic():
            relation.model._base_manager.filter(pk=pk).update(**{f"{relation.name}_id": to})
    except IntegrityError:
        return False
    return True


def with_what_hangs_on_it(case: Case, chosen: Rows) -> Rows:
    """The rows chosen, and those of this case that point at one of them or, one to one, are pointed at."""
    mine = {
        relation.model: {row.pk: row for row in relation.rows(case)}
        for relation in relations()
        if relation.name == "case"
    }
    going = {
        model: set(chosen.get(f"{model._meta.label}.case", [])) & set(rows) for model, rows in mine.items()
    }
    grew = True
    while grew:
        size = sum(map(len, going.values()))
        for model, rows in mine.items():
            keys: list[Any] = [key for key in model._meta.fields if key.related_model in mine]
            for key in keys:
                ends = going[key.related_model]
                going[model] |= {pk for pk, row in rows.items() if getattr(row, key.attname) in ends}
                if key.one_to_one:
                    ends |= {getattr(rows[pk], key.attname) for pk in going[model]} - {None}
        grew = sum(map(len, going.values())) > size
    return {f"{model._meta.label}.case": sorted(pks) for model, pks in going.items() if pks}
