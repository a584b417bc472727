"""Enquiries and answers are counted anew where their line is still there, now with the days they took."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def forget_those_whose_line_is_there(apps, schema_editor):
    """The next gathering makes them again, in the month in which they were recorded."""
    fact, event = apps.get_model("figures", "Fact"), apps.get_model("cases", "Event")
    line = event.objects.filter(pk=OuterRef("event_id"))
    fact.objects.filter(Exists(line), measure__in=["enquiries_sent", "replies_received"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0005_how_long_bodies_take"),
    ]

    operations = [
        migrations.RunPython(forget_those_whose_line_is_there, migrations.RunPython.noop),
    ]
