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
class Page:
    """One page. `path` is its folder, '' or ending in '/'; `section` its entry in the bar.

    `part` cuts out what it may read of the figures, and `make` makes of that, and of what else is `given`,
    what the template shows. Both when the page is rendered, so that 650 maps are never in memory together.
    """

    path: str
    template: str
    section: str
    title: str
    part: Callable[[], Figures]
    make: Callable[..., Context]
    given: tuple[Any, ...] = ()

    def made_of(self, parts: Parts) -> str:
        """A hash of everything it says in the language spoken, but not of code and templates."""
        return parts.mark(self.part(), spoken(), self.path, self.template, self.title, self.given)
