"""Who works on a case beside its owner, who has it open, and what they are typing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from opencasework.office.staff.models import StaffMember


class Helper(models.Model):
    """A colleague who helps on a case."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="helpers")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="helping")
    since = models.DateTimeField(default=timezone.now)
    was_named = models.BooleanField(default=False)  # among those who may know, before they helped

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="a_helper_once_on_a_case")]

    def __str__(self) -> str:
        return f"{self.staff} on {self.case.reference}"


class Presence(models.Model):
    """That somebody has the page of a case open; true for some seconds after the page last said so."""

    LASTS = timedelta(seconds=45)
    WRITES = timedelta(seconds=60)
    stays_with_its_case = True

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="presences")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["seen_at"]
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="present_once_on_a_case")]

    def __str__(self) -> str:
        return f"{self.staff} has {self.case.reference} open"


class DraftQuerySet(models.QuerySet["Draft"]):
    def fresh(self, *, at: datetime) -> DraftQuerySet:
        """Those with something in them that are still kept."""
        return self.filter(saved_at__gt=at - Draft.KEPT, spent_at=None)


class Draft(models.Model):
    """What one person has begun to write in a form, mostly of a case, kept until it is saved or for 72 hours.

    A row whose words were saved stays for as long, empty: so the last keystrokes, coming late over a slow
    line, do not bring them back.
    """

    KEPT = timedelta(hours=72)

    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.CASCADE, related_name="drafts"
    )
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=100)  # "note", "call", "letter-12", or of a page: cases.typed
    values = models.JSONField(default=dict)  # by field; in the database as everything, so encrypted as it is
    saved_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "staff", "form"], name="one_draft_a_form_and_person"),
            models.UniqueConstraint(
                fields=["staff", "form"], condition=models.Q(case=None), name="one_draft_of_no_case"
            ),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.form}{f' on {self.case.reference}' if self.case else ''}"
