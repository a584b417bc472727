"""Whether anything in the office still keeps a file, by the hash it is kept under."""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.db.models import Model


def is_named(sha256: str, *, besides: Collection[type[Model]] = ()) -> bool:
    """Whether a row of any table names these bytes, in a field whose name ends in `sha256`.

    What has the same content is kept once: of two that kept it, the other needs it still. Rows of `besides`
    do not count.
    """
    return any(
        model._default_manager.filter(**{field.name: sha256}).exists()
        for model in apps.get_models()
        if model not in besides
        for field in model._meta.fields
        if field.name.endswith("sha256")
    )
