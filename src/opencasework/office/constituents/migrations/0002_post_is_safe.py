from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("constituents", "0001_first_version")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="post_is_safe",
            field=models.BooleanField(default=False),
        ),
    ]
