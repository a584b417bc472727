"""The cases that letters of before have put: those of their schedules, and those gathered and taken out."""

from django.db import migrations

GATHERED = "Gathered with other cases into one letter to "


def name(apps, schema_editor):
    named = apps.get_model("volumes", "NamedCase")
    lines = apps.get_model("volumes", "ScheduleLine").objects
    letters = apps.get_model("letters", "Letter").objects
    told = apps.get_model("cases", "Event").objects.filter(kind="note", text__startswith=GATHERED)
    found = list(lines.values_list("letter", "case", "case__reference"))
    for event in told.select_related("case"):
        found.append((event.detail.get("letter"), event.case_id, event.case.reference))
    there = set(letters.filter(pk__in=[letter for letter, _, _ in found]).values_list("pk", flat=True))
    named.objects.bulk_create(
        [
            named(letter_id=letter, case_id=case, reference=reference)
            for letter, case, reference in dict.fromkeys(found)
            if letter in there
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("volumes", "0004_named_cases")]

    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
