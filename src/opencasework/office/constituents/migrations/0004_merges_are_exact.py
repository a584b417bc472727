"""What a merge writes down keeps times to the microsecond. Nothing changes in the database."""

from django.db import migrations, models

import opencasework.office.constituents.models.merges


class Migration(migrations.Migration):
    dependencies = [("constituents", "0003_names_are_comparable")]

    operations = [
        migrations.AlterField(
            "personmerge",
            name,
            models.JSONField(encoder=opencasework.office.constituents.models.merges.ExactJSON),
        )
        for name in ("rows", "changed")
    ]
