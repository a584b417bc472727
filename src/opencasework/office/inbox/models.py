"""Mailboxes, what arrived in them, and the messages it is: who writes, what about, and what became of it."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from opencasework.office.cases.models import Case, Channel
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.reading.authentication import EXCHANGE_ONLINE
from opencasework.office.inbox.reading.authentication import SenderCheck as Check
from opencasework.office.kit import secrets
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may


def blobs() -> BlobStore:
    """Where the office keeps raw messages and files."""
    return BlobStore(settings.HOME.blobs)


def only_the_inbox() -> list[str]:
    """The folders of a mailbox nobody has chosen any for."""
    return ["INBOX"]


# What a file is called by its ending, where we do not look into it.
KINDS = {
    "doc": "Word document",
    "docx": "Word document",
    "odt": "OpenDocument text",
    "rtf": "Formatted text",
    "xls": "Excel workbook",
    "xlsx": "Excel workbook",
    "ods": "OpenDocument spreadsheet",
    "csv": "Table of values",
    "ppt": "PowerPoint slides",
    "pptx": "PowerPoint slides",
    "zip": "Zip archive",
    "7z": "7-Zip archive",
    "rar": "RAR archive",
    "txt": "Plain text",
    "htm": "Web page",
    "html": "Web page",
    "svg": "SVG drawing",
    "eml": "Mail",
    "msg": "Outlook mail",
    "ics": "Calendar entry",
    "vcf": "Contact card",
    "heic": "HEIC photo",
    "mp3": "Sound",
    "m4a": "Sound",
    "wav": "Sound",
    "mp4": "Video",
    "mov": "Video",
}


class VirusChecked(models.Model):
    """Something a scanner looks at. It is called clean only where the scanner said so of all of it."""

    class VirusState(models.TextChoices):
        NOT_SCANNED = "", "Not scanned for viruses"
        CLEAN = "clean", "Scanned, nothing found"
        INFECTED = "infected", "Infected"

    virus_state = models.CharField(max_length=8, choices=VirusState, blank=True)
    virus_name = models.CharField(max_length=200, blank=True)  # what the scanner calls what it found
    virus_reason = models.CharField(max_length=300, blank=True)  # a sentence: why it is not scanned
    virus_checked_at = models.DateTimeField(null=True, blank=True)
    virus_tries = models.PositiveIntegerField(default=0)
    virus_due_at = models.DateTimeField(default=timezone.now, null=True, blank=True)  # null: nothing to do

    class Meta:
        abstract = True

    @property
    def is_infected(self) -> bool:
        return self.virus_state == self.VirusState.INFECTED

    @property
    def virus_sentence(self) -> str:
        """How it stands with viruses, and why where it is not scanned."""
        if self.is_infected:
            return f"Infected: {self.virus_name}"
        if self.virus_state == self.VirusState.CLEAN:
            return "Scanned, nothing found"
        if not settings.CLAMD:
            return "Not scanned: this office has no virus scanner."
        return f"Not scanned: {self.virus_reason or 'the scanner has not come to it yet.'}"

    @property
    def virus_short(self) -> str:
        """The same in two words, where there is no more to say."""
        return self.virus_sentence if self.virus_reason else self.get_virus_state_display()


class Mailbox(models.Model):
    """A mailbox the office collects from, over IMAP: where it is, how we sign in, and how it fares."""

    class Security(models.TextChoices):
        SSL = "ssl", "TLS from the start (usual)"
        STARTTLS = "starttls", "STARTTLS"
        NONE = "none", "No encryption (this machine only)"

    class SignIn(models.TextChoices):
        PASSWORD = "password", "Password"
        MICROSOFT = "microsoft", "Microsoft 365, as a person"
        MICROSOFT_APP = "microsoft_app", "Microsoft 365, as an application"
        GOOGLE = "google", "Google"

    name = models.CharField(max_length=120)
    address = models.EmailField(unique=True)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.SSL)
    username = models.CharField(max_length=320)
    sign_in = models.CharField(max_length=14, choices=SignIn, default=SignIn.PASSWORD)
    password_encrypted = models.TextField(blank=True)
    tenant = models.CharField(max_length=100, blank=True)  # Microsoft's name for the organisation
    client_id = models.CharField(max_length=300, blank=True)  # of the application registered for this office
    client_secret_encrypted = models.TextField(blank=True)
    refresh_token_encrypted = models.TextField(blank=True)
    access_token_encrypted = models.TextField(blank=True)
    access_token_until = models.DateTimeField(null=True, blank=True)
    folders = models.JSONField(default=only_the_inbox)  # as the server names them
    # The name our mail provider signs its findings about senders with; empty: no sender is ever vouched for.
    authserv_id = models.CharField(max_length=253, blank=True)
    # Working days without any mail after which everybody is told; 0 never.
    quiet_days = models.PositiveSmallIntegerField(default=2)
    enabled = models.BooleanField(default=True)
    added_at = models.DateTimeField(default=timezone.now)
    last_received_at = models.DateTimeField(null=True, blank=True)  # when a new message was last found
    last_succeeded_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)  # a sentence; empty when all is well
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # one after another, none of them a success
    refused = models.BooleanField(default=False)  # the sign-in was: trying it often would lock the account
    next_try_at = models.DateTimeField(null=True, blank=True)
    # When everything on the server was last compared with what is here, and how much had been missed.
    reconciled_at = models.DateTimeField(null=True, blank=True)
    reconciled_missing = models.PositiveIntegerField(default=0)

    EXCHANGE_ONLINE = EXCHANGE_ONLINE  # in `authserv_id`: Exchange writes no name

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.name or self.address

    def set_password(self, password: str) -> None:
        """Keep the password, encrypted. Save afterwards."""
        self.password_encrypted = secrets.encrypt(password)

    @property
    def password(self) -> str:
        """The password in clear. Raises `kit.secrets.SecretUnreadable` when the key has changed."""
        return secrets.decrypt(self.password_encrypted)

    def set_client_secret(self, secret: str) -> None:
        """Keep the secret of our registered application, encrypted. Save afterwards."""
        self.client_secret_encrypted = secrets.encrypt(secret)

    @property
    def needs_consent(self) -> bool:
        """Whether a person still has to sign in with Microsoft or Google before we may collect."""
        as_a_person = self.sign_in in {self.SignIn.MICROSOFT, self.SignIn.GOOGLE}
        return as_a_person and not self.refresh_token_encrypted

    def try_at_once(self) -> None:
        """Forget that it failed and waits: something about it has changed."""
        self.failures, self.refused = 0, False
        self.next_try_at = self.failing_since = self.access_token_until = None
        self.last_error = self.access_token_encrypted = ""

    # What `try_at_once` changes, for saving nothing else of what a listener writes meanwhile.
    FARING = (
        "failures",
        "refused",
        "next_try_at",
        "failing_since",
        "access_token_until",
        "last_error",
        "access_token_encrypted",
    )


class MailboxCursor(models.Model):
    """How far a folder has been collected. It is kept here, not in a flag on the server others can set."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="cursors")
    folder = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    last_collected_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)  # a sentence; empty when all is well

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "folder"], name="one_cursor_a_folder")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.folder}: {self.last_uid}"


class Arrival(models.Model):
    """One message as one server or file held it. The server's three numbers are its identity."""

    mailbox = models.ForeignKey(
        Mailbox, null=True, blank=True, on_delete=models.SET_NULL, related_name="arrivals"
    )
    folder = models.CharField(max_length=200, blank=True)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)  # the file it came from, where it did not come from a mailbox
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()  # bytes
    internal_date = models.DateTimeField(null=True, blank=True)  # when the server received it
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "folder", "uid_validity", "uid"], name="an_arrival_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source or self.mailbox} {self.uid or ''}".strip()


class MessageQuerySet(models.QuerySet["Message"]):
    def untriaged(self) -> MessageQuerySet:
        """Arrived, read or found unreadable, and nobody has decided what becomes of it."""
        return self.filter(direction=Message.Direction.IN, decision="").exclude(state=Message.State.RAW)

    def visible_to(self, staff: StaffMember) -> MessageQuerySet:
        """Messages on cases this colleague sees; those on no case yet, for whoever sorts the inbox.

        One that part of a case seems to have written, waiting or filed away, is the business of those who may
        know of that case. A stranger's stays with everybody: only its proposal is theirs (`proposal_for`).
        """
        # Asked row by row: a list of all visible cases would be made for a handful of messages.
        theirs = Case.objects.visible_to(staff)
        on_their_cases = Q(Exists(theirs.filter(pk=OuterRef("case"))))
        if not may(staff, May.TRIAGE):
            return self.filter(on_their_cases)
        from_no_part_of_a_case = Q(proposed_case=None) | Q(proposal=Message.Proposal.STRANGER)
        claims_their_case = Q(Exists(theirs.filter(pk=OuterRef("proposed_case"))))
        return self.filter(on_their_cases | (Q(case=None) & (from_no_part_of_a_case | claims_their_case)))

    def newest_first(self) -> MessageQuerySet:
        return self.order_by("-received_at", "-pk")


class Message(VirusChecked):
    """Something that came in, by mail or on paper or by telephone, or went out.

    What it says can be rebuilt from the raw message, which is kept as it came under `sha256`.
    """

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

    # Null, not empty, for a message that was typed in: many of those, and unique all the same.
    sha256 = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # Of the raw message in a form that the way it travelled does not change (keeping.fingerprint).
    fingerprint = models.CharField(max_length=64, unique=True, null=True, blank=True)
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
    bulk = models.BooleanField(default=False)
    unreadable_reason = models.CharField(max_length=300, blank=True)
    taken_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="taken_messages"
    )

    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
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
        """What to show first: of a reply what is new in it, of a first letter all, its address and all."""
        return self.reply_text if self.in_reply_to and self.reply_text else self.text

    def raw(self) -> bytes:
        """The message as it came. Raises FileNotFoundError for one that was typed in."""
        return blobs().read(self.sha256 or "")

    def proposal_for(self, staff: StaffMember) -> Case | None:
        """The case it may belong to, for those who may know that this case exists."""
        if self.proposed_case_id is None:
            return None
        return Case.objects.visible_to(staff).filter(pk=self.proposed_case_id).first()


class Attachment(VirusChecked):
    """A file that came with a message, kept under its hash; the sender's name for it is for show."""

    class PreviewState(models.TextChoices):
        NONE_YET = "", "The preview is not made yet"
        MADE = "made", "Made"
        CANNOT = "cannot", "No preview"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=170)
    size = models.BigIntegerField()  # bytes, decoded
    sha256 = models.CharField(max_length=64, db_index=True)
    content_id = models.CharField(max_length=300, blank=True)
    inline = models.BooleanField(default=False)  # a picture within the text
    is_original = models.BooleanField(default=False)  # a scan as it came; the letter's one PDF is beside it
    preview_state = models.CharField(max_length=8, choices=PreviewState, blank=True)
    preview_reason = models.CharField(max_length=300, blank=True)  # a sentence: why there is none, or not all
    preview_kind = models.CharField(max_length=8, blank=True)  # "image" or "pdf", by what is in it
    preview_total = models.PositiveIntegerField(default=0)  # pages it has, made or not
    preview_tries = models.PositiveIntegerField(default=0)
    preview_due_at = models.DateTimeField(default=timezone.now, null=True, blank=True)  # null: nothing to do

    class Meta:
        ordering = ["message", "position"]
        indexes = [
            models.Index(
                fields=["preview_due_at"],
                name="inbox_preview_due",
                condition=Q(preview_due_at__isnull=False),
            ),
            models.Index(
                fields=["virus_due_at"], name="inbox_virus_due", condition=Q(virus_due_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="an_attachment_once_a_message")
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def preview_sentence(self) -> str:
        """Why there is no picture of it; empty where there are pictures of all of it."""
        if self.is_infected:
            return "It is infected, so we show nothing of it."
        if self.preview_state == self.PreviewState.NONE_YET:
            return "Its preview is not made yet. Look again in a minute."
        return self.preview_reason or (
            "" if self.preview_kind else "We draw only images and PDFs. Download it."
        )

    @property
    def has_pages(self) -> bool:
        """Whether there are pictures of it to look at."""
        return self.preview_state == self.PreviewState.MADE and not self.is_infected

    @property
    def shown_name(self) -> str:
        """Its name without the marks that hide or turn around a part of it, such as the true ending."""
        return "".join(each for each in self.filename if unicodedata.category(each) not in ("Cf", "Cc"))

    @property
    def kind(self) -> str:
        """What it is in plain words: by what is in it where we looked, else by what its sender says."""
        ending = self.filename.rpartition(".")[2].lower() if "." in self.filename else ""
        if self.preview_kind == "pdf":
            return "PDF"
        if self.preview_kind == "image":
            return "Image"
        return KINDS.get(ending, "") or (f"{ending.upper()} file" if ending.isalnum() else "File")

    @property
    def pages(self) -> models.QuerySet[PreviewPage]:
        """The pictures made of it. None of a file in which the scanner found something."""
        if not self.has_pages:
            return PreviewPage.objects.none()
        return PreviewPage.objects.filter(source=self.sha256)


class PreviewPage(models.Model):
    """A picture we made of an image or of one page of a PDF. By content: a file sent to many is drawn once.

    Whoever erases the last attachment of a content erases its pages too.
    """

    source = models.CharField(max_length=64)  # the SHA-256 of the file it shows
    number = models.PositiveIntegerField()  # from 1; 0 is the small picture of the first page
    sha256 = models.CharField(max_length=64)  # of the picture, a WebP
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["source", "number"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="a_preview_page_once")]

    def __str__(self) -> str:
        return f"page {self.number} of {self.source[:12]}"


class Upload(models.Model):
    """Files a colleague brings into the inbox with the browser, and what came of them.

    They lie in a folder of the spool named `key`, each under its number in `files`, until they have been
    taken in. Whoever claims it does the work; taking in twice adds nothing, so any process may die over it.
    """

    LEASE = timedelta(minutes=5)  # renewed after every batch of messages, which may be slow ones
    TRIES = 3

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="uploads")
    files = models.JSONField(default=list)  # [{"name", "size"}], as the browser names them
    created_at = models.DateTimeField(default=timezone.now)
    complete_at = models.DateTimeField(null=True, blank=True)  # when the last byte of them was here
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=0)  # messages so far
    finished_at = models.DateTimeField(null=True, blank=True)
    # {"new", "known", "unreadable": numbers, "new_messages", "known_messages": [number of a message],
    #  "problems": [[file, sentence]]}, the lists cut after `SHOWN`
    result = models.JSONField(default=dict, blank=True)

    SHOWN = 100

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["complete_at"], name="inbox_upload_waiting", condition=Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return f"{len(self.files)} files brought in"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.HOME.spool) / self.key.hex

    @property
    def size(self) -> int:
        """In bytes, all its files."""
        return sum(each["size"] for each in self.files)


# Django looks for models here; the web form has its own beside its pages.
from opencasework.office.inbox.webform import models as webform_models  # noqa: E402, F401
