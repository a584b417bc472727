"""The web form's settings, what people are writing in it, what was sent, and how much an hour takes."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone

KEPT_FOR = timedelta(hours=72)  # a draft after its last change
# Without 0 O, 1 I L, 2 Z, 5 S, 8 B, which are misread in a photograph, and vowels, which make words.
RECEIPT_LETTERS = "34679CDFGHJKMNPQRTVWX"


def hashed(key: str) -> str:
    """What stands in the database for the key of a draft: whoever reads the table cannot use it."""
    return hashlib.sha256(f"web form {key}".encode()).hexdigest()


def new_receipt() -> str:
    """A receipt number that says nothing: not how many have written, nor when. `WEB-7K3M-9QXR`."""
    letters = "".join(secrets.choice(RECEIPT_LETTERS) for _ in range(8))
    return f"WEB-{letters[:4]}-{letters[4:]}"


class WebForm(models.Model):
    """The one row that says whether the form is open, and what stands on its first page."""

    is_on = models.BooleanField(default=False)
    intro = models.TextField(blank=True)
    intro_cy = models.TextField(blank=True)
    privacy_url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_web_form_in_an_office", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "The web form, open" if self.is_on else "The web form, closed"

    @classmethod
    def here(cls) -> WebForm:
        """This office's; closed, and not saved, where nobody has set it."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Gone(Exception):
    """A draft was sent or cleared, in another window, while a page of it was on its way."""


class WebDraftQuerySet(models.QuerySet["WebDraft"]):
    def keyed(self, key: str) -> WebDraftQuerySet:
        return self.filter(key_hash=hashed(key))

    def expired(self, at: datetime) -> WebDraftQuerySet:
        return self.filter(changed_at__lt=at - KEPT_FOR)


class WebDraft(models.Model):
    """What somebody has written so far. Nobody here sees it; it goes when sent or after `KEPT_FOR`."""

    key_hash = models.CharField(max_length=64, unique=True)
    # Text, not a JSON column: PostgreSQL's refuses some of what people paste.
    answers_json = models.TextField(default="{}")
    begun_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = WebDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"A draft begun {self.begun_at:%Y-%m-%d}"

    @property
    def answers(self) -> dict[str, Any]:
        """By step, the answers of its form."""
        found: dict[str, Any] = json.loads(self.answers_json)
        return found

    @answers.setter
    def answers(self, answers: dict[str, Any]) -> None:
        self.answers_json = json.dumps(answers, ensure_ascii=True, sort_keys=True)

    def change(self) -> None:
        """Say that it changed, for whoever sends it meanwhile, and hold it until the transaction ends.

        Raises `Gone` where it was sent or cleared meanwhile.
        """
        self.changed_at = timezone.now()
        if not WebDraft.objects.filter(pk=self.pk).update(changed_at=self.changed_at):
            raise Gone


class WebDraftFile(models.Model):
    """A file of a draft. In the database, because it is encrypted there and goes with the draft."""

    draft = models.ForeignKey(WebDraft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=170)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "sha256"], name="a_file_once_a_draft")]

    def __str__(self) -> str:
        return self.name


class WebSubmission(models.Model):
    """A form that was sent: one row for the key it was written under, so sending twice is one message."""

    key_hash = models.CharField(max_length=64, unique=True)
    receipt = models.CharField(max_length=20, unique=True, default=new_receipt)
    sent_at = models.DateTimeField(default=timezone.now)
    message = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, related_name="web_submission")

    def __str__(self) -> str:
        return self.receipt


class WebFormUse(models.Model):
    """How much of something was taken in an hour by one part of the network, or by everybody."""

    what = models.CharField(max_length=10)
    who = models.CharField(max_length=64)  # a keyed hash of the network prefix; "" is everybody
    hour = models.DateTimeField()
    amount = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "who", "hour"], name="one_count_an_hour")]

    def __str__(self) -> str:
        return f"{self.amount} {self.what} in the hour of {self.hour:%Y-%m-%d %H:%M}"

    @classmethod
    def take(cls, what: str, who: str, hour: datetime, *, amount: int, most: int) -> bool:
        """Count `amount` more, unless that would be over `most`. Of many at once, none slips through."""
        row, _made = cls.objects.get_or_create(what=what, who=who, hour=hour)
        room = cls.objects.filter(pk=row.pk, amount__lte=most - amount)
        return bool(room.update(amount=F("amount") + amount))
