"""The numbers a body knows the person or the case by."""

from __future__ import annotations

from typing import Any

from django.db import models

from opencasework.office.cases.models.events import Event
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references


class ReferenceNumber(models.Model):
    """A number a body knows the person or the case by.

    It stands on the case it was written down for. Where it is the person's own (National Insurance, NHS)
    their other cases show it too, to whoever may see this one.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="references")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="references", db_index=False
    )  # whose it is, for a kind that a person keeps through all of their cases
    kind = models.CharField(max_length=12)  # code of kit.references.kinds()
    label = models.CharField(max_length=60, blank=True)  # what the office calls one of another kind
    value = models.CharField(max_length=60)  # as written on the letter
    compact = models.CharField(max_length=60, db_index=True)  # for finding it in any spacing
    look_alike = models.CharField(max_length=60, blank=True, db_index=True)  # and with O for 0, I for 1

    class Meta:
        ordering = ["case", "pk"]
        # Most are nobody's in particular: were they in the index, SQLite would rather look at all numbers.
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(person__isnull=False), name="numbers_of_a_person"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "compact"], name="a_reference_once_on_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compact = references.kinds()[self.kind].compact(self.value)
        self.look_alike = references.look_alike(self.compact)
        super().save(*args, **kwargs)

    @property
    def kind_name(self) -> str:
        return self.label or references.kinds()[self.kind].name

    @property
    def written(self) -> str:
        """The number spaced as its papers space it."""
        return references.kinds()[self.kind].written(self.value)

    @property
    def is_masked(self) -> bool:
        """Whether the screen hides it until somebody asks: all but numbers of public registers."""
        return references.kinds()[self.kind].is_masked

    @property
    def problem(self) -> str:
        """A sentence when the number has not the form of its kind; empty when it has."""
        return references.kinds()[self.kind].problem(self.value)

    @property
    def masked(self) -> str:
        """The first two and the last character, as much as one needs to tell two numbers apart."""
        return references.mask(self.compact)


class PassedNumber(models.Model):
    """A number recognised in a text of the case which somebody said is none of the case's own."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="passed_numbers")
    kind = models.CharField(max_length=12)
    compact = models.CharField(max_length=60)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "compact"], name="a_number_is_passed_once")
        ]

    def __str__(self) -> str:
        return f"{references.kinds()[self.kind].name} on {self.case.reference}"


class RemovedNumber(models.Model):
    """A number that was taken off its case, for as long as that can be taken back: a day."""

    stays_with_its_case = True  # as the line that says it was removed, which takes it back
    dated_by = "line__recorded_at"  # for people told apart again

    line = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="removed_number")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="removed_numbers")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=60)

    class Meta:
        ordering = ["case", "pk"]

    def __str__(self) -> str:
        return f"{self.label or references.kinds()[self.kind].name} taken off {self.case.reference}"
