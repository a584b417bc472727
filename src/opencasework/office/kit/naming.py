"""Whether anything in the office still keeps a file, by the hash it is kept under."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.apps import apps
from django.db.models import Model


def is_named(sha256: str, *, besides: Collection[type[Model]] = ()) -> bool:
    """Whether a row of any table names these bytes; as `named`."""
    return bool(named({sha256}, besides=besides))


def named(hashes: Collection[str], *, besides: Collection[type[Model]] = ()) -> set[str]:
    """Those of these bytes that a row of any table names, in a field whose name ends in `sha256`.

    What has the same content is kept once: of two that kept it, the other needs it still. Rows of `besides`
    do not count. Give some hundreds at a time.
    """
    found: set[str] = set()
    for model, name in _fields(besides):
        if left := set(hashes) - found:
            rows = model._default_manager.order_by().filter(**{f"{name}__in": sorted(left)})
            found.update(rows.values_list(name, flat=True))
    return found


def all_named(*, besides: Collection[type[Model]] = ()) -> Iterator[str]:
    """All that rows name; what several rows name comes several times. Rows of `besides` do not count."""
    for model, name in _fields(besides):
        rows = model._default_manager.order_by().exclude(**{name: ""}).exclude(**{name: None})
        yield from rows.values_list(name, flat=True).iterator()


def _fields(besides: Collection[type[Model]]) -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        if model not in besides:
            yield from ((model, field.name) for field in model._meta.fields if field.name.endswith("sha256"))
