"""The issue ledger of a case: each of its problems, and how it ended."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models.codes import Outcome
from opencasework.office.cases.models.events import Event
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category

KEPT: Any = object()  # of pounds: those that stand there, if any


class IssueQuerySet(models.QuerySet["Issue"]):
    def open(self) -> IssueQuerySet:
        """Neither ended nor written down twice."""
        return self.filter(outcome="", duplicate_of=None)


class Issue(models.Model):
    """One problem within a case, with its category, the body concerned, and how it ended."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="issues")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="issues")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="issues")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    # Pounds recovered. Once its case is reopened they stay, until the next ending says the whole.
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The same problem, written down twice: kept, and counted once.
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="duplicates"
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_ended_issue_has_an_outcome",
                condition=models.Q(ended_at=None, outcome="")
                | (~models.Q(ended_at=None) & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="a_duplicate_has_no_outcome_of_its_own",
                condition=models.Q(duplicate_of=None) | models.Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} in {self.case.reference}"

    @property
    def named(self) -> str:
        """What it is about and which body is concerned, as forms and lists name it."""
        return f"{self.category.label}, {self.body}" if self.body else self.category.label

    @property
    def is_open(self) -> bool:
        return not self.outcome and self.duplicate_of_id is None

    @property
    def pounds(self) -> str:
        """The money recovered, as “£1,240.50”; empty where there is none."""
        return f"£{self.amount:,.2f}" if self.amount else ""

    @property
    def ending(self) -> str:
        """How it ended, in words, with the money recovered; empty while it is open."""
        return str(self.get_outcome_display()) + (f", {self.pounds}" if self.outcome and self.amount else "")

    def end(self, *, outcome: str, by: StaffMember, amount: Any = None) -> Event:
        """Record how this issue ended, and say so on the timeline. Call inside a transaction.

        The pounds are all that were recovered: those of an ending before it count no more, unless nobody was
        asked about money and they are `KEPT`.
        """
        amount = self.amount if amount is KEPT else amount
        before = {"pounds_before": str(self.amount)} if self.amount else {}
        self.outcome, self.amount, self.ended_at = outcome, amount, timezone.now()
        self.save(update_fields=["outcome", "amount", "ended_at"])
        return self.case.record(
            Event.Kind.ISSUE_ENDED,
            by=by,
            text=f"{self.category.label}: {self.ending}",
            outcome=outcome,
            category=self.category.code,
            body=self.body.code if self.body else "",
            kind=self.case.kind,
            channel=self.case.channel,
            issue=self.pk,
            **({"pounds": str(amount)} if amount else {}),
            **before,
        )
