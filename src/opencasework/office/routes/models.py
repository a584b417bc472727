"""Dates that a case's time limits run from, and what the office decided to do about it."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Case, Issue
from opencasework.office.staff.models import StaffMember

Row = TypeVar("Row", bound=models.Model)


class Standing(models.QuerySet[Row]):
    """Rows that somebody can take back, which are kept then and count no more."""

    def standing(self) -> Self:
        return self.filter(taken_back_at=None)


class KeyDate(models.Model):
    """A day that a time limit of a problem runs from, as far as somebody knows it.

    One without a problem is of all problems of the case. Of one kind the one recorded last counts.
    """

    class Kind(models.TextChoices):
        DECISION = "decision", "Decision letter dated"
        RECEIVED = "received", "Decision received, or told of"
        RECONSIDERED = "reconsidered", "Reconsideration notice dated"
        REVIEWED = "reviewed", "Told of the review's outcome"
        FINAL = "final", "Final response dated"
        REVIEWER = "reviewer", "Reviewer’s answer dated"
        COMPLAINED = "complained", "Complaint made"
        ACKNOWLEDGED = "acknowledged", "Complaint acknowledged"
        ESCALATED = "escalated", "Next stage acknowledged"
        HAPPENED = "happened", "It happened"
        KNOWN = "known", "They first knew of it"
        REQUESTED = "requested", "Request made"
        REVIEW_ASKED = "review_asked", "Review asked for"
        NOTICE = "notice", "Notice dated"
        REJECTED = "rejected", "Challenge rejected"
        EFFECT = "effect", "Notice takes effect"
        MEDIATION = "mediation", "Mediation certificate dated"
        ACAS = "acas", "Acas told"
        ACAS_ENDED = "acas_ended", "Acas certificate received"
        TO_MEMBER = "to_member", "Complaint put to a member of the Commons"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="key_dates")
    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="key_dates"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    day = models.DateField()
    known_from = models.CharField(max_length=120, blank=True)  # the letter, or what the person said
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)  # it was wrong

    objects = Standing.as_manager()

    class Meta:
        ordering = ["case", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class LastDayQuerySet(models.QuerySet["LastDay"]):
    def settled(self) -> LastDayQuerySet:
        """Those that somebody has said something of: they were used, or are of no matter."""
        return self.exclude(became="")

    def running(self) -> LastDayQuerySet:
        """Those that nobody has said anything of, for open problems of open cases; each once a case."""
        waits = Q(became="", issue__outcome="", issue__duplicate_of=None)
        same = LastDay.objects.filter(
            waits, case=OuterRef("case"), limit_code=OuterRef("limit_code"), until=OuterRef("until"),
            pk__lt=OuterRef("pk"),
        )  # fmt: skip
        return self.filter(waits, case__closed_at=None).exclude(Exists(same))


class LastDay(models.Model):
    """The last day of a limit that is the person's own to keep, for one problem, and what became of it.

    Counted from the dates of the case whenever they change (`keeping`), so that a list can ask for it.
    """

    class Became(models.TextChoices):
        USED = "used", "It was used: they asked, appealed or complained"
        NO_MATTER = "no_matter", "It is of no matter"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="last_days")
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="last_days")
    limit_code = models.CharField(max_length=20)  # of `data/limits.csv`
    limit_name = models.CharField(max_length=120)  # as it was called when it was counted
    until = models.DateField(db_index=True)
    became = models.CharField(max_length=9, choices=Became, blank=True)
    used_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)  # why it is of no matter, or how we know
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    objects = LastDayQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "limit_code", "until"], name="a_limit_of_a_problem_ends_once"
            ),
            models.CheckConstraint(
                name="a_limit_that_was_used_says_when", condition=~Q(became="used") | Q(used_on__isnull=False)
            ),
            models.CheckConstraint(
                name="a_limit_of_no_matter_says_why", condition=~Q(became="no_matter") | ~Q(why="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.limit_name}, {self.until}"

    def get_absolute_url(self) -> str:
        return reverse("route-limit", args=[self.case_id, self.pk])


class DecisionQuerySet(Standing["Decision"]):
    def in_force(self) -> Self:
        """Neither a slip nor one that another has taken the place of."""
        later = Decision.objects.standing().filter(
            Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")), case=OuterRef("case")
        )
        return self.standing().filter(~Exists(later))

    def waiting_for_an_opinion(self) -> Self:
        """Those in force of which somebody was asked what they think, and has not said it."""
        return self.in_force().filter(asked__isnull=False, answered_at=None)

    def with_an_opinion_to_see(self) -> Self:
        """Those in force of which somebody has said what they think, until whoever asked has seen it.

        On a closed case only what was said after the closing: before that, closing it took no notice.
        """
        late = Q(case__closed_at=None) | Q(answered_at__gte=F("case__closed_at"))
        return self.in_force().filter(late, by__isnull=False, answered_at__isnull=False, seen_at=None)


class Decision(models.Model):
    """What the office decided to do about a case, and why. A later one stands; earlier ones are kept."""

    class What(models.TextChoices):
        TAKE_UP = "take_up", "Take it up"
        RING = "ring", "Ring first"
        WRITE = "write", "Write"
        ADVISE = "advise", "Say what they can do themselves"
        SIGNPOST = "signpost", "Signpost"
        REFER = "refer", "Refer"
        DECLINE = "decline", "Decline kindly"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    what = models.CharField("decision", max_length=8, choices=What)
    why = models.CharField(max_length=500)
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    asked = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="second_opinions"
    )  # whose second opinion was asked for
    opinion = models.CharField(max_length=500, blank=True)
    agrees = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # the opinion, by whoever asked for it
    line = models.BigIntegerField(null=True, blank=True)  # the number of its line on the timeline
    taken_back_at = models.DateTimeField(null=True, blank=True)  # it was a slip

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["case", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.case.reference}"

    @property
    def waits_for_an_opinion(self) -> bool:
        return self.asked_id is not None and self.answered_at is None

    @property
    def opinion_in_brief(self) -> str:
        """“Bo Rex sees it otherwise (Decline kindly)”; empty while nobody has said it."""
        if self.agrees is None:
            return ""
        says = "agrees" if self.agrees else "sees it otherwise"
        return f"{self.asked} {says} ({self.get_what_display()})"

    @property
    def superseding(self) -> Decision | None:
        """The decision that stands in place of this one; None where this one does, or was a slip."""
        if self.taken_back_at is not None:
            return None
        stands = Decision.objects.standing().filter(case=self.case_id).select_related("by").first()
        return stands if stands != self else None
