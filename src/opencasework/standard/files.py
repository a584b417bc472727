"""Reading a publication from a folder or a zip file, and swapping a whole folder for a new one."""

import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

LARGEST_FILE = 200_000_000  # bytes; a publication of 100 years is far smaller, a zip bomb is not


class PublicationError(Exception):
    """A publication cannot be read or written; the text is one sentence saying why and what to do."""


def is_inside(name: str) -> bool:
    """Whether a path named in a publication stays within it: relative, with no step up and no web address."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and not {":", "\\"} & set(name)


def read_files(path: Path) -> dict[str, bytes]:
    """Return every file of the publication at `path`, a folder or a zip file, by its relative name.

    A zip may hold the files at its top or in a single folder. Raises PublicationError when there is nothing
    there, the zip is damaged, or a file has more than 200 MB. Links that lead out of the folder are left out.
    """
    if path.is_dir():
        return _folder_files(path)
    if not path.exists():
        raise PublicationError(f"There is no folder or zip file at {path}; check the name.")
    if not path.is_file():
        raise PublicationError(
            f"{path} is neither a folder nor a file; give the publication's folder or zip file."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return _zip_files(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise PublicationError(
            f"{path.name} cannot be read as a zip file ({error}); give the publication's folder or zip file."
        ) from error


def _folder_files(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    found = {}
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.resolve().is_relative_to(root):
            name = file.relative_to(root).as_posix()
            _refuse_large(name, file.stat().st_size)
            found[name] = file.read_bytes()
    return found


def _zip_files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and is_inside(entry.filename)]
    # What macOS adds beside the files is not part of the publication.
    entries = [entry for entry in entries if not entry.filename.startswith("__MACOSX/")]
    tops = {PurePosixPath(entry.filename).parts[0] for entry in entries}
    in_one_folder = len(tops) == 1 and all(len(PurePosixPath(entry.filename).parts) > 1 for entry in entries)
    strip = len(tops.pop()) + 1 if in_one_folder else 0
    _refuse_large(archive.filename or "The zip file", sum(entry.file_size for entry in entries))
    return {entry.filename[strip:]: archive.read(entry) for entry in entries}


def _refuse_large(name: str, size: int) -> None:
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
