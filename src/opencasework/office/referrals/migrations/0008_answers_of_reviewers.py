from django.db import migrations

# The bodies of the schemes that stand before an ombudsman: `referrals.schemes.reviewers`.
REVIEWERS = ("ICE", "ADJ", "ICADFT")


def tell_them_apart(apps, _schema):
    """The day of a reviewer's own answer is none of the body's final response."""
    KeyDate = apps.get_model("routes", "KeyDate")
    stages = apps.get_model("referrals", "ComplaintStage").objects.select_related("body", "issue")
    for stage in stages.filter(body__code__in=REVIEWERS, is_final=True).iterator():
        if stage.issue is not None and stage.issue.body_id == stage.body_id:
            continue
        known_from = f"{stage.name}, {stage.body.name}"[:120]
        dates = KeyDate.objects.filter(case=stage.case_id, issue=stage.issue_id, kind="final")
        dates.filter(day=stage.answered_on, known_from=known_from).update(kind="reviewer")


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0007_when_partners_were_told"),
        ("routes", "0006_answers_of_reviewers"),
    ]

    operations = [
        migrations.RunPython(tell_them_apart, migrations.RunPython.noop, elidable=True),
    ]
