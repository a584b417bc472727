"""Words the office owes the people it works for: an acknowledgement, an update, the closing letter."""

from __future__ import annotations

from django.db import models

from opencasework.office.cases.models import Case, seen_by
from opencasework.office.constituents.models import Person
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember


class WordQuerySet(models.QuerySet["Word"]):
    def waiting(self) -> WordQuerySet:
        """Not said yet."""
        return self.filter(met_at=None)

    def ended(self) -> WordQuerySet:
        """Said, or needed by nobody, as things stand. What was prepared may be owed again."""
        return self.exclude(met_at=None).exclude(letter=None, why_no_letter="")

    def lasting(self) -> WordQuerySet:
        """Beside which none is made: still owed, or its draft has left, or somebody has thrown that away."""
        thrown_away = models.Q(letter__state=Letter.State.DISCARDED, is_put_away=False)
        has_left = models.Q(letter__state=Letter.State.SENT)
        return self.filter(models.Q(met_at=None) | has_left | thrown_away)

    def for_a_person(self) -> WordQuerySet:
        """Those of which nothing is drafted: the person is to be rung, or reached with care."""
        return self.waiting().filter(letter=None)

    def visible_to(self, staff: StaffMember) -> WordQuerySet:
        return self.filter(seen_by(staff))


class Word(models.Model):
    """One word that is due, and the draft made for it. Made once for one silence, whatever becomes of it.

    `met_at` follows from what the person has heard, in both directions: see `actions.settle`.
    """

    dated_by = "made_at"  # for people told apart again

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        UPDATE = "update", "Update"
        CLOSING = "closing", "Closing letter"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words_owed")
    # To whom it is owed: whom the case is, or was, for.
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=15, choices=Kind)
    since = models.DateField()  # the day they last heard, came to us, or their case was closed
    due_on = models.DateField(db_index=True)
    letter = models.OneToOneField(
        Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="word_owed"
    )
    why_no_letter = models.CharField(max_length=400, blank=True)  # what a person is to mind, in a sentence
    is_put_away = models.BooleanField(default=False)  # the draft went with it, and comes back with it
    made_at = models.DateTimeField(auto_now_add=True)
    met_at = models.DateTimeField(null=True, blank=True)  # they have heard, or nobody needs it any more

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name_plural = "words owed"
        constraints = [
            # Of cases of different people that are one now, each has theirs.
            models.UniqueConstraint(
                name="one_word_for_one_silence", fields=["case", "person", "kind", "since"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.case.reference}"

    @property
    def whom(self) -> Person | None:
        """Who is to be told."""
        return self.person or self.case.constituent
