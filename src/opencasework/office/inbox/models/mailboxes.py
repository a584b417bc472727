"""The mailboxes an office collects from, how far it has come, and where each message was found."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from opencasework.office.inbox.reading.authentication import EXCHANGE_ONLINE
from opencasework.office.kit import secrets


def only_the_inbox() -> list[str]:
    """The folders of a mailbox nobody has chosen any for."""
    return ["INBOX"]


class Mailbox(models.Model):
    """A mailbox the office collects from, over IMAP: where it is, how we sign in, and how it fares."""

    class Security(models.TextChoices):
        SSL = "ssl", "TLS from the start (usual)"
        STARTTLS = "starttls", "STARTTLS"
        NONE = "none", "No encryption (this machine only)"

    class SignIn(models.TextChoices):
        PASSWORD = "password", "Password"
        MICROSOFT = "microsoft", "Microsoft 365, as a person"
        MICROSOFT_APP = "microsoft_app", "Microsoft 365, as an application"
        GOOGLE = "google", "Google"

    name = models.CharField(max_length=120)
    address = models.EmailField(unique=True)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.SSL)
    username = models.CharField(max_length=320)
    sign_in = models.CharField(max_length=14, choices=SignIn, default=SignIn.PASSWORD)
    password_encrypted = models.TextField(blank=True)
    tenant = models.CharField(max_length=100, blank=True)  # Microsoft's name for the organisation
    client_id = models.CharField(max_length=300, blank=True)  # of the application registered for this office
    client_secret_encrypted = models.TextField(blank=True)
    refresh_token_encrypted = models.TextField(blank=True)
    access_token_encrypted = models.TextField(blank=True)
    access_token_until = models.DateTimeField(null=True, blank=True)
    folders = models.JSONField(default=only_the_inbox)  # as the server names them
    # The name our mail provider signs its findings about senders with; empty: no sender is ever vouched for.
    authserv_id = models.CharField(max_length=253, blank=True)
    # Working days without any mail after which everybody is told; 0 never.
    quiet_days = models.PositiveSmallIntegerField(default=2)
    enabled = models.BooleanField(default=True)
    added_at = models.DateTimeField(default=timezone.now)
    last_received_at = models.DateTimeField(null=True, blank=True)  # when a new message was last found
    last_succeeded_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)  # a sentence; empty when all is well
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # one after another, none of them a success
    refused = models.BooleanField(default=False)  # the sign-in was: trying it often would lock the account
    next_try_at = models.DateTimeField(null=True, blank=True)
    # When everything on the server was last compared with what is here, and how much had been missed.
    reconciled_at = models.DateTimeField(null=True, blank=True)
    reconciled_missing = models.PositiveIntegerField(default=0)

    EXCHANGE_ONLINE = EXCHANGE_ONLINE  # in `authserv_id`: Exchange writes no name

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.name or self.address

    def set_password(self, password: str) -> None:
        """Keep the password, encrypted. Save afterwards."""
        self.password_encrypted = secrets.encrypt(password)

    @property
    def password(self) -> str:
        """The password in clear. Raises `kit.secrets.SecretUnreadable` when the key has changed."""
        return secrets.decrypt(self.password_encrypted)

    def set_client_secret(self, secret: str) -> None:
        """Keep the secret of our registered application, encrypted. Save afterwards."""
        self.client_secret_encrypted = secrets.encrypt(secret)

    @property
    def needs_consent(self) -> bool:
        """Whether a person still has to sign in with Microsoft or Google before we may collect."""
        as_a_person = self.sign_in in {self.SignIn.MICROSOFT, self.SignIn.GOOGLE}
        return as_a_person and not self.refresh_token_encrypted

    def how_we_sign_in(self) -> dict[str, Any]:
        """Everything that makes another mailbox of it for the server, by field."""
        return {name: getattr(self, name) for name in self.SIGNING_IN}

    # When a manager changes one of these it is tried at once, a listener begins anew, and what went wrong
    # before is no longer said.
    SIGNING_IN = (
        "host",
        "port",
        "security",
        "username",
        "sign_in",
        "password_encrypted",
        "tenant",
        "client_id",
        "client_secret_encrypted",
        "refresh_token_encrypted",
        "folders",
    )

    def try_at_once(self) -> None:
        """Forget that it failed and waits: something about it has changed."""
        self.failures, self.refused = 0, False
        self.next_try_at = self.failing_since = self.access_token_until = None
        self.last_error = self.access_token_encrypted = ""

    # What `try_at_once` changes, for saving nothing else of what a listener writes meanwhile.
    FARING = (
        "failures",
        "refused",
        "next_try_at",
        "failing_since",
        "access_token_until",
        "last_error",
        "access_token_encrypted",
    )


class MailboxCursor(models.Model):
    """How far a folder has been collected. It is kept here, not in a flag on the server others can set."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="cursors")
    folder = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    last_collected_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)  # a sentence; empty when all is well

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "folder"], name="one_cursor_a_folder")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.folder}: {self.last_uid}"


class Arrival(models.Model):
    """One message as one server or file held it. The server's three numbers are its identity."""

    mailbox = models.ForeignKey(
        Mailbox, null=True, blank=True, on_delete=models.SET_NULL, related_name="arrivals"
    )
    folder = models.CharField(max_length=200, blank=True)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)  # the file it came from, where it did not come from a mailbox
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()  # bytes
    internal_date = models.DateTimeField(null=True, blank=True)  # when the server received it
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "folder", "uid_validity", "uid"], name="an_arrival_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source or self.mailbox} {self.uid or ''}".strip()
