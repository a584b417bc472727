from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_what_was_decided_of_a_mail")]

    operations = [
        migrations.AddField("stationery", "strapline_cy", models.CharField(blank=True, max_length=160)),
        migrations.AddField("stationery", "footer_cy", models.CharField(blank=True, max_length=300)),
        migrations.AddField("stationery", "retention_text_cy", models.CharField(blank=True, max_length=400)),
        migrations.AddField(
            "stationery", "complaints_contact_cy", models.CharField(blank=True, max_length=300)
        ),
        migrations.AddField("stationery", "emergency_signposts_cy", models.TextField(blank=True)),
    ]
