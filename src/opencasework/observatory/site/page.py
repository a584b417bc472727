"""One page of the site: where it is, which template makes it, what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.language import spoken
from opencasework.observatory.site.parts import Parts

Context = Mapping[str, object]


@dataclass(frozen=True)
class Piece:
    """The rows of a page with figures that are not its own, such as the average of all offices.

    The page says of itself what stays as it is when those change; then the rows are put into the page that
    stands there. They are made of its part of the figures, of what stands `beside` it, which is the same on
    many pages, of what is given to the page, and with its `home`. Texts in what `make` returns are escaped.
    """

    beside: Callable[[], Figures]
    make: Callable[..., str]


@dataclass(frozen=True)
class Page:
    """One page. `path` is its folder, '' or ending in '/'; `section` its entry in the bar.

    `part` cuts out what it may read of the figures, and `make` makes of that, and of what else is `given`,
    what the template shows. Both when the page is rendered, so that 650 maps are never in memory together.
    Where a page has a `piece` that others make out of date, that alone is made anew: see `Piece`.
    """

    path: str
    template: str
    section: str
    title: str
    part: Callable[[], Figures]
    make: Callable[..., Context]
    given: tuple[Any, ...] = ()
    piece: Piece | None = None

    def made_of(self, parts: Parts) -> str:
        """A hash of everything it says in the language spoken, but not of code and templates."""
        return parts.mark(self.part, spoken(), self.path, self.template, self.title, self.given)

    def piece_made_of(self, parts: Parts) -> str:
        """A hash of what its piece has beside what the page is made of; empty where it has none."""
        return parts.mark(self.piece.beside) if self.piece else ""

    @property
    def home(self) -> str:
        """The way from it to the first page of its language."""
        return "../" * self.path.count("/") or "./"
