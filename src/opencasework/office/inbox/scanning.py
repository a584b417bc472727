"""Has the scanner look at what came in, where the office has one (CASEWORK_CLAMD).

Three states, and the third is the usual one: clean, infected, not scanned. Whatever goes wrong leaves a file
not scanned, says why, and tries again later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from opencasework.office.inbox.clamd import SETTINGS_WANTED, Clamd, ScannerUnavailable, Verdict
from opencasework.office.inbox.models import Attachment, Message, VirusChecked, blobs

AT_MOST = 50  # files a turn
LEASE = timedelta(minutes=5)  # longer than the scanner may take; a worker that dies gives its file back then
# How long to wait after each try that left a file not scanned; after the last one it stays so.
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 1440, 1440, 1440, 1440, 1440)]
State = VirusChecked.VirusState
Row = Attachment | Message


@dataclass
class Scanned:
    """What a turn came to."""

    clean: int = 0
    infected: int = 0
    not_scanned: int = 0


def scanner() -> Clamd | None:
    """The office's scanner, where it has one."""
    return Clamd(settings.CLAMD) if settings.CLAMD else None


def scan_due(*, now: datetime | None = None, at_most: int = AT_MOST) -> Scanned:
    """Look at the files whose turn it is, the latest first. Nothing where the office has no scanner.

    Raises `ScannerUnavailable` when the scanner fell silent: the file it was asked about waits its time, the
    others are as they were.
    """
    done = Scanned()
    clamd = scanner()
    if clamd is None:
        return done
    tells_all: bool | None = None
    for row in _due(now or timezone.now(), at_most):
        moment = now or timezone.now()
        if not _claim(row, moment):
            continue
        try:
            if tells_all is None:
                tells_all = clamd.tells_all()
            verdict = _verdict(clamd, row, tells_all=tells_all)
        except ScannerUnavailable as silence:
            # Its fault, not the file's: it may be away for weeks and the file is scanned all the same.
            _put_off(row, f"{silence} We try again by ourselves.", moment, for_ever=True)
            raise
        _note(row, verdict, moment)
        done.clean += verdict.clean
        done.infected += bool(verdict.virus)
        done.not_scanned += bool(verdict.reason)
    return done


def _due(now: datetime, at_most: int) -> Iterator[Row]:
    """Files, and mails that could not be read: nobody has taken those apart, so they are looked at whole."""
    # In the order of the index of those that wait: by their number, SQLite would look through all there are.
    files = Attachment.objects.filter(virus_due_at__lte=now).order_by("-virus_due_at")[:at_most]
    yield from files
    unread = Message.objects.filter(
        state=Message.State.UNREADABLE, virus_due_at__lte=now, sha256__isnull=False
    ).order_by("-virus_due_at")
    yield from unread[: at_most - len(files)]


def _claim(row: Row, now: datetime) -> bool:
    """Of two workers one gets it, for as long as its lease."""
    return bool(
        type(row)
        .objects.filter(pk=row.pk, virus_due_at=row.virus_due_at)
        .update(virus_due_at=now + LEASE, virus_tries=F("virus_tries") + 1)
    )


def _verdict(clamd: Clamd, row: Row, *, tells_all: bool) -> Verdict:
    try:
        with blobs().open(row.sha256 or "") as stored:
            file = _Hashed(stored)
            verdict = clamd.scan(file)
    except FileNotFoundError:
        return Verdict(reason="The stored file is missing.")
    if verdict.clean and file.sha256 != row.sha256:
        return Verdict(reason="The stored file is damaged.")
    if verdict.clean and not tells_all:
        return Verdict(reason=SETTINGS_WANTED)
    return verdict


def _note(row: Row, verdict: Verdict, now: datetime) -> None:
    if verdict.reason:
        _put_off(row, verdict.reason, now)
        return
    # The same content under another name, or sent to somebody else, is the same.
    alike = type(row).objects.filter(sha256=row.sha256)
    if verdict.clean:
        alike = alike.exclude(virus_state=State.INFECTED)
    alike.update(
        virus_state=State.CLEAN if verdict.clean else State.INFECTED,
        virus_name=verdict.virus,
        virus_reason="",
        virus_checked_at=now,
        virus_due_at=None,
    )


def _put_off(row: Row, reason: str, now: datetime, *, for_ever: bool = False) -> None:
    tries = row.virus_tries
    later = now + BACK_OFF[min(tries, len(BACK_OFF) - 1)]
    type(row).objects.filter(pk=row.pk).update(
        virus_reason=reason[:300],
        virus_due_at=later if for_ever or tries < len(BACK_OFF) else None,
    )


class _Hashed:
    """A file that is read once, and what it was."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.hash = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        piece = self.file.read(size)
        self.hash.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self.hash.hexdigest()
