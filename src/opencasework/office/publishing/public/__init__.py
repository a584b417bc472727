"""What people see of a publication: its pages, spreadsheet, feed, and the same for search engines.

Made from what is published and from nothing else, so that a page can never say more than the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from opencasework.office.publishing.public import dataset, feed, page
from opencasework.office.publishing.public.figures import Shown, shown
from opencasework.office.publishing.public.words import words
from opencasework.standard import publication as standard
from opencasework.standard.responses import Response

PAGES = {"en": "index.html", "cy": "cymraeg.html"}
STYLE = "style.css"
LARGEST_PAGE = 90_000  # bytes


def pages(
    folder: Path, *, standing: Path | None = None, replies: Sequence[Response] = ()
) -> dict[str, bytes]:
    """The files that go beside the data of the publication in `folder`, by name.

    Of a draft, `standing` is the folder of what is out already and `replies` are the reply times that are
    added when it is signed: the page shows all together, as the public will see it then.
    """
    from opencasework.office.publishing.public import sheet  # it is large, and published once a month

    publication = standard.read(folder)
    if standing is not None:
        publication = together(publication, standard.read(standing))
    view = shown(publication, beside=standing, replies=replies)
    contents = {name: page.render(view, language, PAGES).encode() for language, name in PAGES.items()}
    return contents | {
        STYLE: page.style(),
        "figures.xlsx": sheet.workbook(view),
        "feed.xml": feed.atom(view),
        "dataset.jsonld": dataset.as_bytes(view),
    }


def together(draft: standard.Publication, standing: standard.Publication) -> standard.Publication:
    """The draft with the months that are out; its own take the place of those."""
    mine = set(draft.periods)
    rows = [row for row in standing.observations if row.period not in mine]
    return replace(
        draft, observations=tuple(sorted([*rows, *draft.observations], key=lambda row: row.key)),
        releases=standing.releases,
    )  # fmt: skip


__all__ = ["PAGES", "STYLE", "Shown", "pages", "shown", "together", "words"]
