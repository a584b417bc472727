from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_campaign_mail_by_its_day")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="protection",
            field=models.CharField(
                blank=True,
                choices=[
                    ("signed-smime", "Signed with S/MIME"),
                    ("signed-pgp", "Signed with PGP"),
                    ("encrypted-smime", "Encrypted with S/MIME"),
                    ("encrypted-pgp", "Encrypted with PGP"),
                ],
                max_length=15,
            ),
        ),
    ]
