"""Short mails back to the writer of a message that is on no case."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone

from opencasework.office.inbox.models.messages import Message
from opencasework.office.staff.models import StaffMember


class AnswerQuerySet(models.QuerySet["Answer"]):
    def ready(self, *, at: datetime) -> AnswerQuerySet:
        """To be sent now."""
        return self.filter(state=Answer.State.QUEUED, send_after__lte=at)


class Answer(models.Model):
    """A mail to the writer of a message: an acknowledgement by itself, or who their own member is.

    Handed over once. It goes when its message does.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Automatic acknowledgement"
        OTHER_MEMBER = "other_member", "Who represents them"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to leave"
        SENDING = "sending", "Being handed over"
        SENT = "sent", "Sent"
        FAILED = "failed", "Refused"
        UNCERTAIN = "uncertain", "Delivery uncertain"
        WITHDRAWN = "withdrawn", "Taken back"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=15, choices=Kind)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    mail_id = models.CharField(max_length=200, unique=True)  # its Message-ID
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    send_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=500, blank=True)  # by the server
    written_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # null: by itself
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(
                fields=["send_after"], name="inbox_answers_ready", condition=models.Q(state="queued")
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_answer_of_a_kind",
                fields=["message", "kind"],
                condition=~models.Q(state="withdrawn"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"


class Acknowledged(models.Model):
    """When an address last had an automatic reply of ours: it has none more for seven days."""

    address = models.EmailField(unique=True)  # lower case
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "acknowledged addresses"

    def __str__(self) -> str:
        return f"{self.address}, {self.last_at:%Y-%m-%d}"
