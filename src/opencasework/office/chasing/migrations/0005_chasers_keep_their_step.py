"""A chaser keeps the step it was, so that a ladder can change under it."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chasing", "0004_ladder_rungs")]

    operations = [
        migrations.AddField(
            "chaser",
            "rung",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="chasers",
                to="chasing.rung",
            ),
        ),
        migrations.AddField("chaser", "stood_after", models.PositiveSmallIntegerField(blank=True, null=True)),
    ]
