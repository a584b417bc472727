"""The case: one problem for one constituent or household, with everything done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models.codes import Channel
from opencasework.office.cases.models.events import Event
from opencasework.office.cases.models.followups import FollowUp
from opencasework.office.cases.models.indexes import INDEXES
from opencasework.office.cases.models.issues import KEPT, Issue
from opencasework.office.cases.models.levels import levels_of, managed_by, worked_on_by
from opencasework.office.cases.models.moves import Closing
from opencasework.office.cases.models.openings import Opening
from opencasework.office.cases.models.parties import CasePerson
from opencasework.office.cases.models.references import ReferenceNumber
from opencasework.office.cases.models.status import WAITING, Status, as_annotation, status_of
from opencasework.office.constituents.models import Person, PersonName
from opencasework.office.kit import around, references
from opencasework.office.kit.addresses import address
from opencasework.office.kit.questions import moment
from opencasework.office.kit.unturned import Unturned
from opencasework.office.kit.words import unturned
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency

access_changed = Signal()  # with the `case`, inside the transaction that changed who may see it
open_again = Signal()  # with the `case` and who did it: what stood on a closed case is worked on again
opened_by_mistake = Signal()  # with the `case`, before it goes: what was counted of it counts no more


class CaseNumber(models.Model):
    """The last number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def _endings(
    issues: list[Issue], said: Mapping[int, tuple[str, Any]], outcome: str, amount: Any
) -> list[tuple[str, Any]]:
    """How each issue ends: as was said of it, or as all the others; their money stands on the first, once."""
    found, left = [], amount
    for issue in issues:
        if issue.pk in said:
            found.append(said[issue.pk])
        else:
            found.append((outcome, left))
            left = left if left is KEPT else None
    return found


OPEN_TO_ALL = (Sensitivity.PUBLIC, Sensitivity.PERSONAL)
FIRST_ACTION = "Decide the first step"  # of a case for which nobody has said it yet


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, staff: StaffMember) -> CaseQuerySet:
        """Cases this colleague may know exist: those they may manage and, for a day, one they have opened in
        an emergency.
        """
        if may(staff, May.SEE_RESTRICTED):
            return self.all()
        opened = Opening.objects.filter(by=staff).in_force(moment())
        return self.filter(managed_by(staff) | models.Q(pk__in=opened.values("case")))

    def manageable_by(self, staff: StaffMember) -> CaseQuerySet:
        """Those of which this colleague may say who sees them and where they go: their own, those shared with
        them, and those of their role. An emergency is for looking and helping, for a day, and for no more.
        """
        return self.all() if may(staff, May.SEE_RESTRICTED) else self.filter(managed_by(staff))

    def worked_on_by(self, staff: StaffMember) -> CaseQuerySet:
        """Those that this colleague has or is named on."""
        return self.filter(worked_on_by(staff))

    def watched(self) -> CaseQuerySet:
        """So sensitive that every look is written down: special category and up, or need to know."""
        return self.filter(models.Q(need_to_know=True) | ~models.Q(sensitivity__in=OPEN_TO_ALL))

    def for_some_of_a_role(self, staff: StaffMember) -> list[CaseQuerySet]:
        """Those this role sees only where its own or shared: to be known by name, and the more sensitive."""
        more = set(Sensitivity) - set(levels_of(staff))
        return [self.filter(need_to_know=True), self.filter(sensitivity__in=sorted(more))]

    def restricted(self) -> CaseQuerySet:
        """Of which only those named may know; they enter no figure that leaves the office."""
        return self.filter(models.Q(need_to_know=True) | models.Q(sensitivity=Sensitivity.RESTRICTED))

    def for_every_caseworker(self) -> CaseQuerySet:
        """Those that everybody who does casework sees, whoever has them."""
        levels = [Sensitivity.PUBLIC, Sensitivity.PERSONAL, Sensitivity.SPECIAL_CATEGORY]
        return self.filter(need_to_know=False, sensitivity__in=levels)

    def open(self) -> CaseQuerySet:
        return self.filter(closed_at=None)

    def closed(self) -> CaseQuerySet:
        """Those that ended; not what became part of another case."""
        return self.standing().filter(closed_at__isnull=False)

    def standing(self) -> CaseQuerySet:
        """All but those merged into another, which stands for them."""
        return self.filter(merged_into=None)

    def with_status(self) -> CaseQuerySet:
        """With `status_now`, which is what `status` says of each."""
        return self.annotate(status_now=as_annotation(Case))

    def waiting(self) -> CaseQuerySet:
        """Open, and somebody else has the next word: a body, the constituent or the member."""
        return self.open().at(*WAITING)

    def at(self, *statuses: str) -> CaseQuerySet:
        """Those that stand there now."""
        annotated: Any = self.with_status()
        return annotated.filter(status_now__in=statuses)  # type: ignore[no-any-return]

    def by_status(self) -> models.QuerySet[Case, dict[str, Any]]:
        """How many stand where, a row each: `status_now` and `number`; a status of none is left out."""
        rows: Any = self.with_status().order_by()
        return rows.values("status_now").annotate(number=models.Count("pk"))  # type: ignore[no-any-return]

    def helped_by(self, staff: StaffMember) -> CaseQuerySet:
        """Those on which this colleague helps."""
        return self.filter(pk__in=staff.helping.values("case"))

    def with_words(self, words: str) -> CaseQuerySet:
        """Each word stands in the reference, the title, a name, or the start of a reference number.

        Or all of them together begin such a number, in whatever spacing it was typed.
        """
        whole = references.look_alike("".join(filter(str.isalnum, words)).upper())
        if len(words.split()) > 1 and any(map(str.isdigit, whole)):
            # Asked of these cases alone: that another has the number must not change what is found here.
            as_one = self.filter(
                pk__in=ReferenceNumber.objects.filter(look_alike__startswith=whole).values("case")
            )
            if as_one.exists():
                return as_one
        found = self
        for word in words.split()[:8]:
            people = CasePerson.objects.filter(
                models.Q(person__full_name__icontains=word)
                | models.Q(person__in=PersonName.objects.filter(name__icontains=word).values("person"))
            )
            number = references.look_alike("".join(filter(str.isalnum, word)).upper())
            numbers = ReferenceNumber.objects.filter(look_alike__startswith=number or word)
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
        return self.select_related("owner").prefetch_related(*shown_in_lists())


def shown_in_lists() -> list[models.Prefetch[Any] | str]:
    """What is fetched beside a case for its row in a list."""
    # Joined, and in an order that asks nothing of the case: that of the model would join it once more.
    people = CasePerson.objects.select_related("person").order_by("pk")
    issues = Issue.objects.select_related("category").order_by("pk")
    return [
        models.Prefetch("case_people", people),
        models.Prefetch("issues", issues),
        "enquiries__body",
        "enquiries__replies",
        "questions",
        "authority_demands__body",
    ]


class Case(Unturned):
    """One problem for one constituent or household, with everything done about it."""

    class Kind(models.TextChoices):
        CASEWORK = "casework", "Casework"
        POLICY = "policy", "Policy query"

    UNTURNED = ("title",)
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
    next_action_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now, db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The case that stands for this one. It takes this one along when it is no longer kept.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged_cases", db_index=False
    )

    objects = CaseQuerySet.as_manager()

    absent: frozenset[str] = frozenset()  # of what it has none, where somebody has looked: `cases.beside`

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = INDEXES
        constraints = [
            models.CheckConstraint(
                name="an_open_case_has_a_next_action",
                condition=~models.Q(closed_at=None)
                | (~models.Q(next_action="") & ~models.Q(next_action_on=None)),
            ),
            models.CheckConstraint(
                name="a_merged_case_is_closed",
                condition=models.Q(merged_into=None) | ~models.Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return address("case", self.pk)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_restricted(self) -> bool:
        """Whether only those named may know of it, as `CaseQuerySet.restricted` asks the database."""
        return self.need_to_know or self.sensitivity == Sensitivity.RESTRICTED

    @property
    def is_watched(self) -> bool:
        """Whether every look at it is written down, as `CaseQuerySet.watched` asks the database."""
        return self.need_to_know or self.sensitivity not in OPEN_TO_ALL

    def no_post_to(self, person: Person) -> str:
        """Why nothing goes to this person by post: others may open it. A sentence, or nothing."""
        said = person.never_by_post
        if not said and not person.post_is_safe and self.sensitivity == Sensitivity.RESTRICTED:
            said = f"This case is restricted, and nobody has said that post is safe for {person}."
        return said

    @property
    def status(self) -> Status:
        """Where it stands: derived from what is open on it."""
        return status_of(self)

    @property
    def survivor(self) -> Case:
        """The case that stands for this one: itself, unless it was merged into another."""
        case, seen = self, {self.pk}
        while case.merged_into is not None and case.merged_into_id not in seen:
            case = case.merged_into
            seen.add(case.pk)
        return case

    def lacks(self, *names: str) -> bool:
        """Whether it is known to have nothing under any of these names; False where nobody has looked."""
        return self.absent.issuperset(names)

    @property
    def family(self) -> list[int]:
        """The numbers of the case and of all that were merged into it, and into those."""
        if self.lacks("merged_cases"):
            return [self.pk]
        found, level = [self.pk], [self.pk]
        while level:
            merged = Case.objects.filter(merged_into__in=level).exclude(pk__in=found)
            level = list(merged.values_list("pk", flat=True))
            found += level
        return found

    def hand_down_access(self) -> None:
        """Let what was merged into the case be seen by those who see the case, and by nobody else.

        Call it inside the transaction of the act that changed who sees it. Folders above hear of it.
        """
        access_changed.send(sender=Case, case=self)
        merged = Case.objects.filter(pk__in=self.family[1:])
        if not merged:
            return
        here = Case.objects.get(pk=self.pk)
        named = [*here.shared_with.all(), *filter(None, [here.owner])]
        merged.update(sensitivity=here.sensitivity, need_to_know=here.need_to_know)
        for each in merged:
            each.shared_with.set(named)

    @property
    def constituent(self) -> Person | None:
        """The person the case is for: the first constituent on it."""
        return next(iter(self.constituents), None)

    @property
    def constituents(self) -> list[Person]:
        """Everybody the case is for, in the order in which they came on it: a couple, a family."""
        links = around.of(self, "case_people")
        return [link.person for link in links if link.role == CasePerson.Role.CONSTITUENT]

    @property
    def main_category(self) -> Category | None:
        """The category of the first issue, which lists show."""
        issues = around.of(self, "issues")
        return issues[0].category if issues else None

    @property
    def waiting_on(self) -> list[Body]:
        """The bodies that owe an answer. `enquiries` is the other end of a key in the letters folder."""
        owing = [enquiry.body for enquiry in around.of(self, "enquiries") if enquiry.answered_on is None]
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

    def close(
        self,
        *,
        outcome: str,
        by: StaffMember,
        amount: Any = KEPT,
        endings: Mapping[int, tuple[str, Any]] | None = None,
        changed: str = "",
    ) -> bool:
        """Close the case, with an outcome for every issue still open. False where it was closed already, or
        has an issue of which nobody has said how it ended.

        `endings` are outcome and pounds of issues by their number; the others end with `outcome`, and with
        `amount` on the first of them, once; KEPT is of each what it has. `changed` is what changed for the
        person, in words.
        """
        now = timezone.now()
        with transaction.atomic():
            # Locked first: an action planned while we read would be lost to whoever takes the closing back.
            before = Case.objects.select_for_update().open().filter(pk=self.pk).first()
            open_issues = list(self.issues.open().select_related("category", "body"))
            how = _endings(open_issues, endings or {}, outcome, amount)
            if not all(code for code, _pounds in how):
                return False
            # Of two people closing at once, the update lets one through.
            still_open = Case.objects.open().filter(pk=self.pk)
            if closed := still_open.update(closed_at=now, next_action="", next_action_on=None):
                assert before is not None  # the update found it open
                assert before.next_action_on is not None  # as the database insists
                lines = [
                    issue.end(outcome=code, by=by, amount=pounds)
                    for issue, (code, pounds) in zip(open_issues, how, strict=True)
                ]
                closing = Closing.objects.create(
                    case=self,
                    by=by,
                    at=now,
                    next_action=before.next_action,
                    next_action_on=before.next_action_on,
                    issues=[issue.pk for issue in open_issues],
                    lines=[line.pk for line in lines],
                )
                main = outcome or next((code for code, _pounds in how), "")
                self.record(Event.Kind.CLOSED, by=by, text=changed, outcome=main, closing=closing.pk)
        self.refresh_from_db()
        return bool(closed)

    def reopen(self, *, next_action: str, next_action_on: date, by: StaffMember, reason: str = "") -> None:
        """Take a closed case up again, with the issues that its closing had ended: they are asked of anew,
        and keep their pounds until then. Why, and how they had ended, stays on the timeline. Nobody is to
        look at it as a closed case any more.
        """
        with transaction.atomic():
            closed = Case.objects.closed().filter(pk=self.pk)
            closing = self.closings.filter(undone_at=None, at__in=closed.values("closed_at")).first()
            if closed.update(closed_at=None, next_action=next_action, next_action_on=next_action_on):
                ended = self.issues.exclude(outcome="")
                ended = ended.filter(pk__in=closing.issues) if closing else ended  # none is kept before 0.4
                said = [reason] if reason else []
                said += [
                    f"{issue.category.label} is open again; it had ended: {issue.ending}."
                    for issue in ended.select_related("category")
                ]
                said += FollowUp.objects.filter(case=self).end(by=by)
                numbers = list(ended.values_list("pk", flat=True))
                ended.update(outcome="", ended_at=None)
                self.record(Event.Kind.REOPENED, by=by, text="\n".join(said), issues=numbers)
                open_again.send(sender=Case, case=self, by=by)
        self.refresh_from_db()

    def plan(self, *, next_action: str, on: date, by: StaffMember | None) -> None:
        """Say what happens next and when. A closed case has no next action, so it stays as it is."""
        with transaction.atomic():
            still_open = Case.objects.select_for_update().open().filter(pk=self.pk)
            before = still_open.values_list("next_action", "next_action_on").first()
            if before and still_open.update(next_action=next_action, next_action_on=on):
                said = self.events.filter(kind=Event.Kind.PLANNED, text=before[0]).order_by("-pk").first()
                self.record(
                    Event.Kind.PLANNED,
                    by=by,
                    text=next_action,
                    on=on.isoformat(),
                    # Which line said what was planned before, so that this can be taken back.
                    before_line=said.pk if said else None,
                    before_first=before[0] == FIRST_ACTION,
                    before_on=before[1].isoformat() if before[1] else "",
                )
        self.refresh_from_db()

    def describe(self, *, title: str, channel: str, by: StaffMember) -> None:
        """Give the case a better title, or say better how it came. What it was stays on the timeline."""
        title = unturned(title)
        if (self.title, self.channel) == (title, channel):
            return
        said = [f"Before: {self.title}"] if self.title != title else []
        if self.channel != channel:
            said.append(f"How it reached us, before: {self.get_channel_display()}")
        with transaction.atomic():
            Case.objects.filter(pk=self.pk).update(title=title, channel=channel)
            self.record(Event.Kind.RENAMED, by=by, text="\n".join(said))
        self.refresh_from_db()

    def assign(self, *, to: StaffMember | None, by: StaffMember) -> None:
        """Give the case to a colleague, or to nobody. Giving it to its owner changes nothing."""
        with transaction.atomic():
            standing = Case.objects.select_for_update().filter(pk=self.pk)
            before = standing.values_list("owner", flat=True).first()
            others = Case.objects.filter(pk=self.pk).exclude(owner=to)
            if others.update(owner=to):
                self.hand_down_access()
                self.record(
                    Event.Kind.ASSIGNED,
                    by=by,
                    text=str(to) if to else "nobody",
                    to=to.pk if to else None,
                    before=before,
                )
        self.refresh_from_db()
