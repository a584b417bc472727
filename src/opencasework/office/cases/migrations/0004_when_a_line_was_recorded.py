from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def fill_from_what_happened(apps, schema_editor):
    """Of lines written before it was kept, the time they are about is the best that is known."""
    apps.get_model("cases", "Event").objects.update(recorded_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_an_enquiry_is_answered"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="recorded_at",
            field=models.DateTimeField(default=timezone.now, editable=False),
        ),
        migrations.RunPython(fill_from_what_happened, migrations.RunPython.noop),
    ]
