"""The documents that do not go out with a letter stand by themselves, so that sending can ask about them."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0011_ladder_clock")]

    operations = [
        migrations.AddField("pack", "left_out", models.JSONField(blank=True, default=list)),
        # What was bound before does not tell the two apart: bound anew, it does.
        migrations.RunSQL("UPDATE letters_pack SET made_of = ''", migrations.RunSQL.noop),
    ]
