"""Looking at a closed case once more: whether the repair held, whether the money went on coming."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone

from opencasework.office.kit.dates import say
from opencasework.office.staff.models import StaffMember


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> FollowUpQuerySet:
        """Nobody has looked yet."""
        return self.filter(done_at=None)

    def end(self, *, by: StaffMember) -> list[str]:
        """Nobody is to look any more, for the case is taken up again; says in a line what each was."""
        lines = [
            f"Not to be looked at again on {say(each.on)} any more: {each.what}." for each in self.open()
        ]
        self.open().update(done_at=timezone.now(), done_by=by)
        return lines


class FollowUp(models.Model):
    """The day on which somebody looks at a case again that was closed. The case stays closed meanwhile."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="follow_ups")
    # Whose closing asked for it; taken back, nobody is to look any more.
    closing = models.ForeignKey(
        "cases.Closing", null=True, blank=True, on_delete=models.CASCADE, related_name="follow_ups"
    )
    on = models.DateField(db_index=True)
    what = models.CharField(max_length=200)
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference} on {self.on}: {self.what}"

    def get_absolute_url(self) -> str:
        return reverse("case-follow-up", args=[self.case_id, self.pk])
