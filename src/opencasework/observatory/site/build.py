"""Builds the whole site beside the old one, then puts it in its place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from opencasework.observatory.collect import Collection, collect
from opencasework.observatory.engines import Engine
from opencasework.observatory.engines.start import start
from opencasework.observatory.site.api import write_api
from opencasework.observatory.site.by_month import Written
from opencasework.observatory.site.downloads import Download, write_downloads
from opencasework.observatory.site.figures import Figures, measure
from opencasework.observatory.site.memory import Memory, hash_of_all
from opencasework.observatory.site.offices import addresses_of
from opencasework.observatory.site.postcodes import Districts, read_districts, write_districts
from opencasework.observatory.site.standing import Coming, Standing, files_of, hash_of
from opencasework.observatory.site.writing import write_pages
from opencasework.postcodes import NotLoadable
from opencasework.standard.files import alone_in

BUILT_FRONT_END = Path(__file__).parent / "static" / "dist"
OWN_ASSETS = Path(__file__).parent / "assets"
ASSETS = ("observatory.css", "observatory.js", "icons.svg")
MARKER = "observatory-site.txt"  # in every site we built; we replace no folder without it

Progress = Callable[[str, int, int], None]


class BuildError(Exception):
    """The site cannot be built; the text is one sentence for the user."""


@dataclass(frozen=True)
class Built:
    """What was built."""

    site: Path
    pages: int
    collection: Collection
    is_new: bool = True


def build_site(
    folders: Sequence[Path],
    site: Path,
    *,
    engine: str = "duckdb",
    master: str | None = None,
    include_drafts: bool = False,
    full: bool = False,
    postcodes: Path | None = None,
    front_end: Path | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build the site of all publications in `folders` into `site`, replacing one we built there before.

    What has not changed since then is left there, unless it is to be built in `full`: the bytes are the same.
    The site stays as it stands until all that has changed is made. Of two builds at once one waits.
    `progress` is told the step, how much of it is done and how much there is. `engine` answers the questions,
    with `master` the address of a Spark cluster. By `postcodes`, a directory of them, places are found too.
    Raises BuildError, EngineError, NothingToCollectError or NothingToShowError with a sentence for the user.
    """
    _refuse_other_folders(site)
    front_end = front_end or BUILT_FRONT_END
    _require(front_end)
    tell = progress or (lambda _step, _done, _all: None)
    site.parent.mkdir(parents=True, exist_ok=True)
    known = site.parent / f".{site.name}.known.json"
    if full:
        known.unlink(missing_ok=True)
    with _alone_beside(site) as workspace:
        collection = collect(
            folders,
            workspace=workspace / "rewritten",
            include_drafts=include_drafts,
            known=known,
            progress=lambda done, of: tell("Reading publications", done, of),
        )
        memory = Memory(site, forgotten=full)
        addresses = addresses_of(folders)
        whole = _all_of_it(engine, collection, addresses, front_end, postcodes)
        if memory.is_whole(whole):
            tell("Writing pages", memory.pages, memory.pages)
            return Built(site, memory.pages, collection, is_new=False)
        districts = _districts(postcodes, memory)
        coming = Coming(workspace / "coming")
        with start(engine, master=master, workspace=workspace, rows=memory.rows()) as loaded:
            changed = loaded.load(collection.publications)
            figures = measure(
                loaded, collection, addresses=addresses, trends=memory.trends, districts=districts
            )
            before = memory.by_month(engine)
            downloads, by_month = _write_files(loaded, coming, memory.standing, figures, changed, before)
            loaded.keep_rows(workspace / "rows.duckdb")
        # The engine is closed: whoever writes the pages needs the memory.
        made = write_pages(figures, downloads, coming, memory=memory, tell=tell)
        made.others = _write_the_rest(figures, coming, memory, front_end=front_end)
        files = coming.take_places(memory.standing, whole=workspace / "site")
        memory.keep(whole, made, workspace / "rows.duckdb", by_month, files)
    return Built(site, len(made.pages), collection)


@contextmanager
def _alone_beside(site: Path) -> Iterator[Path]:
    """A folder to work in, for one build of the site at a time."""
    lock = site.with_name(f".{site.name}.lock")
    lock.touch()
    with (
        alone_in(lock),
        tempfile.TemporaryDirectory(prefix=f".{site.name}.building-", dir=site.parent) as name,
    ):
        yield Path(name)


def _require(front_end: Path) -> None:
    missing = [name for name in ASSETS if not (front_end / name).is_file()]
    if missing:
        raise BuildError(
            f"The styles and scripts are not built ({missing[0]} is missing); run: make frontend"
        )


def _all_of_it(
    engine: str,
    collection: Collection,
    addresses: Mapping[str, str],
    front_end: Path,
    postcodes: Path | None,
) -> str:
    """A hash of all the site is made from but the code; empty where a publication has no mark."""
    if not all(publication.mark for publication in collection.publications):
        return ""
    return hash_of_all(
        [
            engine,
            *(replace(publication, counts=Path()) for publication in collection.publications),
            *collection.left_out,
            sorted(addresses.items()),
            postcodes and hash_of(postcodes),
            *((name, hash_of(front_end / name)) for name in sorted(files_of(front_end))),
        ]
    )


def _districts(postcodes: Path | None, memory: Memory) -> Districts:
    """Read from the directory, or as they were read before from the same bytes."""
    if postcodes is None:
        return {}
    try:
        return memory.districts(hash_of(postcodes), lambda: read_districts(postcodes))
    except NotLoadable as error:
        raise BuildError(str(error)) from error


def _write_files(
    engine: Engine,
    coming: Coming,
    standing: Standing,
    figures: Figures,
    changed: frozenset[str] | None,
    before: Written,
) -> tuple[list[Download], Written]:
    """The files of all offices; see `write_downloads`."""
    return write_downloads(
        engine,
        coming,
        synthetic=figures.synthetic,
        standing=standing,
        changed=changed,
        before=before,
    )


def _write_the_rest(figures: Figures, coming: Coming, memory: Memory, *, front_end: Path) -> dict[str, str]:
    """What is no page; returns what each feed and file for programs was made of."""
    made = write_api(figures, coming, memory)
    if figures.districts:
        write_districts(figures.districts, coming)
    coming.put_all(front_end, under="static/")
    coming.put_all(OWN_ASSETS)
    coming.put(MARKER, b"Built by: casework observatory build\n")
    return made


def _refuse_other_folders(site: Path) -> None:
    if site.exists() and not site.is_dir():
        raise BuildError(f"{site} is a file; name a folder for the site.")
    if site.is_dir() and any(site.iterdir()) and not (site / MARKER).is_file():
        raise BuildError(f"{site} holds something other than an observatory; name an empty or new folder.")
