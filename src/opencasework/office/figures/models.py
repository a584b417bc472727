"""Person-free facts, made from the timeline when things happen, so that erasing a person keeps the count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may


class Measure(models.TextChoices):
    CASES_OPENED = "cases_opened", "Issues taken on"
    CASES_CLOSED = "cases_closed", "Issues ended"
    ENQUIRIES_SENT = "enquiries_sent", "Enquiries sent"
    REPLIES_RECEIVED = "replies_received", "Answers received"
    REPLIES_IN_20WD = "replies_in_20wd", "Answers within 20 working days"
    ENQUIRIES_OVER_20WD = "enquiries_over_20wd", "Enquiries past 20 working days"
    CASES_DECIDED = "cases_decided", "Decisions what to do"  # the office's own: no publication has it
    POLICY_MESSAGES = "policy_messages", "Policy messages"


class FactQuerySet(models.QuerySet["Fact"]):
    def visible_to(self, staff: StaffMember) -> FactQuerySet:
        """Facts of cases this colleague may know of, and of those that are no longer kept."""
        gone = (
            models.Q(case=None)
            if may(staff, May.SEE_RESTRICTED)
            else models.Q(case=None, was_restricted=False)
        )
        return self.filter(gone | models.Q(case__in=Case.objects.visible_to(staff)))

    def publishable(self) -> FactQuerySet:
        """All but those of restricted cases: in a small number even one more is a trace.

        The mark stands on the fact itself, kept by `gather`, so that publishing reads no case.
        """
        return self.filter(was_restricted=False)


class Fact(models.Model):
    """One thing that happened, as codes: counted in the month it was recorded, never moved."""

    stays_with_its_case = True  # as the line it was made from does

    # What it was made from: a line of the timeline, or a campaign's message. Numbers, not keys: both may go.
    # A line makes one fact of each measure.
    event_id = models.BigIntegerField(null=True, blank=True)
    message_id = models.BigIntegerField(unique=True, null=True, blank=True)
    measure = models.CharField(max_length=20, choices=Measure)
    on = models.DateField()  # the day it was recorded, which may be later than it happened
    period = models.CharField(max_length=7, db_index=True)  # YYYY-MM
    category = models.CharField(max_length=24, blank=True)  # the office's code, BEN-UC
    body = models.CharField(max_length=24, blank=True)  # code of the directory
    channel = models.CharField(max_length=8, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    # What the office had decided to do about its case: take it up, write, advise, decline. Empty: nothing.
    decision = models.CharField(max_length=8, blank=True)
    # Of an enquiry and its answer: its number, the first day on which 20 working days are over, and the days
    # the answer took. Of an issue that ended: the days since its case was opened.
    enquiry_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    late_from = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Of an issue that ended: the pounds recovered, unless it was taken up again since. The office's own: no
    # publication has it.
    pounds = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    was_restricted = models.BooleanField(default=False)  # as its case is, or was when it was deleted

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        indexes = [
            models.Index(fields=["period", "measure"], name="facts_of_a_month"),
            models.Index(fields=["measure", "late_from"], name="enquiries_by_their_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "measure"], name="a_line_makes_one_fact_of_a_measure"
            ),
            models.CheckConstraint(
                name="a_fact_is_made_from_one_thing",
                condition=models.Q(event_id__isnull=False, message_id=None)
                | models.Q(event_id=None, message_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.category}"


class Gathered(models.Model):
    """When the facts were last brought up to date, for whoever publishes them and sees nothing else."""

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="gathered_in_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"Gathered at {self.at}"

    @classmethod
    def latest(cls) -> datetime | None:
        """The moment of the last gathering, None before the first."""
        return cls.objects.values_list("at", flat=True).first()


class OpenAtEnd(models.Model):
    """How many issues were open on the last day of a month; the number alone, for whoever publishes it."""

    period = models.CharField(max_length=7, primary_key=True)  # YYYY-MM
    number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"Open at the end of {self.period}"


class Uncounted(models.Model):
    """A line of the timeline that was looked at and counts as nothing, so as not to look at it again."""

    event_id = models.BigIntegerField(primary_key=True)  # a number, not a key: the line may go

    def __str__(self) -> str:
        return f"Line {self.event_id}"


def keep_restricted(*, instance: Case, **_signal: Any) -> None:
    """Before a restricted case is deleted, its facts are told to stay out of what is published."""
    if Case.objects.restricted().filter(pk=instance.pk).exists():
        Fact.objects.filter(case=instance).update(was_restricted=True)


def forget_mistaken(*, case: Case, **_signal: Any) -> None:
    """A case that was opened by mistake is about to go: what was counted of it counts no more."""
    Fact.objects.filter(case=case).delete()
