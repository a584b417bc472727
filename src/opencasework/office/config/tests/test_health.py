"""What `casework doctor` says of the database, truthfully."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from opencasework.office.config.health import _answers, _begins_plainly, _database, _outbox, _typefaces
from opencasework.office.inbox.models import Answer
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit import press, printing, typefaces
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.letters.tests.factories import OutgoingMailFactory

pytestmark = pytest.mark.django_db


def test_the_database_says_how_reference_numbers_are_protected():
    check = _database()

    assert check.ok
    if connection.vendor == "postgresql":
        assert check.warns
        assert "cannot be seen from here" in check.sentence
        assert "CASEWORK_PG_STORAGE_ENCRYPTED" in check.sentence
    else:
        assert "encrypted at rest by SQLCipher, reference numbers with it" in check.sentence


def test_what_the_operator_says_of_the_storage_is_told_as_theirs(settings):
    settings.PG_STORAGE_ENCRYPTED = True

    check = _database()

    assert not check.warns
    assert ("You say" in check.sentence) == (connection.vendor == "postgresql")


def test_a_file_that_can_be_read_without_the_key_is_known_by_its_beginning(tmp_path):
    plain, locked = tmp_path / "plain", tmp_path / "locked"
    plain.write_bytes(b"SQLite format 3\0" + bytes(100))
    locked.write_bytes(bytes(range(116)))

    assert _begins_plainly(plain)
    assert not _begins_plainly(locked)
    assert not _begins_plainly(tmp_path / "missing")


def test_a_reply_about_another_member_that_was_refused_is_told():
    assert _answers().ok
    Answer.objects.create(
        message=MessageFactory(),
        kind=Answer.Kind.OTHER_MEMBER,
        to="sol@post.example",
        subject="Who can help you",
        text="Your address is in another area.",
        mail_id="<one@office.example>",
        send_after=timezone.now(),
        state=Answer.State.FAILED,
    )

    assert not _answers().ok


def test_a_mail_that_stopped_waits_for_a_look_and_one_that_was_refused_is_wrong():
    OutgoingMailFactory(state=OutgoingMail.State.STOPPED)
    assert (_outbox().ok, _outbox().warns) == (True, True)

    OutgoingMailFactory(state=OutgoingMail.State.FAILED)
    assert not _outbox().ok
    assert "a person: 1." in _outbox().sentence


def test_every_common_script_can_be_printed():
    check = _typefaces()

    assert check.ok
    assert not check.warns
    assert "every script that is common here" in check.sentence


def test_scripts_that_cannot_be_printed_are_named_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(press, "boxes", lambda _text, **_: "王김")
    monkeypatch.setattr(typefaces, "CHARACTERS", tmp_path / "none")

    check = _typefaces()

    assert check.warns
    assert check.sentence.startswith("Boxes would be printed for Chinese characters; Korean.")
    assert "make frontend" in check.sentence
    assert "fonts-noto-core and fonts-noto-cjk" in check.sentence


def test_a_machine_on_which_nothing_can_be_printed_is_told(monkeypatch):
    def no_libraries(_text, **_):
        raise printing.LibrariesMissing

    monkeypatch.setattr(press, "boxes", no_libraries)

    assert _typefaces().warns
    assert "libpangoft2-1.0-0" in _typefaces().sentence
