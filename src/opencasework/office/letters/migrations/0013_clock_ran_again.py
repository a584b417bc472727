"""An enquiry keeps the day from which its clock ran again."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0012_left_out_of_the_papers")]

    operations = [
        migrations.AddField("enquiry", "resumed_on", models.DateField(blank=True, null=True)),
    ]
