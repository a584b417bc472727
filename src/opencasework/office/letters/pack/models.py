"""The documents a letter takes along, and the files that were made of them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.staff.models import StaffMember


class Enclosure(models.Model):
    """A document chosen to go out with a letter. Its content is fixed by its hash when it is chosen."""

    class How(models.TextChoices):
        JOINED = "joined", "In the pack"
        APART = "apart", "As a file of its own"

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="enclosures")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)  # what the index calls it
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()  # bytes
    source = models.CharField(max_length=40)  # which document of the case, such as "file:12"
    how = models.CharField(max_length=6, choices=How, default=How.JOINED)
    warning = models.CharField(max_length=300, blank=True)  # why somebody should look at it twice
    added_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["letter", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_document_once_with_a_letter",
                fields=["letter", "source"],
                violation_error_message="This document goes out with the letter already.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Pack(models.Model):
    """What the office has said about the papers of a letter, and what came of binding them."""

    class Over(models.TextChoices):
        MAILS = "mails", "In several mails, one for each part"
        POST = "post", "The first part by mail, the others printed and posted"

    letter = models.OneToOneField("letters.Letter", on_delete=models.CASCADE, related_name="pack")
    over = models.CharField(max_length=5, choices=Over, default=Over.MAILS)  # where one mail is too small
    without_authority = models.BooleanField(default=False)  # the signed authority stays out
    # The document taken out last, as it stood: {"source", "position", "title", "how"}.
    taken_out = models.JSONField(default=dict, blank=True)
    made_of = models.CharField(max_length=64, blank=True)  # fingerprint of what it was made of
    made_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    contents = models.JSONField(
        default=list, blank=True
    )  # [{"title", "first", "last", "part"}], as the index
    left_out = models.JSONField(default=list, blank=True)  # a sentence for each document that does not go out
    notes = models.JSONField(default=list, blank=True)  # sentences: what could not be joined, what was shrunk

    def __str__(self) -> str:
        return f"Papers of letter {self.letter_id}"

    @property
    def remarks(self) -> list[str]:
        """What there is to know about the papers, the gravest first."""
        return [*self.left_out, *self.notes]


class PackFile(models.Model):
    """A file that goes, or went, out with a letter: a part of the pack, or a document of its own.

    They change while the letter is a draft. From then on they are what left, byte for byte.
    """

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="pack_files")
    part = models.PositiveSmallIntegerField()  # the mail it goes with, from 1
    by_post = models.BooleanField(default=False)  # too much for one mail: printed and posted
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()  # bytes
    pages = models.PositiveIntegerField(default=0)  # 0 for a document of its own

    class Meta:
        ordering = ["letter", "part", "pk"]

    def __str__(self) -> str:
        return self.name
