"""What `casework doctor` looks at: each check says in a sentence how things are."""

from __future__ import annotations

import email.message
import email.policy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import randrange

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from opencasework.office.audit.models import Watch
from opencasework.office.authority.models import Authority
from opencasework.office.config.earlier import made_before_the_first_version
from opencasework.office.config.serving import BUILT
from opencasework.office.inbox.clamd import SETTINGS_WANTED, ScannerUnavailable
from opencasework.office.inbox.models import Answer, Arrival, Attachment, Mailbox, PreviewPage
from opencasework.office.inbox.models.messages import blobs
from opencasework.office.inbox.scanning import scanner
from opencasework.office.inbox.watching import troubles, when
from opencasework.office.inbox.webform.models import WebDraft, WebForm
from opencasework.office.kit import sealing, typefaces, undrawn
from opencasework.office.kit.naming import all_named
from opencasework.office.kit.pdf import NO_LIBRARIES
from opencasework.office.kit.printing import LibrariesMissing
from opencasework.office.letters import tokens
from opencasework.office.letters.models import OutgoingMail, ReplyToken
from opencasework.office.publishing.models import Publication
from opencasework.office.search.index import problems

LEAST_FREE_BYTES = 1_000_000_000

LOOKED_INTO = 200  # files whose content is compared; of the others, whether they are there
# Where a message once arrived, and what rows were published, keeps none; what is shown of one is drawn anew.
NOT_FILES = (Arrival, Publication, PreviewPage)

ANSWERS_LOOKED_AT = timedelta(days=14)  # what was refused before that was seen to, or is past helping


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    sentence: str
    warns: bool = False  # nothing is wrong, but somebody has to look


def well(name: str, sentence: str) -> Check:
    return Check(name, ok=True, sentence=sentence)


def wrong(name: str, sentence: str) -> Check:
    return Check(name, ok=False, sentence=sentence)


def warned(name: str, sentence: str) -> Check:
    return Check(name, ok=True, sentence=sentence, warns=True)


def checks() -> Iterator[Check]:
    """Everything there is to check, in the order a person would want to know."""
    yield _database()
    yield _tables()
    yield _search()
    yield _disk()
    yield _files()
    yield _keys()
    yield _mail_library()
    yield from _mailboxes()
    yield _web_form()
    yield _scanner()
    yield _outbox()
    yield _answers()
    yield _record()
    yield _front_end()
    yield _typefaces()


def _database() -> Check:
    if connection.vendor == "postgresql":
        return _cluster()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        shown = cursor.fetchone()[0]
        cursor.execute("PRAGMA cipher_version")
        cipher = cursor.fetchone()
    if not cipher:
        return wrong("Database", f"SQLite {shown} without encryption. Install sqlcipher3.")
    if _begins_plainly(Path(str(connection.settings_dict["NAME"]))):
        return wrong("Database", f"SQLite {shown}, and its file can be read without the key. Ask for help.")
    return well(
        "Database",
        f"SQLite {shown}, encrypted at rest by SQLCipher, reference numbers with it. "
        "Raw mail and files rely on an encrypted disk.",
    )


def _begins_plainly(file: Path) -> bool:
    """Whether the file of the database begins as one that is not encrypted does."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def _cluster() -> Check:
    """PostgreSQL cannot say whether the disk below it is encrypted: whoever runs it can, and says so here."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).split()[0]
    shown = f"PostgreSQL {version}."
    if settings.PG_STORAGE_ENCRYPTED:
        return well(
            "Database",
            f"{shown} You say that its storage is encrypted (CASEWORK_PG_STORAGE_ENCRYPTED); "
            "we cannot see it. Reference numbers are protected as the rest of the database is.",
        )
    return warned(
        "Database",
        f"{shown} Whether its storage is encrypted cannot be seen from here, and reference numbers lie "
        "in it as they are. Ask whoever runs it, then set CASEWORK_PG_STORAGE_ENCRYPTED to yes.",
    )


def _tables() -> Check:
    if trouble := made_before_the_first_version():
        return wrong("Tables", trouble)
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return wrong(
            "Tables", f"{len(waiting)} changes are waiting. Start `casework serve` once to make them."
        )
    return well("Tables", "As this version expects them.")


def _search() -> Check:
    found = problems()
    if found:
        return wrong("Search", f"{found[0]} Run `casework serve` again to mend it.")
    return well("Search", "The index is kept up by the database.")


def _disk() -> Check:
    free = shutil.disk_usage(settings.HOME.root).free
    sentence = f"{free / 1e9:.1f} GB are free."
    return well("Disk", sentence) if free > LEAST_FREE_BYTES else wrong("Disk", f"Only {sentence}")


def _files() -> Check:
    """Whether every file that a row names is there, and some of them, taken at random, are what was kept."""
    store, missing = blobs(), set()
    looked_into: list[str] = []
    for number, name in enumerate(all_named(besides=NOT_FILES), start=1):
        if not store.is_there(name):
            missing.add(name)
        elif len(looked_into) < LOOKED_INTO:
            looked_into.append(name)
        elif (place := randrange(number)) < LOOKED_INTO:
            looked_into[place] = name
    damaged = [name for name in looked_into if not store.is_whole(name)]
    if not missing and not damaged:
        return well("Files", "All that messages, letters and authorities name are there.")
    gone = f"{len(missing)} are missing or empty" if missing else ""
    other = f"{len(damaged)} of {len(looked_into)} looked into are not what was kept" if damaged else ""
    return wrong(
        "Files",
        f"Of those that messages, letters and authorities name {' and '.join(filter(None, [gone, other]))}. "
        "Put the folder files back from the backup of the same moment as the database.",
    )


def _keys() -> Check:
    """Whether the keys are those with which the newest signature was sealed and the newest mail sent."""
    signed = Authority.objects.filter(basis=Authority.Basis.ONLINE).exclude(scan_sha256="")
    newest = signed.order_by("-pk").values_list("scan_sha256", flat=True).first()
    other = []
    if newest and not blobs().is_whole(newest):  # nothing to hold the key against
        if not settings.HOME.has_key("seal"):
            other.append("seal.key")
    elif newest and not sealing.is_intact(blobs().read(newest)):
        other.append("seal.key")
    sent = ReplyToken.objects.order_by("-pk").first()
    if sent and sent.token != tokens.make(sent.case_id, sent.recipient):
        other.append("reply.key")
    if not other:
        return well("Keys", "Those that were used last.")
    are = "is not the one that was" if len(other) == 1 else "are not those that were"
    return wrong(
        "Keys", f"{' and '.join(other)} in the folder keys {are} used last. Put your copy of them back."
    )


def _mail_library() -> Check:
    """Old patch levels of Python let an encoded word become a header line of its own (CVE-2024-6923)."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "=?utf-8?q?a=0D=0ABcc=3A_b=40c=2Eexample?="
    if b"\nBcc:" in message.as_bytes():
        return well(
            "Python",
            "It can be made to add header lines (CVE-2024-6923); our mail goes by Django, which refuses.",
        )
    return well("Python", "Its mail library refuses header injection.")


def _mailboxes() -> Iterator[Check]:
    boxes = list(Mailbox.objects.filter(enabled=True))
    if not boxes:
        yield well("Mailboxes", "None is collected yet. Add one with `casework mailbox add`.")
    in_trouble = {trouble.mailbox.pk: trouble for trouble in troubles()}
    for box in boxes:
        if box.pk in in_trouble:
            yield wrong(f"Mailbox {box.address}", str(in_trouble[box.pk]))
        else:
            yield well(
                f"Mailbox {box.address}",
                f"Last looked into {when(box.last_succeeded_at)}, last mail {when(box.last_received_at)}.",
            )


def _web_form() -> Check:
    form = WebForm.here()
    if not form.is_on:
        return well("Web form", "Closed. An office manager opens it under Settings.")
    if WebDraft.objects.expired(timezone.now() - timedelta(hours=1)).exists():
        return wrong("Web form", "Old drafts are not deleted. Start the worker: casework worker.")
    if not form.privacy_url:
        return wrong("Web form", "Open, without a privacy notice. Add its address under Settings, Web form.")
    return well("Web form", "Open at /write/.")


def _scanner() -> Check:
    clamd = scanner()
    if clamd is None:
        return well(
            "Virus scanner", "None is set (CASEWORK_CLAMD), so every file says that it is not scanned."
        )
    try:
        version = clamd.version()
        if not clamd.tells_all():
            return wrong("Virus scanner", SETTINGS_WANTED)
    except ScannerUnavailable as silence:
        return wrong("Virus scanner", f"{silence} Start clamd at {clamd.where}, or correct CASEWORK_CLAMD.")
    infected = Attachment.objects.filter(virus_state=Attachment.VirusState.INFECTED).count()
    return well("Virus scanner", f"{version} answers. Infected files kept here: {infected}.")


def _outbox() -> Check:
    """What was refused or came back is wrong; what stopped since something new has come only waits."""
    troubles = OutgoingMail.objects.needing_a_person()
    stopped = troubles.filter(state=OutgoingMail.State.STOPPED).count()
    if waiting := troubles.count() - stopped:
        return wrong("Outbox", f"Mails that need a person: {waiting}. Open Letters in the office.")
    if stopped:
        return warned(
            "Outbox",
            f"Mails stopped as something new has come: {stopped}. Read it, then send or withdraw them.",
        )
    return well("Outbox", "Nothing is stuck.")


def _answers() -> Check:
    """Mails about no case: to those another member represents, and the automatic reply."""
    lost = Answer.objects.filter(state__in=[Answer.State.FAILED, Answer.State.UNCERTAIN])
    recent = lost.filter(send_after__gte=timezone.now() - ANSWERS_LOOKED_AT)
    if waiting := recent.exclude(kind=Answer.Kind.ACKNOWLEDGEMENT).count():
        return wrong("Replies", f"{waiting} replies for another member's constituents may not have arrived.")
    return well("Replies", "None about another member was refused.")


def _record() -> Check:
    watch = Watch.here()
    if watch.verified_at is None:
        return well(
            "Record", "Not verified yet; the worker does it once a day, casework audit verify at once."
        )
    if not watch.verified_ok:
        return wrong("Record", f"{watch.verified_said.splitlines()[0]} Run casework audit verify.")
    if timezone.now() - watch.verified_at > timedelta(days=2):
        return wrong("Record", f"Not verified since {when(watch.verified_at)}. Start the worker.")
    if watch.anchor_trouble:
        return wrong("Record", watch.anchor_trouble)
    left = f"last anchor {when(watch.anchored_at)}" if watch.anchored_at else "no anchor is left anywhere yet"
    return well(
        "Record", f"{watch.verified_said.splitlines()[0]} Verified {when(watch.verified_at)}, {left}."
    )


def _front_end() -> Check:
    if not (BUILT / "app.css").exists():
        return wrong("Front end", "It has not been built. Run `make frontend`, or install a wheel.")
    return well("Front end", "Built.")


def _typefaces() -> Check:
    """Whether a PDF can draw the scripts that constituents have their names in."""
    try:
        missing = undrawn.missing_common()
    except LibrariesMissing:
        return warned("PDFs", NO_LIBRARIES)
    if missing is None:
        return warned("PDFs", "None could be made just now. Run casework doctor again.")
    if not missing:
        return well("PDFs", "They draw names in every script that is common here.")
    ours = "" if typefaces.CHARACTERS.is_file() else "Run `make frontend`, or install a wheel. "
    return warned(
        "PDFs",
        f"Boxes would be printed for {'; '.join(missing)}. {ours}"
        "Or install the Debian packages fonts-noto-core and fonts-noto-cjk, then start the office anew.",
    )
