from django.db import migrations


def give_them_their_problem(apps, _schema):
    """A date that came with a stage of a body's procedure is about the problem of that stage."""
    KeyDate = apps.get_model("routes", "KeyDate")
    stages = apps.get_model("referrals", "ComplaintStage").objects.exclude(issue=None)
    for stage in stages.iterator():
        for kind, day in (("complained", stage.sent_on), ("final", stage.answered_on)):
            dates = KeyDate.objects.filter(case=stage.case_id, kind=kind, day=day, issue=None)
            dates.filter(known_from__startswith=f"{stage.name}, ").update(issue=stage.issue_id)


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0001_first_version"),
        ("routes", "0002_dates_of_a_problem"),
    ]

    operations = [
        migrations.RunPython(give_them_their_problem, migrations.RunPython.noop, elidable=True),
    ]
