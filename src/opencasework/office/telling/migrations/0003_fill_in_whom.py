"""To whom the words are owed that were made before that was kept."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Whom its letter is to, where the case is for them; else the first for whom it is."""
    words = apps.get_model("telling", "Word").objects.filter(person=None)
    links = apps.get_model("cases", "CasePerson").objects.filter(role="constituent").order_by("pk")
    for number, case, meant in words.values_list("pk", "case", "letter__to_person").order_by("pk"):
        people = list(links.filter(case=case).values_list("person", flat=True))
        if people:
            words.filter(pk=number).update(person=meant if meant in people else people[0])


class Migration(migrations.Migration):
    dependencies = [("telling", "0002_to_whom_it_is_owed")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
