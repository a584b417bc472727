"""Reading a publication from a folder or a zip file, and swapping a whole folder for a new one."""

import lzma
import os
import shutil
import struct
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath

LARGEST_FILE = 200_000_000  # bytes; a publication of 100 years is far smaller, a zip bomb is not
MOST_FILES = 10_000  # in a folder or zip; a publication has some twenty, beside them a page and its pictures


# What zipfile raises besides for a zip that is damaged, or locked with a password.
_DAMAGED = (RuntimeError, EOFError, ValueError, struct.error, UnicodeDecodeError)

_LONGEST_END = 65_557  # bytes in which a zip file's last record lies, its comment included
_LONGEST_ENTRY = 400  # bytes in a zip file's list for a file with a long name


class PublicationError(Exception):
    """A publication cannot be read or written; the text is one sentence saying why and what to do."""


def is_inside(name: str) -> bool:
    """Whether a path named in a publication stays within it: relative, with no step up and no web address."""
    path = PurePosixPath(name)
    # As it is written, too: "./x" and "a//b" are cut in other places than the path they stand for.
    plain = str(path) == name
    return plain and not path.is_absolute() and ".." not in path.parts and not {":", "\\", "\0"} & set(name)


def read_files(path: Path) -> dict[str, bytes]:
    """Return every file of the publication at `path`, a folder or a zip file, by its relative name.

    Its datapackage.json stands for the folder; another JSON file stands alone.

    A zip may hold the files at its top or in a single folder. Raises PublicationError when there is nothing
    there, the zip is damaged or names a place outside it, or all has more than 200 MB or
    10,000 files. Links that lead out of the folder are left out.
    """
    if path.is_dir():
        return _folder_files(path)
    if not path.exists():
        raise PublicationError(f"There is no folder or zip file at {path}; check the name.")
    if not path.is_file():
        raise PublicationError(
            f"{path} is neither a folder nor a file; give the publication's folder or zip file."
        )
    if path.name == "datapackage.json":
        return _folder_files(path.parent)
    try:
        refuse_large(path.name, path.stat().st_size)
        if path.suffix == ".json":
            return {path.name: path.read_bytes()}
        return unzip(path.name, path)
    except OSError as error:
        raise PublicationError(f"{path.name} cannot be read ({error.strerror}); check the file.") from error


def unzip(name: str, source: Path | BytesIO) -> dict[str, bytes]:
    """Return every file of a zip file. Raises PublicationError when it cannot be read as one."""
    _refuse_long_list(name, source)
    try:
        with zipfile.ZipFile(source) as archive:
            return read_zip(archive, name)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, *_DAMAGED) as error:
        raise PublicationError(
            f"{name} cannot be read as a zip file ({error}); give the publication's folder or zip file."
        ) from error


def _refuse_long_list(name: str, source: Path | BytesIO) -> None:
    """Refuse a zip file whose list of files would fill the memory; zipfile reads the list at once."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            stream.seek(max(0, source.stat().st_size - _LONGEST_END))
            tail = stream.read()
    else:
        tail = source.getvalue()[-_LONGEST_END:]
    end = tail.rfind(b"PK\x05\x06")
    if end >= 0 and len(tail) >= end + 16:
        (length,) = struct.unpack_from("<I", tail, end + 12)  # bytes of the list
        if length > MOST_FILES * _LONGEST_ENTRY:
            _refuse_many(name, MOST_FILES + 1)


def _folder_files(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    found: dict[str, bytes] = {}
    size = 0
    inside = sorted(islice(root.rglob("*"), MOST_FILES + 1))
    _refuse_many(folder.name, len(inside))
    for file in inside:
        if file.is_file() and file.resolve().is_relative_to(root):
            size += file.stat().st_size
            name = file.relative_to(root).as_posix()
            refuse_large(name, size)
            found[name] = file.read_bytes()
    return found


def read_zip(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """Return every file of an open zip file; `name` is what to call it in a sentence.

    Nothing is unpacked before the sizes it declares are added up, and no more is read than declared. Raises
    PublicationError for what a publication cannot be, and what zipfile raises for a damaged file.
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    # What macOS adds beside the files is not part of the publication.
    entries = [entry for entry in entries if not entry.filename.startswith("__MACOSX/")]
    _refuse_many(name, len(entries))
    refuse_large(name, sum(entry.file_size for entry in entries))
    names = [entry.filename for entry in entries]
    for each in names:
        if not is_inside(each):
            raise PublicationError(f"{name} holds {each[:80]!r}, which leads out of it; zip the folder anew.")
    if twice := [each for each, number in Counter(names).items() if number > 1]:
        raise PublicationError(f"{name} holds {twice[0][:80]!r} twice; zip the folder anew.")
    tops = {PurePosixPath(each).parts[0] for each in names}
    in_one_folder = len(tops) == 1 and all(len(PurePosixPath(each).parts) > 1 for each in names)
    strip = len(tops.pop()) + 1 if in_one_folder else 0
    return {
        entry.filename[strip:]: archive.read(entry) for entry in entries if is_inside(entry.filename[strip:])
    }


def _refuse_many(name: str, number: int) -> None:
    if number > MOST_FILES:
        raise PublicationError(
            f"{name} holds more than {MOST_FILES:,} files; give the publication's own folder."
        )


def refuse_large(name: str, size: int) -> None:
    """Raise PublicationError when what `name` names has more bytes than a publication may."""
    if size > LARGEST_FILE:
        limit = LARGEST_FILE // 1_000_000
        raise PublicationError(f"{name} has {size:,} bytes; a publication may have at most {limit} MB.")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a lock on `folder`, so that of two programs writing publications in it one waits for the other."""
    if sys.platform == "win32":  # no such lock there; one person with a spreadsheet does without
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def finish_interrupted_swap(folder: Path) -> None:
    """Put back the old folder when a swap was killed between its two renames, and clear what it left."""
    old = _set_aside(folder)
    if old.exists():
        if folder.exists():
            shutil.rmtree(old)
        else:
            old.rename(folder)
    for leftover in folder.parent.glob(f".{folder.name}.new-*"):
        shutil.rmtree(leftover)


def swap_in(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace `folder` by one that holds `contents`, all of it or nothing.

    Built beside it, flushed to disk, then renamed into place. Files of the old folder that are not among
    `contents` (a web page somebody added) are carried over. Call it within `alone_in(folder.parent)`.
    """
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    try:
        if folder.exists():
            shutil.copytree(
                folder, new, symlinks=True, dirs_exist_ok=True, ignore=_already_in(folder, contents)
            )
        for name, data in contents.items():
            if not is_inside(name):
                raise PublicationError(f"{name[:80]!r} leads out of a publication; it is not written.")
            file = new / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for inside in new.rglob("*"):  # whatever the habits of this process, what is public can be read
            if not inside.is_symlink():
                inside.chmod(0o755 if inside.is_dir() else 0o644)
        new.chmod(0o755)  # mkdtemp makes a folder only its maker can read; a web server must read this one
        old = _set_aside(folder)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        _flush(folder.parent)
    except BaseException:
        finish_interrupted_swap(folder)
        raise
    if old.exists():
        shutil.rmtree(old)


def _already_in(folder: Path, contents: Mapping[str, bytes]) -> Callable[[str, list[str]], list[str]]:
    def ignored(directory: str, names: list[str]) -> list[str]:
        here = Path(directory).relative_to(folder)
        return [name for name in names if (here / name).as_posix() in contents]

    return ignored


def _flush(folder: Path) -> None:
    """Make the renames in a folder survive a power cut."""
    if sys.platform == "win32":  # which cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _set_aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
