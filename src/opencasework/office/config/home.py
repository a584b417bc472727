"""The home folder of one office: its database, raw mail, files, keys and publications, all in one place."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

# They protect sessions, the database, the passwords of mailboxes, reply addresses, published roundings, and
# the anchors of the ledger, and seal what somebody signed online.
KEYS = ("secret", "database", "secrets", "reply", "publishing", "audit", "seal")
HEX_KEY = re.compile(r"[0-9a-f]{64}")


class HomeError(Exception):
    """The home folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """Where an office keeps everything. Folders appear when they are first needed."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The folder named by CASEWORK_HOME, or `office` in the current folder."""
        return cls(Path(os.environ.get("CASEWORK_HOME") or "office").resolve())

    @property
    def database(self) -> Path:
        return self.root / "office.sqlite3"

    @property
    def blobs(self) -> Path:
        """Raw messages and files, named by their SHA-256."""
        return self.root / "files"

    @property
    def spool(self) -> Path:
        """Files brought in with the browser, a folder each time, until they have been taken in."""
        return self.root / "spool"

    @property
    def publications(self) -> Path:
        return self.root / "publications"

    def has_key(self, name: str) -> bool:
        """Whether there is a secret of that name already."""
        return self._key_path(name).exists()

    def key(self, name: str) -> str:
        """The secret called `name` (64 hex digits), made on first use and readable by the owner only.

        Raises HomeError when the folder cannot be written or the file holds something else. Losing a key
        loses what it protects: the operator guide says how to keep a copy.
        """
        path = self._key_path(name)
        try:
            if not path.exists():
                self.keep_key(name, secrets.token_hex(32))
            value = path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise HomeError(
                f"The home folder {self.root} cannot be used ({reason}). "
                "Choose a folder you may write to with --home or CASEWORK_HOME."
            ) from error
        if not HEX_KEY.fullmatch(value):
            raise HomeError(f"{path} does not hold a key of 64 hexadecimal digits. Put your copy of it back.")
        return value

    def keep_key(self, name: str, value: str) -> None:
        """Use this secret (64 hex digits) as `name` from now on, where there is none yet.

        Linked into place whole: of two processes at once one wins, and nobody ever reads half a key.
        """
        path = self._key_path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(value + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            os.unlink(temporary)

    def make_keys(self) -> None:
        """Make every key there is, so that one copy of the folder `keys` is a whole copy."""
        for name in KEYS:
            self.key(name)

    def _key_path(self, name: str) -> Path:
        return self.root / "keys" / f"{name}.key"

    def environment(self) -> dict[str, str]:
        """The settings kept in `office.env`: one NAME=value a line, `#` begins a comment.

        Raises HomeError naming the line that is neither.
        """
        path = self.root / "office.env"
        if not path.exists():
            return {}
        values: dict[str, str] = {}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            name, sign, value = line.partition("=")
            if not sign:
                raise HomeError(f"Line {number} of {path} is not NAME=value. Mend it, or begin it with #.")
            values[name.strip()] = value.strip()
        return values
