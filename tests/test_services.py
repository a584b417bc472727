"""The servers of the tests behave as those of real offices do."""

from __future__ import annotations

import imaplib
import os
import smtplib
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.mail import send_mail

from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe, open_context
from tests.services.postgresql import PostgreSQL

ROOT = Path(__file__).resolve().parent.parent
MESSAGE = b"From: Bronwen Hale <bronwen@hale.example>\r\nSubject: Damp\r\n\r\nThe wall is wet again.\r\n"


@pytest.fixture
def inbox(mailbox):
    with imaplib.IMAP4(mailbox.host, mailbox.port) as connection:
        connection.login(mailbox.user, mailbox.password)
        connection.select("INBOX")
        yield connection


def test_a_delivered_message_is_read_byte_for_byte(mailbox, inbox):
    mailbox.deliver(MESSAGE)

    inbox.noop()
    raw = inbox.fetch("1", "(RFC822)")[1][0][1]

    assert raw == MESSAGE


def test_a_mailbox_can_say_that_its_uids_mean_nothing_any_more(mailbox, inbox):
    mailbox.deliver(MESSAGE)
    mailbox.set_uid_validity(777)

    inbox.select("INBOX")

    assert inbox.response("UIDVALIDITY")[1] == [b"777"]


def test_mail_outlives_a_restart_of_the_server(dovecot, mailbox):
    mailbox.deliver(MESSAGE)

    dovecot.stop()
    dovecot.start()

    assert mailbox.count() == 1


def test_every_test_has_a_mailbox_of_its_own(dovecot):
    one, other = dovecot.add_mailbox(), dovecot.add_mailbox()

    one.deliver(MESSAGE)

    assert (one.count(), other.count()) == (1, 0)


def send(sink, *, to="office@west.example"):
    with smtplib.SMTP(sink.host, sink.port) as connection:
        connection.sendmail("ana@west.example", [to], MESSAGE)


def test_what_the_office_sends_is_kept_with_its_envelope(smtp):
    send(smtp, to="bronwen@hale.example")

    [received] = smtp.wait_for(1)

    assert (received.sender, received.recipients) == ("ana@west.example", ["bronwen@hale.example"])
    assert received.raw == MESSAGE


def test_djangos_own_mail_goes_to_the_same_server(smtp):
    send_mail("Your case", "It is open.", "ana@west.example", ["bronwen@hale.example"])

    assert smtp.wait_for(1)[0].message["Subject"] == "Your case"


@pytest.mark.parametrize("code", [421, 450, 550])
def test_a_server_can_refuse_a_message_and_take_the_next(smtp, code):
    smtp.refuse_next(code)

    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        send(smtp)
    send(smtp)

    assert refusal.value.smtp_code == code
    assert len(smtp.received) == 1


def test_a_server_can_refuse_one_address(smtp):
    smtp.refuse_recipient("gone@hale.example")

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp, to="gone@hale.example")


def test_postgresql_starts_answers_and_leaves_nothing_behind():
    with PostgreSQL() as server:
        dsn = f"host={server.host} port={server.port} user={server.user} dbname={server.name}"
        with psycopg.connect(dsn) as connection:
            # What the office's search needs, from Debian's own server package.
            connection.execute("CREATE EXTENSION pg_trgm")
            connection.execute("CREATE EXTENSION unaccent")
            folder = server.folder

    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)


def test_the_browser_reads_a_page_and_axe_finds_its_faults(browser):
    page = open_context(browser).new_page()
    page.set_content("<html lang=en><title>A</title><main><h1>Cases</h1><img src='data:,'></main></html>")

    found = axe(page)

    assert [line.split(":")[0] for line in found] == ["image-alt"]
    page.context.close()


def test_a_home_folder_is_empty_and_the_tests_own(home, settings, tmp_path):
    assert home.root.is_relative_to(tmp_path)
    assert home == settings.HOME
    assert list(home.root.iterdir()) == []


def test_in_ci_a_skipped_test_fails_the_run(tmp_path):
    (tmp_path / "test_lazy.py").write_text("import pytest\n\ndef test_lazy():\n    pytest.skip('later')\n")
    options = ["-p", "no:django", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path]
    command = [sys.executable, "-m", "pytest", *options, tmp_path]

    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "CI": "true"}, capture_output=True, text=True)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "did not run (Skipped: later)" in done.stdout


def test_a_browser_sees_the_office_signed_out_and_signed_in(live_office):
    page = live_office.page()

    page.goto("/")
    asked_to_sign_in = "/accounts/login/" in page.url
    live_office.sign_in(StaffFactory())
    answer = page.goto("/")

    assert asked_to_sign_in
    assert answer.status == 200
    assert "/accounts/login/" not in page.url


def test_a_phone_sees_the_office_320_pixels_wide(phone):
    page = phone.page()

    page.goto("/")

    assert page.evaluate("window.innerWidth") == 320


def test_what_the_console_says_fails_the_test(live_office):
    page = live_office.page()
    page.goto("/")

    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('broken button') })")

    assert live_office.complaints.lines.pop() == "script error: broken button"
