"""The home folder of one office: its database, raw mail, files, keys and publications, all in one place."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


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
    def publications(self) -> Path:
        return self.root / "publications"

    def key(self, name: str) -> str:
        """The secret called `name` (64 hex digits), made on first use and readable by the owner only.

        Raises HomeError when the folder cannot be written. Losing a key loses what it protects: the
        operator guide says how to keep a copy.
        """
        path = self.root / "keys" / f"{name}.key"
        try:
            if path.exists():
                return path.read_text("ascii").strip()
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            value = secrets.token_hex(32)
            # O_EXCL: of two processes starting at once, one makes the key and the other reads it.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(value + "\n")
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            return self.key(name)
        except OSError as error:
            raise HomeError(
                f"The home folder {self.root} cannot be used ({error.strerror}). "
                "Choose a folder you may write to with --home or CASEWORK_HOME."
            ) from error
        return value

    def keep_key(self, name: str, value: str) -> None:
        """Use this secret (64 hex digits) as `name` from now on, where there is none yet."""
        path = self.root / "keys" / f"{name}.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(value + "\n", encoding="ascii")
            path.chmod(0o600)

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
