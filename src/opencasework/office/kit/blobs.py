"""Files kept for good: written once, named by the SHA-256 of what is in them, never changed.

A blob is on the disk, whole, before `put` returns. So a row that names it may be committed afterwards, and a
backup that copies the database first and the blobs second has every blob its rows name.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

SYNCS_AT_ONCE = 16
OPEN_AT_ONCE = 64  # files that are written and not yet on the disk
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
EMPTY = hashlib.sha256(b"").hexdigest()
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
        written: dict[str, str] = {}  # where each goes, and the temporary file it is in
        unsynced: list[int] = []
        try:
            for content in contents:
                sha256 = hashlib.sha256(content).hexdigest()
                names.append(sha256)
                path = f"{self.root}/{sha256[:2]}/{sha256}"
                if path not in written and _size(path) != len(content):
                    written[path] = f"{self.root}/{sha256[:2]}/.new-{secrets.token_hex(8)}"
                    unsynced.append(self._write(written[path], content))
                if len(unsynced) >= OPEN_AT_ONCE:
                    _sync_and_close(unsynced)
            _sync_and_close(unsynced)
            for path, temporary in written.items():
                os.replace(temporary, path)
        except BaseException:
            for temporary in written.values():
                Path(temporary).unlink(missing_ok=True)
            raise
        finally:
            for handle in unsynced:
                os.close(handle)
        _sync_folders({os.path.dirname(path) for path in written})
        return names

    def _write(self, path: str, content: bytes) -> int:
        """Write a new file. Returns its handle, still open."""
        try:
            handle = os.open(path, NEW_FILE, 0o400)
        except FileNotFoundError:
            Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folders([str(self.root)])
            handle = os.open(path, NEW_FILE, 0o400)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
        except BaseException:
            os.close(handle)
            raise
        return handle

    def exists(self, sha256: str) -> bool:
        """Whether it is here."""
        return self.path(sha256).exists()

    def is_there(self, sha256: str) -> bool:
        """Whether it is here and not empty; its content is not looked at."""
        size = _size(str(self.path(sha256)))
        return size is not None and (size > 0 or sha256 == EMPTY)

    def is_whole(self, sha256: str) -> bool:
        """Whether it is here and is what was put in."""
        try:
            self.read(sha256)
        except (OSError, BlobDamaged):
            return False
        return True

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
            _sync_folders([str(path.parent)])

    def names(self) -> Iterator[str]:
        """The names of all blobs, in no order."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if SHA256.fullmatch(path.name):
                yield path.name


def _sync_and_close(handles: list[int]) -> None:
    """Wait until files are on the disk; empties the list of those that are."""
    _share(os.fsync, handles)
    while handles:
        os.close(handles.pop())


def _sync_folders(folders: Collection[str]) -> None:
    """A new name in a folder survives a power cut only once the folder itself is on the disk."""
    _share(_sync_folder, list(folders))


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _share(act: Callable[[Any], None], things: Sequence[Any]) -> None:
    """Do it to all, in several threads: the file system then waits for the disk once for many."""
    if len(things) < 2:
        for thing in things:
            act(thing)
        return
    shares = [things[start::SYNCS_AT_ONCE] for start in range(min(SYNCS_AT_ONCE, len(things)))]
    for done in [_threads().submit(_do, act, share) for share in shares]:
        done.result()


def _do(act: Callable[[Any], None], things: Iterable[Any]) -> None:
    for thing in things:
        act(thing)


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=SYNCS_AT_ONCE, thread_name_prefix="sync")


def _size(path: str) -> int | None:
    """How many bytes a file holds; None where there is none."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return None


os.register_at_fork(after_in_child=_threads.cache_clear)  # threads do not come along
