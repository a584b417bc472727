"""Writes the pages that have changed, on every core when there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from pathlib import Path
from typing import TypeAlias

from opencasework.observatory.cores import every_core
from opencasework.observatory.site.downloads import Download
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.language import FOLDER, LANGUAGES, speaking
from opencasework.observatory.site.memory import MARK, Memory
from opencasework.observatory.site.page import Page
from opencasework.observatory.site.pages import all_pages
from opencasework.observatory.site.parts import Parts
from opencasework.observatory.site.rendering import Renderer

WORTH_SHARING_OUT = 600  # pages; a new process takes as long to start as some hundred take to write
AT_A_TIME = 40

Share: TypeAlias = tuple[str, Sequence[int]]  # a language, and the numbers of some pages in it


class Writer:
    """Writes pages of one build into the folder `site`."""

    def __init__(self, figures: Figures, downloads: Sequence[Download], site: Path) -> None:
        self._site = site
        self._renderer = Renderer()
        self._parts = Parts(figures)
        self._pages: dict[str, list[Page]] = {}
        for language in LANGUAGES:
            with speaking(language):
                self._pages[language] = all_pages(self._parts, downloads)

    @property
    def number(self) -> int:
        """How many pages there are in all languages."""
        return sum(map(len, self._pages.values()))

    def take(self, memory: Memory) -> tuple[dict[str, str], list[Share]]:
        """Take over the pages of the build before that would come out the same.

        Returns what each page is made of, by file, and the pages left to write in shares.
        """
        made_of: dict[str, str] = {}
        shares: list[Share] = []
        for language, pages in self._pages.items():
            left = []
            with speaking(language):
                for number, page in enumerate(pages):
                    name = f"{FOLDER[language]}{page.path}index.html"
                    made_of[name] = page.made_of(self._parts)[:MARK]
                    if not memory.take(name, made_of[name], self._site):
                        left.append(number)
            shares += [
                (language, left[first : first + AT_A_TIME]) for first in range(0, len(left), AT_A_TIME)
            ]
        return made_of, shares

    def write(self, language: str, numbers: Sequence[int]) -> int:
        """Write one share; returns how many pages it has."""
        with speaking(language):
            for number in numbers:
                page = self._pages[language][number]
                file = self._site / FOLDER[language] / page.path / "index.html"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(self._renderer.render(page), encoding="utf-8")
        return len(numbers)


def write_pages(
    figures: Figures,
    downloads: Sequence[Download],
    site: Path,
    *,
    memory: Memory,
    tell: Callable[[str, int, int], None],
) -> dict[str, str]:
    """Write every page in every language, or take it from the build before; `tell` is told how far it is.

    Returns what each page is made of, by its file.
    """
    writer = Writer(figures, downloads, site)
    made_of, shares = writer.take(memory)
    left = sum(len(numbers) for _language, numbers in shares)
    done = writer.number - left
    tell("Writing pages", done, writer.number)

    def written(pages: int) -> None:
        nonlocal done
        done += pages
        tell("Writing pages", done, writer.number)

    if left < WORTH_SHARING_OUT:
        for share in shares:
            written(writer.write(*share))
        return made_of
    with every_core(_begin, figures, downloads, site) as pool:
        for finished in as_completed([pool.submit(_write, *share) for share in shares]):
            written(finished.result())
    return made_of


_writer: Writer  # of a process that writes a share of them


def _begin(figures: Figures, downloads: Sequence[Download], site: Path) -> None:
    global _writer
    _writer = Writer(figures, downloads, site)


def _write(language: str, numbers: Sequence[int]) -> int:
    return _writer.write(language, numbers)
