"""A real IMAP server: Dovecot, with as many mailboxes as a test asks for."""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import pwd
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.services.local import (
    ServiceUnavailableError,
    free_port,
    is_root,
    listens,
    program,
    short_folder,
    wait_until,
)

PASSWORD = "secret"  # every account's; anything else is refused

CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
mail_max_userip_connections = 100
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Mailbox:
    """One account on the server: what a mailbox's settings need, and ways to make things happen in it."""

    server: Dovecot
    user: str
    password: str = PASSWORD

    @property
    def host(self) -> str:
        return "127.0.0.1"

    @property
    def port(self) -> int:
        return self.server.port

    def deliver(self, raw: bytes, *, folder: str = "INBOX") -> None:
        """Let a message arrive, byte for byte as given."""
        self.server.deliver(raw, user=self.user, folder=folder)

    def set_uid_validity(self, value: int, *, folder: str = "INBOX") -> None:
        """Do what a restored or rebuilt mailbox does: say that every UID known so far means nothing."""
        self.server.set_uid_validity(value, user=self.user, folder=folder)

    def expunge_all(self, *, folder: str = "INBOX") -> None:
        """Delete every message, as a colleague with an ordinary mail program might."""
        self.server.doveadm("expunge", "-u", self.user, "mailbox", folder, "all")

    def count(self, *, folder: str = "INBOX") -> int:
        """Return how many messages the server says the folder holds."""
        said = self.server.doveadm("mailbox", "status", "-u", self.user, "messages", folder)
        return int(said.rpartition("messages=")[2])


class Dovecot:
    """Dovecot on a free loopback port, plain text, every mailbox in a short folder removed at the end.

    Use it as a context manager. Works as root and as an ordinary user.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self._numbers = itertools.count(1)
        self._resources = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._deliveries = itertools.count(1)

    def __enter__(self) -> Self:
        program("dovecot", package="dovecot-imapd")
        self.folder = self._resources.enter_context(short_folder("imap"))
        self.configuration = self.folder / "dovecot.conf"
        self._write_configuration()
        (self.folder / "mail").mkdir()
        self._own(self.folder / "mail")
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()
        self._resources.close()

    def start(self) -> None:
        """Start the server on the same port and mail as before, and return when it greets."""
        self._process = subprocess.Popen(
            [program("dovecot", package="dovecot-imapd"), "-F", "-c", str(self.configuration)],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("ab"),
        )
        wait_until(self._is_ready, what="Dovecot", explain=self.log)

    def stop(self) -> None:
        """Stop the server; its mail stays, so `start` continues where it was."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def log(self) -> str:
        """Return what the server wrote, for the message of a failing test."""
        files = (self.folder / "stderr", self.folder / "log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def add_mailbox(self) -> Mailbox:
        """Return an empty account that nobody else uses."""
        return Mailbox(self, f"office{next(self._numbers)}")

    def deliver(self, raw: bytes, *, user: str, folder: str = "INBOX") -> None:
        """Put a message into a Maildir as a delivery agent does: written aside, then renamed into place."""
        maildir = self.folder / "mail" / user / ("" if folder == "INBOX" else f".{folder}")
        for part in ("tmp", "new", "cur"):
            (maildir / part).mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}.{next(self._deliveries)}.{os.getpid()}.test"
        (maildir / "tmp" / name).write_bytes(raw)
        for path in (self.folder / "mail" / user, maildir, *maildir.iterdir(), maildir / "tmp" / name):
            self._own(path)
        (maildir / "tmp" / name).rename(maildir / "new" / name)

    def set_uid_validity(self, value: int, *, user: str, folder: str = "INBOX") -> None:
        self.doveadm("mailbox", "update", "--uid-validity", str(value), "-u", user, folder)

    def doveadm(self, *arguments: str) -> str:
        """Run the server's own administration command and return what it printed."""
        done = subprocess.run(
            [program("doveadm", package="dovecot-imapd"), "-c", str(self.configuration), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServiceUnavailableError(f"doveadm {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _is_ready(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise ServiceUnavailableError(f"Dovecot stopped at once. {self.log()}")
        return listens(self.port, greeting=b"* OK")

    def _write_configuration(self) -> None:
        # Root gives its login processes to the users Debian made for that; anybody else has only themselves.
        owner = pwd.getpwnam("nobody") if is_root() else pwd.getpwuid(os.geteuid())
        self._uid, self._gid = owner.pw_uid, owner.pw_gid
        self.configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder,
                port=self.port,
                password=PASSWORD,
                uid=self._uid,
                gid=self._gid,
                login_user="dovenull" if is_root() else owner.pw_name,
                internal_user="dovecot" if is_root() else owner.pw_name,
                internal_group="dovecot" if is_root() else grp.getgrgid(self._gid).gr_name,
            )
        )

    def _own(self, path: Path) -> None:
        if is_root():
            os.chown(path, self._uid, self._gid)
