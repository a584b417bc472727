"""Writes the pages, on every core when there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from pathlib import Path

from opencasework.observatory.cores import every_core
from opencasework.observatory.site.downloads import Download
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.language import FOLDER, LANGUAGES, speaking
from opencasework.observatory.site.pages import Page, all_pages
from opencasework.observatory.site.rendering import Renderer

WORTH_SHARING_OUT = 600  # pages; a new process takes as long to start as some hundred take to write
AT_A_TIME = 40


class Writer:
    """Writes pages of one build into the folder `site`."""

    def __init__(self, figures: Figures, downloads: Sequence[Download], site: Path) -> None:
        self._site = site
        self._renderer = Renderer(figures)
        self._pages: dict[str, list[Page]] = {}
        for language in LANGUAGES:
            with speaking(language):
                self._pages[language] = all_pages(figures, downloads)

    @property
    def number(self) -> int:
        """How many pages there are in all languages."""
        return sum(map(len, self._pages.values()))

    def parts(self) -> list[tuple[str, int]]:
        """What can be written one by one: a language, and the first of some pages in it."""
        return [
            (language, first)
            for language, pages in self._pages.items()
            for first in range(0, len(pages), AT_A_TIME)
        ]

    def write(self, language: str, first: int) -> int:
        """Write one of the `parts`; returns how many pages it has."""
        some = self._pages[language][first : first + AT_A_TIME]
        with speaking(language):
            for page in some:
                file = self._site / FOLDER[language] / page.path / "index.html"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(self._renderer.render(page), encoding="utf-8")
        return len(some)


def write_pages(
    figures: Figures, downloads: Sequence[Download], site: Path, *, tell: Callable[[str, int, int], None]
) -> int:
    """Write every page in every language; `tell` is told how far it is. Returns how many there are."""
    writer = Writer(figures, downloads, site)
    done = 0

    def written(pages: int) -> None:
        nonlocal done
        done += pages
        tell("Writing pages", done, writer.number)

    if writer.number < WORTH_SHARING_OUT:
        for part in writer.parts():
            written(writer.write(*part))
        return writer.number
    with every_core(_begin, figures, downloads, site) as pool:
        for finished in as_completed([pool.submit(_write, *part) for part in writer.parts()]):
            written(finished.result())
    return writer.number


_writer: Writer  # of a process that writes a share of them


def _begin(figures: Figures, downloads: Sequence[Download], site: Path) -> None:
    global _writer
    _writer = Writer(figures, downloads, site)


def _write(language: str, first: int) -> int:
    return _writer.write(language, first)
