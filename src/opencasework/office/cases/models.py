"""Cases, the issues in them, the people on them, their reference numbers and their timeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency


class Channel(models.TextChoices):
    EMAIL = "email", "Email"
    LETTER = "letter", "Letter"
    PHONE = "phone", "Phone"
    SURGERY = "surgery", "Surgery or visit"
    WEB = "web", "Web form"
    SOCIAL = "social", "Social media"
    REFERRAL = "referral", "Referral"


class Outcome(models.TextChoices):
    """How an issue ended; the codes are those of the standard."""

    PUT_RIGHT = "put-right", "Put right"
    PART_PUT_RIGHT = "part-put-right", "Partly put right"
    MONEY_RECOVERED = "money-recovered", "Money recovered"
    APOLOGY = "apology", "Apology"
    EXPLAINED = "explained", "Decision explained"
    NOT_UPHELD = "not-upheld", "Not upheld"
    ADVISED = "advised", "Advised"
    REFERRED = "referred", "Referred"
    WITHDREW = "withdrew", "Person withdrew"
    LOST_TOUCH = "lost-touch", "Lost touch"


class CaseNumber(models.Model):
    """The last number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, staff: StaffMember) -> CaseQuerySet:
        """Cases this colleague may know exist: their own, those shared with them, and those of their role."""
        # Sub-queries, not joins: a join would list a case once per person it is shared with.
        theirs = models.Q(owner=staff) | models.Q(pk__in=staff.named_cases.all())
        if not may(staff, May.SEE_ALL_CASES):
            return self.filter(theirs)
        levels = [Sensitivity.PUBLIC, Sensitivity.PERSONAL]
        if may(staff, May.SEE_SENSITIVE):
            levels.append(Sensitivity.SPECIAL_CATEGORY)
        if may(staff, May.SEE_CRIMINAL):
            levels.append(Sensitivity.CRIMINAL_OR_SAFEGUARDING)
        if may(staff, May.SEE_RESTRICTED):
            return self.all()
        return self.filter(theirs | models.Q(need_to_know=False, sensitivity__in=levels))

    def open(self) -> CaseQuerySet:
        return self.filter(closed_at=None)

    def closed(self) -> CaseQuerySet:
        return self.exclude(closed_at=None)

    def waiting(self) -> CaseQuerySet:
        """Open, with an enquiry that nobody has answered yet."""
        unanswered = Case.objects.filter(enquiries__isnull=False, enquiries__answered_on=None)
        return self.open().filter(pk__in=unanswered.values("pk"))

    def with_words(self, words: str) -> CaseQuerySet:
        """Each word stands in the reference, the title, a name, or the start of a reference number."""
        found = self
        for word in words.split()[:8]:
            people = CasePerson.objects.filter(person__full_name__icontains=word)
            numbers = ReferenceNumber.objects.filter(compact__startswith=word.upper())
            found = found.filter(
                models.Q(reference__icontains=word)
                | models.Q(title__icontains=word)
                | models.Q(pk__in=people.values("case"))
                | models.Q(pk__in=numbers.values("case"))
            )
        return found

    def about(self, category: Category) -> CaseQuerySet:
        """With an issue in this category or, for one of the first level, in any below it."""
        return self.filter(
            pk__in=Issue.objects.filter(
                models.Q(category=category) | models.Q(category__parent=category)
            ).values("case")
        )

    def concerning(self, body: Body) -> CaseQuerySet:
        """With an issue that concerns this body or a unit of it."""
        return self.filter(
            pk__in=Issue.objects.filter(models.Q(body=body) | models.Q(body__parent=body)).values("case")
        )

    def of(self, person: Person) -> CaseQuerySet:
        return self.filter(pk__in=CasePerson.objects.filter(person=person).values("case"))

    def for_lists(self) -> CaseQuerySet:
        """With everything a row of a list shows, in a fixed number of queries."""
        return self.select_related("owner").prefetch_related(
            "case_people__person", "issues__category", "enquiries__body"
        )


class Case(models.Model):
    """One problem for one constituent or household, with everything done about it."""

    class Kind(models.TextChoices):
        CASEWORK = "casework", "Casework"
        POLICY = "policy", "Policy query"

    reference = models.CharField(max_length=20, unique=True)  # OC-2026-00041
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CASEWORK)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    owner = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    urgency = models.CharField(max_length=5, choices=Urgency, default=Urgency.ROUTINE)
    sensitivity = models.CharField(max_length=5, choices=Sensitivity, default=Sensitivity.PERSONAL)
    transferability = models.CharField(max_length=5, choices=Transferability, default=Transferability.KEEP)
    tag_reason = models.CharField(
        max_length=100, blank=True
    )  # the words beside the levels, e.g. "Child at risk"
    need_to_know = models.BooleanField(default=False)
    shared_with = models.ManyToManyField(StaffMember, blank=True, related_name="named_cases")
    next_action = models.CharField(max_length=200, blank=True)
    next_action_on = models.DateField(null=True, blank=True, db_index=True)
    opened_at = models.DateTimeField(default=timezone.now, db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_open_case_has_a_next_action",
                condition=~models.Q(closed_at=None)
                | (~models.Q(next_action="") & ~models.Q(next_action_on=None)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def constituent(self) -> Person | None:
        """The person the case is for: the first constituent on it."""
        people = [link.person for link in self.case_people.all() if link.role == CasePerson.Role.CONSTITUENT]
        return people[0] if people else None

    @property
    def main_category(self) -> Category | None:
        """The category of the first issue, which lists show."""
        issues = list(self.issues.all())
        return issues[0].category if issues else None

    @property
    def waiting_on(self) -> list[Body]:
        """The bodies that owe an answer. `enquiries` is the other end of a key in the letters folder."""
        owing = [enquiry.body for enquiry in self.enquiries.all() if enquiry.answered_on is None]
        return list(dict.fromkeys(owing)) if self.is_open else []

    @property
    def days_open(self) -> int:
        """Days of the calendar here from opening to closing, or to today."""
        end = timezone.localdate(self.closed_at or timezone.now())
        return (end - timezone.localdate(self.opened_at)).days

    @property
    def outcomes(self) -> list[str]:
        """How its issues ended, each once, in words."""
        return list(
            dict.fromkeys(issue.get_outcome_display() for issue in self.issues.all() if issue.outcome)
        )

    def record(
        self,
        kind: str,
        /,  # so that the detail may hold a `kind` of its own: that of the case
        *,
        by: StaffMember | None,
        text: str = "",
        at: Any = None,
        **detail: Any,
    ) -> Event:
        """Add a line to the timeline. Call it inside the transaction of the act it records.

        `detail` holds codes and ids only, never names or free text: figures are made from it.
        `at` is when it happened, where that is not now; what figures go by is when it was recorded.
        """
        return Event.objects.create(
            case=self, kind=kind, by=by, text=text, detail=detail, at=at or timezone.now()
        )

    def close(self, *, outcome: str, by: StaffMember, amount: Any = None) -> None:
        """Close the case, with this outcome for every issue still open. Closing it twice changes nothing.

        `amount` is what was recovered in all, in pounds; it stands on the first of those issues, once.
        """
        now = timezone.now()
        with transaction.atomic():
            # Of two people closing at once, the update lets one through.
            still_open = Case.objects.open().filter(pk=self.pk)
            if still_open.update(closed_at=now, next_action="", next_action_on=None):
                open_issues = self.issues.filter(outcome="").select_related("category", "body")
                for place, issue in enumerate(open_issues):
                    issue.end(outcome=outcome, by=by, amount=None if place else amount)
                self.record(Event.Kind.CLOSED, by=by, outcome=outcome)
        self.refresh_from_db()

    def reopen(self, *, next_action: str, next_action_on: date, by: StaffMember) -> None:
        """Take a closed case up again, with its issues, so that closing it asks anew how they ended.

        How they had ended stays on the timeline.
        """
        with transaction.atomic():
            closed = Case.objects.closed().filter(pk=self.pk)
            if closed.update(closed_at=None, next_action=next_action, next_action_on=next_action_on):
                ended = self.issues.exclude(outcome="")
                said = [
                    f"{issue.category.label} is open again; it had ended: {issue.ending}."
                    for issue in ended.select_related("category")
                ]
                numbers = list(ended.values_list("pk", flat=True))
                ended.update(outcome="", amount=None, ended_at=None)
                self.record(Event.Kind.REOPENED, by=by, text="\n".join(said), issues=numbers)
        self.refresh_from_db()

    def plan(self, *, next_action: str, on: date, by: StaffMember) -> None:
        """Say what happens next and when. A closed case has no next action, so it stays as it is."""
        with transaction.atomic():
            still_open = Case.objects.open().filter(pk=self.pk)
            if still_open.update(next_action=next_action, next_action_on=on):
                self.record(Event.Kind.PLANNED, by=by, text=next_action, on=on.isoformat())
        self.refresh_from_db()

    def assign(self, *, to: StaffMember | None, by: StaffMember) -> None:
        """Give the case to a colleague, or to nobody. Giving it to its owner changes nothing."""
        with transaction.atomic():
            others = Case.objects.filter(pk=self.pk).exclude(owner=to)
            if others.update(owner=to):
                self.record(
                    Event.Kind.ASSIGNED, by=by, text=str(to) if to else "nobody", to=to.pk if to else None
                )
        self.refresh_from_db()


class CasePerson(models.Model):
    """Who is on a case, and as what."""

    class Role(models.TextChoices):
        CONSTITUENT = "constituent", "Constituent"
        ADVISER = "adviser", "Acting for the constituent"
        THIRD_PARTY = "third_party", "Third party"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="case_people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="case_people")
    role = models.CharField(max_length=12, choices=Role, default=Role.CONSTITUENT)
    relation = models.CharField(max_length=100, blank=True)  # "daughter", "solicitor"

    class Meta:
        ordering = ["case", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="a_person_once_on_a_case")]

    def __str__(self) -> str:
        return f"{self.person} on {self.case.reference}"


class Issue(models.Model):
    """One problem within a case, with its category, the body concerned, and how it ended."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="issues")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="issues")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="issues")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)  # pounds recovered
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_ended_issue_has_an_outcome",
                condition=models.Q(ended_at=None, outcome="")
                | (~models.Q(ended_at=None) & ~models.Q(outcome="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} in {self.case.reference}"

    @property
    def ending(self) -> str:
        """How it ended, in words, with the money recovered; empty while it is open."""
        return str(self.get_outcome_display()) + (f", £{self.amount}" if self.amount else "")

    def end(self, *, outcome: str, by: StaffMember, amount: Any = None) -> None:
        """Record how this issue ended, and say so on the timeline. Call inside a transaction."""
        self.outcome, self.amount, self.ended_at = outcome, amount, timezone.now()
        self.save(update_fields=["outcome", "amount", "ended_at"])
        self.case.record(
            Event.Kind.ISSUE_ENDED,
            by=by,
            text=f"{self.category.label}: {self.get_outcome_display()}",
            outcome=outcome,
            category=self.category.code,
            body=self.body.code if self.body else "",
            kind=self.case.kind,
            channel=self.case.channel,
        )


class ReferenceNumber(models.Model):
    """A number a body knows the person or the case by."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="references")
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


class TimelineIsAppendOnly(Exception):
    """Somebody tried to change or remove a line of the timeline."""

    def __init__(self) -> None:
        super().__init__("A line of the timeline cannot be changed; add another that corrects it.")


class EventQuerySet(models.QuerySet["Event"]):
    """Lines are added and read. When a case is deleted, Django takes its lines along without asking here."""

    def update(self, **_values: Any) -> int:
        raise TimelineIsAppendOnly

    def bulk_update(self, *_lines: Any, **_options: Any) -> int:
        raise TimelineIsAppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TimelineIsAppendOnly


class Event(models.Model):
    """One dated line of a case's timeline. Never changed, never removed while the case is kept.

    The database refuses a change too, see `append_only`.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", "Case opened"
        ISSUE_ADDED = "issue_added", "Issue added"
        ISSUE_ENDED = "issue_ended", "Issue ended"
        TAGGED = "tagged", "Tags changed"
        ASSIGNED = "assigned", "Assigned"
        PLANNED = "planned", "Next action"
        NOTE = "note", "Note"
        CALL = "call", "Call"
        MESSAGE_IN = "message_in", "Message in"
        REPLY_IN = "reply_in", "Reply in"
        ANSWERED = "answered", "Enquiry answered"
        LETTER_OUT = "letter_out", "Letter out"
        CHASED = "chased", "Chaser sent"
        DRAFTED = "drafted", "Drafted"
        UNDELIVERED = "undelivered", "Not delivered"
        AUTHORITY = "authority", "Authority to act"
        REFERENCE_ADDED = "reference_added", "Reference added"
        REFERENCE_REMOVED = "number_removed", "Reference removed"
        PERSON_ADDED = "person_added", "Person added"
        SEEN = "seen", "Reference shown"
        CLOSED = "closed", "Case closed"
        REOPENED = "reopened", "Case reopened"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)  # when it happened, which may be days before it is written down
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)  # figures count by this
    text = models.TextField(blank=True)  # what a person wrote or received, for people
    detail = models.JSONField(default=dict, blank=True)  # codes and ids only, for figures and links

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case", "-at"], name="timeline_of_a_case")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.case.reference}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TimelineIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TimelineIsAppendOnly
