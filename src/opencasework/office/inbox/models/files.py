"""The files that came with messages, our pictures of them, and files a colleague brings in."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from opencasework.office.authority.models import Ask
from opencasework.office.inbox.models.messages import Message
from opencasework.office.inbox.models.viruses import VirusChecked
from opencasework.office.staff.models import StaffMember

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
    # The authority forms of ours whose codes were read in it, whatever became of them.
    forms = models.ManyToManyField(Ask, blank=True, related_name="files")
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


class FileText(models.Model):
    """What stands in a file, by content as `PreviewPage`. Whoever erases the last of it erases this too."""

    source = models.CharField(max_length=64, unique=True)  # the SHA-256 of the file
    text = models.TextField(blank=True)
    unread = models.CharField(max_length=300, blank=True)  # a sentence about what of it was not read, and why
    tries = models.PositiveSmallIntegerField(default=1)  # how often it was read
    again_at = models.DateTimeField(null=True, blank=True)  # when the worker reads it once more

    class Meta:
        ordering = ["source"]
        indexes = [
            models.Index(fields=["again_at"], name="file_texts_to_read", condition=~Q(again_at=None)),
        ]

    def __str__(self) -> str:
        return f"text of {self.source[:12]}"


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
