"""Letters, the enquiries they put to bodies, the replies, and the outbox that sends them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, Issue, seen_by
from opencasework.office.constituents import languages
from opencasework.office.constituents.models import Person
from opencasework.office.kit.addresses import address
from opencasework.office.kit.alone import lock
from opencasework.office.letters.pack import models as pack_models
from opencasework.office.letters.stationery import LetterKind, Wording
from opencasework.office.letters.stationery import LetterTemplate as LetterTemplate  # known by this name too
from opencasework.office.staff.models import StaffMember

if TYPE_CHECKING:
    from datetime import datetime


HOLDING_UPDATE = "LT-HOLD"  # the wording that tells the constituent that nothing has come
COMPLAINT_COVER = "LT-OMB"  # goes with a complaint to an ombudsman


# A folder above says here which letters put another case too, of which this colleague may not know.
NAMING_HIDDEN: list[Callable[[StaffMember], models.Q]] = []


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, staff: StaffMember) -> LetterQuerySet:
        """Those of cases they may know of that name no other, of which they may not."""
        return self.filter(seen_by(staff)).naming_none_hidden_from(staff)

    def naming_none_hidden_from(self, staff: StaffMember) -> LetterQuerySet:
        """Those that name no other case, of which this colleague may not know."""
        found = self
        for naming_hidden in NAMING_HIDDEN:
            found = found.filter(~naming_hidden(staff))
        return found

    def drafts(self) -> LetterQuerySet:
        return self.filter(state=Letter.State.DRAFT)

    def waiting_for(self, staff: StaffMember) -> LetterQuerySet:
        """Drafts that somebody has passed on to this colleague."""
        return self.drafts().filter(review__waits_for=staff)

    def for_signature(self) -> LetterQuerySet:
        """Drafts that are with the member."""
        return self.drafts().filter(review__for_signature=True, review__waits_for__isnull=False)

    def for_lists(self) -> LetterQuerySet:
        """With everything a row of a list shows, in a fixed number of queries."""
        related = self.select_related("case", "to_body", "to_person", "drafted_by", "review__waits_for")
        return related.prefetch_related("mails")


class Letter(models.Model):
    """Something the office writes on a case, to a body or to the constituent, sent by mail or printed."""

    dated_by = "drafted_at"  # for people told apart again

    Kind = LetterKind

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DISCARDED = "discarded", "Discarded"

    class Means(models.TextChoices):
        EMAIL = "email", "Email"
        POST = "post", "Post"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    template = models.ForeignKey(
        LetterTemplate, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    kind = models.CharField(max_length=16, choices=LetterKind, default=LetterKind.ENQUIRY)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    means = models.CharField(max_length=5, choices=Means, default=Means.EMAIL)
    to_body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    to_contact = models.ForeignKey(
        BodyContact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    to_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    to_email = models.EmailField(blank=True)
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters")
    # The enquiry it follows up: a chaser reminds of it, a forwarding passes its reply on.
    about_enquiry = models.ForeignKey(
        "letters.Enquiry", null=True, blank=True, on_delete=models.SET_NULL, related_name="follow_ups",
        db_index=False,
    )  # fmt: skip
    # The version of the office's words it began from, and in which language it is.
    wording = models.ForeignKey(
        Wording, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    language = models.CharField(max_length=10, default="en")  # BCP 47
    large_print = models.BooleanField(default=False)
    subject = models.CharField(max_length=200)
    text = models.TextField()  # the plain words; of pending suggestions those that stand
    html = models.TextField(blank=True)  # rich text (`rich`); empty for a letter written as plain text
    enclosed = models.CharField(max_length=64, blank=True)  # fingerprint of the papers chosen to go with it
    no_authority_reason = models.CharField(max_length=300, blank=True)  # why it went without authority to act
    drafted_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who wrote the words as they stand
    sent_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="letters_sent", condition=models.Q(state="sent")),
            models.Index(
                fields=["to_body", "about_enquiry", "case"],
                name="letters_drafted",
                condition=models.Q(state="draft"),
            ),
            models.Index(fields=["case"], name="letters_leaving", condition=models.Q(state="sending")),
            # Most are about none: with those in it, SQLite takes the few for thousands.
            models.Index(
                fields=["about_enquiry"],
                name="letters_about_an_enquiry",
                condition=models.Q(about_enquiry__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_letter_goes_to_one",
                condition=models.Q(to_body=None, to_person__isnull=False)
                | models.Q(to_body__isnull=False, to_person=None),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return address("letter", self.pk)

    @property
    def recipient(self) -> str:
        return str(self.to_body or self.to_person)

    @property
    def sent_on(self) -> date | None:
        """The office's day on which it left."""
        return timezone.localdate(self.sent_at) if self.sent_at else None

    @property
    def version(self) -> str:
        """A fingerprint of all that leaves: who sends it says which words they read."""
        return self.version_by(self.means)

    def version_by(self, means: str) -> str:
        """The `version` it would be if it went this way."""
        leaves = [self.to_contact_id, means, self.to_email, self.subject, self.text, self.html]
        leaves.append(self.enclosed)
        return hashlib.sha256(json.dumps(leaves).encode()).hexdigest()[:16]

    @property
    def says_nothing_came(self) -> bool:
        """Whether it reminds a body, or tells the person there is no news: right only while that is true."""
        if self.kind == Letter.Kind.CHASER or self.takes_it_higher:
            return True
        return bool(self.template and self.template.code == HOLDING_UPDATE)

    @property
    def covers_a_complaint(self) -> bool:
        """Whether it goes with a complaint to an ombudsman, of which the complaint says how it goes: no clock
        of an enquiry runs, and nobody chases it.
        """
        return bool(self.template and self.template.code == COMPLAINT_COVER)

    @property
    def takes_it_higher(self) -> bool:
        """Whether it puts to somebody above what an earlier enquiry has asked in vain."""
        return self.kind == Letter.Kind.ENQUIRY and self.about_enquiry_id is not None

    @property
    def is_draft(self) -> bool:
        return self.state == Letter.State.DRAFT

    @property
    def category_code(self) -> str:
        """What it is about, for figures: the issue chosen, else the case's first."""
        category = self.issue.category if self.issue else self.case.main_category
        return category.code if category else ""

    @property
    def language_name(self) -> str:
        return languages.name(self.language)

    @property
    def postal_lines(self) -> list[str]:
        """Name and address as they stand at the top of the sheet; the address may be unknown."""
        if self.to_person:
            address = self.to_person.address
            lines = [self.to_person.full_name]
            return [*lines, *address.lines.splitlines(), address.postcode] if address else lines
        contact = self.to_contact
        named = [contact.name] if contact and contact.name else []
        return [*named, str(self.to_body), *(contact.address.splitlines() if contact else [])]

    @property
    def has_postal_address(self) -> bool:
        if self.to_person:
            return self.to_person.address is not None
        return bool(self.to_contact and self.to_contact.address.strip())

    @property
    def mail(self) -> OutgoingMail | None:
        """Its mail, if it has gone to the outbox; of several, the one that is furthest behind."""
        mails = list(self.mails.all())
        standing = [mail for mail in mails if mail.state != OutgoingMail.State.WITHDRAWN]
        order = OutgoingMail.FURTHEST_BEHIND
        standing.sort(key=lambda mail: (order.index(OutgoingMail.State(mail.state)), mail.part))
        return next(iter(standing or mails), None)


class ReplyToken(models.Model):
    """What we put into the reply address of a mail: it alone can bring an answer back to its case."""

    stays_with_its_case = True  # a seal over the case's number; `tokens.enquiry_answered` follows a merge

    token = models.CharField(max_length=32, unique=True)  # 128-bit HMAC over case and recipient, in hex
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reply_tokens")
    enquiry = models.ForeignKey(
        "letters.Enquiry", null=True, blank=True, on_delete=models.SET_NULL, related_name="reply_tokens"
    )
    recipient = models.EmailField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Reply token of {self.case.reference}"


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def ready(self, *, at: datetime) -> OutgoingMailQuerySet:
        """To be sent now: its hold or its back-off is over."""
        return self.filter(
            state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.RETRY], send_after__lte=at
        )

    def visible_to(self, staff: StaffMember) -> OutgoingMailQuerySet:
        named = Letter.objects.naming_none_hidden_from(staff).filter(pk=models.OuterRef("letter"))
        return self.filter(seen_by(staff, case="letter__case"), models.Exists(named))

    def needing_a_person(self) -> OutgoingMailQuerySet:
        return self.filter(state__in=OutgoingMail.TROUBLES)


class OutgoingMail(models.Model):
    """One mail to one recipient on its way out: held, claimed, sent once, or put before a person."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to leave"
        SENDING = "sending", "Being handed over"
        SENT = "sent", "Sent"
        RETRY = "retry", "Will be tried again"
        FAILED = "failed", "Refused"
        UNCERTAIN = "uncertain", "Delivery uncertain"
        RETURNED = "returned", "Came back undelivered"
        WITHDRAWN = "withdrawn", "Withdrawn before it left"
        STOPPED = "stopped", "Stopped: something is new"

    LEASE = timedelta(minutes=5)
    SLOWEST = 50_000  # bytes a second of a line on which a large mail still leaves within its lease
    # Of which a person decides what becomes.
    TROUBLES = (State.FAILED, State.UNCERTAIN, State.RETURNED, State.STOPPED)
    WITHDRAWABLE = (State.QUEUED, State.RETRY, State.FAILED, State.RETURNED, State.STOPPED)
    FURTHEST_BEHIND = (*TROUBLES, State.RETRY, State.QUEUED, State.SENDING, State.SENT, State.WITHDRAWN)

    # Null for a mail that is about no case, such as the answer to a campaign.
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.CASCADE, related_name="mails")
    part = models.PositiveSmallIntegerField(default=1)  # of a letter whose papers need several mails
    parts = models.PositiveSmallIntegerField(default=1)
    from_email = models.EmailField(blank=True)  # which of the office's addresses writes; empty: its first
    to = models.EmailField()
    reply_to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)  # the same words as they are laid out; empty for plain ones
    letter_version = models.CharField(max_length=16, blank=True)  # of the letter, as it was sent off
    message_id = models.CharField(max_length=200, unique=True)
    in_reply_to = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED, db_index=True)
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    data_sent = models.BooleanField(
        default=False
    )  # committed before the last dot: from here only a person decides
    may_have_arrived = models.BooleanField(default=False)  # a try ended uncertain; only a person clears it
    looked_at = models.DateTimeField(
        null=True, blank=True
    )  # until when a person knows what is new on the case
    answer = models.CharField(max_length=500, blank=True)  # what the server said, or why it stays here
    # What a person last said became of it, to be taken back: `before` as it stood, `at` an ISO time.
    decided = models.JSONField(default=dict, blank=True)
    queued_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_mail_of_a_letter",
                fields=["letter", "part"],
                condition=~models.Q(state="withdrawn"),
                violation_error_message="This letter has a mail already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.letter or self.subject}"

    @property
    def whom(self) -> str:
        """To whom it goes, as a line of the timeline says it: with its part, where the letter has several."""
        which = f" (part {self.part} of {self.parts})" if self.parts > 1 else ""
        return f"{self.letter.recipient if self.letter else self.to}{which}"

    def lock_letter(self) -> None:
        """Whoever changes a mail and its letter locks the letter first, so that no two wait for each other.

        Call it inside the transaction.
        """
        if self.letter_id is not None:
            lock(Letter.objects.filter(pk=self.letter_id))

    @property
    def needs_a_person(self) -> bool:
        return self.state in self.TROUBLES

    @property
    def can_be_withdrawn(self) -> bool:
        """It has certainly not arrived: it waits, came back, or was refused, at each of its tries."""
        if self.state not in self.WITHDRAWABLE or self.may_have_arrived:
            return False
        if self.parts == 1 or self.letter is None:
            return True
        others = self.letter.mails.exclude(state=self.State.WITHDRAWN)
        return not others.exclude(state__in=self.WITHDRAWABLE).exists()

    @property
    def lease(self) -> timedelta:
        """How long one try may take: a large mail needs longer."""
        if self.letter_id is None:
            return self.LEASE
        size = self.files.aggregate(size=models.Sum("size"))["size"] or 0
        return self.LEASE + timedelta(seconds=size / self.SLOWEST)

    @property
    def files(self) -> models.QuerySet[pack_models.PackFile]:
        """What is attached to it."""
        found = pack_models.PackFile.objects.filter(letter=self.letter_id, part=self.part, by_post=False)
        return found if self.letter_id is not None else found.none()


class BadAddress(models.Model):
    """An address a mail of ours came back from. Letters to it warn, until it writes to us."""

    address = models.EmailField(unique=True)  # lower case
    status = models.CharField(max_length=12, blank=True)  # RFC 3463, such as 5.1.1
    reported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["address"]
        verbose_name_plural = "bad addresses"

    def __str__(self) -> str:
        return f"{self.address} since {timezone.localdate(self.reported_at)}"


# The models of other modules are part of this app; they name what is above.
from opencasework.office.letters.enquiries import Enquiry, EnquiryQuerySet, Reply  # noqa: E402
from opencasework.office.letters.review.models import (  # noqa: E402
    LetterComment,
    LetterReview,
    LetterStep,
    LetterVersion,
    LookRule,
)

__all__ = [
    "BadAddress",
    "Enquiry",
    "EnquiryQuerySet",
    "Letter",
    "LetterComment",
    "LetterKind",
    "LetterReview",
    "LetterStep",
    "LetterTemplate",
    "LetterVersion",
    "LookRule",
    "OutgoingMail",
    "Reply",
    "ReplyToken",
]
