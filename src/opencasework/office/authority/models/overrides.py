"""What went without authority to act, to a body or somebody on the case, and why: for the weekly review."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, seen_by
from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import StaffMember


class SentWithoutQuerySet(models.QuerySet["SentWithout"]):
    def visible_to(self, staff: StaffMember) -> SentWithoutQuerySet:
        """On cases this colleague may know of."""
        return self.filter(seen_by(staff))


class SentWithout(models.Model):
    """What went about somebody to a body that no authority covered, or to `person`, who is on the case and
    whom they had not agreed to; on a colleague's word.

    It went in a letter, or by telephone or portal: then `enquiry` says in which; or a line of the timeline
    says how: a call that put no question, a complaint. Then `call` does.
    """

    dated_by = "recorded_at"  # for people told apart again
    goes_with_its_body = "recorded_at"  # of cases that come apart again

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sent_without_authority")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    letter = models.PositiveBigIntegerField(null=True, blank=True)  # its number; letters stand above
    enquiry = models.PositiveBigIntegerField(null=True, blank=True)  # the number of one put by word
    call = models.PositiveBigIntegerField(null=True, blank=True)  # the line of the timeline that says so
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)  # when it went; an office may write that down later
    recorded_at = models.DateTimeField(default=timezone.now, db_index=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)  # somebody says that it did not go after all
    taken_back_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SentWithoutQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name_plural = "sent without authority"
        constraints = [
            models.CheckConstraint(name="who_goes_without_says_why", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="what_goes_without_goes_to_one",
                condition=models.Q(body=None, person__isnull=False)
                | models.Q(body__isnull=False, person=None),
            ),
        ]

    def __str__(self) -> str:
        return f"To {self.to_whom} without authority, {self.case.reference}"

    @property
    def to_whom(self) -> str:
        """The body or the person it went to."""
        return str(self.body or self.person)
