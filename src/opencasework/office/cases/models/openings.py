"""Opening a restricted case in an emergency: for a day, with a reason, and never unnoticed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from opencasework.office.staff.models import StaffMember

OPEN_FOR = timedelta(hours=24)


class OpeningQuerySet(models.QuerySet["Opening"]):
    def in_force(self, now: datetime) -> OpeningQuerySet:
        return self.filter(until__gt=now)

    def between(self, start: datetime, end: datetime) -> OpeningQuerySet:
        """For the weekly review: every use of the emergency rule in a time, the latest first."""
        return self.filter(at__gte=start, at__lt=end).select_related("case", "by")


class Opening(models.Model):
    """A colleague who was not named on a restricted case opened it, and says why."""

    stays_with_its_case = True  # it was for that one case; a merge must not open another

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="openings")
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="openings")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["by", "until"], name="openings_in_force")]

    def __str__(self) -> str:
        return f"{self.by} opened {self.case.reference}"


class OpeningNoticeQuerySet(models.QuerySet["OpeningNotice"]):
    def unread_by(self, staff: StaffMember) -> OpeningNoticeQuerySet:
        return self.filter(to=staff, read_at=None).order_by("-opening__at")

    def unsent(self) -> OpeningNoticeQuerySet:
        return self.filter(mailed_at=None).exclude(to__email="")


class OpeningNotice(models.Model):
    """Tells one person of an opening: on their day until they have read it, and by email."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="notices")
    to = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "to"], name="told_once_of_an_opening")]

    def __str__(self) -> str:
        return f"{self.opening}, for {self.to}"
