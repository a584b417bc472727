"""What the last build of a site was made from, so that the next makes only what has changed.

Beside the site lie two files: hashes of what each page was made of and of each file as it was written, with
the trends that were fitted and the templates made ready; and the published rows, as the engine keeps them.
Nothing there is anybody's that was not published. Of another version, damaged, or not fitting the site that
stands there, they are left aside: then a build takes longer and comes to the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from opencasework.observatory.measures.trend import FittedBefore, Trend
from opencasework.observatory.site.by_month import Written
from opencasework.observatory.site.standing import MARK, Coming, Standing, hash_of

MAKERS = ("duckdb", "ibis-framework", "jinja2", "markupsafe", "numpy", "scipy")
NOT_MADE_WITH = {"tests", "examples", "__pycache__", "static", "simulate"}


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
        self._whole = ""
        self._pages: Mapping[str, str] = {}
        self._pieces: Mapping[str, str] = {}
        self._others: Mapping[str, str] = {}
        self.standing = Standing(site, {}, {})
        self._rows_hash = ""
        self._months = Written()
        self._postcodes: Mapping[str, Any] = {}
        self.trends = FittedBefore({})
        self.templates: dict[str, bytes] = {}  # as Jinja made them ready
        if forgotten:
            return
        try:
            kept = json.loads(self._place.read_text("utf-8"))
            if kept["version"] == made_with() and kept.pop("seal") == _seal(kept):
                self.trends = FittedBefore({key: Trend(*each) for key, each in kept["trends"].items()})
                self._whole, self._rows_hash = str(kept["whole"]), str(kept["rows"])
                self._postcodes = dict(kept["postcodes"])
                if _is_ours(self._place):
                    self.templates = {key: b64decode(code) for key, code in kept["templates"].items()}
                self._months = Written(**kept["months"])
                self._pages, self._pieces = dict(kept["pages"]), dict(kept["pieces"])
                self._others = dict(kept["others"])
                self.standing = Standing(site, dict(kept["files"]), dict(kept["looks"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is all made anew
            return

    def is_whole(self, whole: str) -> bool:
        """Whether the site that stands there was made from just that, and every file is as it was written."""
        return bool(whole) and whole == self._whole and self.standing.is_whole()

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
        """What the last build wrote a month at a time, if `engine` would write it so too."""
        if self._months.by != engine:
            return Written(engine)
        return self._months

    def take(self, name: str, made_of: str, piece: str, coming: Coming) -> bool:
        """Keep a page or feed of the last build in the coming site, if it would come out the same."""
        before = self._pages.get(name) or self._others.get(name)
        if (before, self._pieces.get(name, "")) != (made_of, piece):
            return False
        if not self.standing.hash_of(name):
            return False
        coming.kept.add(name)
        return True

    def page_but_for_its_piece(self, name: str, made_of: str) -> bytes:
        """A page of the last build of which at most the piece would come out otherwise; empty without one."""
        if self._pages.get(name) != made_of or not self.standing.hash_of(name):
            return b""
        with open(f"{self._site}/{name}", "rb", buffering=0) as file:  # a thousand times
            return file.read()

    def keep(
        self,
        whole: str,
        made: Made,
        rows: Path,
        by_month: Written,
        files: tuple[Mapping[str, str], Mapping[str, str]],
    ) -> None:
        """Write down the build that now stands there, for nobody else to write: see `Coming` for `files`."""
        rows.replace(self._rows)
        told: Mapping[str, Any] = {
            "version": made_with(),
            "whole": whole,
            "rows": hash_of(self._rows),
            "trends": {key: list(vars(each).values()) for key, each in self.trends.met.items()},
            "postcodes": self._postcodes,
            "templates": {key: b64encode(code).decode() for key, code in self.templates.items()},
            "months": vars(by_month),
            "pages": made.pages,
            "pieces": made.pieces,
            "others": made.others,
            "files": files[0],
            "looks": files[1],
        }
        fresh = self._place.with_name(self._place.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({**told, "seal": _seal(told)}), "utf-8")
        fresh.replace(self._place)


def _is_ours(file: Path) -> bool:
    """Whether nobody else can have written it: what Jinja made ready is run."""
    kept = file.stat()
    return kept.st_uid == os.getuid() and not kept.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _seal(told: Mapping[str, Any]) -> str:
    """By which it is known that what is kept is as it was written."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:MARK]


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
