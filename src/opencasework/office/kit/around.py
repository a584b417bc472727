"""Rows around one row, fetched with questions that are put into SQL once: for a page that shows many kinds.

Django's `prefetch_related_objects` fetches the same and puts every question anew, which takes it four times
as long as asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet

from opencasework.office.kit.questions import Number, instances_of

Order = tuple[str, ...]


def fetch(row: Model, ways: Mapping[str, Order], *, left_out: Iterable[str] = ()) -> None:
    """Fetch what lies at the end of each way, such as `issues__category`, and keep it on the rows it is of.

    A way goes along foreign keys, in both directions, and after the way to where it begins; its order is
    that of the rows at its end. Of a way that is left out it is known that no row is there.
    """
    nothing = set(left_out)
    known: dict[tuple[type[Model], Any], Model] = {(type(row), row.pk): row}
    rows: dict[str, list[Any]] = {"": [row]}
    for way, order in ways.items():
        before, _, name = way.rpartition("__")
        there = rows[before]
        relation: Any = _end(type(row), before)._meta.get_field(name)
        if relation.one_to_many:
            is_there = there and way not in nothing
            found = _asked(row, way, order) if is_there else []
            _keep_on(there, relation, found)
        else:
            found = _point_to(there, relation, known, row, way)
        rows[way] = found


def hold(row: Model, name: str, rows: list[Any]) -> None:
    """Keep on the row what it has under this name, as if Django had fetched it."""
    held = getattr(row, name).get_queryset()
    held._result_cache, held._prefetch_done = rows, True
    fetched: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    fetched[name] = held


def _keep_on(parents: list[Any], relation: Any, found: list[Any]) -> None:
    field = relation.field
    theirs: dict[Any, list[Any]] = {}
    for each in found:
        theirs.setdefault(getattr(each, field.attname), []).append(each)
    for parent in parents:
        own = theirs.get(parent.pk, [])
        for each in own:
            setattr(each, field.name, parent)
        hold(parent, relation.get_accessor_name(), own)


def _point_to(
    children: list[Any], field: Any, known: dict[tuple[type[Model], Any], Model], row: Model, way: str
) -> list[Any]:
    """The rows that these point to, each once; those that were met before are not asked for again."""
    model = field.related_model
    wanted = dict.fromkeys(
        number for each in children if (number := getattr(each, field.attname)) is not None
    )
    if any((model, number) not in known for number in wanted):
        for each in _asked(row, way, ()):
            known.setdefault((model, each.pk), each)
    for child in children:
        # One that was deleted this moment is missed where it is asked for, as if nothing had been fetched.
        if (there := known.get((model, getattr(child, field.attname)))) is not None:
            setattr(child, field.name, there)
    return [known[model, number] for number in wanted if (model, number) in known]


# --- the questions ------------------------------------------------------------------------------------


def _asked(row: Model, way: str, order: Order) -> list[Any]:
    return instances_of(_at, type(row), way, order, Number(row.pk), lasting=True)


def _at(model: type[Model], way: str, order: Order, pk: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._base_manager.filter(pk=pk)
    for name in way.split("__"):
        relation: Any = rows.model._meta.get_field(name)
        ahead = relation.related_model._base_manager
        if relation.one_to_many:
            rows = ahead.filter(**{f"{relation.field.name}__in": rows.values("pk")})
        else:
            rows = ahead.filter(pk__in=rows.values(name))
    return rows.order_by(*order)


@lru_cache(maxsize=256)
def _end(model: type[Model], way: str) -> type[Model]:
    end: Any = model
    for name in filter(None, way.split("__")):
        end = end._meta.get_field(name).related_model
    found: type[Model] = end
    return found
