"""What a colleague has put off on their own day."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from opencasework.office.staff.models import StaffMember


class SnoozedQuerySet(models.QuerySet["Snoozed"]):
    def resting(self, staff: StaffMember, kind: str, *, on: date) -> SnoozedQuerySet:
        """What this colleague does not want to see of one kind before a later day than this."""
        return self.filter(staff=staff, kind=kind, until__gt=on)


class Snoozed(models.Model):
    """One thing that rests on one colleague's My day until a day.

    A next action is put off by its own date, which everybody sees; this is for all else (a draft, a late
    answer), whose date is not ours to move. The case, the team's list and the chasers do not know of it.
    """

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="snoozed")
    kind = models.CharField(max_length=20)  # the name of a `todo.Kind`
    row = models.PositiveBigIntegerField()  # the number of its row
    until = models.DateField()

    objects = SnoozedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["staff", "kind", "row"], name="a_thing_rests_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row} of {self.staff} until {self.until}"


def awake(
    rows: QuerySet[models.Model], staff: StaffMember, kind: str, *, on: date, last_day: str = ""
) -> QuerySet[models.Model]:
    """The rows of a kind that this colleague has not put off.

    Of those with a `last_day`, a field that each has, nothing rests beyond that.
    """
    resting = Snoozed.objects.resting(staff, kind, on=on).filter(row=OuterRef("pk"))
    if last_day:
        resting = resting.filter(until__lte=OuterRef(last_day))
    return rows.filter(~Exists(resting))
