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
    """A table of a page with figures that are not its own, such as the average of all offices.

    The page says of itself what stays as it is when those change; then the table is put into the page that
    stands there. It is made of its own part of the figures, and of what is given to the page.
    """

    template: str
    part: Callable[[], Figures]
    make: Callable[..., Context]


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
        """A hash of everything its piece says; empty where it has none."""
        if self.piece is None:
            return ""
        return parts.mark(self.piece.part, spoken(), self.path, self.piece.template, self.given)
