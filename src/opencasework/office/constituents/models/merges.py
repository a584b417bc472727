"""Two records of one person made one, with all it takes to undo it; and two that are not the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from opencasework.office.constituents.models.people import Person
from opencasework.office.staff.models import StaffMember


class ExactJSON(DjangoJSONEncoder):
    """As Django writes JSON, but times to the microsecond, so that what is undone is as it was."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class PersonMerge(models.Model):
    """One merge: the record that went, whole, and everything it took along. Undone, it stays as a record."""

    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    loser_number = models.BigIntegerField(db_index=True)  # the number its pages had; given back on undo
    into_number = (
        models.BigIntegerField()
    )  # of whose record it became part then; `survivor` may be a third by now
    rows = models.JSONField(encoder=ExactJSON)  # every row that went, whole, in the order they went
    moved = models.JSONField()  # [model, column, row, whom it named before, whom it names since]
    changed = models.JSONField(encoder=ExactJSON)  # [model, row, column, value before, value since]
    added = models.JSONField()  # [model, row] that the merge itself made
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Merge {self.pk} into person {self.survivor_id}"


class NotTheSame(models.Model):
    """Two people who look like one and are two, as somebody has checked."""

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "not the same"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_people_once_told_apart"),
            models.CheckConstraint(
                name="nobody_is_told_from_themselves", condition=~models.Q(one=models.F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} is not {self.other}"
