from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0006_count_anew_with_their_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenAtEnd",
            fields=[
                ("period", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
            ],
        ),
    ]
