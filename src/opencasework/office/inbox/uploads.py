"""Files brought in with the browser: kept in the spool as they come, taken in as work for later.

Mail goes the way of `casework ingest`; a PDF or a photograph becomes a letter. Both know what is here.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePath
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from opencasework.office.cases.models import Channel
from opencasework.office.inbox.actions import write_down
from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.models import Arrival, Message, Upload
from opencasework.office.inbox.papers import Scan, letters_with, scan_kind, shown_name, take_in
from opencasework.office.kit.first_bytes import ENOUGH
from opencasework.office.kit.limits import LARGEST_BRING_IN, LARGEST_UPLOAD, MOST_FILES
from opencasework.office.kit.steps import step
from opencasework.office.staff.models import StaffMember

MB = 1024 * 1024
SMALL = 3 * MB  # taken in at once, while the person waits; more is left to the worker
PIECE = 1 * MB
FORGOTTEN = timedelta(days=1)  # after which files that never came whole are removed
LISTED_FOR = timedelta(days=2)  # what came of some files; then their names go, which may name people
OURS = re.compile(r"[0-9a-f]{32}")  # a folder of the spool that an upload made
ASKED_AT_ONCE = 500  # a database reads only so long a sentence
MOST_MARKS = 2_000  # known messages looked up, to link to them
GAVE_UP = (
    "The office tried {} times to take these files in and was stopped each time. What had been read is in "
    "the inbox. Bring them in again, one at a time."
)


MOST_UNDER_WAY = 2 * LARGEST_BRING_IN  # bytes of one colleague's files that are not taken in yet


class TooMuch(Exception):
    """More than is taken in at once; the message is a sentence with the way out."""


class Overtaken(Exception):
    """Another worker has taken these files over."""


# --- arriving -------------------------------------------------------------------------------------------


def begin(files: Sequence[tuple[str, int]], *, by: StaffMember) -> Upload:
    """Announce files by name and size in bytes. Raises `TooMuch`."""
    if not files:
        raise TooMuch("Choose at least one file.")
    if len(files) > MOST_FILES:
        raise TooMuch(f"Up to {MOST_FILES} files come in at once. Put them into a zip, and bring in the zip.")
    size = sum(each for _, each in files)
    if size > LARGEST_BRING_IN:
        raise TooMuch(
            f"Together they are larger than {LARGEST_BRING_IN // MB} MB. Bring in fewer, or ask whoever runs "
            "the office's machine to use “casework ingest”, which takes any size."
        )
    under_way = sum(each.size for each in Upload.objects.filter(by=by, finished_at=None))
    if under_way + size > MOST_UNDER_WAY:
        raise TooMuch("Other files of yours are still coming in. Bring these in when those are done.")
    listed = [{"name": shown_name(name), "size": each} for name, each in files]
    return Upload.objects.create(by=by, files=listed)


def file_path(upload: Upload, index: int) -> Path:
    """Where a file of an upload lies: under its number, with nothing of its name but the ending."""
    ending = re.sub(r"[^a-z0-9.]", "", PurePath(upload.files[index]["name"]).suffix.lower())[:12]
    return upload.folder / f"{index:03}{ending}"


def put_piece(upload: Upload, index: int, offset: int, piece: Iterable[bytes]) -> int:
    """Add the bytes from `offset` on. Returns how many bytes of the file are here, which says how to go on.

    A piece that does not continue what is here changes nothing, so sending one twice is harmless.
    """
    announced = int(upload.files[index]["size"])
    if upload.complete_at is not None:  # all of it came, and may have been taken in and removed since
        return announced
    path = file_path(upload, index)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        here = file.seek(0, os.SEEK_END)
        if offset != here:
            return here
        for chunk in piece:
            file.write(chunk[: announced - file.tell()])
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def complete(upload: Upload) -> bool:
    """Whether every byte is here; from then on the worker may take it in."""
    sizes = [_size(file_path(upload, index)) for index in range(len(upload.files))]
    whole = sizes == [each["size"] for each in upload.files]
    if whole:
        Upload.objects.filter(pk=upload.pk, complete_at=None).update(complete_at=timezone.now())
        upload.refresh_from_db()
    return whole


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


# --- taking in ------------------------------------------------------------------------------------------


def take_in_waiting() -> int:
    """Take in every upload that waits, the oldest first; how many that were. Any number of workers may."""
    done = 0
    now = timezone.now()
    for pk in _waiting().order_by("complete_at").values_list("pk", flat=True):
        done += take_in_files(Upload.objects.get(pk=pk))
    for forgotten in Upload.objects.filter(complete_at=None, created_at__lt=now - FORGOTTEN):
        remove(forgotten)
    Upload.objects.filter(finished_at__lt=now - LISTED_FOR).delete()
    _sweep()
    return done


def _waiting() -> QuerySet[Upload]:
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return Upload.objects.filter(free, finished_at=None, complete_at__isnull=False)


def take_in_files(upload: Upload) -> bool:
    """Take in the files of an upload, unless somebody is at it. Of two workers one gets through."""
    attempt = upload.attempts + 1
    claimed = _waiting().filter(pk=upload.pk, attempts=upload.attempts)
    if not claimed.update(attempts=attempt, lease_until=timezone.now() + Upload.LEASE):
        return False
    upload.refresh_from_db()
    step()
    try:
        result = _gave_up(upload) if attempt > Upload.TRIES else _Work(upload).do()
    except Overtaken:
        return False
    ours = Upload.objects.filter(pk=upload.pk, attempts=attempt, finished_at=None)
    ours.update(finished_at=timezone.now(), lease_until=None, result=result)
    step()
    upload.refresh_from_db()
    _remove(upload)
    return True


@dataclass
class _Work:
    """Taking in one upload: what it met, and what came of it."""

    upload: Upload
    ours: set[int] = field(default_factory=set)  # messages that came with it, those nobody can read too
    unreadable: int = 0  # of them
    marks: set[str] = field(default_factory=set)  # fingerprints of what we had
    letters: int = 0
    known_letters: list[int] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)  # where, and a sentence

    def do(self) -> dict[str, Any]:
        """All of it. Raises `Overtaken` when another worker began meanwhile."""
        # What an earlier try took in counts as new, though this one meets it again.
        again = self._took_in_before() if self.upload.attempts > 1 else 0
        mail = []
        for index in range(len(self.upload.files)):
            path = file_path(self.upload, index)
            if not path.exists():
                self.problems.append((str(path), "It is not here any more. Bring it in again."))
            elif scan_kind(_beginning(path)):
                self._letter(index, path)
                self._go_on(self.letters)
            else:
                mail.append(path)
        known = len(self.known_letters)
        if mail:
            came = ingest(
                mail,
                progress=lambda count: self._go_on(self.letters + count),
                met=self._met,
                kept=self._kept,
            )
            self.problems += [(each.source, each.reason) for each in came.unreadable]
            known += came.counts.known
        return self._result(max(known - again, 0))

    def _took_in_before(self) -> int:
        """Find what a try that was stopped had taken in, by where it came from; how many messages.

        It looks through all arrivals, so only what was stopped is worth it.
        """
        arrivals = Arrival.objects.filter(source__startswith=f"{self.upload.folder}{os.sep}")
        sources = dict(arrivals.values_list("sha256", "source"))
        hashes = list(sources)
        for start in range(0, len(hashes), ASKED_AT_ONCE):
            some = hashes[start : start + ASKED_AT_ONCE]
            earlier = Message.objects.filter(Q(sha256__in=some) | Q(fingerprint__in=some))
            for message in earlier.only("pk", "sha256", "state", "unreadable_reason"):
                self._kept([message])
                if message.state == Message.State.UNREADABLE:
                    source = sources.get(message.sha256 or "", "")
                    self.problems.append((source, message.unreadable_reason))
        return len(self.ours)

    def _go_on(self, seen: int) -> None:
        ours = Upload.objects.filter(pk=self.upload.pk, attempts=self.upload.attempts)
        if not ours.update(seen=seen, lease_until=timezone.now() + Upload.LEASE):
            raise Overtaken

    def _met(self, known: Collection[str]) -> None:
        if len(self.marks) < MOST_MARKS:
            self.marks |= set(known)

    def _kept(self, messages: Sequence[Message]) -> None:
        self.ours |= {message.pk for message in messages}
        self.unreadable += sum(message.state == Message.State.UNREADABLE for message in messages)

    def _letter(self, index: int, path: Path) -> None:
        """A scan or photograph becomes a letter, once."""
        name = self.upload.files[index]["name"]
        if _size(path) > LARGEST_UPLOAD:
            largest = LARGEST_UPLOAD // MB
            self.problems.append(
                (str(path), f"It is larger than {largest} MB. Scan it at a lower resolution.")
            )
            return
        content = path.read_bytes()
        mark = hashlib.sha256(content).hexdigest()
        self.letters += 1
        if known := _letter_with(mark):
            self.known_letters.append(known)
            return
        paper = take_in([Scan(name, content)])
        step()
        try:
            with transaction.atomic():
                letter = write_down(
                    channel=Channel.LETTER,
                    text="",
                    by=self.upload.by,
                    subject=PurePath(name).stem,
                    paper=paper,
                    fingerprint=mark,
                )
                Arrival.objects.create(source=str(path), sha256=mark, size=len(content))
                step()
            self._kept([letter])
        except IntegrityError:  # somebody brought the same scan in this moment
            self.known_letters += [known] if (known := _letter_with(mark)) else []

    def _result(self, known: int) -> dict[str, Any]:
        """In numbers, messages and sentences."""
        met = Message.objects.filter(Q(fingerprint__in=self.marks) | Q(pk__in=self.known_letters))
        met_before = [pk for pk in met.order_by("-pk").values_list("pk", flat=True) if pk not in self.ours]
        return {
            "new": len(self.ours) - self.unreadable,
            "known": known,
            "unreadable": len(self.problems),
            "new_messages": sorted(self.ours, reverse=True)[: Upload.SHOWN],
            "known_messages": met_before[: Upload.SHOWN],
            "problems": [[self._named(source), reason] for source, reason in self.problems[: Upload.SHOWN]],
        }

    def _named(self, source: str) -> str:
        """A place by the name the file had: `003.mbox, message 12` was `Inbox.mbox, message 12`."""
        place = source.removeprefix(f"{self.upload.folder}{os.sep}")
        for index, file in enumerate(self.upload.files):
            stored = file_path(self.upload, index).name
            if place.startswith(stored):
                return f"{file['name']}{place.removeprefix(stored)}"
        return shown_name(place)


def _letter_with(mark: str) -> int | None:
    """The letter that has this scan, as it came or as its PDF."""
    return letters_with([mark]).values_list("pk", flat=True).first()


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(ENOUGH)


def _gave_up(upload: Upload) -> dict[str, Any]:
    problems = [[each["name"], GAVE_UP.format(Upload.TRIES)] for each in upload.files]
    return {"new": 0, "known": 0, "unreadable": len(problems), "problems": problems[: Upload.SHOWN]}


# --- the spool ------------------------------------------------------------------------------------------


def copy_whole(upload: Upload, index: int, file: IO[bytes]) -> None:
    """Put a whole file of an upload into the spool."""
    put_piece(upload, index, 0, iter(lambda: file.read(PIECE), b""))


def remove(upload: Upload) -> None:
    """Forget an upload, and whatever of its files is left. The messages stay."""
    _remove(upload)
    upload.delete()


def _remove(upload: Upload) -> None:
    shutil.rmtree(upload.folder, ignore_errors=True)


def _sweep() -> None:
    """Remove folders whose upload has been taken in or is gone: a process died before it could."""
    spool = Path(settings.HOME.spool)
    if not spool.exists():
        return
    for folder in spool.iterdir():
        if not OURS.fullmatch(folder.name):  # such as the lost+found of a disk of its own
            continue
        with suppress(FileNotFoundError):  # another worker removed it in this moment
            old = timezone.now().timestamp() - folder.stat().st_mtime > FORGOTTEN.total_seconds()
            if old and not Upload.objects.filter(key=folder.name, finished_at=None).exists():
                shutil.rmtree(folder, ignore_errors=True)
