from django.db import migrations, models


class Migration(migrations.Migration):
    """A letter may be rich text beside its plain words."""

    dependencies = [("letters", "0007_camp_mail_of_no_case")]

    operations = [
        migrations.AddField(model_name="letter", name="html", field=models.TextField(blank=True)),
    ]
