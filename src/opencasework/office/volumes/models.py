"""A bulk send that two people stand for, a chaser before its day, cases put to a body in one letter."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember


class BulkRelease(models.Model):
    """Why one more of many near-identical letters goes to a body, who asks for it, and who else agreed."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="bulk_release")
    version = models.CharField(max_length=16)  # of the letter: other words need to be agreed to anew
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_bulk_send_says_why", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="a_bulk_send_needs_two_people",
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"Bulk send of {self.letter}"

    @property
    def is_agreed(self) -> bool:
        return self.agreed_by_id is not None


class EarlySend(models.Model):
    """Why a chaser goes before the day of its step on the ladder, and who says so."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="early_send")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    went_at = models.DateTimeField(null=True, blank=True, db_index=True)  # before its day; else it waited

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_early_chaser_says_why", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.letter} before its day"


class ScheduleLine(models.Model):
    """One of the cases that a letter puts to a body beside the one it stands on."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="schedule")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="schedule_lines")
    position = models.PositiveSmallIntegerField()
    # Of a schedule below a chaser, the case's own: it does not leave by itself, and has left when this does.
    chaser = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.CASCADE, related_name="schedule_lines"
    )
    # A fingerprint of its words as they were gathered or last taken in. Empty before that was kept.
    own_words = models.CharField(max_length=16, blank=True)
    gathered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["letter", "position"]

    def __str__(self) -> str:
        return f"{self.case.reference} in {self.letter}"


class NamedCase(models.Model):
    """A case that a letter has ever put beside its own: its words, earlier ones and comments may tell of it.

    It stays when the row is taken out of the letter again, and without the case where that is deleted, so
    that whoever looks later is asked about it still.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="named_cases")
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    reference = models.CharField(max_length=20)  # by which the letter names it, whatever became of the case

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_letter_names_a_case_once", fields=["letter", "reference"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, named in {self.letter}"
