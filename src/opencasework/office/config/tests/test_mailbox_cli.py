"""`casework mailbox`: a real office, a real mail server."""

import os
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core.management import call_command
from django.utils import timezone

from opencasework.office.config.mailbox_cli import mailbox as mailbox_commands
from opencasework.office.inbox.models import Mailbox
from opencasework.office.inbox.tests.factories import MailboxFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office(home, monkeypatch):
    """The test's own database in the place of the office's, which is asked for its file only."""
    monkeypatch.setenv("CASEWORK_HOME", str(home.root))
    home.database.touch()
    umask = os.umask(0o077)
    yield
    os.umask(umask)


def casework_mailbox(*arguments):
    done = CliRunner().invoke(mailbox_commands, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_an_operator_adds_tests_and_removes_a_mailbox(mailbox, capsys):
    mailbox.create("Wähler")
    mailbox.deliver(b"From: nia@post.example\r\nSubject: Damp\r\n\r\nMould.\r\n", folder="Wähler")
    where = ["--host", mailbox.host, "--port", str(mailbox.port), "--security", "none"]
    who = ["--username", mailbox.user, "--password", mailbox.password]
    folders = ["--folder", "INBOX", "--folder", "Wähler"]

    added = casework_mailbox("add", "casework@member.example", *where, *who, *folders)
    tested = casework_mailbox("test", "casework@member.example")
    call_command("collect_mail")
    listed = casework_mailbox("list")
    removed = casework_mailbox("remove", "casework@member.example", "--yes")

    assert "will be collected" in added
    assert " *       1  Wähler" in tested
    assert capsys.readouterr().out.strip() == "1 new, 0 known, 0 unreadable"
    assert "well  casework@member.example at 127.0.0.1, Password" in listed
    assert "folders: INBOX, Wähler" in listed
    assert "Its messages stay here and on the server." in removed
    assert not Mailbox.objects.exists()


def test_the_list_says_how_each_mailbox_fares():
    now = timezone.now()
    MailboxFactory(name="A", address="new@member.example")
    MailboxFactory(name="B", address="well@member.example", last_succeeded_at=now, last_received_at=now)
    MailboxFactory(name="C", address="paused@member.example", enabled=False)
    MailboxFactory(name="D", address="late@member.example", added_at=now - timedelta(minutes=15))

    listed = casework_mailbox("list")

    assert "not collected yet  new@member.example" in listed
    assert "   well  well@member.example" in listed
    assert " paused  paused@member.example" in listed
    assert "TROUBLE  late@member.example" in listed
