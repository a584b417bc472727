"""What the office's filed messages taught the suggestions, and whether it wants any."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.inbox.models.messages import Message
from opencasework.office.kit.once import once


class SuggestionSettings(models.Model):
    """The one row that says whether messages are suggested about."""

    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_suggestion_settings_in_an_office", condition=models.Q(pk=1))
        ]

    def __str__(self) -> str:
        return "Suggestions, on" if self.is_on else "Suggestions, off"

    @classmethod
    def here(cls) -> SuggestionSettings:
        """This office's; on, and not saved, where nobody has set it."""
        return once("suggestion settings", lambda: cls.objects.filter(pk=1).first() or cls(pk=1))


class Lesson(models.Model):
    """One time of learning from what was filed: work for the worker, and then what came of it.

    `weights` is what `learning.weights.unpack` reads: numbers for words, no text of anybody. The newest
    lesson with some is in force; older ones are deleted.
    """

    asked_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    learned_at = models.DateTimeField(null=True, blank=True)
    messages = models.PositiveIntegerField(default=0)  # it was learned from
    cases = models.JSONField(default=list, blank=True)  # numbers of the cases those were on
    weights = models.BinaryField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Learned from {self.messages} messages" if self.learned_at else "To be learned"


class SuggestionResult(models.Model):
    """How what was suggested for a message compares with what a person decided. No words, no names.

    `choices` holds for each of `suggesting.results.WHAT` the first suggestion, what was decided, and which of
    the suggestions that was (1 for the first, null for none): row numbers and codes, as they were then.
    """

    class Came(models.TextChoices):
        NONE = "", "Nothing was suggested"
        FIRST = "first", "The first suggestion"
        AMONG = "among", "One of the others"
        OTHER = "other", "Something else"

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="suggestion_result")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    person = models.CharField(max_length=5, choices=Came, blank=True)
    case = models.CharField(max_length=5, choices=Came, blank=True)
    category = models.CharField(max_length=5, choices=Came, blank=True)
    choices = models.JSONField(default=dict)  # {"urgency": {"suggested": "URG-2", "decided": …, "rank": 1}}
    accepted_all = models.BooleanField(default=False)  # with the one key

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"What was suggested for message {self.message_id}"
