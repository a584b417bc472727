from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="trace",
            name="kind",
            field=models.CharField(
                choices=[
                    ("viewed", "Looked at"),
                    ("downloaded", "Downloaded"),
                    ("exported", "Exported"),
                    ("searched", "Searched"),
                    ("refused", "Asked for in vain"),
                    ("erased", "Case deleted"),
                    ("set", "Changed how the record is kept"),
                ],
                max_length=16,
            ),
        ),
    ]
