"""A real IMAP server: Dovecot, with as many mailboxes as a test asks for."""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from imapclient.imap_utf7 import encode as encode_utf7

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
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
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
mail_max_userip_connections = {connections}
mail_fsync = never
# Where many servers run, the kernel tells not all of them of a new file; they look for themselves.
mailbox_idle_check_interval = 1 secs
{plugins}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
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
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


# Tokens are good when the test's own issuer says so, and only for the account they were issued for.
OAUTH2 = """\
introspection_mode = post
introspection_url = {introspection}
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = username
"""
ACCESS_LISTS = """\
mail_plugins = acl
imap_capability = IMAP4rev1 LITERAL+ SASL-IR UIDPLUS NAMESPACE
plugin {{
  acl = vfile
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

    def rename(self, folder: str, name: str) -> None:
        """Rename a folder, as a colleague with an ordinary mail program might."""
        self.server.doveadm("mailbox", "rename", "-u", self.user, folder, name)

    def create(self, folder: str) -> None:
        """Make an empty folder."""
        self.server.doveadm("mailbox", "create", "-u", self.user, folder)

    def delete(self, folder: str) -> None:
        """Remove a folder with all that is in it."""
        self.server.doveadm("mailbox", "delete", "-u", self.user, "-r", folder)

    def let_nobody_write(self, *, folder: str = "INBOX") -> None:
        """Leave only the rights to list and to read; needs a server with `access_lists`."""
        self.server.forbid_writing(user=self.user, folder=folder)

    def copied(self) -> Path:
        """A copy of all its mail, as a backup of the night makes it, to be put back."""
        return self.server.copied(self.user)

    def put_back(self, copy: Path) -> None:
        """Let it be again what it was when the copy was made."""
        self.server.put_back(copy, user=self.user)

    def count(self, *, folder: str = "INBOX") -> int:
        """Return how many messages the server says the folder holds."""
        said = self.server.doveadm("mailbox", "status", "-u", self.user, "messages", folder)
        return int(said.rpartition("messages=")[2])


class Dovecot:
    """Dovecot on a free loopback port, plain text, every mailbox in a short folder removed at the end.

    Use it as a context manager. Works as root and as an ordinary user.
    """

    def __init__(
        self,
        *,
        introspection: str = "",
        connections: int = 100,
        access_lists: bool = False,
        separator: str = ".",
        mechanisms: str = "plain login xoauth2 oauthbearer",
        password: str = PASSWORD,
    ) -> None:
        self.port = free_port()
        self._introspection = introspection or "http://127.0.0.1:9/"
        self._connections = connections
        self._access_lists = access_lists
        self._separator = separator
        self._mechanisms = mechanisms
        self._password = password
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

    def change_password(self, password: str) -> None:
        """From now on every account has another password; whoever is connected stays so."""
        self.stop()
        self._password = password
        self._write_configuration()
        self.start()

    def require_alive(self) -> None:
        """Raise ServiceUnavailableError if the server has died: what is missing then is no fault of ours."""
        if self._process is None or self._process.poll() is not None:
            how = "it was stopped" if self._process is None else f"exit status {self._process.returncode}"
            raise ServiceUnavailableError(f"Dovecot has died ({how}). {self.log()[-1000:]}")

    def log(self) -> str:
        """Return what the server wrote, for the message of a failing test."""
        files = (self.folder / "stderr", self.folder / "log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def add_mailbox(self) -> Mailbox:
        """Return an empty account that nobody else uses."""
        return Mailbox(self, f"office{next(self._numbers)}")

    def deliver(self, raw: bytes, *, user: str, folder: str = "INBOX") -> None:
        """Put a message into a Maildir as a delivery agent does: written aside, then renamed into place."""
        maildir = self._maildir(user, folder)
        parts = [maildir / part for part in ("tmp", "new", "cur")]
        for part in parts:
            part.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}.{next(self._deliveries)}.{os.getpid()}.test"
        (maildir / "tmp" / name).write_bytes(raw)
        for path in (self.folder / "mail" / user, maildir, *parts, maildir / "tmp" / name):
            self._own(path)
        (maildir / "tmp" / name).rename(maildir / "new" / name)

    def set_uid_validity(self, value: int, *, user: str, folder: str = "INBOX") -> None:
        self.doveadm("mailbox", "update", "--uid-validity", str(value), "-u", user, folder)

    def copied(self, user: str) -> Path:
        copy = self.folder / "copies" / user
        copy.parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-a", self.folder / "mail" / user, copy], check=True)
        return copy

    def put_back(self, copy: Path, *, user: str) -> None:
        self.stop()
        shutil.rmtree(self.folder / "mail" / user)
        copy.rename(self.folder / "mail" / user)
        self.start()

    def forbid_writing(self, *, user: str, folder: str) -> None:
        """Give the account itself no more than listing and reading, as for a mailbox shared read-only."""
        path = self._maildir(user, folder) / "dovecot-acl"
        path.write_text("owner lr\n")
        self._own(path)

    def break_message(self, *, user: str, containing: bytes) -> None:
        """Make one message of INBOX unreadable for the server, as a bad sector might."""
        [broken] = [file for file in self._messages(user) if containing in file.read_bytes()]
        broken.chmod(0)

    def mend_messages(self, *, user: str) -> None:
        """Make every message of INBOX readable again."""
        for file in self._messages(user):
            file.chmod(0o644)

    def _messages(self, user: str) -> list[Path]:
        folders = (self._maildir(user, "INBOX") / part for part in ("new", "cur"))
        return [file for folder in folders for file in folder.iterdir()]

    def _maildir(self, user: str, folder: str) -> Path:
        """Where Maildir++ keeps a folder: its name in modified UTF-7, its levels parted by dots."""
        name = encode_utf7(folder).decode("ascii").replace(self._separator, ".")
        return self.folder / "mail" / user / ("" if folder == "INBOX" else f".{name}")

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
        (self.folder / "oauth2.conf").write_text(OAUTH2.format(introspection=self._introspection))
        self.configuration.write_text(
            CONFIGURATION.format(
                connections=self._connections,
                plugins=ACCESS_LISTS.format() if self._access_lists else "",
                separator=self._separator,
                folder=self.folder,
                port=self.port,
                mechanisms=self._mechanisms,
                password=self._password,
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
