"""Anchors: where the ledger stood on a day, in a small file to keep elsewhere.

Whoever cuts off the end of the ledger, head and all, or puts an old backup back, leaves a ledger that is
sound in itself. An anchor kept where they cannot reach it knows better.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from opencasework.office.audit.hashing import BEGINNING
from opencasework.office.audit.ledger import seal_now
from opencasework.office.audit.models import Head, Line, Watch
from opencasework.office.audit.verifying import Finding, Verdict, verify

NAME = "casework-anchor-{:%Y-%m-%d}.json"
EVERY = timedelta(hours=23)  # a little less than a day, so that it stays at the same hour
SUBJECT = "Anchor of the casework record, {:%Y-%m-%d}"
LETTER = (
    "Keep this mail. The file in it says where the record of what was done in the office stood on this day, "
    "and names nobody.\n\nWhoever looks after the system checks the record against it with\n\n"
    "    casework audit verify --anchor {name}\n"
)


class AnchorUnreadable(Exception):
    """This is no anchor, or it was altered; the message says which and what to do."""


@dataclass(frozen=True)
class Anchor:
    """Where the ledger stood."""

    sequence: int
    hash: str
    date: str  # ISO 8601, in UTC, to the second

    def as_text(self) -> str:
        """The file: JSON with a seal that only this office's key makes."""
        return json.dumps(self._fields() | {"seal": self._seal()}, indent=1) + "\n"

    def _fields(self) -> dict[str, Any]:
        return {"sequence": self.sequence, "hash": self.hash, "date": self.date}

    def _seal(self) -> str:
        key = bytes.fromhex(settings.HOME.key("audit"))
        return hmac.new(key, json.dumps(self._fields()).encode(), hashlib.sha256).hexdigest()

    @classmethod
    def read(cls, text: str) -> Anchor:
        """The anchor in a file. Raises AnchorUnreadable."""
        try:
            found = json.loads(text)
            anchor = cls(int(found["sequence"]), str(found["hash"]), str(found["date"]))
            seal = str(found["seal"])
        except (ValueError, KeyError, TypeError) as error:
            raise AnchorUnreadable(
                "This file is not an anchor. Give one that `casework audit anchor` has written."
            ) from error
        if not hmac.compare_digest(seal, anchor._seal()):
            raise AnchorUnreadable(
                "This anchor was altered, or another office made it: its seal does not fit keys/audit.key."
            )
        return anchor

    @property
    def day(self) -> str:
        return self.date[:10]


def take(now: datetime | None = None) -> Anchor:
    """Where the ledger stands now."""
    seal_now()
    head = Head.objects.filter(pk=1).first() or Head()
    stamp = (now or timezone.now()).astimezone(UTC)
    return Anchor(head.sequence, head.hash, f"{stamp:%Y-%m-%dT%H:%M:%SZ}")


def compare(anchor: Anchor, verdict: Verdict) -> Finding | None:
    """What the anchor knows better than the ledger; None where they agree."""
    if anchor.sequence == 0 and anchor.hash == BEGINNING:
        return None
    if anchor.sequence > verdict.last:
        gone = anchor.sequence - verdict.last
        return Finding(
            "rolled back",
            f"The record ends with line {verdict.last}, but on {anchor.day} it had {anchor.sequence}: "
            f"{gone} were cut off, or an older backup was put back.",
            verdict.last + 1,
        )
    line = Line.objects.filter(sequence=anchor.sequence).values_list("hash", flat=True).first()
    if line != anchor.hash:
        return Finding(
            "rolled back",
            f"Line {anchor.sequence} is not the one that stood there on {anchor.day}: the record was written "
            "anew, or an older backup was put back and worked on.",
            anchor.sequence,
        )
    return None


def verify_against(anchors: list[Anchor]) -> Verdict:
    """Walk the ledger, then hold it against these anchors."""
    verdict = verify()
    verdict.found += [finding for each in anchors if (finding := compare(each, verdict))]
    known = Watch.here().anchored_sequence or 0
    if known > verdict.sequence and verdict.is_sound:  # without the file itself
        sentence = (
            f"The record ends with line {verdict.sequence}, but an anchor was left for line {known}: "
            "check it against that anchor."
        )
        verdict.found.append(Finding("cut off", sentence, verdict.sequence + 1))
    return verdict


def in_folder(folder: str) -> Iterator[Anchor]:
    """The anchors that were left in a folder. Files that are none are passed over; an altered one is not."""
    if folder and Path(folder).is_dir():
        for path in sorted(Path(folder).glob("casework-anchor-*.json")):
            yield Anchor.read(path.read_text("utf-8", errors="replace"))


# --- once a day ---------------------------------------------------------------------------------------------


def keep_watch(now: datetime | None = None) -> None:
    """Once a day: verify the ledger, and leave an anchor where the office wants one."""
    now = now or timezone.now()
    watch = Watch.here()
    if watch.verified_at is None or watch.verified_at <= now - EVERY:
        verify_now(now)
    if (watch.anchor_folder or watch.anchor_email) and (
        watch.anchored_at is None or watch.anchored_at <= now - EVERY
    ):
        leave_anchor(now)


def verify_now(now: datetime | None = None) -> Verdict:
    """Verify the ledger against every anchor at hand, and keep what was found for the settings page."""
    watch = Watch.here()
    try:
        verdict = verify_against(list(in_folder(watch.anchor_folder)))
    except AnchorUnreadable as problem:
        verdict = verify()
        verdict.found.append(Finding("altered", f"An anchor in {watch.anchor_folder}: {problem}"))
    Watch.objects.filter(pk=1).update(
        verified_at=now or timezone.now(),
        verified_ok=verdict.is_sound,
        verified_said="\n".join([verdict.sentence, *verdict.sentences()[:20]]),
    )
    return verdict


def leave_anchor(now: datetime | None = None) -> Anchor:
    """Leave an anchor in the folder and at the address the office has named; keep trouble as a sentence."""
    now = now or timezone.now()
    watch, anchor = Watch.here(), take(now)
    name = NAME.format(timezone.localdate(now))
    troubles = []
    left = False
    if watch.anchor_folder:
        try:
            Path(watch.anchor_folder, name).write_text(anchor.as_text(), "utf-8")
            left = True
        except OSError as error:
            troubles.append(f"The folder {watch.anchor_folder} cannot be written ({error.strerror}).")
    if watch.anchor_email:
        mail = EmailMessage(SUBJECT.format(now), LETTER.format(name=name), to=[watch.anchor_email])
        mail.attach(name, anchor.as_text(), "application/json")
        try:
            mail.send()
            left = True
        except OSError as error:  # smtplib's own errors among them
            troubles.append(f"The mail to {watch.anchor_email} was not sent ({type(error).__name__}).")
    # One that was left in one of two places counts: tried again every few minutes, it would be many mails.
    done = {"anchored_at": now, "anchored_sequence": anchor.sequence} if left else {}
    Watch.objects.filter(pk=1).update(anchor_trouble=" ".join(troubles)[:200], **done)
    return anchor
