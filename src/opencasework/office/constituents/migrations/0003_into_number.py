"""Whose record a merged one became part of, whatever became of that one since."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    """The first later merge that moved this one says whom it had named; else it names them still."""
    merges = apps.get_model("constituents", "PersonMerge").objects.order_by("pk")
    named: dict[int, int] = {}
    for later in merges.only("moved"):
        for label, _column, number, before, _since in later.moved:
            if label == "constituents.PersonMerge":
                named.setdefault(number, before)
    for merge in merges.only("survivor"):
        merges.filter(pk=merge.pk).update(into_number=named.get(merge.pk, merge.survivor_id))


class Migration(migrations.Migration):
    dependencies = [("constituents", "0002_post_is_safe")]

    operations = [
        migrations.AddField(
            "personmerge", "into_number", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
