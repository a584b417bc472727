"""The site that stands there, and the files of the next one until they take their places in it.

To make thousands of folders anew and to remove the old ones takes longer than to write what has changed. So
files are written beside the site, all of them, and only then put into it one by one, each by a rename: a page
that does not change is not touched, and a reader's browser keeps it. Where nothing of the site that stands
there can be kept, a new one takes its place in one step.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote

MARK = 32  # hexadecimal digits; half a SHA-256 is far more than can be found twice


class Standing:
    """The site in a folder; `hashes` and `looks` are those of its files as a build left them.

    A file that looks as it did is not read: see `look_of`. Of one that is not among them nothing is known.
    """

    def __init__(self, site: Path, hashes: Mapping[str, str], looks: Mapping[str, str]) -> None:
        self.site = site
        self._hashes, self._looks = hashes, looks

    @cached_property
    def files(self) -> Mapping[str, str]:
        """How each file that is there looks, by its path from the top of the site."""
        return dict(_looks_in(str(self.site), ""))

    def hash_of(self, name: str) -> str:
        """The hash of a file that is there as it was written; empty of any other."""
        known, look = self._hashes.get(name, ""), self.files.get(name)
        if not known or not look:
            return ""
        same = look == self._looks.get(name) or hash_of(self.site / name) == known
        return known if same else ""

    def is_whole(self) -> bool:
        """Whether every file is as it was written, and no other is there."""
        return self._hashes.keys() == self.files.keys() and all(map(self.hash_of, self._hashes))


class Coming:
    """The files of the next site, in a folder beside it, without folders of their own: those take time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._hashes: dict[str, str] = {}  # of what this process has put there
        self.kept: set[str] = set()  # files of the site that stands there which the next one has too

    def place(self, name: str) -> Path:
        """Where to write the file that will be `name` from the top of the site."""
        return self._folder / quote(name, safe="")

    def put(self, name: str, data: bytes) -> None:
        """Write one file."""
        with open(f"{self._folder}/{quote(name, safe='')}", "wb") as file:
            file.write(data)
        self._hashes[name] = _mark_of(hashlib.sha256(data))

    def put_all(self, folder: Path, under: str = "") -> None:
        """Write every file of a folder."""
        for name in files_of(folder):
            shutil.copy2(folder / name, self.place(f"{under}{name}"))

    def take_places(self, standing: Standing, *, whole: Path) -> tuple[dict[str, str], dict[str, str]]:
        """Put every file in its place; returns the hashes and looks of all files of the site.

        Without a file that is `kept` the site is new: it is put together at `whole` and takes its place.
        """
        site = standing.site if self.kept else whole
        coming = {unquote(name): f"{self._folder}/{name}" for name in os.listdir(self._folder)}
        hashes = {name: standing.hash_of(name) for name in self.kept}
        looks = {name: standing.files[name] for name in self.kept}
        if self.kept:
            _remove(site, standing.files.keys() - self.kept - coming.keys())
        for name, file in sorted(coming.items()):
            hashes[name] = self._hashes.get(name) or hash_of(Path(file))
            if self.kept and hashes[name] == standing.hash_of(name):
                looks[name] = standing.files[name]
            else:
                place = f"{site}/{name}"
                _move(file, place)
                looks[name] = look_of(os.stat(place))
        if not self.kept:
            _swap(whole, standing.site, aside=whole.with_name("old"))
        return hashes, looks


def files_of(folder: Path) -> Iterator[str]:
    """Every file of a folder, from its top."""
    return (name for name, _look in _looks_in(str(folder), ""))


def hash_of(file: Path) -> str:
    """The mark of a file's bytes; empty where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return _mark_of(hashlib.file_digest(stream, "sha256"))
    except OSError:
        return ""


def _mark_of(digest: hashlib._Hash) -> str:
    return digest.hexdigest()[:MARK]


def look_of(file: os.stat_result) -> str:
    """By which a file is known that nobody has written to.

    The last of these is set by the system alone, so that a file put in the place of another is seen even
    where it has the same size and date.
    """
    return f"{file.st_ino:x} {file.st_size:x} {file.st_mtime_ns:x} {file.st_ctime_ns:x}"


def _looks_in(folder: str, above: str) -> Iterator[tuple[str, str]]:
    try:
        entries = os.scandir(folder)
    except OSError:  # there is no site yet
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _looks_in(entry.path, f"{above}{entry.name}/")
            else:
                yield f"{above}{entry.name}", look_of(entry.stat(follow_symlinks=False))


def _move(file: str, place: str) -> None:
    try:
        os.replace(file, place)
    except OSError:  # its folder is not there, or somebody put one in its place
        if os.path.isdir(place):
            shutil.rmtree(place)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.replace(file, place)


def _remove(site: Path, names: Iterable[str]) -> None:
    """Remove files, and folders that are left empty."""
    for name in names:
        (site / name).unlink(missing_ok=True)
        for folder in (site / name).parents:
            if folder == site or any(folder.iterdir()):
                break
            folder.rmdir()


def _swap(new: Path, site: Path, *, aside: Path) -> None:
    """Put a new site in place by renames, which no visitor can see half done."""
    if site.exists():
        site.rename(aside)
    new.rename(site)
