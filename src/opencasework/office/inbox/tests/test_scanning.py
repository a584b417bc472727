"""A file is called clean only where the scanner said so of all of it; a real clamd is asked."""

from __future__ import annotations

import os
import socket
import threading
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.config.health import checks
from opencasework.office.inbox import scanning
from opencasework.office.inbox.clamd import Clamd as Client
from opencasework.office.inbox.clamd import ScannerUnavailable, locked_archive
from opencasework.office.inbox.models import Attachment, Message, blobs
from opencasework.office.inbox.scanning import scan_due
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.clamd import FILE_BYTES, MARKER, STREAM_BYTES, Clamd

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture(scope="module")
def clamd():
    with Clamd() as server:
        yield server


@pytest.fixture
def scanner(clamd, settings):
    """The office has a scanner."""
    settings.CLAMD = clamd.address
    return clamd


def came(content, name="letter.pdf", **given):
    """A file that came with a message."""
    message = given.pop("message", None) or MessageFactory()
    return Attachment.objects.create(
        message=message,
        position=message.attachments.count(),
        filename=name,
        content_type="application/pdf",
        size=len(content),
        sha256=blobs().put(content),
        **given,
    )


def scanned(file):
    scan_due()
    file.refresh_from_db()
    return file


def zipped(content):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("invoice.exe", content)
    return file.getvalue()


# --- the three states ---------------------------------------------------------------------------------


def test_a_file_in_which_nothing_is_found_is_clean(scanner):
    file = scanned(came(b"An ordinary letter."))

    assert file.virus_sentence == "Scanned, nothing found"
    assert file.virus_due_at is None


@pytest.mark.parametrize("content", [b"x" * 100_000 + MARKER, zipped(MARKER)], ids=["plain", "in a zip"])
def test_a_file_in_which_something_is_found_is_infected(scanner, content):
    file = scanned(came(content))

    assert file.virus_sentence == "Infected: OpenCasework.Test.UNOFFICIAL"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (locked_archive(), "It is encrypted, so the scanner cannot look into it."),
        (os.urandom(FILE_BYTES + 1) + MARKER, "It is larger or more nested than the scanner looks into."),
        (os.urandom(STREAM_BYTES + 1) + MARKER, "It is larger than the scanner accepts."),
        (os.urandom(STREAM_BYTES * 10) + MARKER, "It is larger than the scanner accepts."),
    ],
    ids=["encrypted", "over the file limit", "over the stream limit", "far over it"],
)
def test_what_the_scanner_cannot_see_all_of_is_not_scanned(scanner, content, why):
    file = scanned(came(content))

    assert file.virus_sentence == f"Not scanned: {why}"
    assert file.virus_due_at > timezone.now()


def test_a_scanner_that_keeps_quiet_about_its_limits_calls_nothing_clean(settings):
    with Clamd(alerts=False) as quiet:
        settings.CLAMD = quiet.address
        half_seen = came(os.urandom(FILE_BYTES + 1) + MARKER)
        ordinary, infected = came(b"An ordinary letter."), came(MARKER)

        scan_due()

        assert not Attachment.objects.filter(virus_state="clean").exists()
        half_seen.refresh_from_db()
        assert "AlertExceedsMax yes" in half_seen.virus_sentence
        ordinary.refresh_from_db()
        assert "AlertExceedsMax yes" in ordinary.virus_sentence
        infected.refresh_from_db()
        assert infected.is_infected
        assert [each.ok for each in checks() if each.name == "Virus scanner"] == [False]


def test_over_a_socket_it_is_the_same(clamd, settings):
    settings.CLAMD = str(clamd.socket)

    assert scanned(came(MARKER)).is_infected


def test_an_office_without_a_scanner_says_that_nothing_is_scanned(settings):
    file = scanned(came(MARKER))

    assert file.virus_sentence == "Not scanned: this office has no virus scanner."
    assert file.virus_tries == 0


def test_a_damaged_or_missing_file_is_not_scanned(scanner):
    damaged, missing = came(b"As it came."), came(b"Gone.")
    path = blobs().path(damaged.sha256)
    path.chmod(0o600)
    path.write_bytes(b"As it is now.")
    blobs().delete(missing.sha256)

    scan_due()

    damaged.refresh_from_db()
    missing.refresh_from_db()
    assert damaged.virus_sentence == "Not scanned: The stored file is damaged."
    assert missing.virus_sentence == "Not scanned: The stored file is missing."


def test_a_mail_that_could_not_be_read_is_looked_at_whole(scanner):
    raw = b"From: x\r\n\r\n" + MARKER
    unreadable = MessageFactory(state="unreadable", sha256=blobs().put(raw))
    read = MessageFactory(sha256=blobs().put(raw + b"."))

    scan_due()

    unreadable.refresh_from_db()
    read.refresh_from_db()
    assert unreadable.is_infected
    assert not read.virus_tries


# --- when it does not answer --------------------------------------------------------------------------


class Silent:
    """Accepts and never answers, or hangs up at once."""

    def __init__(self, *, hangs_up=False):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.held = []
        self.hangs_up = hangs_up
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            if self.hangs_up:
                connection.close()
            else:
                self.held.append(connection)

    @property
    def address(self):
        return f"127.0.0.1:{self.listening.getsockname()[1]}"


@pytest.mark.parametrize("how", ["down", "hung", "hangs up"])
def test_a_scanner_that_does_not_answer_leaves_files_not_scanned_and_they_are_tried_again(
    how, clamd, settings, monkeypatch
):
    silent = Silent(hangs_up=how == "hangs up")
    settings.CLAMD = silent.address
    if how == "down":
        silent.listening.close()
    monkeypatch.setattr(scanning, "scanner", lambda: Client(settings.CLAMD, seconds=0.3))
    file = came(b"An ordinary letter.")

    with pytest.raises(ScannerUnavailable):
        scan_due()

    file.refresh_from_db()
    assert file.virus_sentence.startswith("Not scanned: The scanner d")
    assert file.virus_due_at > timezone.now()
    settings.CLAMD = clamd.address
    scan_due(now=timezone.now() + timedelta(minutes=10))
    file.refresh_from_db()
    assert file.virus_sentence == "Scanned, nothing found"


def test_each_failure_waits_longer_and_a_file_that_cannot_be_scanned_is_let_be(scanner):
    file = came(locked_archive())
    waits = []
    now = timezone.now()
    while file.virus_due_at:
        now = file.virus_due_at
        scan_due(now=now)
        file.refresh_from_db()
        if file.virus_due_at:
            waits.append(file.virus_due_at - now)

    assert waits == sorted(waits)
    assert len(waits) == len(scanning.BACK_OFF)
    assert file.virus_sentence.startswith("Not scanned")


def test_of_two_workers_one_scans_a_file(scanner):
    file = came(b"An ordinary letter.")
    other = Attachment.objects.get(pk=file.pk)

    assert scanning._claim(file, timezone.now())
    assert not scanning._claim(other, timezone.now())


# --- what people see ----------------------------------------------------------------------------------


@pytest.fixture
def infected(scanner):
    case = CaseFactory()
    message = MessageFactory(case=case, decision="case", sha256=blobs().put(b"From: x\r\n\r\n" + MARKER))
    return scanned(came(MARKER, "invoice.exe", message=message))


def test_an_infected_file_is_shown_with_its_name_and_not_handed_out(client, infected):
    OfficeFactory()
    client.force_login(StaffFactory())

    page = client.get(reverse("message", args=[infected.message_id])).content.decode()
    answers = [
        client.get(reverse("message-attachment", args=[infected.pk])),
        client.get(reverse("message-raw", args=[infected.message_id])),
    ]

    assert "Infected: OpenCasework.Test.UNOFFICIAL" in page
    for answer in answers:
        assert answer.status_code == 403
        assert MARKER not in answer.content
        assert "ask your office manager" in answer.content.decode()
    for name, pk in (("attachment-infected", infected.pk), ("message-infected", infected.message_id)):
        assert client.post(reverse(name, args=[pk]), {"sure": "yes"}).status_code == 403


def test_an_office_manager_takes_it_out_by_a_second_step_that_is_noted(client, infected):
    OfficeFactory()
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    address = reverse("attachment-infected", args=[infected.pk])

    warned = client.get(reverse("message-attachment", args=[infected.pk]))
    unsure = client.post(address)
    taken = client.post(address, {"sure": "yes"})

    assert "Take the infected file out" in warned.content.decode()
    assert (warned.status_code, unsure.status_code) == (403, 422)
    assert taken.content == MARKER
    assert taken["Content-Disposition"] == 'attachment; filename="invoice.exe.infected"'
    note = infected.message.case.events.get(kind="note", by=tom)
    assert "infected file" in note.text
    mail = client.post(reverse("message-infected", args=[infected.message_id]), {"sure": "yes"})
    assert mail.content == infected.message.raw()


def test_an_infected_mail_that_could_not_be_read_is_not_handed_out_either(client, scanner):
    OfficeFactory()
    client.force_login(StaffFactory())
    raw = b"From: x\r\n\r\n" + MARKER
    message = MessageFactory(state="unreadable", unreadable_reason="It is torn.", sha256=blobs().put(raw))
    scan_due()

    assert client.get(reverse("message-raw", args=[message.pk])).status_code == 403
    assert Message.objects.get(pk=message.pk).virus_name == "OpenCasework.Test.UNOFFICIAL"


def test_the_doctor_says_whether_the_scanner_answers(scanner, settings):
    def said():
        return next(each for each in checks() if each.name == "Virus scanner")

    assert said().ok
    assert "ClamAV" in said().sentence
    settings.CLAMD = "127.0.0.1:9"
    assert not said().ok
    assert "Start clamd at 127.0.0.1:9" in said().sentence
    settings.CLAMD = ""
    assert said().ok
