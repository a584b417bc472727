"""What the last build of a site was made from, so that the next makes only what has changed.

Beside the site lie two files and a folder: hashes of what each page was made of and of each file as it was
written, with the trends that were fitted; the published rows, as the engine keeps them; and those of each
month in order. Nothing there is anybody's that was not published. Of another version, damaged, or not fitting
the site that stands there, they are left aside: then a build takes longer and comes to the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from opencasework.observatory.measures.trend import FittedBefore, Trend
from opencasework.observatory.site.by_month import Written

MAKERS = ("duckdb", "ibis-framework", "jinja2", "markupsafe", "numpy", "scipy")
NOT_MADE_WITH = {"tests", "examples", "__pycache__", "static", "simulate"}
MARK = 32  # hexadecimal digits; half a SHA-256 is far more than can be found twice


@dataclass
class Made:
    """What each page of a build was made of, the piece of each that has one, and what is no page, by file."""

    pages: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


class Memory:
    """The last build of the site in a folder; empty when there was none, or it is to be `forgotten`."""

    def __init__(self, site: Path, *, forgotten: bool = False) -> None:
        self._site = site
        self._place = site.with_name(f".{site.name}.built.json")
        self._rows = site.with_name(f".{site.name}.rows.duckdb")
        self._folder = site.with_name(f".{site.name}.months")
        self._whole = ""
        self._pages: Mapping[str, str] = {}
        self._pieces: Mapping[str, str] = {}
        self._others: Mapping[str, str] = {}
        self._taken: dict[str, str] = {}  # hashes of files of the new site that need not be read again
        self._files: Mapping[str, str] = {}
        self._rows_hash = ""
        self._months: Mapping[str, Any] = {"by": "", "names": "", "csv": {}, "parquet": {}}
        self._postcodes: Mapping[str, Any] = {}
        self.trends = FittedBefore({})
        if forgotten:
            return
        try:
            kept = json.loads(self._place.read_text("utf-8"))
            if kept["version"] == made_with() and kept.pop("seal") == _seal(kept):
                self.trends = FittedBefore({key: Trend(*each) for key, each in kept["trends"].items()})
                self._whole, self._rows_hash = str(kept["whole"]), str(kept["rows"])
                self._postcodes = dict(kept["postcodes"])
                self._months = {key: kept["months"][key] for key in self._months}
                self._pages, self._pieces = dict(kept["pages"]), dict(kept["pieces"])
                self._others, self._files = dict(kept["others"]), dict(kept["files"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is all made anew
            return

    def is_whole(self, whole: str) -> bool:
        """Whether the site that stands there was made from just that, and every file is as it was written."""
        if not whole or whole != self._whole or set(self._files) != set(files_of(self._site)):
            return False
        return all(hash_of(self._site / name) == sha for name, sha in self._files.items())

    @property
    def pages(self) -> int:
        """How many pages that site has."""
        return len(self._pages)

    def districts(
        self, file: str, read: Callable[[], Mapping[str, Sequence[str]]]
    ) -> Mapping[str, Sequence[str]]:
        """What was read from the file with that mark, else what is read now."""
        if not file or self._postcodes.get("file") != file:
            self._postcodes = {"file": file, "districts": read()}
        found: Mapping[str, Sequence[str]] = self._postcodes["districts"]
        return found

    def rows(self) -> Path | None:
        """The published rows of the last build, if they are whole."""
        return self._rows if self._rows_hash and hash_of(self._rows) == self._rows_hash else None

    def by_month(self, engine: str) -> Written:
        """What the last build wrote a month at a time, as far as it is whole and `engine` would write it."""
        csv, parquet = self._months["csv"], self._months["parquet"] if self._months["by"] == engine else {}
        return Written(
            self._site,
            self._folder,
            engine,
            self._months["names"],
            {
                path: sizes
                for path, sizes in csv.items()
                if hash_of(self._site / path) == self._files.get(path)
            },
            [month for month, mark in parquet.items() if hash_of(_of_month(self._folder, month)) == mark],
        )

    def take(self, name: str, made_of: str, piece: str, into: Path) -> bool:
        """Put a page or feed of the last build into the new site `into`, if it would come out the same."""
        before = self._pages.get(name) or self._others.get(name)
        if (before, self._pieces.get(name, "")) != (made_of, piece):
            return False
        old = self._site / name
        found = hash_of(old)
        if not found or found != self._files.get(name):
            return False
        new = into / name
        new.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(old, new)
        except OSError:  # a file system without links
            shutil.copy2(old, new)
        self._taken[name] = found
        return True

    def text_but_for_its_piece(self, name: str, made_of: str) -> str:
        """A page of the last build of which at most the piece would come out otherwise; empty without one."""
        if self._pages.get(name) != made_of:
            return ""
        try:
            data = (self._site / name).read_bytes()
        except OSError:
            return ""
        same = hashlib.sha256(data).hexdigest()[:MARK] == self._files.get(name)
        return data.decode() if same else ""

    def keep(self, whole: str, made: Made, rows: Path, by_month: Written) -> None:
        """Write down the build that now stands there, for nobody else to write."""
        rows.replace(self._rows)
        shutil.rmtree(self._folder, ignore_errors=True)
        by_month.folder.rename(self._folder)
        told: Mapping[str, Any] = {
            "version": made_with(),
            "whole": whole,
            "rows": hash_of(self._rows),
            "trends": {key: list(vars(each).values()) for key, each in self.trends.met.items()},
            "postcodes": self._postcodes,
            "months": {
                "by": by_month.by,
                "names": by_month.names,
                "csv": by_month.csv,
                "parquet": {month: hash_of(_of_month(self._folder, month)) for month in by_month.parquet},
            },
            "pages": made.pages,
            "pieces": made.pieces,
            "others": made.others,
            "files": {
                name: self._taken.get(name) or hash_of(self._site / name) for name in files_of(self._site)
            },
        }
        fresh = self._place.with_name(self._place.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({**told, "seal": _seal(told)}), "utf-8")
        fresh.replace(self._place)


def _seal(told: Mapping[str, Any]) -> str:
    """By which it is known that what is kept is as it was written."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:MARK]


def _of_month(folder: Path, month: str) -> Path:
    return folder / f"{month}.parquet"


def files_of(site: Path) -> Iterator[str]:
    """Every file of a site, from its top."""
    for folder, _folders, names in os.walk(site):
        inside = Path(folder).relative_to(site).as_posix()
        yield from (name if inside == "." else f"{inside}/{name}" for name in names)


def hash_of(file: Path) -> str:
    """The mark of a file's bytes; empty where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:MARK]
    except OSError:
        return ""


def hash_of_all(things: Iterable[object]) -> str:
    """The mark of what is said of some things."""
    found = hashlib.sha256()
    for each in things:
        found.update(f"{each!r}\0".encode())
    return found.hexdigest()[:MARK]


@cache
def made_with() -> str:
    """A hash of all a site is made with: our code, lists, templates and sentences, and what they use."""
    found = hashlib.sha256(repr([version(name) for name in MAKERS]).encode())

    def add(folder: Traversable) -> None:
        for each in sorted(folder.iterdir(), key=lambda each: each.name):
            if each.is_dir() and each.name not in NOT_MADE_WITH:
                add(each)
            elif each.is_file() and not each.name.endswith(".pyc"):
                found.update(f"{each.name}\0".encode() + each.read_bytes())

    ours = files("opencasework")
    found.update(ours.joinpath("postcodes.py").read_bytes())
    for package in ("observatory", "charts", "standard"):
        add(ours.joinpath(package))
    return found.hexdigest()[:MARK]
