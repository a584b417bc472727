"""Cases that belong together without being one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from opencasework.office.staff.models import StaffMember

if TYPE_CHECKING:
    from opencasework.office.cases.models.case import Case


class CaseLink(models.Model):
    """Two cases that have to do with each other; both show it, each to whoever may know of the other."""

    class Kind(models.TextChoices):
        SAME_PROBLEM = "problem", "Same problem"
        SAME_HOUSEHOLD = "household", "Same household"
        FOLLOW_UP = "follow_up", "Follow-up"

    one = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="links_made")
    other = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="links_received")
    kind = models.CharField(max_length=9, choices=Kind)
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_cases_are_linked_once"),
            models.CheckConstraint(
                name="a_case_is_not_linked_to_itself", condition=~models.Q(one=models.F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one.reference} and {self.other.reference}"

    def other_than(self, case: Case) -> Case:
        """The case at the other end."""
        return self.other if self.one_id == case.pk else self.one
