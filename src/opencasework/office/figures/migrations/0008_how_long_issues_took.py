"""Issues that ended say how many days their case had been open, where the case is still there."""

from django.db import migrations
from django.utils import timezone

BATCH = 1000


def say_how_long(apps, schema_editor):
    fact = apps.get_model("figures", "Fact")
    ended = fact.objects.filter(measure="cases_closed", case__isnull=False, days=None)
    batch = []
    for one in ended.select_related("case").only("pk", "on", "days", "case__opened_at").iterator(BATCH):
        one.days = max((one.on - timezone.localdate(one.case.opened_at)).days, 0)
        batch.append(one)
    fact.objects.bulk_update(batch, ["days"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0007_open_at_end"),
        ("cases", "0013_refer_what"),
    ]

    operations = [
        migrations.RunPython(say_how_long, migrations.RunPython.noop),
    ]
