"""Enquiries and replies: what was put to a body, when its answer is due, and what came back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, Issue, seen_by
from opencasework.office.kit.addresses import address
from opencasework.office.staff.models import StaffMember

if TYPE_CHECKING:
    from opencasework.office.letters.models import Letter

LEAVING = "sending"  # the state of a letter that is still on its way out, as `Letter.State` has it


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, staff: StaffMember) -> EnquiryQuerySet:
        return self.filter(seen_by(staff))

    def unanswered(self) -> EnquiryQuerySet:
        """Put to a body, on an open case, without an answer yet."""
        return self.filter(answered_on=None, case__closed_at=None)

    def overdue(self, *, on: date) -> EnquiryQuerySet:
        """Waited for, and the day by which a reply was due lies before `on`."""
        return self.waited_for().filter(due_on__lt=on)

    def waited_for(self) -> EnquiryQuerySet:
        """Unanswered, and the answer is to come by the day it is due.

        Not one whose body has sent something that nobody has read yet: it may be the answer. Nor one whose
        clock somebody has stopped, nor one that was put again higher up: that one is waited for. Nor one
        about a problem that has ended, as nobody waits on a case that is closed.
        """
        running = self.unread(yes=False).unanswered().filter(paused_on=None).exclude(issue__outcome__gt="")
        # A letter still on its way out, or refused, has not been put to anybody yet.
        return running.exclude(letter__state=LEAVING).exclude(models.Exists(taken_higher()))

    def to_remind(self, *, on: date) -> EnquiryQuerySet:
        """Of which a reminder may go on this day: overdue, and the day lies behind that they promised last.

        It is what `chasing.actions.why_not` says of one, for a list.
        """
        waits = models.Q(last_promise__isnull=True) | models.Q(last_promise__lt=on)
        return self._with_promise().overdue(on=on).filter(waits)

    def promised(self, *, on: date) -> EnquiryQuerySet:
        """Overdue, and the day has not passed that they promised last: until then nobody is told to chase."""
        return self._with_promise().overdue(on=on).filter(models.Q(last_promise__gte=on))

    def expected(self, *, on: date) -> EnquiryQuerySet:
        """With `expected_on` to go by: the day a reply is due, or a later one they promised last that has not
        passed.
        """
        # Looked for first: few promise a day, and what each said last is asked of those alone.
        promising = Reply.objects.filter(promised_on__gte=on).values("enquiry")
        later = models.Q(pk__in=promising) & models.Q(
            last_promise__gte=on, last_promise__gt=models.F("due_on")
        )
        day = models.Case(models.When(later, then=models.F("last_promise")), default=models.F("due_on"))
        return self._with_promise().alias(expected_on=day)

    def _with_promise(self) -> EnquiryQuerySet:
        promises = Reply.objects.filter(enquiry=models.OuterRef("pk"), promised_on__isnull=False)
        promised = models.Subquery(promises.values("promised_on")[:1])  # the last reply comes first
        return self.alias(last_promise=promised)

    def unread(self, *, yes: bool = True) -> EnquiryQuerySet:
        """Those with a reply of which nobody has said what it is; without one where not `yes`."""
        unread = models.Exists(Reply.objects.filter(enquiry=models.OuterRef("pk"), kind=""))
        return self.filter(unread if yes else ~unread)


def taken_higher() -> models.QuerySet[Enquiry]:
    """Of the enquiry in the outer query: those that put the same again, to somebody above, and are open."""
    return Enquiry.objects.filter(
        letter__about_enquiry=models.OuterRef("pk"), answered_on=None, case__closed_at=None
    ).exclude(pk=models.OuterRef("pk"))


# What `due_rule` says where the day is not counted from a number of working days.
DUE_AS_THEY_SAID = "What they said when we asked"
DUE_SET_BY = "Set by "
DUE_SET_MEANWHILE = ", while the clock stood still"
DUE_MOVED = " working days later, for the clock stood still"


class Enquiry(models.Model):
    """A question put to a body, with a clock. Chasing, reply times and figures all derive from it.

    Put by telephone or through a portal it has no letter; `question` says then what was asked.
    """

    class Means(models.TextChoices):
        EMAIL = "email", "Email"
        POST = "post", "Letter"
        PORTAL = "portal", "Portal"
        PHONE = "phone", "Telephone"

    class ChangedMind(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "In part"
        NO = "no", "No"

    class Level(models.TextChoices):
        OFFICIAL = "official", "Officials"
        MINISTER = "minister", "Minister"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="enquiries")
    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="enquiries"
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="enquiries")
    # RESTRICT: a letter that put an enquiry goes only when its whole case does.
    letter = models.OneToOneField(
        "letters.Letter", null=True, blank=True, on_delete=models.RESTRICT, related_name="enquiry"
    )
    # Of several cases put in one letter, that letter; it stands on the case that leads them.
    gathered_in = models.ForeignKey(
        "letters.Letter", null=True, blank=True, on_delete=models.SET_NULL, related_name="gathered_enquiries"
    )
    means = models.CharField(max_length=6, choices=Means, default=Means.EMAIL)
    contact = models.ForeignKey(
        BodyContact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    to_whom = models.CharField(max_length=200, blank=True)  # the person or team asked
    question = models.TextField(blank=True)
    their_reference = models.CharField(max_length=60, blank=True)  # what the body calls it
    asked_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(max_length=8, choices=Level, default=Level.OFFICIAL)
    sent_on = models.DateField()
    due_on = models.DateField(db_index=True)
    due_rule = models.CharField(max_length=300)
    answered_on = models.DateField(null=True, blank=True)
    # The clock is stopped while the body waits for us or for somebody else; it does not count as late.
    paused_on = models.DateField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    paused_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resumed_on = models.DateField(null=True, blank=True)  # from which day it ran again, the last time
    changed_mind = models.CharField(max_length=6, choices=ChangedMind, blank=True)  # empty: nobody has said

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        app_label = "letters"
        ordering = ["-sent_on", "-pk"]
        verbose_name_plural = "enquiries"
        indexes = [
            models.Index(fields=["sent_on"], name="enquiries_by_day"),
            models.Index(
                fields=["due_on", "id", "case", "answered_on"],
                name="unanswered_enquiries",
                condition=models.Q(answered_on=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="what_went_in_writing_has_its_letter",
                condition=models.Q(letter__isnull=False)
                | models.Q(gathered_in__isnull=False)
                | models.Q(means__in=["portal", "phone"]),
            ),
            models.CheckConstraint(
                name="a_stopped_clock_says_why",
                condition=models.Q(paused_on=None) | ~models.Q(pause_reason=""),
            ),
            models.CheckConstraint(
                name="a_reply_is_due_after_sending", condition=models.Q(due_on__gt=models.F("sent_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} about {self.case.reference}"

    def get_absolute_url(self) -> str:
        return address("enquiry", self.pk)

    @property
    def written_in(self) -> Letter | None:
        """The letter it was put in: its own, or that of several cases; None by telephone or portal."""
        return self.letter or self.gathered_in

    @property
    def words(self) -> str:
        """What was asked: the words of its letter, or what somebody wrote down of a call or a form."""
        return self.letter.text if self.letter else self.question

    @property
    def is_due_as_they_said(self) -> bool:
        """Whether its day is the one that they gave when they were asked."""
        return self.due_rule == DUE_AS_THEY_SAID

    @property
    def is_due_by_a_rule(self) -> bool:
        """Whether its day is so many working days after it was put: nobody agreed, set or moved another."""
        return not (
            self.is_due_as_they_said or self.due_rule.startswith(DUE_SET_BY) or DUE_MOVED in self.due_rule
        )

    @property
    def is_leaving(self) -> bool:
        """Whether its letter has not left yet."""
        return self.letter is not None and self.letter.state == LEAVING

    @property
    def category_code(self) -> str:
        """What it is about, for figures: its issue, else the case's first."""
        category = self.issue.category if self.issue else self.case.main_category
        return category.code if category else ""

    @property
    def is_about_what_ended(self) -> bool:
        """Whether the problem that it is about has ended, on a case that may be open for another."""
        return self.issue is not None and bool(self.issue.outcome)

    @property
    def is_paused(self) -> bool:
        return self.paused_on is not None

    @property
    def promised_on(self) -> date | None:
        """The day by which the body last said it would answer."""
        return next((reply.promised_on for reply in self.replies.all() if reply.promised_on), None)

    def days_late(self, *, on: date) -> int:
        """Calendar days past the due date; negative while there is time left."""
        return (on - self.due_on).days

    @property
    def is_answered(self) -> bool:
        return self.answered_on is not None

    @property
    def unread_reply(self) -> Reply | None:
        """The latest thing the body sent of which nobody has said what it is."""
        return next((reply for reply in self.replies.all() if not reply.kind), None)


class Reply(models.Model):
    """What a body sent back. Only a substantive one answers the enquiry."""

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        HOLDING = "holding", "Holding reply"
        PARTIAL = "partial", "Part of an answer"
        SUBSTANTIVE = "substantive", "Answer"
        FINAL_RESPONSE = "final_response", "Final response"

    ANSWERS = (Kind.SUBSTANTIVE, Kind.FINAL_RESPONSE)

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="replies")
    kind = models.CharField(max_length=16, choices=Kind, blank=True)  # empty until somebody has read it
    received_on = models.DateField()
    recorded_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    promised_on = models.DateField(null=True, blank=True)  # by when it says that the answer will come

    class Meta:
        app_label = "letters"
        ordering = ["-received_on", "-pk"]
        verbose_name_plural = "replies"
        indexes = [
            models.Index(fields=["enquiry"], name="unread_replies", condition=models.Q(kind="")),
            models.Index(fields=["-received_on", "-id", "enquiry"], name="replies_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display() or 'Reply'} of {self.received_on}"

    @property
    def is_answer(self) -> bool:
        return self.kind in self.ANSWERS
