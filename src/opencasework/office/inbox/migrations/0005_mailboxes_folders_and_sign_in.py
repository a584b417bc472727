"""A mailbox has several folders, other ways to sign in than a password, and a memory of how it fares."""

import django.utils.timezone
from django.db import migrations, models

import opencasework.office.inbox.models


def folder_into_folders(apps, schema_editor):
    for mailbox in apps.get_model("inbox", "Mailbox").objects.all():
        mailbox.folders = [mailbox.folder]
        mailbox.save(update_fields=["folders"])


def folders_into_folder(apps, schema_editor):
    for mailbox in apps.get_model("inbox", "Mailbox").objects.all():
        mailbox.folder = (mailbox.folders or ["INBOX"])[0]
        mailbox.save(update_fields=["folder"])


def added(model, name, field):
    return migrations.AddField(model_name=model, name=name, field=field, preserve_default=field.default != "")


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_protection")]

    operations = [
        added(
            "mailbox", "folders", models.JSONField(default=opencasework.office.inbox.models.only_the_inbox)
        ),
        migrations.RunPython(folder_into_folders, folders_into_folder),
        migrations.RemoveField("mailbox", "folder"),
        added(
            "mailbox",
            "sign_in",
            models.CharField(
                choices=[
                    ("password", "Password"),
                    ("microsoft", "Microsoft 365, as a person"),
                    ("microsoft_app", "Microsoft 365, as an application"),
                    ("google", "Google"),
                ],
                default="password",
                max_length=14,
            ),
        ),
        added("mailbox", "tenant", models.CharField(blank=True, default="", max_length=100)),
        added("mailbox", "client_id", models.CharField(blank=True, default="", max_length=300)),
        added("mailbox", "client_secret_encrypted", models.TextField(blank=True, default="")),
        added("mailbox", "refresh_token_encrypted", models.TextField(blank=True, default="")),
        added("mailbox", "access_token_encrypted", models.TextField(blank=True, default="")),
        added("mailbox", "access_token_until", models.DateTimeField(blank=True, null=True)),
        added("mailbox", "quiet_days", models.PositiveSmallIntegerField(default=2)),
        added("mailbox", "added_at", models.DateTimeField(default=django.utils.timezone.now)),
        added("mailbox", "failing_since", models.DateTimeField(blank=True, null=True)),
        added("mailbox", "failures", models.PositiveIntegerField(default=0)),
        added("mailbox", "refused", models.BooleanField(default=False)),
        added("mailbox", "next_try_at", models.DateTimeField(blank=True, null=True)),
        added("mailbox", "reconciled_at", models.DateTimeField(blank=True, null=True)),
        added("mailbox", "reconciled_missing", models.PositiveIntegerField(default=0)),
        added("mailboxcursor", "last_collected_at", models.DateTimeField(blank=True, null=True)),
        added("mailboxcursor", "last_error", models.CharField(blank=True, default="", max_length=500)),
    ]
