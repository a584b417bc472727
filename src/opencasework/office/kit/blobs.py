"""Files kept for good: written once, named by the SHA-256 of what is in them, never changed.

A blob is on the disk, whole, before `put` returns. So a row that names it may be committed afterwards, and a
backup that copies the database first and the blobs second has every blob its rows name.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

SYNCS_AT_ONCE = 16
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobDamaged(Exception):
    """A stored file is no longer what was put in."""


class BlobStore:
    """A folder of blobs, in 256 folders by the first two digits of their names.

    Safe for many processes at once, and for one that dies at any line: what it leaves is a temporary file
    nobody looks at.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the blob of that name is, or would be. Raises ValueError for what is no SHA-256."""
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256[:80]!r} is not a SHA-256: 64 hexadecimal digits.")
        return self.root / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep `content` and return its name. Putting the same again changes nothing."""
        return self.put_many([content])[0]

    def put_many(self, contents: Iterable[bytes]) -> list[str]:
        """Keep several and return their names in order; much cheaper than one by one."""
        names: list[str] = []
        written: dict[Path, str] = {}  # where each goes, and the temporary file it is in
        try:
            for content in contents:
                sha256 = hashlib.sha256(content).hexdigest()
                names.append(sha256)
                path = self.path(sha256)
                if path not in written and _size(path) != len(content):
                    written[path] = self._write(path, content)
            # Together, because the file system then waits for the disk once for many.
            _all_at_once(_sync_file, written.values())
            for path, temporary in written.items():
                os.replace(temporary, path)
        except BaseException:
            for temporary in written.values():
                Path(temporary).unlink(missing_ok=True)
            raise
        _all_at_once(_sync_folder, {path.parent for path in written})
        return names

    def _write(self, path: Path, content: bytes) -> str:
        temporary = f"{path.parent}/.new-{secrets.token_hex(8)}"
        try:
            handle = os.open(temporary, NEW_FILE, 0o400)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(self.root)
            handle = os.open(temporary, NEW_FILE, 0o400)
        with os.fdopen(handle, "wb", buffering=0) as file:
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
        return temporary

    def exists(self, sha256: str) -> bool:
        """Whether it is here."""
        return self.path(sha256).exists()

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading, to send it on piece by piece. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """The content. Raises FileNotFoundError, or `BlobDamaged` when it is not what was put in."""
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BlobDamaged(f"The stored file {sha256} is damaged. Restore it from a backup.")
        return content

    def delete(self, sha256: str) -> None:
        """Remove a blob, when the last record that named it has been erased. No error when it is gone."""
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)

    def names(self) -> Iterator[str]:
        """The names of all blobs, in no order."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if SHA256.fullmatch(path.name):
                yield path.name


def _all_at_once(act: Callable[[Any], None], things: Collection[Any]) -> None:
    if len(things) < 2:
        for thing in things:
            act(thing)
        return
    with ThreadPoolExecutor(max_workers=min(SYNCS_AT_ONCE, len(things))) as pool:
        for done in [pool.submit(act, thing) for thing in things]:
            done.result()


def _size(path: Path) -> int | None:
    """How many bytes a file holds; None where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _sync_file(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """A new name in a folder survives a power cut only once the folder itself is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
