"""The numbers a body knows the person or the case by."""

from __future__ import annotations

from typing import Any

from django.db import models

from opencasework.office.kit import references


class ReferenceNumber(models.Model):
    """A number a body knows the person or the case by."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(max_length=12)  # code of kit.references.kinds()
    value = models.CharField(max_length=60)  # as written on the letter
    compact = models.CharField(max_length=60, db_index=True)  # for finding it in any spacing

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "compact"], name="a_reference_once_on_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compact = references.kinds()[self.kind].compact(self.value)
        super().save(*args, **kwargs)

    @property
    def kind_name(self) -> str:
        return references.kinds()[self.kind].name

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
