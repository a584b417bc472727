from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.utils import timezone


def wait_a_month(apps: Any, schema_editor: Any) -> None:
    """Give an office that is there already 30 days to see what will be erased, and to change the months."""
    apps.get_model("places", "Office").objects.update(
        campaigns_erased_from=timezone.localdate() + timedelta(days=30)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_campaign_months"),
    ]

    operations = [
        migrations.AddField(
            model_name="office",
            name="campaigns_erased_from",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(wait_a_month, migrations.RunPython.noop, elidable=True),
    ]
