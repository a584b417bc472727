"""What `casework doctor` says of the database, truthfully."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.config.health import (
    _answers,
    _begins_plainly,
    _database,
    _files,
    _keys,
    _outbox,
    _typefaces,
)
from opencasework.office.inbox.models import Answer
from opencasework.office.inbox.models.messages import blobs
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit import press, printing, sealing, typefaces
from opencasework.office.letters import tokens
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


@pytest.fixture
def kept(home) -> list[str]:
    """The names of two mails as they came, which messages name."""
    names = blobs().put_many([b"Dear Ms Shah", b"The boiler is out again"])
    for name in names:
        MessageFactory(sha256=name)
    return names


def test_files_that_are_there_and_as_they_were_kept_are_well(kept):
    assert _files().ok


def test_of_a_restored_office_without_its_files_the_doctor_says_how_many_are_missing(kept):
    blobs().delete(kept[0])
    empty = blobs().path(kept[1])
    empty.chmod(0o600)
    empty.write_bytes(b"")

    check = _files()

    assert not check.ok
    assert "2 are missing or empty" in check.sentence
    assert "Put the folder files back" in check.sentence


def test_a_file_that_is_not_what_was_kept_is_found(kept):
    other = blobs().path(kept[0])
    other.chmod(0o600)
    other.write_bytes(b"Dear Mr Shah")

    check = _files()

    assert not check.ok
    assert "1 of 2 looked into are not what was kept" in check.sentence


@pytest.mark.parametrize(("name", "other"), [("reply", "reply.key"), ("seal", "seal.key")])
def test_of_a_restored_office_with_another_key_the_doctor_names_the_one_to_put_back(home, name, other):
    case = CaseFactory()
    page = b"%PDF-1.7\n" + b"/ByteRange " + printing.EMPTY_RANGE + b"/Contents " + printing.EMPTY_SEAL
    signed = blobs().put(sealing.sealed(page, office="Office of Ana Cale"))
    AuthorityFactory(case=case, basis=Authority.Basis.ONLINE, scan_sha256=signed)
    tokens.issue(case, "desk@body.example", enquiry=None)
    before = _keys()
    (home.root / "keys" / f"{name}.key").unlink()

    after = _keys()

    assert before.ok
    assert not after.ok
    assert after.sentence.startswith(f"{other} in the folder keys is not the one")


def test_of_a_restored_office_without_its_files_the_doctor_misses_the_key_that_is_not_there(home):
    page = b"%PDF-1.7\n" + b"/ByteRange " + printing.EMPTY_RANGE + b"/Contents " + printing.EMPTY_SEAL
    signed = blobs().put(sealing.sealed(page, office="Office of Ana Cale"))
    AuthorityFactory(case=CaseFactory(), basis=Authority.Basis.ONLINE, scan_sha256=signed)
    blobs().path(signed).unlink()
    before = _keys()
    (home.root / "keys" / "seal.key").unlink()

    after = _keys()

    assert before.ok
    assert not after.ok
    assert after.sentence.startswith("seal.key in the folder keys is not the one")
    assert not (home.root / "keys" / "seal.key").exists()  # nor is it made anew by having looked
