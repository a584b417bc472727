from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_first_version")]

    operations = [
        migrations.AlterField(
            model_name="letterstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("passed", "Passed on to be read"),
                    ("signature", "Put before the member for signature"),
                    ("back", "Sent back"),
                    ("approved", "Approved"),
                    ("signed", "Approved for signature by the member"),
                    ("ended", "Approval ended: the letter was changed"),
                    ("taken", "Taken back: the act before it"),
                ],
                max_length=10,
            ),
        ),
    ]
