"""What the desk keeps beside the messages: who is there, what rests, what was done and can be undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.inbox.models.messages import Message
from opencasework.office.kit import dates
from opencasework.office.staff.models import StaffMember


class Snooze(models.Model):
    """A message rests until a day, or until its sender writes again, and then is in the inbox by itself.

    Nothing wakes it: `Message.objects.awake_for` asks whether the day has come.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="snooze")
    until = models.DateField(null=True, blank=True)
    for_reply = models.BooleanField(default=False)
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # The last message that was here: one with a higher number came later, whatever its date says.
    after = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["until", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_snooze_ends_some_day_or_by_a_reply",
                condition=Q(until__isnull=False) | Q(for_reply=True),
            )
        ]

    def __str__(self) -> str:
        if self.until is None:
            return "Until they reply"
        day = dates.short(self.until, today=timezone.localdate())
        return f"Until {day}, or they reply" if self.for_reply else f"Until {day}"

    def is_due(self, *, on: date) -> bool:
        """Whether its day has come; a reply is asked for elsewhere, because not everybody may know of it."""
        return self.until is not None and self.until <= on


class MessagePart(models.Model):
    """A part of a message that is about a further case. The case of its first part is `Message.case`."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="parts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="message_parts")
    text = models.TextField(blank=True)  # what of the message is about this case
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"A part of message {self.message_id}"


class Reader(models.Model):
    """That somebody has a message open, and what for; true for some seconds after the page last said so."""

    LASTS = timedelta(seconds=45)

    class Doing(models.TextChoices):
        READING = "reading", "is reading this"
        OPENING = "opening", "is opening a case from this"
        REPLYING = "replying", "is writing a reply"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="readers")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    doing = models.CharField(max_length=10, choices=Doing, default=Doing.READING)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["seen_at"]
        constraints = [models.UniqueConstraint(fields=["message", "staff"], name="one_reader_of_a_message")]

    def __str__(self) -> str:
        return f"{self.staff} {self.get_doing_display()}"


class InboxView(models.Model):
    """A filter of the inbox somebody gave a name to, for themselves or for everybody."""

    name = models.CharField(max_length=60)
    asked = models.JSONField(default=dict)  # the fields of the filter that are filled in
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="inbox_views")
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "name"], name="one_inbox_view_of_a_name_and_person")
        ]

    def __str__(self) -> str:
        return self.name


class Act(models.Model):
    """What somebody did at the desk in one go, to one message or to many, so that it can be taken back."""

    class Kind(models.TextChoices):
        CASE = "case", "On a case"
        FILED_AWAY = "filed_away", "Filed away"
        OTHER_MEMBER = "other_member", "For another member"
        CAMPAIGN = "campaign", "Campaign mail"
        ASSIGNED = "assigned", "Given to a colleague"
        SNOOZED = "snoozed", "Snoozed"
        TOGETHER = "together", "Taken together"
        SPLIT = "split", "Split over several cases"
        TAKEN = "taken", "Claimed"
        RELEASED = "released", "Let go of"
        WOKEN = "woken", "Woken"
        APART = "apart", "Taken apart"

    DECISIONS = (Kind.CASE, Kind.FILED_AWAY, Kind.OTHER_MEMBER, Kind.CAMPAIGN, Kind.SPLIT)

    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.by}"


class ActLine(models.Model):
    """One message of an act: how it stood before, and how the act left it."""

    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="lines")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="act_lines")
    before = models.JSONField(default=dict)  # by field, what `standing` says
    after = models.JSONField(default=dict)
    # What it did beyond the message, as `putting_back` reads it: whose it became, the cases it opened, the
    # levels it raised and the questions it ended.
    did = models.JSONField(default=dict)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["act", "message"], name="a_message_once_in_an_act")]

    def __str__(self) -> str:
        return f"Message {self.message_id} in act {self.act_id}"


def standing(message: Message) -> dict[str, Any]:
    """How a message stands at the desk, in plain values that can be kept and compared.

    Take the message with `select_related("snooze")` where there are many.
    """
    snooze = getattr(message, "snooze", None)  # Django raises where there is none
    return {
        "decision": message.decision,
        "decided_at": message.decided_at.isoformat() if message.decided_at else None,
        "taken_by": message.taken_by_id,
        "together": message.together_id,
        "snooze": None if snooze is None else snooze_values(snooze),
    }


def snooze_values(snooze: Snooze) -> dict[str, Any]:
    """What is needed to put a snooze back as it was."""
    return {
        "until": snooze.until.isoformat() if snooze.until else None,
        "for_reply": snooze.for_reply,
        "by": snooze.by_id,
        "at": snooze.at.isoformat(),
        "after": snooze.after,
    }
