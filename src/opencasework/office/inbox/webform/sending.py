"""A draft becomes a message in the inbox: once, whatever the connection does meanwhile."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from opencasework.office.cases.models import Channel
from opencasework.office.inbox.models import Arrival, Attachment, Message, blobs
from opencasework.office.inbox.reading.message import language_of
from opencasework.office.inbox.webform import steps, telling
from opencasework.office.inbox.webform.allowance import forget_old_counts
from opencasework.office.inbox.webform.forms import authority_words
from opencasework.office.inbox.webform.models import (
    Gone,
    WebDraft,
    WebDraftFile,
    WebSubmission,
    hashed,
    new_receipt,
)
from opencasework.office.kit.steps import step
from opencasework.office.places.models import Office

FORMAT = "opencasework web form 1"


class ChangedMeanwhile(Exception):
    """Another window changed an answer while this one was sending. Send what it is now."""


def sent_under(key: str) -> WebSubmission | None:
    """What was sent under this key, if it was."""
    return WebSubmission.objects.filter(key_hash=hashed(key)).first() if key else None


def send(draft: WebDraft, *, office: Office, language: str) -> WebSubmission:
    """Put a draft into the inbox and remove it. Sending it again, or twice at once, gives the same receipt.

    What was answered is kept as it came, as JSON under its SHA-256, before any row names it. Raises
    `ChangedMeanwhile`, and `Gone` where it was cleared.
    """
    files = list(draft.files.all())
    submission = WebSubmission(key_hash=draft.key_hash, receipt=new_receipt(), sent_at=timezone.now())
    raw = as_sent(draft, files, submission, office=office, language=language)
    sha256, *hashes = blobs().put_many([raw, *(bytes(file.content) for file in files)])
    step()
    try:
        with transaction.atomic():
            # Of two at once on PostgreSQL the second waits here, and then finds no draft.
            now = WebDraft.objects.select_for_update().filter(pk=draft.pk).first()
            if now is None:
                return _sent_meanwhile(draft)
            if now.changed_at != draft.changed_at:
                raise ChangedMeanwhile
            message = _message(draft.answers, submission, raw, files, office=office, language=language)
            message.sha256 = sha256
            message.save()
            Attachment.objects.bulk_create(_attachments(message, files, hashes))
            Arrival.objects.create(
                source="web form", sha256=sha256, size=len(raw), internal_date=submission.sent_at
            )
            step()
            submission.message = message
            submission.save()
            draft.delete()
            step()
    except IntegrityError:
        return _sent_meanwhile(draft)
    step()
    return submission


def _sent_meanwhile(draft: WebDraft) -> WebSubmission:
    submission = WebSubmission.objects.filter(key_hash=draft.key_hash).first()
    if submission is None:
        raise Gone
    return submission


def as_sent(
    draft: WebDraft,
    files: list[WebDraftFile],
    submission: WebSubmission,
    *,
    office: Office,
    language: str,
) -> bytes:
    """The answers as they came, in one canonical form: keys in order, no spaces, UTF-8."""
    with translation.override(language):
        statement = authority_words(office)
    facts: dict[str, Any] = {
        "format": FORMAT,
        "receipt": submission.receipt,
        "sent_at": submission.sent_at.isoformat(),
        "begun_at": draft.begun_at.isoformat(),
        "language": language,
        "member": office.title,
        "authority_statement": statement,
        "answers": draft.answers,
        "files": [
            {"name": file.name, "content_type": file.content_type, "size": file.size, "sha256": file.sha256}
            for file in files
        ],
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _message(
    answers: dict[str, Any],
    submission: WebSubmission,
    raw: bytes,
    files: list[WebDraftFile],
    *,
    office: Office,
    language: str,
) -> Message:
    said = steps.cleaned(answers, office)
    text = telling.as_text(answers, office, receipt=submission.receipt, files=len(files), language=language)
    return Message(
        channel=Channel.WEB,
        state=Message.State.READ,
        size=len(raw),
        subject=telling.subject(said["happened"]),
        from_name=said.get("name", ""),
        from_address=said.get("email", ""),
        sent_at=submission.sent_at,
        received_at=submission.sent_at,
        text=text,
        reply_text="\n\n".join(part for part in (said["happened"], said.get("wanted", "")) if part),
        # What somebody wrote says more than which pages they read; of a few words neither is sure.
        language=language_of(said["happened"]) or language[:2],
        details=telling.details(said),
    )


def _attachments(message: Message, files: list[WebDraftFile], hashes: list[str]) -> list[Attachment]:
    return [
        Attachment(
            message=message,
            position=position,
            filename=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=sha256,
        )
        for position, (file, sha256) in enumerate(zip(files, hashes, strict=True))
    ]


def forget_old_drafts(at: datetime | None = None) -> int:
    """Delete drafts nobody has gone on with for 72 hours, and old counts; how many drafts there were."""
    at = at or timezone.now()
    forget_old_counts(at)
    expired = WebDraft.objects.expired(at)
    count = expired.count()
    expired.delete()
    return count
