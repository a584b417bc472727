"""`casework mailbox`: a real office, a real mail server."""

import os
import subprocess
import sys


def test_an_operator_adds_tests_and_removes_a_mailbox(tmp_path, mailbox):
    mailbox.create("Wähler")
    mailbox.deliver(b"From: nia@post.example\r\nSubject: Damp\r\n\r\nMould.\r\n", folder="Wähler")
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("CASEWORK_", "DJANGO_"))
    }

    def casework(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "opencasework.cli", *arguments],
            env={**clean, "CASEWORK_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    office = ["--member", "A Member", "--area", "Wexcombe", "--area-code", "E14999999"]
    casework("init", *office, "--email", "office@member.example")
    where = ["--host", mailbox.host, "--port", str(mailbox.port), "--security", "none"]
    who = ["--username", mailbox.user, "--password", mailbox.password]
    folders = ["--folder", "INBOX", "--folder", "Wähler"]

    added = casework("mailbox", "add", "casework@member.example", *where, *who, *folders)
    tested = casework("mailbox", "test", "casework@member.example")
    collected = casework("collect-mail")
    listed = casework("mailbox", "list")
    removed = casework("mailbox", "remove", "casework@member.example", "--yes")

    assert "will be collected" in added
    assert " *       1  Wähler" in tested
    assert collected.strip() == "1 new, 0 known, 0 unreadable"
    assert "well  casework@member.example at 127.0.0.1, Password" in listed
    assert "folders: INBOX, Wähler" in listed
    assert "Its messages stay here and on the server." in removed
