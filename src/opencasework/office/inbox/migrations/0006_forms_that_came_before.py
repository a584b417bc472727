"""Which files have an authority form of ours in them, of those that came before that was kept."""

from django.db import migrations


def keep_forms(apps, schema_editor):
    alias = schema_editor.connection.alias
    files = apps.get_model("inbox", "Attachment").objects.using(alias)
    for form in apps.get_model("authority", "ReturnedForm").objects.using(alias).order_by("pk").iterator():
        for file in files.filter(sha256=form.sha256):
            file.forms.add(form.ask_id)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0005_forms_in_files"),
    ]

    operations = [migrations.RunPython(keep_forms, migrations.RunPython.noop, elidable=True)]
