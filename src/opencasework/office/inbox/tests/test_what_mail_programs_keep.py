"""`casework ingest` and what mail programs leave on a disk, through the command an office runs."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from django.core.management import call_command

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.samples import sample_messages

from . import outlook_files
from .test_outlook import FILES, RECIPIENTS, SAVED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
THREE = [raw.replace(b"\r\n", b"\n") for raw in sample_messages(1, date(2026, 11, 20))[36:39]]
MBOX = b"".join(b"From - Fri Nov 20 09:00:00 2026\n" + raw + b"\n\n" for raw in THREE)


def ingest(capsys, *paths):
    """What the command reports: new, known, and its sentences by file."""
    with suppress(SystemExit):  # where nothing at all could be taken in
        call_command("ingest", *map(str, paths), "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["unreadable"] == len(report["problems"])
    return report["new"], report["known"], [each["reason"] for each in report["problems"]]


def put(path, content=b""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_mbox_needs_no_ending(tmp_path, capsys):
    assert ingest(capsys, put(tmp_path / "Inbox", MBOX)) == (3, 0, [])


def test_an_outlook_message_comes_with_its_files(tmp_path, capsys):
    file = put(tmp_path / "damp.msg", outlook_files.message(SAVED, recipients=RECIPIENTS, files=FILES))

    assert ingest(capsys, file) == (1, 0, [])
    assert Message.objects.get().subject == "Damp – again"
    assert [each.size for each in Message.objects.get().attachments.all()] == [6_008, 5]


def test_an_outlook_store_is_said_to_be_one_with_the_way_out(tmp_path, capsys):
    _, _, [reason] = ingest(capsys, put(tmp_path / "archive.pst", b"!BDN" + bytes(600)))

    assert reason.startswith(
        "It is an Outlook data file (.pst or .ost), which we do not read. In Outlook select"
    )


def test_a_zip_within_a_zip_is_named_and_the_rest_is_taken_in(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("1.eml", THREE[0])
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.write(tmp_path / "inner.zip", "inner.zip")
        outer.writestr("deep/er/2.eml", THREE[1])
        outer.writestr("deep/er/box", MBOX)

    new, known, [reason] = ingest(capsys, tmp_path / "outer.zip")

    assert (new, known) == (3, 1)
    assert reason.startswith("It is a zip within a zip. Unpack the outer one")


def test_folders_within_folders_are_looked_through(tmp_path, capsys):
    put(tmp_path / "post/2026/11/a.eml", THREE[0])
    put(tmp_path / "post/2026/b.eml", THREE[1])
    put(tmp_path / "post/.DS_Store", b"\0\0\0\1Bud1")

    assert ingest(capsys, tmp_path / "post") == (2, 0, [])


def test_a_profile_of_thunderbird_gives_its_mail_and_nothing_else(tmp_path, capsys):
    profile = tmp_path / "abcd.default-release"
    put(profile / "prefs.js", b"user_pref(1);")
    put(profile / "places.sqlite", b"SQLite format 3\0")
    put(profile / "Mail/Local Folders/Inbox", MBOX)
    put(profile / "Mail/Local Folders/Inbox.msf", b"// <!-- <mdb:mork:z v=1.4/> -->")
    put(profile / "Mail/Local Folders/Drafts")
    put(profile / "Mail/Local Folders/msgFilterRules.dat", b"version=9")
    put(profile / "ImapMail/imap.member.example/Archives.sbd/2025", MBOX)

    assert ingest(capsys, profile) == (3, 3, [])


def test_an_mbox_folder_of_apple_mail_is_read(tmp_path, capsys):
    put(tmp_path / "Casework.mbox/mbox", MBOX)
    put(tmp_path / "Casework.mbox/table_of_contents", bytes(40))

    assert ingest(capsys, tmp_path / "Casework.mbox") == (3, 0, [])


def test_the_mail_apple_mail_keeps_one_by_one_is_read(tmp_path, capsys):
    raw = THREE[0]
    plist = b'<?xml version="1.0"?><plist version="1.0"><dict/></plist>'
    put(tmp_path / "INBOX.mbox/Messages/1.emlx", b"%d\n" % len(raw) + raw + plist)
    put(tmp_path / "INBOX.mbox/Messages/2.partial.emlx", b"%d\n" % len(THREE[1]) + THREE[1] + plist)
    put(tmp_path / "INBOX.mbox/Info.plist", plist)
    put(tmp_path / "one.eml", raw)

    assert ingest(capsys, tmp_path) == (2, 1, [])
