"""Loads the code list of categories that comes with the package. Safe to repeat."""

from __future__ import annotations

from typing import Any

from opencasework.office.kit import tables
from opencasework.office.tags.models import Category

FIELDS = ["label", "label_cy", "description", "typical_bodies", "default_sensitivity", "default_urgency"]


def load_categories(**_signal: Any) -> None:
    """Put every category of `data/categories.csv` into the database, first level first."""
    rows = tables.rows("opencasework.office.tags", "categories.csv")
    for level in (
        [row for row in rows if not row["parent"]],
        [row for row in rows if row["parent"]],
    ):
        parents = dict(Category.objects.values_list("code", "pk"))
        Category.objects.bulk_create(
            [
                Category(
                    code=row["code"],
                    parent_id=parents.get(row["parent"]),
                    **{field: row[field] for field in FIELDS},
                )
                for row in level
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[*FIELDS, "parent"],
        )
