from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bodies", "0001_first_version")]

    operations = [
        migrations.AlterField(
            model_name="bodycontact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("correspondence", "Correspondence"),
                    ("hotline", "Line for members"),
                    ("escalation", "Next level up"),
                    ("public", "Line for the public"),
                ],
                default="correspondence",
                max_length=16,
            ),
        ),
    ]
