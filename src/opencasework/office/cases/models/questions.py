"""What we asked the constituent or the member, and whether they have answered."""

from __future__ import annotations

from django.db import models

from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import StaffMember


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> QuestionQuerySet:
        """Not answered yet, on an open case."""
        return self.filter(ended_at=None, case__closed_at=None)


class Question(models.Model):
    """Something we asked, with the day by which we look again. While it is open the case waits for them."""

    dated_by = "asked_at"  # for people told apart again

    class To(models.TextChoices):
        CONSTITUENT = "constituent", "The constituent"
        MEMBER = "member", "The member"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="questions")
    to = models.CharField(max_length=11, choices=To)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # whom of the people on the case
    text = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(db_index=True)  # when we look whether they have answered
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # nobody: a message of theirs was filed

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["case", "-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["case", "ended_at"], name="questions_of_a_case"),
            models.Index(
                fields=["to", "case", "ended_at"], name="open_questions", condition=models.Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Question on {self.case.reference}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def asked_of(self) -> str:
        """Whom we asked, by name where it is known."""
        if self.to == self.To.MEMBER:
            return "the member"
        return str(self.person) if self.person else "the constituent"
