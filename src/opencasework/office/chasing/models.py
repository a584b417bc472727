"""Chasers: the reminders that follow when a reply is late."""

from __future__ import annotations

from django.db import models

from opencasework.office.letters.models import Enquiry, Letter


class Chaser(models.Model):
    """The first, second, … reminder of one enquiry."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="chasers")
    letter = models.OneToOneField(Letter, on_delete=models.RESTRICT, related_name="chaser")
    sequence = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["enquiry", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "sequence"], name="one_chaser_of_each_number"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} to {self.enquiry}"

    @property
    def ordinal(self) -> str:
        """What it is called: first chaser, second chaser, escalation."""
        return {1: "First chaser", 2: "Second chaser"}.get(self.sequence, "Escalation")
