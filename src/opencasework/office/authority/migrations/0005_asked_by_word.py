from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("authority", "0004_three_parts")]

    operations = [
        migrations.AddField(
            model_name="sentwithout",
            name="enquiry",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
    ]
