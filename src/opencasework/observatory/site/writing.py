"""Writes the pages that have changed, on every core when there are many."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import as_completed
from typing import TypeAlias

from opencasework.observatory.cores import every_core
from opencasework.observatory.site.downloads import Download
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.language import FOLDER, LANGUAGES, speaking, spoken
from opencasework.observatory.site.memory import Made, Memory
from opencasework.observatory.site.page import Page
from opencasework.observatory.site.pages import all_pages
from opencasework.observatory.site.parts import Parts
from opencasework.observatory.site.rendering import Renderer, piece_of, with_piece
from opencasework.observatory.site.standing import MARK, Coming

WORTH_SHARING_OUT = 600  # pages; a new process takes as long to start as some hundred take to write
AT_A_TIME = 40

Share: TypeAlias = tuple[str, Sequence[int]]  # a language, and the numbers of some pages in it


class Writer:
    """Writes pages of one build."""

    def __init__(
        self,
        figures: Figures,
        downloads: Sequence[Download],
        coming: Coming,
        templates: MutableMapping[str, bytes],
    ) -> None:
        self._coming = coming
        self.renderer = Renderer(templates)
        self._parts = Parts(figures)
        self._pages: dict[str, list[Page]] = {}
        for language in LANGUAGES:
            with speaking(language):
                self._pages[language] = all_pages(self._parts, downloads)

    @property
    def number(self) -> int:
        """How many pages there are in all languages."""
        return sum(map(len, self._pages.values()))

    def take(self, memory: Memory) -> tuple[Made, list[Share]]:
        """Take over the pages of the build before that would come out the same, but for a piece of some.

        Returns what each page is made of, and the pages left to write in shares.
        """
        made = Made()
        shares: list[Share] = []
        for language, pages in self._pages.items():
            with speaking(language):
                left = [number for number, page in enumerate(pages) if not self._taken(page, memory, made)]
            shares += [
                (language, left[first : first + AT_A_TIME]) for first in range(0, len(left), AT_A_TIME)
            ]
        return made, shares

    def _taken(self, page: Page, memory: Memory, made: Made) -> bool:
        """Take over one page, its piece made anew where that has changed; whether that could be."""
        name = _file_of(page)
        made_of, piece = page.made_of(self._parts)[:MARK], page.piece_made_of(self._parts)[:MARK]
        made.pages[name] = made_of
        if piece:
            made.pieces[name] = piece
        if memory.take(name, made_of, piece, self._coming):
            return True
        old = memory.page_but_for_its_piece(name, made_of) if piece else b""
        if old:
            self._coming.put(name, with_piece(old, piece_of(page)))
        return bool(old)

    def write(self, language: str, numbers: Sequence[int]) -> int:
        """Write one share; returns how many pages it has."""
        with speaking(language):
            for number in numbers:
                page = self._pages[language][number]
                self._coming.put(_file_of(page), self.renderer.render(page).encode())
        return len(numbers)


def _file_of(page: Page) -> str:
    """Where a page is written in the language spoken, from the top of the site."""
    return f"{FOLDER[spoken()]}{page.path}index.html"


def write_pages(
    figures: Figures,
    downloads: Sequence[Download],
    coming: Coming,
    *,
    memory: Memory,
    tell: Callable[[str, int, int], None],
) -> Made:
    """Write every page in every language, or take it from the build before; `tell` is told how far it is.

    Returns what each page is made of.
    """
    writer = Writer(figures, downloads, coming, memory.templates)
    made, shares = writer.take(memory)
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
        return made
    writer.renderer.make_ready()
    with every_core(_begin, figures, downloads, coming, memory.templates) as pool:
        for finished in as_completed([pool.submit(_write, *share) for share in shares]):
            written(finished.result())
    return made


_writer: Writer  # of a process that writes a share of them


def _begin(
    figures: Figures, downloads: Sequence[Download], coming: Coming, templates: MutableMapping[str, bytes]
) -> None:
    global _writer
    _writer = Writer(figures, downloads, coming, templates)


def _write(language: str, numbers: Sequence[int]) -> int:
    return _writer.write(language, numbers)
