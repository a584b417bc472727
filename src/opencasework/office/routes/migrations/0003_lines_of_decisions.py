from django.db import migrations


def find_lines(apps, _schema):
    """Each decision learns which line of the timeline it wrote, in the order in which they were written."""
    Decision = apps.get_model("routes", "Decision")
    Event = apps.get_model("cases", "Event")
    for decision in Decision.objects.filter(line=None).order_by("at", "pk"):
        taken = Decision.objects.exclude(line=None).values("line")
        lines = Event.objects.filter(case=decision.case_id, kind="decided", detail__decision=decision.what)
        line = lines.exclude(pk__in=taken).order_by("pk").first()
        if line is not None:
            Decision.objects.filter(pk=decision.pk).update(line=line.pk)


class Migration(migrations.Migration):
    dependencies = [("routes", "0002_dates_of_a_problem")]

    operations = [
        migrations.RunPython(find_lines, migrations.RunPython.noop, elidable=True),
    ]
