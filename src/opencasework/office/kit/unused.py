"""Whether a row stands alone: what would go with it, or be changed, if it were deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import router
from django.db.models import Model, ProtectedError, QuerySet, RestrictedError
from django.db.models.deletion import Collector


def hangs_on(row: Model) -> set[type[Model]] | None:
    """The kinds of rows that point at this one, through any number of steps; None where one forbids deletion.

    Those that would only lose what they point at are among them, but for those that belong to their case
    (`stays_with_its_case`), which outlive it by design.
    """
    collector = _collected(row)
    if collector is None:
        return None
    found = {model for model, rows in _going(collector) if rows}
    for (field, _), groups in collector.field_updates.items():
        if not hasattr(field.model, "stays_with_its_case") and any(_is_any(group) for group in groups):
            found.add(field.model)
    return found


def fingerprint(row: Model) -> str:
    """What the database has of this row and of those of its folder that point at it, in a few characters."""
    itself = type(row)._base_manager.filter(pk=row.pk)
    pointing = [
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
        for relation in row._meta.related_objects
        if relation.related_model._meta.app_label == row._meta.app_label and not relation.many_to_many
    ]
    told = [[rows.model._meta.label, *rows.order_by("pk").values_list()] for rows in (itself, *pointing)]
    return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder).encode()).hexdigest()[:16]


def _collected(row: Model) -> Collector | None:
    collector = Collector(using=router.db_for_write(type(row), instance=row), origin=row)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError):
        return None
    return collector


def _going(collector: Collector) -> Iterator[tuple[type[Model], list[Any]]]:
    for model, rows in collector.data.items():
        yield model, [each for each in rows if each is not collector.origin]
    for unread in collector.fast_deletes:
        if isinstance(unread, QuerySet):
            yield unread.model, list(unread[:1])


def _is_any(group: Any) -> bool:
    return group.exists() if isinstance(group, QuerySet) else bool(group)
