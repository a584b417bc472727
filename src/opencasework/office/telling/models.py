"""Words the office owes the people it works for: an acknowledgement, an update, the closing letter."""

from __future__ import annotations

from django.db import models

from opencasework.office.cases.models import Case, seen_by
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember


class WordQuerySet(models.QuerySet["Word"]):
    def waiting(self) -> WordQuerySet:
        """Not said yet."""
        return self.filter(met_at=None)

    def for_a_person(self) -> WordQuerySet:
        """Those of which nothing is drafted: the person is to be rung, or reached with care."""
        return self.waiting().filter(letter=None)

    def visible_to(self, staff: StaffMember) -> WordQuerySet:
        return self.filter(seen_by(staff))


class Word(models.Model):
    """One word that is due, and the draft made for it. Made once for one silence, whatever becomes of it."""

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        UPDATE = "update", "Update"
        CLOSING = "closing", "Closing letter"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words_owed")
    kind = models.CharField(max_length=15, choices=Kind)
    since = models.DateField()  # the day they last heard, came to us, or their case was closed
    due_on = models.DateField(db_index=True)
    letter = models.OneToOneField(
        Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="word_owed"
    )
    why_no_letter = models.CharField(max_length=400, blank=True)  # what a person is to mind, in a sentence
    made_at = models.DateTimeField(auto_now_add=True)
    met_at = models.DateTimeField(null=True, blank=True)  # they have heard, or nobody needs it any more

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_word_for_one_silence", fields=["case", "kind", "since"])
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.case.reference}"
