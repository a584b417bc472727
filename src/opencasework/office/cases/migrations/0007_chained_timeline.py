"""Every line of a timeline gets a salt and is sealed in the ledger, those that are there already among them."""

from itertools import islice

from django.db import migrations, models

import opencasework.office.audit.hashing
from opencasework.office.audit.hashing import Facts, hash_of_content, hash_of_line, microseconds

BATCH = 2_000
NEW_SALT = {
    "sqlite": "UPDATE cases_event SET salt = lower(hex(randomblob(16)))",
    "postgresql": "UPDATE cases_event SET salt = replace(gen_random_uuid()::text, '-', '')",
}


def seal_what_is_there(apps, schema_editor):
    """In the order in which it was written down."""
    if not apps.get_model("cases", "Event").objects.exists():
        return
    schema_editor.execute(NEW_SALT[schema_editor.connection.vendor])
    line_of, head_of = apps.get_model("audit", "Line"), apps.get_model("audit", "Head")
    head, _ = head_of.objects.get_or_create(pk=1)
    rows = (
        apps.get_model("cases", "Event")
        .objects.order_by("pk")
        .values_list("pk", "case_id", "kind", "by_id", "recorded_at", "at", "salt", "text", "detail")
        .iterator()
    )
    while batch := list(islice(rows, BATCH)):
        lines = []
        for pk, case, kind, by, recorded, at, salt, text, detail in batch:
            content = hash_of_content(salt, [microseconds(at), text, detail])
            facts = Facts(case, kind, by, microseconds(recorded), content)
            head.sequence += 1
            sealed = hash_of_line(head.sequence, "event", pk, facts, head.hash)
            lines.append(
                line_of(
                    sequence=head.sequence, source="event", source_id=pk, previous=head.hash, hash=sealed,
                    case_id=case, kind=kind, by_id=by, at_us=facts.at_us, content_hash=content,
                )
            )  # fmt: skip
            head.hash = sealed
        line_of.objects.bulk_create(lines)
    head.save()


def forget_the_seals(apps, schema_editor):
    """Going back, the events lose their salt, so what was sealed of them proves nothing any more."""
    apps.get_model("audit", "Line").objects.all().delete()
    apps.get_model("audit", "Head").objects.all().delete()
    apps.get_model("audit", "Trace").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_acting_for"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="salt",
            field=models.CharField(
                default=opencasework.office.audit.hashing.new_salt, editable=False, max_length=32
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Case opened"),
                    ("issue_added", "Issue added"),
                    ("issue_ended", "Issue ended"),
                    ("tagged", "Tags changed"),
                    ("assigned", "Assigned"),
                    ("planned", "Next action"),
                    ("note", "Note"),
                    ("call", "Call"),
                    ("message_in", "Message in"),
                    ("reply_in", "Reply in"),
                    ("answered", "Enquiry answered"),
                    ("letter_out", "Letter out"),
                    ("chased", "Chaser sent"),
                    ("drafted", "Drafted"),
                    ("undelivered", "Not delivered"),
                    ("authority", "Authority to act"),
                    ("reference_added", "Reference added"),
                    ("number_removed", "Reference removed"),
                    ("person_added", "Person added"),
                    ("seen", "Reference shown"),
                    ("closed", "Case closed"),
                    ("reopened", "Case reopened"),
                    ("access", "Who may see it"),
                    ("glass", "Opened in an emergency"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(seal_what_is_there, forget_the_seals),
    ]
