"""Loads the directory of bodies that comes with the package. Safe to repeat; an office's own notes stay."""

from __future__ import annotations

from typing import Any

from opencasework.office.bodies.models import Body
from opencasework.office.kit import tables


def load_bodies(**_signal: Any) -> None:
    """Put every body of `data/bodies.csv` into the database, then say which belongs to which."""
    rows = tables.rows("opencasework.office.bodies", "bodies.csv")
    org_ids = {row["code"]: row["org_id"] for row in tables.rows("opencasework.office.bodies", "org_ids.csv")}
    Body.objects.bulk_create(
        [
            Body(
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
                nation=row["nation"],
                what_for=row["what_for"],
                reply_target_days=int(row["published_reply_target_days"] or 0) or None,
                target_source=row["target_source"],
                ombudsman=row["which_ombudsman"],
                website=row["website"],
                org_id=org_ids.get(row["code"], ""),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name",
            "kind",
            "nation",
            "what_for",
            "reply_target_days",
            "target_source",
            "ombudsman",
            "website",
            "org_id",
        ],
    )
    keys = dict(Body.objects.values_list("code", "pk"))
    for row in rows:
        if row["parent"] in keys:
            Body.objects.filter(code=row["code"]).exclude(parent_id=keys[row["parent"]]).update(
                parent_id=keys[row["parent"]]
            )
