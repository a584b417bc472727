"""What a merge or a split carried to another case, and what a closing ended: so that each can be undone."""

from __future__ import annotations

from django.db import models
from django.dispatch import Signal
from django.utils import timezone

from opencasework.office.staff.models import StaffMember

# With the `case` that is one of its own now, once what is its is on it, and the numbers of those it was part
# `of`, the one that stands first; `since` when they had been one, None where it always was so; and `by` whom.
came_apart = Signal()


class Move(models.Model):
    """One merge or split. `rows` are what went, by model and column; lines of the timeline never go.

    After a merge the whole timeline of `source` is shown on `target` too; after a split the chosen lines are.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", "Merged"
        SPLIT = "split", "Split off"

    stays_with_its_case = True  # it says which two cases it was between

    kind = models.CharField(max_length=5, choices=Kind)
    source = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="moves_out")
    target = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="moves_in")
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    rows = models.JSONField(default=dict)  # {"letters.Letter.case": [1, 2]}
    before = models.JSONField(default=dict)  # of each case, the fields that changed, as they had been
    after = models.JSONField(default=dict)  # and as they became
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_case_is_not_moved_into_itself", condition=~models.Q(source=models.F("target"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.source.reference} to {self.target.reference}"


class LineShown(models.Model):
    """A line of one case's timeline that is shown on another too, since that was split off."""

    stays_with_its_case = True

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="lines_shown")
    event = models.ForeignKey("cases.Event", on_delete=models.CASCADE, related_name="shown_on")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "event"], name="a_line_is_shown_once")]

    def __str__(self) -> str:
        return f"Line {self.event_id} on case {self.case_id}"


class Closing(models.Model):
    """A case being closed: what stood before, and which issues it ended, so that it can be taken back."""

    stays_with_its_case = True

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="closings")
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    next_action = models.CharField(max_length=200)
    next_action_on = models.DateField()
    issues = models.JSONField(default=list)  # the numbers of those it ended
    lines = models.JSONField(default=list)  # and of the lines that say so, which figures count
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Closing of {self.case.reference}"
