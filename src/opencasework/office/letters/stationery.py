"""What letters are written from and on: templates and their wordings, paragraphs kept, the letterhead."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from opencasework.office.constituents import languages
from opencasework.office.kit.dates import months_later
from opencasework.office.kit.once import once
from opencasework.office.places.models import MemberKind, Office
from opencasework.office.staff.models import StaffMember


class LetterKind(models.TextChoices):
    ENQUIRY = "enquiry", "Enquiry"
    CHASER = "chaser", "Chaser"
    ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
    UPDATE = "update", "Update"
    FORWARDING = "forwarding", "Forwarding a reply"
    CLOSING = "closing", "Closing letter"


# Which members write a kind of letter, where not all do. Only an MP refers a complaint to the Parliamentary
# Ombudsman; a councillor has no minister; the notice of dissolution is about the Commons.
MINISTERS = (MemberKind.MP, MemberKind.MSP, MemberKind.MS, MemberKind.MLA)
WRITTEN_BY = {"LT-OMB": (MemberKind.MP,), "LT-DISS": (MemberKind.MP,), "LT-MIN": MINISTERS}


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def offered(self) -> LetterTemplateQuerySet:
        """Those that this office's member can write."""
        kind = once("member kind", lambda: Office.objects.values_list("member_kind", flat=True).first())
        not_ours = [code for code, members in WRITTEN_BY.items() if kind and kind not in members]
        return self.exclude(code__in=not_ours)


class LetterTemplate(models.Model):
    """A kind of letter the office writes. Its words are in its wordings, one for each language."""

    code = models.CharField(max_length=20, unique=True)  # LT-DEPT
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=16, choices=LetterKind, default=LetterKind.ENQUIRY)
    to_body = models.BooleanField(default=True)  # else to the constituent
    to_minister = models.BooleanField(default=False)  # signed by the member, above the officials
    # Until the next version: what stood here before there were wordings. Nothing reads them but the loader.
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("wording", args=[self.code])

    def standing(self, language: str) -> Wording | None:
        """The words as they are now in that language; None where the office has none."""
        return once(
            f"wording {self.pk} {language}",
            lambda: self.wordings.filter(language=language).order_by("-number").first(),
        )

    def wording_for(self, language: str) -> Wording:
        """The words to begin a letter from, in that language or in English. Raises Wording.DoesNotExist."""
        found = self.standing(language) or self.standing(languages.ENGLISH)
        if found is None:
            raise Wording.DoesNotExist(f"{self.name} has no wording in English.")
        return found

    @property
    def languages(self) -> list[str]:
        """The tags of the languages it can be written in, English first."""
        tags = self.wordings.order_by("language").values_list("language", flat=True).distinct()
        return sorted(tags, key=lambda tag: (tag != languages.ENGLISH, languages.name(tag)))


class Wording(models.Model):
    """One version of the words of a letter in one language. A change is a new version."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=10, default=languages.ENGLISH)  # BCP 47
    number = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=200)
    text = models.TextField()  # the plain words with their {{ fields }}; of a Word file what it says
    html = models.TextField(blank=True)  # the same with formatting, cleaned; empty for plain words
    docx_sha256 = models.CharField(max_length=64, blank=True)  # the Word file it is filled in from
    docx_name = models.CharField(max_length=200, blank=True)
    is_ours = models.BooleanField(default=False)  # came with Open Casework; the office has not changed it
    made_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["template", "language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "language", "number"], name="a_wording_once_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"

    @property
    def language_name(self) -> str:
        return languages.name(self.language)

    @property
    def form(self) -> str:
        """In what it is kept: “Word”, “rich text” or “plain text”."""
        return "Word" if self.docx_sha256 else "rich text" if self.html else "plain text"

    @property
    def fingerprint(self) -> str:
        """What tells two wordings apart; the same for the same subject and plain words."""
        return hashlib.sha256(f"{self.subject}\n{self.text.strip()}".encode()).hexdigest()[:16]


class SnippetQuerySet(models.QuerySet["Snippet"]):
    def kept(self) -> SnippetQuerySet:
        return self.filter(put_away_at=None)

    def matching(self, words: str) -> SnippetQuerySet:
        """Those whose name, keywords or text hold every one of the words."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                models.Q(name__icontains=word)
                | models.Q(keywords__icontains=word)
                | models.Q(text__icontains=word)
            )
        return found


class Snippet(models.Model):
    """A paragraph the office keeps, to be put into letters. It may hold {{ fields }}."""

    code = models.CharField(max_length=20, unique=True, null=True, blank=True)  # none for the office's own
    name = models.CharField(max_length=120)
    keywords = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default=languages.ENGLISH)
    text = models.TextField()
    changed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    put_away_at = models.DateTimeField(null=True, blank=True)

    objects = SnippetQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("snippet", args=[self.pk])

    @property
    def language_name(self) -> str:
        return languages.name(self.language)


class Colour(models.TextChoices):
    """Colours of a letterhead: each is dark enough on white for small print, and none is a party's own."""

    BLACK = "black", "Black"
    INDIGO = "indigo", "Indigo"
    TEAL = "teal", "Teal"
    PLUM = "plum", "Plum"
    BROWN = "brown", "Brown"
    SLATE = "slate", "Slate"


HEX = {
    Colour.BLACK: "000000",
    Colour.INDIGO: "3b3486",
    Colour.TEAL: "0b5a60",
    Colour.PLUM: "6d2455",
    Colour.BROWN: "66421f",
    Colour.SLATE: "3f4b5b",
}


class Stationery(models.Model):
    """What the office's letters carry beside their words. One row; before anybody saved it, an empty one."""

    logo_sha256 = models.CharField(max_length=64, blank=True)  # a PNG we have drawn again ourselves
    colour = models.CharField(max_length=10, choices=Colour, default=Colour.BLACK)
    strapline = models.CharField(max_length=160, blank=True)
    footer = models.CharField(max_length=300, blank=True)
    privacy_link = models.URLField(blank=True)
    # How many years after its closing a case is kept; the closing letter names the day.
    keep_years = models.PositiveSmallIntegerField(null=True, blank=True)
    retention_text = models.CharField(max_length=400, blank=True)
    complaints_contact = models.CharField(max_length=300, blank=True)
    emergency_signposts = models.TextField(blank=True)
    # The same in Welsh, for letters in Welsh; empty where the English is to stand there.
    strapline_cy = models.CharField(max_length=160, blank=True)
    footer_cy = models.CharField(max_length=300, blank=True)
    retention_text_cy = models.CharField(max_length=400, blank=True)
    complaints_contact_cy = models.CharField(max_length=300, blank=True)
    emergency_signposts_cy = models.TextField(blank=True)
    signature_sha256 = models.CharField(max_length=64, blank=True)
    signature_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "stationery"
        constraints = [models.CheckConstraint(name="one_stationery", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "The office's stationery"

    @classmethod
    def here(cls) -> Stationery:
        """The one of this office; an unsaved one where nothing has been set."""
        return once("stationery", lambda: cls.objects.filter(pk=1).first() or cls(pk=1))

    def said(self, name: str, language: str) -> str:
        """What the office says under this field's name in a letter of this language."""
        welsh: str = getattr(self, f"{name}_cy") if language == languages.WELSH else ""
        english: str = getattr(self, name)
        return welsh or english

    @property
    def hex(self) -> str:
        """The colour as six hexadecimal digits, for a Word file."""
        return HEX[Colour(self.colour)]


def kept_until(closed_on: date, *, years: int) -> date:
    """The last day, as letters promise it, on which the papers of a case closed on this one are kept."""
    return months_later(closed_on, 12 * years)
