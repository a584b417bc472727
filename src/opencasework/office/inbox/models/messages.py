"""What came in or went out: who writes, what about, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson, Channel
from opencasework.office.constituents.models import Person, PersonEmail
from opencasework.office.inbox.models.mailboxes import Mailbox
from opencasework.office.inbox.models.viruses import VirusChecked
from opencasework.office.inbox.reading import limits
from opencasework.office.inbox.reading.authentication import SenderCheck as Check
from opencasework.office.inbox.reading.replies import unquoted
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.kit.questions import rows_of
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency


def blobs() -> BlobStore:
    """Where the office keeps raw messages and files."""
    return BlobStore(settings.HOME.blobs)


def levels_seen_by(staff: StaffMember) -> list[str]:
    """The levels of sensitivity at which this colleague may see what is on no case yet."""
    needed = {
        Sensitivity.SPECIAL_CATEGORY: May.SEE_SENSITIVE,
        Sensitivity.CRIMINAL_OR_SAFEGUARDING: May.SEE_CRIMINAL,
        Sensitivity.RESTRICTED: May.SEE_RESTRICTED,
    }
    return [level.value for level in Sensitivity if level not in needed or may(staff, needed[level])]


def is_from_a_secret(staff: StaffMember | None = None) -> Q:
    """Messages from the address of somebody the office knows from restricted cases alone, none of which this
    colleague sees.

    That they wrote to the office at all is then the secret. Whoever shares the address, on another case or on
    none, does not open it: anybody can write down one more person, or give somebody an address. Who is on
    another case themselves is no secret.
    """
    if staff is not None and may(staff, May.SEE_RESTRICTED):
        return Q(pk__in=[])
    seen = Case.objects.visible_to(staff) if staff is not None else Case.objects.none()
    theirs = seen.filter(pk=OuterRef("case"))
    restricted = Case.objects.restricted().filter(pk=OuterRef("case"))
    on_cases = CasePerson.objects.filter(person=OuterRef("person"))
    is_secret = Exists(on_cases) & ~Exists(on_cases.filter(~Exists(restricted) | Exists(theirs)))
    return Q(Exists(PersonEmail.objects.filter(is_secret, address=OuterRef("from_address"))))


# A folder above says here which messages it shows together in one row, for a person to decide about as one.
FOLDED: list[Callable[[], Q]] = []


def _on_hidden_case(theirs: models.QuerySet[Case]) -> models.QuerySet[Any]:
    """Parts of a message that are about a case not among `theirs`. Who reads it whole reads those too."""
    parts = Message.parts.rel.related_model._base_manager.filter(message=OuterRef("pk"))
    return parts.filter(~Exists(theirs.filter(pk=OuterRef("case"))))


def with_hidden_form(theirs: models.QuerySet[Case]) -> models.QuerySet[Any]:
    """Authority forms in the files of a message that are of a case not among `theirs`, whoever sent them."""
    return _forms_in().filter(~Exists(theirs.filter(pk=OuterRef("ask__case"))))


def _forms_in() -> models.QuerySet[Any]:
    files: Any = Message.attachments.rel.related_model
    forms: models.QuerySet[Any] = files.forms.through._base_manager.all()
    return forms.filter(attachment__message=OuterRef("pk"))


@dataclass(frozen=True)
class Resting:
    """The numbers of the undecided messages that rest, for one colleague. They are few, so they are listed.

    Asked as conditions of a query they would be asked again for each count of a view.
    """

    snoozed: frozenset[int]
    led: frozenset[int]  # taken together with another, and decided about with that

    @property
    def awake(self) -> Q:
        """The messages that do not rest."""
        return ~Q(pk__in=self.snoozed | self.led)


def resting(staff: StaffMember) -> Resting:
    """What rests: snoozed, its day has not come, and no reply came that this colleague may see."""
    asleep = [tuple(row.values()) for row in rows_of(_asleep, timezone.localdate(), lasting=True)]
    since = {pk: after for pk, for_reply, after, _, _ in asleep if for_reply}
    senders = {address for pk, _, _, address, _ in asleep if pk in since} - {""}
    answered = {number for pk, _, _, _, number in asleep if pk in since} - {""}
    last: dict[str, int] = {}  # the last message from an address, or in answer to a mail
    if since:
        later = Message.objects.visible_to(staff).filter(
            Q(from_address__in=senders) | Q(in_reply_to__in=answered),
            pk__gt=min(since.values()),
            direction=Message.Direction.IN,
            auto_reply=False,
        )
        for pk, address, number in later.order_by("pk").values_list("pk", "from_address", "in_reply_to"):
            last[address] = last[number] = pk
    last.pop("", None)
    back = {
        pk
        for pk, _, _, address, number in asleep
        if pk in since and max(last.get(address, 0), last.get(number, 0)) > since[pk]
    }
    led = frozenset(row["pk"] for row in rows_of(_led, lasting=True))
    return Resting(frozenset(pk for pk, *_ in asleep) - back, led)


def _asleep(today: date) -> models.QuerySet[Any, Any]:
    """What is snoozed and not due: whether until a reply comes, after which message, whose, which mail."""
    not_due = Q(snooze__until=None) | Q(snooze__until__gt=today)
    waiting = Message.objects.untriaged().filter(not_due, snooze__isnull=False).order_by()
    return waiting.values("pk", "snooze__for_reply", "snooze__after", "from_address", "message_id")


def _led() -> models.QuerySet[Any, Any]:
    return Message.objects.untriaged().filter(together__decision="").order_by().values("pk")


LONG = ("text", "reply_text", "references", "to", "cc")


def texts_by(way: str) -> list[str]:
    """What may be long of messages that are joined to other rows, for `defer`; `way` leads to them."""
    return [f"{way}__{name}" for name in LONG]


class MessageQuerySet(models.QuerySet["Message"]):
    def untriaged(self) -> MessageQuerySet:
        """Arrived, read or found unreadable, and nobody has decided what becomes of it.

        Not what is folded into one row with others like it.
        """
        found = self.filter(direction=Message.Direction.IN, decision="").exclude(state=Message.State.RAW)
        for folded in FOLDED:
            found = found.exclude(folded())
        return found

    def visible_to(self, staff: StaffMember) -> MessageQuerySet:
        """Messages on cases this colleague sees; those on no case yet, for whoever sorts the inbox.

        One with an authority form of ours is, wherever it is, for those who may know of the case of that one.
        One that part of a case seems to have written, waiting or filed away, is the business of those who may
        know of that case. A stranger's stays with everybody: only its proposal is theirs (`proposal_for`). So
        is a first mail of somebody known from restricted cases alone.
        """
        # Asked row by row: a list of all visible cases would be made for a handful of messages.
        theirs = Case.objects.visible_to(staff)
        on_their_cases = Q(Exists(theirs.filter(pk=OuterRef("case")))) & ~Q(Exists(_on_hidden_case(theirs)))
        no_hidden_form = ~Q(Exists(with_hidden_form(theirs)))
        if not may(staff, May.TRIAGE):
            return self.filter(on_their_cases, no_hidden_form)
        from_no_part_of_a_case = Q(proposed_case=None) | Q(proposal=Message.Proposal.STRANGER)
        claims_their_case = Q(Exists(theirs.filter(pk=OuterRef("proposed_case"))))
        # Whom a colleague chose may be somebody of whom only those on a case may know.
        people = Person.objects.visible_among_few(staff)
        from_anybody = Q(person=None) | Q(Exists(people.filter(pk=OuterRef("person"))))
        # What somebody tagged as sensitive is for those who may see such data, and for whoever deals with it.
        may_be_seen = Q(sensitivity__in=["", *levels_seen_by(staff)]) | Q(taken_by=staff)
        waiting = Q(case=None) & from_anybody & may_be_seen & (from_no_part_of_a_case | claims_their_case)
        # What somebody wrote down themselves does not vanish before them: that would say whom it is from.
        # Nor does what answers on a case they see, whoever else shares the address.
        answers = claims_their_case & ~Q(proposal=Message.Proposal.STRANGER)
        no_secret = Q(written_down_by=staff) | answers | ~is_from_a_secret(staff)
        return self.filter(on_their_cases | (waiting & no_secret), no_hidden_form)

    def about_alone(self, case: Case) -> MessageQuerySet:
        """Those on this case of which no part, and no form in a file, is of another case."""
        other_forms = _forms_in().exclude(ask__case=case)
        return self.filter(~Exists(other_forms), case=case, parts=None)

    def awake_for(self, staff: StaffMember) -> MessageQuerySet:
        """Those that do not rest: not snoozed, or its day has come, or a reply came that this one may see.

        One that is taken together with another rests while that one waits: it is decided about with it.
        """
        return self.filter(resting(staff).awake)

    def without_texts(self) -> MessageQuerySet:
        """For lists: what may be long stays in the database."""
        return self.defer(*LONG)

    def newest_first(self) -> MessageQuerySet:
        return self.order_by("-received_at", "-pk")


class Message(VirusChecked):
    """Something that came in, by mail or on paper or by telephone, or went out.

    What it says can be rebuilt from the raw message, which is kept as it came under `sha256`.
    """

    dated_by = "decided_at"  # for people told apart again

    class Direction(models.TextChoices):
        IN = "in", "In"
        OUT = "out", "Out"

    class State(models.TextChoices):
        RAW = "raw", "Not read yet"
        READ = "read", "Read"
        UNREADABLE = "unreadable", "Could not be read"

    class SenderCheck(models.TextChoices):
        ALIGNED = Check.ALIGNED.value, "The sender's domain is confirmed"
        FAILED = Check.FAILED.value, "The sender's domain denies it"
        UNKNOWN = Check.UNKNOWN.value, "Not verified"

    class Protection(models.TextChoices):
        """What a mail says of itself. We verify no signature and hold no key."""

        SIGNED_SMIME = "signed-smime", "Signed with S/MIME"
        SIGNED_PGP = "signed-pgp", "Signed with PGP"
        ENCRYPTED_SMIME = "encrypted-smime", "Encrypted with S/MIME"
        ENCRYPTED_PGP = "encrypted-pgp", "Encrypted with PGP"

    class Decision(models.TextChoices):
        CASE = "case", "On a case"
        FILED_AWAY = "filed_away", "Filed away"
        OTHER_MEMBER = "other_member", "For another member"
        CAMPAIGN = "campaign", "Campaign mail"

    class Proposal(models.TextChoices):
        """Why `proposed_case` is proposed. Nothing but a person makes it more than a proposal."""

        UNVERIFIED = "unverified", "Claims to be a reply on a case, not verified"
        STRANGER = "stranger", "A reply token used by somebody else"
        CLOSED = "closed", "A reply on a closed case"
        THREAD = "thread", "Part of a known thread"
        NUMBER = "number", "A body's letter with the number of a case"
        RETURNED = "returned", "A report about a mail of ours"

    class Machine(models.TextChoices):
        """What kind of machine wrote it. None of them answers anything, and none is answered."""

        FAILED = "failed", "Could not be delivered"
        DELAYED = "delayed", "Delivery is delayed"
        DELIVERED = "delivered", "Was delivered"
        ABSENCE = "absence", "Out of office"
        CALENDAR = "calendar", "Calendar reply"
        AUTOMATIC = "automatic", "Automatic reply"

    # Null, not empty, for a message that was typed in: many of those, and unique all the same.
    sha256 = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # Of the raw message in a form that the way it travelled does not change (keeping.fingerprint).
    fingerprint = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # Of what its writer wrote, the same at each address it was sent to (keeping.same_mark); null where that
    # cannot be told.
    same_mark = models.CharField(max_length=64, unique=True, null=True, blank=True)
    size = models.BigIntegerField(default=0)  # bytes of the raw message
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    mailbox = models.ForeignKey(
        Mailbox, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    message_id = models.CharField(max_length=250, blank=True)  # a hint, never an identity
    in_reply_to = models.CharField(max_length=250, blank=True)
    references = models.JSONField(default=list, blank=True)
    thread = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="later_in_thread"
    )  # the first message we know of its thread
    from_name = models.CharField(max_length=300, blank=True)
    from_address = models.CharField(max_length=320, blank=True, db_index=True)  # lower case
    to = models.JSONField(default=list, blank=True)  # [{"name", "address"}]
    cc = models.JSONField(default=list, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # as the sender says
    received_at = models.DateTimeField(default=timezone.now)  # as our server, or the person at the desk, says
    text = models.TextField(blank=True)
    reply_text = models.TextField(blank=True)  # what is new in it, without quotation and signature
    has_html = models.BooleanField(default=False)
    language = models.CharField(max_length=2, blank=True)
    sender_check = models.CharField(max_length=7, choices=SenderCheck, default=SenderCheck.UNKNOWN)
    protection = models.CharField(max_length=15, choices=Protection, blank=True)
    auto_reply = models.BooleanField(default=False)
    machine = models.CharField(max_length=9, choices=Machine, blank=True)
    bulk = models.BooleanField(default=False)
    unreadable_reason = models.CharField(max_length=300, blank=True)
    taken_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="taken_messages"
    )
    # Another one of the same person and matter: while that waits, what becomes of it becomes of both.
    together = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="companions"
    )

    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    erase_on = models.DateField(null=True, blank=True, db_index=True)  # of what is not ours to keep
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    enquiry = models.ForeignKey(
        Enquiry, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    proposal = models.CharField(max_length=10, choices=Proposal, blank=True)
    proposed_case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposed_messages"
    )
    proposed_enquiry = models.ForeignKey(
        Enquiry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposal_reason = models.TextField(blank=True)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    # Who took the call, opened the letter, or brought the scan in; null for what came by mail.
    written_down_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    written_down_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)  # what only its channel has (particulars.py)
    # Its four tags, empty until somebody says them. They are handed to the case it is put on.
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    urgency = models.CharField(max_length=5, choices=Urgency, blank=True)
    sensitivity = models.CharField(max_length=5, choices=Sensitivity, blank=True)
    transferability = models.CharField(max_length=5, choices=Transferability, blank=True)
    tag_reason = models.CharField(max_length=100, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-received_at", "-id"],
                name="inbox_untriaged",
                condition=Q(decision="", direction="in"),
            ),
            models.Index(fields=["decided_at"], name="inbox_campaign", condition=Q(decision="campaign")),
            # What people decided since Friday, asked by every inbox.
            models.Index(
                fields=["decided_at"],
                name="inbox_decided_by_people",
                condition=Q(direction="in", decided_by__isnull=False),
            ),
            models.Index(fields=["state"], name="inbox_raw", condition=Q(state="raw")),
            # Of a message that was read the scanner looks at the attachments instead.
            models.Index(
                fields=["virus_due_at"],
                name="inbox_unreadable_to_scan",
                condition=Q(state="unreadable", virus_due_at__isnull=False),
            ),
            # Not without the empty ones: SQLite would then look through every message for a list of ids.
            models.Index(fields=["message_id"], name="inbox_by_message_id"),
            models.Index(fields=["in_reply_to"], name="inbox_by_in_reply_to"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_message_on_a_case_is_decided",
                condition=Q(case=None, decision__in=["", "filed_away", "other_member", "campaign"])
                | Q(case__isnull=False, decision="case"),
            )
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.get_channel_display()} from {self.sender}"

    @property
    def in_a_word(self) -> str:
        """What a sentence calls it, between quotation marks."""
        return self.subject or "A message"

    @property
    def sender(self) -> str:
        """`Name <a@b>`: the address is always shown, because a name proves nothing."""
        if self.from_name and self.from_address:
            return f"{self.from_name} <{self.from_address}>"
        return self.from_name or self.from_address or "an unknown sender"

    @property
    def is_encrypted(self) -> bool:
        """Whether only somebody with a key can read it."""
        return self.protection in (self.Protection.ENCRYPTED_SMIME, self.Protection.ENCRYPTED_PGP)

    @property
    def is_untriaged(self) -> bool:
        return self.direction == self.Direction.IN and not self.decision and self.state != self.State.RAW

    @property
    def new_text(self) -> str:
        """What to show first: of a reply what is new in it, of a first letter all, its address and all.

        An answer that does not say what it answers is a first letter, without the mail quoted below it.
        """
        return self.reply_text if self.in_reply_to and self.reply_text else unquoted(self.text)

    @property
    def came_to(self) -> list[str]:
        """The addresses of the office it was sent to and arrived at; one where it came once."""
        boxes = [self.mailbox, *(copy.mailbox for copy in self.copies.select_related("mailbox"))]
        return list(dict.fromkeys(box.address for box in boxes if box))

    @property
    def is_kept_whole(self) -> bool:
        """Whether the mail itself is here, and not only its headers."""
        return self.size <= limits.KEPT_BYTES

    def raw(self) -> bytes:
        """The message as it came. Raises FileNotFoundError for one that was typed in."""
        return blobs().read(self.sha256 or "")

    def proposal_for(self, staff: StaffMember) -> Case | None:
        """The case it may belong to, for those who may know that this case exists."""
        if self.proposed_case_id is None:
            return None
        return Case.objects.visible_to(staff).filter(pk=self.proposed_case_id).first()
