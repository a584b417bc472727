"""When it was written down that a partner was told, from the timeline: what came later is asked anew."""

from datetime import datetime, time

from django.db import migrations
from django.utils import timezone


def take_from_the_timeline(apps, schema_editor):
    Inward = apps.get_model("referrals", "Inward")
    Event = apps.get_model("cases", "Event")
    for inward in Inward.objects.exclude(told_on=None).filter(told_at=None):
        lines = Event.objects.filter(case=inward.case_id, kind="transfer", detail__came_from=inward.pk)
        line = lines.filter(text__contains=" was told on ").order_by("-pk").first()
        noon = timezone.make_aware(datetime.combine(inward.told_on, time(12)))
        Inward.objects.filter(pk=inward.pk).update(told_at=line.recorded_at if line else noon)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_telling_partners"), ("cases", "0010_taken_back_by_the_person")]

    operations = [migrations.RunPython(take_from_the_timeline, migrations.RunPython.noop, elidable=True)]
