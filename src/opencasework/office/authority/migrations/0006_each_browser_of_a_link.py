"""Each browser that opens a link to sign is a visit of its own; wrong answers count by where they come from.

Whoever is signing while this runs opens their link once more; what they answered stands on the link.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def stay_locked(apps, schema_editor):
    """A link that five wrong answers had locked stays so: fifteen do now, from everywhere."""
    links = apps.get_model("authority", "SignLink").objects.using(schema_editor.connection.alias)
    links.filter(wrong_tries__gte=5).update(wrong_tries=15)


class Migration(migrations.Migration):
    dependencies = [
        ("authority", "0005_when_it_was_written_down"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="signlink",
            name="known_until",
        ),
        migrations.RemoveField(
            model_name="signlink",
            name="visit_hash",
        ),
        migrations.CreateModel(
            name="SignVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("known_until", models.DateTimeField(blank=True, null=True)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="authority.signlink",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SignTries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=64)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="authority.signlink",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("link", "place"), name="tries_of_a_place_once")
                ],
            },
        ),
        migrations.RunPython(stay_locked, migrations.RunPython.noop),
    ]
