from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0013_clock_ran_again")]

    operations = [
        migrations.AddField(
            model_name="stationery",
            name="keep_years",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
