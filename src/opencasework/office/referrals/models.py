"""Complaints on their way to an ombudsman, and cases that go to partners and come from them."""

from __future__ import annotations

from copy import copy
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Issue, Transfer
from opencasework.office.letters.models import Letter
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import Scheme, all_schemes, reviewers
from opencasework.office.staff.models import StaffMember


class Answer(models.TextChoices):
    """What a body said to a complaint; an ombudsman decides in the same words."""

    UPHELD = "upheld", "Upheld"
    PARTLY = "partly", "Partly upheld"
    NOT = "not", "Not upheld"


class SentBy(models.TextChoices):
    """Who sent a complaint. What the person sends themselves needs no authority of theirs."""

    OFFICE = "office", "This office"
    PERSON = "person", "The person themselves, or somebody for them"

    @property
    def said(self) -> str:
        """Of one that did not go from here, on the timeline."""
        return "by the person themselves; nothing went from this office"


class ComplaintStageQuerySet(models.QuerySet["ComplaintStage"]):
    def standing(self) -> ComplaintStageQuerySet:
        """Those that count: not recorded by mistake."""
        return self.filter(taken_back_at=None)


class ComplaintStage(models.Model):
    """One stage of the body's own complaints procedure: when it was asked, when it answered."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="complaint_stages")
    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="complaint_stages"
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="complaint_stages")
    name = models.CharField(max_length=80)  # as the body calls it: “Stage 1”, “Tier 2”, “Review”
    sent_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    is_final = models.BooleanField(default=False)  # the body has no stage left
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)  # it was recorded by mistake

    objects = ComplaintStageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_stage_is_answered_after_it_was_asked",
                condition=models.Q(answered_on=None) | models.Q(answered_on__gte=models.F("sent_on")),
            ),
            models.CheckConstraint(
                name="a_final_stage_is_answered",
                condition=models.Q(is_final=False) | models.Q(answered_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.body}"

    @property
    def is_of_the_body(self) -> bool:
        """Whether it is of the body's own procedure: no reviewer or ombudsman was asked about it."""
        if self.issue is not None and self.issue.body_id == self.body_id:
            return True
        return self.body.code not in {scheme.body for scheme in all_schemes().values()}

    @property
    def final_kind(self) -> KeyDate.Kind | None:
        """The date that its final answer is; None for an ombudsman's, from which no limit runs."""
        if self.is_of_the_body:
            return KeyDate.Kind.FINAL
        return KeyDate.Kind.REVIEWER if self.body.code in reviewers() else None


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, staff: StaffMember) -> ComplaintQuerySet:
        """On cases this colleague may know of."""
        return self.filter(case__in=Case.objects.visible_to(staff))

    def open(self) -> ComplaintQuerySet:
        """Neither decided, nor declined, nor taken back."""
        return self.exclude(state__in=Complaint.ENDED)

    def preparing(self) -> ComplaintQuerySet:
        return self.filter(state=Complaint.State.PREPARING)


class Complaint(models.Model):
    """A complaint to an ombudsman: from getting it ready to the decision and what it brought."""

    class State(models.TextChoices):
        PREPARING = "preparing", "Being prepared"
        SUBMITTED = "submitted", "Submitted"
        ACCEPTED = "accepted", "Accepted"
        INVESTIGATING = "investigating", "Being investigated"
        DECIDED = "decided", "Decided"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back"

    ENDED = (State.DECIDED, State.DECLINED, State.WITHDRAWN)
    # What may follow what. An ombudsman may decide without ever saying that it began.
    NEXT: ClassVar[dict[str, tuple[str, ...]]] = {
        State.PREPARING: (State.SUBMITTED, State.WITHDRAWN),
        State.SUBMITTED: (
            State.ACCEPTED, State.INVESTIGATING, State.DECIDED, State.DECLINED, State.WITHDRAWN,
        ),
        State.ACCEPTED: (State.INVESTIGATING, State.DECIDED, State.DECLINED, State.WITHDRAWN),
        State.INVESTIGATING: (State.DECIDED, State.DECLINED, State.WITHDRAWN),
    }  # fmt: skip

    class Court(models.TextChoices):
        """Whether there is or was an appeal or a court case: an ombudsman may then not be able to look."""

        NONE = "none", "No"
        RIGHT = "right", "There is a right of appeal"
        HAD = "had", "It went, or is going, to a tribunal or court"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="complaints")
    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="complaints"
    )
    scheme_code = models.CharField(max_length=20)  # of `routes/data/schemes.csv`
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="complaints")  # the ombudsman
    state = models.CharField(max_length=13, choices=State, default=State.PREPARING)
    what_happened = models.TextField()
    injustice = models.TextField(blank=True)  # what it led to: money, health, time, distress
    wanted = models.CharField(max_length=500, blank=True)  # what would put it right
    court = models.CharField(max_length=5, choices=Court, default=Court.NONE)
    late_reason = models.CharField(max_length=500, blank=True)  # why it is late, where it is
    although = models.CharField(max_length=500, blank=True)  # why it went although a check was not met
    # Kept for lists; the card counts anew. With the rule and its source, as on the day they were counted.
    by_when = models.DateField(null=True, blank=True, db_index=True)
    by_rule = models.CharField(max_length=400, blank=True)
    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="complaints"
    )  # the covering letter, with the pack
    # The member's own hand, where they signed the printed form rather than approved the letter here.
    signed_on = models.DateField(null=True, blank=True)
    signature_seen_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_version = models.CharField(max_length=16, blank=True)  # of the letter they signed, where one was
    submitted_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)  # the ombudsman's own
    why_declined = models.CharField(max_length=500, blank=True)
    decision = models.CharField(max_length=6, choices=Answer, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)  # pounds
    ended_on = models.DateField(null=True, blank=True)
    opened_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_decided_complaint_says_how",
                condition=~models.Q(state="decided") | ~models.Q(decision=""),
            ),
            models.CheckConstraint(
                name="a_declined_complaint_says_why",
                condition=~models.Q(state="declined") | ~models.Q(why_declined=""),
            ),
            models.CheckConstraint(
                name="an_ended_complaint_has_its_day",
                condition=models.Q(state__in=["decided", "declined", "withdrawn"], ended_on__isnull=False)
                | (~models.Q(state__in=["decided", "declined", "withdrawn"]) & models.Q(ended_on=None)),
            ),
            models.UniqueConstraint(
                name="one_running_complaint_of_an_issue_to_a_scheme",
                fields=["issue", "scheme_code"],
                condition=~models.Q(state__in=["decided", "declined", "withdrawn"]),
                violation_error_message="This problem is on its way to that ombudsman already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.short}, {self.case.reference}"

    def get_absolute_url(self) -> str:
        return reverse("complaint", args=[self.pk])

    @property
    def scheme(self) -> Scheme:
        return all_schemes()[self.scheme_code]

    @property
    def is_open(self) -> bool:
        return self.state not in self.ENDED

    @property
    def is_preparing(self) -> bool:
        return self.state == self.State.PREPARING

    @property
    def signed_words(self) -> str:
        """The version of the letter a signature by hand is for: as it is printed. Empty without a letter."""
        if self.letter is None:
            return ""
        printed = copy(self.letter)
        printed.means = Letter.Means.POST
        return printed.version

    @property
    def is_signed_by_hand(self) -> bool:
        """Whether the member signed what it says now: a word changed afterwards asks for it again."""
        if self.signed_on is None:
            return False
        return not self.is_preparing or self.signed_version == self.signed_words

    @property
    def may_follow(self) -> list[tuple[str, str]]:
        """The states that may come next, with their words; empty once it has ended."""
        return [(state, str(self.State(state).label)) for state in self.NEXT.get(self.state, ())]

    @property
    def decided_by(self) -> str:
        """How the day of a decision is known."""
        return f"decision of the {self.scheme.name}"

    @property
    def pounds(self) -> str:
        return f"£{self.amount:,.2f}" if self.amount else ""

    @property
    def result(self) -> str:
        """How it ended, in words; empty while it runs."""
        if self.state == self.State.DECIDED:
            told = [self.get_decision_display(), self.pounds, self.remedy]
            return ", ".join(filter(None, told))
        if self.state == self.State.DECLINED:
            return f"Declined: {self.why_declined}"
        return str(self.get_state_display()) if not self.is_open else ""

    @property
    def colour(self) -> str:
        """The state of its pill."""
        return {"preparing": "draft", "decided": "answered", "declined": "due", "withdrawn": "draft"}.get(
            self.state, "waiting"
        )


class ComplaintStepQuerySet(models.QuerySet["ComplaintStep"]):
    def standing(self) -> ComplaintStepQuerySet:
        """Those that count: not recorded by mistake."""
        return self.filter(taken_back_at=None)


class ComplaintStep(models.Model):
    """A complaint came to another state: who said so, and when it did. Added, and at most taken back."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=13, choices=Complaint.State)
    on = models.DateField()
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # What it changed beside the state, to put that back; null of a step from before this was kept.
    reference_was = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001
    ended = models.PositiveBigIntegerField(
        null=True, blank=True
    )  # the line by which the problem ended with it
    taken_back_at = models.DateTimeField(null=True, blank=True)  # it was recorded by mistake
    taken_back_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ComplaintStepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.complaint}"


class PartnerQuerySet(models.QuerySet["Partner"]):
    def active(self) -> PartnerQuerySet:
        return self.filter(is_active=True)


class Partner(models.Model):
    """A body we work with: who takes what, and how a case is best brought there."""

    class Kind(models.TextChoices):
        ADVICE = "advice", "Advice service"
        COUNCIL = "council", "Council"
        CHARITY = "charity", "Charity"
        REPRESENTATIVE = "representative", "Another representative"
        OTHER = "other", "Somebody else"

    class How(models.TextChoices):
        EMAIL = "email", "By email"
        POST = "post", "By post"
        PHONE = "phone", "By telephone"
        FORM = "form", "On their web form"
        PERSON = "person", "In person"

    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="partner")
    kind = models.CharField(max_length=14, choices=Kind)
    takes = models.CharField(max_length=300, blank=True)  # what they help with
    how = models.CharField(max_length=6, choices=How, default=How.EMAIL)
    how_note = models.CharField(max_length=300, blank=True)  # what they want to have, and where
    answer_days = models.PositiveSmallIntegerField(default=10)  # working days in which they say yes or no
    is_active = models.BooleanField(default=True)
    added_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["body__name"]
        constraints = [
            models.CheckConstraint(
                name="a_partner_has_a_day_to_answer",
                condition=models.Q(answer_days__gte=1, answer_days__lte=60),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.body)

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.pk])


class OutwardQuerySet(models.QuerySet["Outward"]):
    def visible_to(self, staff: StaffMember) -> OutwardQuerySet:
        return self.filter(transfer__case__in=Case.objects.visible_to(staff))

    def open(self) -> OutwardQuerySet:
        """Not answered yet, or taken and nobody knows yet what came of it."""
        return self.filter(result="").exclude(transfer__answer__in=["declined", "none", "stopped"])


class Outward(models.Model):
    """A case that went to a partner: what was shared with the person's consent, how, and what came of it.

    To whom, the consent and whether they took it stand on the transfer.
    """

    class Result(models.TextChoices):
        HELPED = "helped", "They put it right"
        PARTLY = "partly", "They helped in part"
        ADVISED = "advised", "They advised the person"
        PASSED_ON = "passed-on", "They sent them somewhere else"
        NO_HELP = "no-help", "They could not help"
        NOT_THERE = "not-there", "The person never got there"
        UNKNOWN = "unknown", "We could not find out"
        STOPPED = "stopped", "We took it back: the person no longer agrees"

    transfer = models.OneToOneField(Transfer, on_delete=models.CASCADE, related_name="outward")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="referrals_out")
    shared = models.TextField()  # exactly what was shared, in words
    how = models.CharField(max_length=6, choices=Partner.How)
    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="referrals_out"
    )  # with the pack, where one went
    reminded_on = models.DateField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=60, blank=True)  # theirs
    result = models.CharField(max_length=9, choices=Result, blank=True)
    result_on = models.DateField(null=True, blank=True)
    result_note = models.CharField(max_length=500, blank=True)
    result_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OutwardQuerySet.as_manager()

    class Meta:
        ordering = ["-transfer__offered_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="what_came_of_it_has_its_day",
                condition=models.Q(result="", result_on=None)
                | (~models.Q(result="") & models.Q(result_on__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.transfer.case.reference}"


class InwardQuerySet(models.QuerySet["Inward"]):
    def visible_to(self, staff: StaffMember) -> InwardQuerySet:
        return self.filter(case__in=Case.objects.visible_to(staff))

    def standing(self) -> InwardQuerySet:
        """Those that count: not recorded by mistake."""
        return self.filter(taken_back_at=None)

    def to_tell(self) -> InwardQuerySet:
        """The case has closed, and the partner who sent it wanted to hear what came of it.

        What they were told before it closed is no last word; nor is it after the case was open again.
        """
        before = models.Q(told_at=None) | models.Q(told_at__lt=models.F("case__closed_at"))
        return self.standing().filter(before, wants_to_hear=True).exclude(case__closed_at=None)

    def open(self) -> InwardQuerySet:
        """We work on it, or have not told the partner yet."""
        owed = Inward.objects.to_tell().values("pk")
        return self.standing().filter(models.Q(case__closed_at=None) | models.Q(pk__in=owed))


class Inward(models.Model):
    """A case that a partner referred to us."""

    class Consent(models.TextChoices):
        SEEN = "seen", "In writing, and we have seen it"
        TOLD = "told", "The partner says the person agrees"
        ASKED = "asked", "We asked the person ourselves"
        NONE = "none", "Not known yet"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals_in")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="referrals_in")
    reference = models.CharField(max_length=60, blank=True)  # theirs
    contact = models.CharField(max_length=120, blank=True)  # who there
    came_on = models.DateField()
    consent = models.CharField(max_length=5, choices=Consent)
    wants_to_hear = models.BooleanField(default=True)
    # The last time they were told something.
    told_on = models.DateField(null=True, blank=True)
    told_what = models.CharField(max_length=500, blank=True)
    told_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)  # when that was written down
    taken_back_at = models.DateTimeField(null=True, blank=True)  # it was recorded by mistake
    taken_back_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = InwardQuerySet.as_manager()

    class Meta:
        ordering = ["-came_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.partner}, {self.case.reference}"

    @property
    def knows_the_end(self) -> bool:
        """Whether they were told something since the case has closed: what came of it."""
        closed_at = self.case.closed_at
        return self.told_at is not None and closed_at is not None and self.told_at >= closed_at

    @property
    def waits(self) -> bool:
        """Whether there is something they still want to hear."""
        return self.taken_back_at is None and self.wants_to_hear and not self.knows_the_end
