from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_refer_what")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="signed_version",
            field=models.CharField(blank=True, max_length=16),
        ),
    ]
