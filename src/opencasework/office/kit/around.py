"""Rows around a row, or around those of a list, fetched with questions that are put into SQL once.

Django's `prefetch_related_objects` fetches the same and puts every question anew, which takes it four times
as long as asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet

from opencasework.office.kit.questions import Numbers, instances_of

Order = tuple[str, ...]


def fetch(row: Model, ways: Mapping[str, Order], *, left_out: Iterable[str] = ()) -> None:
    """Fetch what lies at the end of each way, such as `issues__category`, and keep it on the rows it is of.

    A way goes along foreign keys, in both directions, and after the way to where it begins; its order is
    that of the rows at its end. Of a way that is left out it is known that no row is there.
    """
    fetch_each([row], ways, left_out=left_out)


def fetch_each(rows: Sequence[Model], ways: Mapping[str, Order], *, left_out: Iterable[str] = ()) -> None:
    """The same around rows of one model, with as many questions as around one."""
    if not rows:
        return
    start, nothing = _Start(type(rows[0]), Numbers(dict.fromkeys(row.pk for row in rows))), set(left_out)
    known: dict[tuple[type[Model], Any], Model] = {(start.model, row.pk): row for row in rows}
    found_at: dict[str, list[Any]] = {"": list(rows)}
    for way, order in ways.items():
        before, _, name = way.rpartition("__")
        there = found_at[before]
        relation: Any = _end(start.model, before)._meta.get_field(name)
        if relation.one_to_many:
            is_there = there and way not in nothing
            found = _asked(start, way, order) if is_there else []
            _keep_on(there, relation, found)
        elif relation.one_to_one and not relation.concrete:
            found = _asked(start, way, order) if there else []
            _keep_one_on(there, relation, found)
        else:
            found = _point_to(there, relation, known, start, way)
        found_at[way] = found


@dataclass(frozen=True)
class _Start:
    """The rows around which is fetched."""

    model: type[Model]
    numbers: Numbers


class Held(QuerySet[Any, Any]):
    """The rows that one row has under a name, fetched already; asked for others, the database is asked.

    To make a query for each of the fifty cases of a list, of eight kinds each, takes longer than all else.
    """

    def __init__(self, row: Model, name: str, rows: list[Any]) -> None:
        self._row, self._name, self._result_cache = row, name, rows
        self._prefetch_done, self._prefetch_related_lookups = True, ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made(), name)  # what a query has of its own

    def _chain(self) -> QuerySet[Any, Any]:
        made: Any = self._made()
        chained: QuerySet[Any, Any] = made._chain()
        return chained

    _clone = _chain

    def _made(self) -> QuerySet[Any, Any]:
        held = self._row._prefetched_objects_cache  # type: ignore[attr-defined]
        kept = held.pop(self._name)
        try:
            made: QuerySet[Any, Any] = getattr(self._row, self._name).get_queryset()
        finally:
            held[self._name] = kept
        return made


def hold(row: Model, name: str, rows: list[Any]) -> None:
    """Keep on the row what it has under this name, as if Django had fetched it."""
    fetched: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    fetched[name] = Held(row, name, rows)


def of(row: Model, name: str) -> list[Any]:
    """What the row has under this name: what was fetched, or else what the database has.

    As `row.name.all()`, without what Django makes before it looks for what was fetched.
    """
    fetched = row.__dict__.get("_prefetched_objects_cache", {}).get(name)
    return list(getattr(row, name).all() if fetched is None else fetched)


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


def _keep_one_on(parents: list[Any], relation: Any, found: list[Any]) -> None:
    theirs = {getattr(each, relation.field.attname): each for each in found}
    for parent in parents:
        own = theirs.get(parent.pk)
        relation.set_cached_value(parent, own)
        if own is not None:
            relation.field.set_cached_value(own, parent)


def _point_to(
    children: list[Any], field: Any, known: dict[tuple[type[Model], Any], Model], start: _Start, way: str
) -> list[Any]:
    """The rows that these point to, each once; those that were met before are not asked for again."""
    model = field.related_model
    wanted = dict.fromkeys(
        number for each in children if (number := getattr(each, field.attname)) is not None
    )
    if any((model, number) not in known for number in wanted):
        for each in _asked(start, way, ()):
            known.setdefault((model, each.pk), each)
    for child in children:
        # One that was deleted this moment is missed where it is asked for, as if nothing had been fetched.
        if (there := known.get((model, getattr(child, field.attname)))) is not None:
            setattr(child, field.name, there)
    return [known[model, number] for number in wanted if (model, number) in known]


# --- the questions ------------------------------------------------------------------------------------


def _asked(start: _Start, way: str, order: Order) -> list[Any]:
    return instances_of(_at, start.model, way, order, start.numbers, lasting=True)


def _at(model: type[Model], way: str, order: Order, numbers: Sequence[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._base_manager.filter(pk__in=numbers)
    for name in way.split("__"):
        relation: Any = rows.model._meta.get_field(name)
        ahead = relation.related_model._base_manager
        if relation.one_to_many or not relation.concrete:
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
