"""What the office has prepared and signed for the public."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.formats import date_format

from opencasework.office.staff.models import StaffMember


def in_words(month: str) -> str:
    """2026-10 as October 2026."""
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


class Publication(models.Model):
    """A month's figures: a draft until a second person signs."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    month = models.CharField(max_length=7, unique=True)  # YYYY-MM
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    prepared_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    # What was written: the hash of the month's rows (as in the ledger of the standard) and the folder.
    rows_sha256 = models.CharField(max_length=64, blank=True)
    folder = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="a_publication_has_two_people",
                condition=models.Q(state="draft")
                | (models.Q(signed_by__isnull=False) & ~models.Q(signed_by=models.F("prepared_by"))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} of {self.month}"

    @property
    def month_in_words(self) -> str:
        return in_words(self.month)

    @property
    def is_published(self) -> bool:
        return self.state == Publication.State.PUBLISHED
