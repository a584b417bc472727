"""A colleague who is asked in a note: “@tom, have you heard from them?”."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone

from opencasework.office.staff.models import StaffMember


class MentionQuerySet(models.QuerySet["Mention"]):
    def open(self) -> MentionQuerySet:
        """They have not said yet that they have seen it."""
        return self.filter(done_at=None)


class Mention(models.Model):
    """One colleague named in one note. It stands in their day until somebody says that it is done.

    The words are those of the note, and stand nowhere else.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="mentions")
    line = models.PositiveBigIntegerField()  # the number of the note's line
    whom = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["line", "whom"], name="asked_once_in_a_note")]
        indexes = [models.Index(fields=["whom", "done_at"], name="mentions_of_a_colleague")]

    def __str__(self) -> str:
        return f"{self.whom} in a note on {self.case.reference}"

    def get_absolute_url(self) -> str:
        return f"{reverse('case', args=[self.case_id])}#entry-{self.line}"
