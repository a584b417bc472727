from datetime import timedelta

from django.db import migrations

SOON = timedelta(seconds=10)  # both are written in one transaction


def find_lines(apps, _schema):
    """Each decision learns which line of the timeline it wrote; after a merge that is on another case."""
    Decision = apps.get_model("routes", "Decision")
    Event = apps.get_model("cases", "Event")
    taken = set()
    for decision in Decision.objects.filter(line=None).order_by("at", "pk"):
        lines = Event.objects.filter(
            kind="decided", detail__decision=decision.what, by=decision.by_id,
            recorded_at__range=(decision.at - SOON, decision.at + SOON),
        ).exclude(pk__in=taken)  # fmt: skip
        line = min(lines, key=lambda each: abs(each.recorded_at - decision.at), default=None)
        if line is not None:
            taken.add(line.pk)
            Decision.objects.filter(pk=decision.pk).update(line=line.pk)


class Migration(migrations.Migration):
    dependencies = [("routes", "0002_dates_of_a_problem")]

    operations = [
        migrations.RunPython(find_lines, migrations.RunPython.noop, elidable=True),
    ]
