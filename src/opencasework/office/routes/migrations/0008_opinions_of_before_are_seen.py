"""Whoever asked for a second opinion before this was kept has long seen it."""

from django.db import migrations
from django.db.models import F


def take_them_as_seen(apps, schema_editor):
    given = apps.get_model("routes", "Decision").objects.filter(answered_at__isnull=False, seen_at=None)
    given.update(seen_at=F("answered_at"))


class Migration(migrations.Migration):
    dependencies = [("routes", "0007_seen_opinions")]

    operations = [migrations.RunPython(take_them_as_seen, migrations.RunPython.noop)]
