"""What a virus scanner has said about a file or a mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class VirusChecked(models.Model):
    """Something a scanner looks at. It is called clean only where the scanner said so of all of it."""

    class VirusState(models.TextChoices):
        NOT_SCANNED = "", "Not scanned for viruses"
        CLEAN = "clean", "Scanned, nothing found"
        INFECTED = "infected", "Infected"

    virus_state = models.CharField(max_length=8, choices=VirusState, blank=True)
    virus_name = models.CharField(max_length=200, blank=True)  # what the scanner calls what it found
    virus_reason = models.CharField(max_length=300, blank=True)  # a sentence: why it is not scanned
    virus_checked_at = models.DateTimeField(null=True, blank=True)
    virus_tries = models.PositiveIntegerField(default=0)
    virus_due_at = models.DateTimeField(default=timezone.now, null=True, blank=True)  # null: nothing to do

    class Meta:
        abstract = True

    @property
    def is_infected(self) -> bool:
        return self.virus_state == self.VirusState.INFECTED

    @property
    def virus_sentence(self) -> str:
        """How it stands with viruses, and why where it is not scanned."""
        if self.is_infected:
            return f"Infected: {self.virus_name}"
        if self.virus_state == self.VirusState.CLEAN:
            return "Scanned, nothing found"
        if not settings.CLAMD:
            return "Not scanned: this office has no virus scanner."
        return f"Not scanned: {self.virus_reason or 'the scanner has not come to it yet.'}"

    @property
    def virus_short(self) -> str:
        """The same in two words, where there is no more to say."""
        return self.virus_sentence if self.virus_reason else self.get_virus_state_display()
