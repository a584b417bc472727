"""A message that came more than once, and one that was here and is not any more."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.inbox.models.mailboxes import Mailbox
from opencasework.office.inbox.models.messages import Message


class Copy(models.Model):
    """The same message as another address of the office received it; its bytes are kept like the first's."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    mailbox = models.ForeignKey(Mailbox, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, unique=True)
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "copies"

    def __str__(self) -> str:
        return f"As {self.mailbox or 'a file'} had it: {self.message_id}"


class Erased(models.Model):
    """A message that was erased. Its fingerprint is kept, so that the mailbox does not bring it back."""

    fingerprint = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "erased messages"

    def __str__(self) -> str:
        return f"Erased {timezone.localdate(self.erased_at)}"
