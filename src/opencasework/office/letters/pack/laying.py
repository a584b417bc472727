"""How the papers lie in the parts of a pack: which in which, on which pages, and the index that says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.template.loader import render_to_string

from opencasework.office.kit.first_bytes import PDF
from opencasework.office.kit.pdf import printed
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack.models import Pack
from opencasework.office.letters.pack.workshop import Workshop
from opencasework.office.letters.paper import dated
from opencasework.office.places.models import Office

INDEX_BYTES = 120_000  # that the index and the numbers on the pages add at most, about
ROOM_LEFT = 0.99  # of a part: joining adds a little
TRIES = 3


@dataclass
class Sheet:
    """A document in the workshop: as it came, and the PDF made of it."""

    title: str
    source: str  # file in the workshop
    kind: str
    piece: int = -1  # -1 is the letter
    filename: str = ""
    pdf: str = ""
    pages: int = 0
    size: int = 0  # bytes of the PDF, or of a document that stays as it is
    said: str = ""
    starts: int = 0  # page of the document at which this piece of it begins, where it was cut


@dataclass
class Part:
    """What goes with one mail."""

    number: int
    sheets: list[Sheet] = field(default_factory=list)
    apart: list[Sheet] = field(default_factory=list)
    files: list[tuple[str, str, bytes, int]] = field(default_factory=list)  # name, kind, content, pages

    @property
    def size(self) -> int:
        return INDEX_BYTES + sum(sheet.size for sheet in [*self.sheets, *self.apart])


@dataclass
class Plan:
    """The finished parts, and what their index says."""

    parts: list[Part]
    contents: list[dict[str, object]]
    left_out: list[str]  # a sentence for each document that does not go out
    pages: int


def lay_out(
    letter: Letter, shop: Workshop, sheets: list[Sheet], apart: list[Sheet], limit: int, *, pack: Pack
) -> Plan:
    """Share the papers out over as few parts as they need, and bind each."""
    room = limit * ROOM_LEFT
    for _ in range(TRIES):
        parts = _shared_out(shop, sheets, int(room))
        left_out = _place_apart(parts, apart, int(room))
        contents, pages = _bind(letter, shop, parts, left_out, pack)
        largest = max(sum(len(content) for _, _, content, _ in part.files) for part in parts)
        if largest <= limit:
            break
        room *= limit / largest * ROOM_LEFT
    sentences = [
        f"“{sheet.title}” is left out: with {sheet.size / 1_000_000:.0f} MB it is too large for a mail."
        for sheet in left_out
    ]
    return Plan(parts, contents, sentences, pages)


def _shared_out(shop: Workshop, sheets: list[Sheet], room: int) -> list[Part]:
    parts = [Part(1)]
    for sheet in sheets:
        for piece in _cut_to(shop, sheet, room - INDEX_BYTES):
            if parts[-1].sheets and parts[-1].size + piece.size > room:
                parts.append(Part(len(parts) + 1))
            parts[-1].sheets.append(piece)
    return parts


def _cut_to(shop: Workshop, sheet: Sheet, room: int) -> list[Sheet]:
    """A document that no part can hold, in pieces that one can. A single page is never cut."""
    if sheet.size <= room or sheet.pages < 2:
        return [sheet]
    middle = sheet.pages // 2
    halves = shop.cut(sheet.pdf, middle)
    pieces = []
    for (pdf, size), starts, pages in zip(halves, (0, middle), (middle, sheet.pages - middle), strict=True):
        half = Sheet(
            sheet.title, sheet.source, PDF, sheet.piece, sheet.filename, pdf, pages, size, sheet.said
        )
        half.starts = sheet.starts + starts
        pieces += _cut_to(shop, half, room)
    return pieces


def _place_apart(parts: list[Part], apart: list[Sheet], room: int) -> list[Sheet]:
    """Put what stays as it is into the first part with room; what none can hold is returned."""
    left_out = []
    for sheet in apart:
        place = next((part for part in parts if part.size + sheet.size <= room), None)
        if place is None and sheet.size + INDEX_BYTES <= room:
            place = Part(len(parts) + 1)
            parts.append(place)
        if place is None:
            left_out.append(sheet)
        else:
            place.apart.append(sheet)
    return left_out


# --- the index and the binding ----------------------------------------------------------------------------


def _bind(
    letter: Letter, shop: Workshop, parts: list[Part], left_out: list[Sheet], pack: Pack
) -> tuple[list[dict[str, object]], int]:
    index_pages = 1
    while True:
        rows, firsts, total = _numbered(parts, index_pages)
        indexes = _indexes(letter, shop, parts, rows, left_out, pack)
        needed = max(sheet.pages for sheet in indexes)
        if needed <= index_pages:
            break
        index_pages = needed
    jobs: list[dict[str, Any]] = []
    for part, index, first in zip(parts, indexes, firsts, strict=True):
        at = 1 if part.number == 1 else 0  # the index lies behind the letter
        order = [*part.sheets[:at], index, *part.sheets[at:]]
        pieces = [{"pdf": each.pdf, "from": 0, "to": each.pages, "title": each.title} for each in order]
        title = f"{letter.case.reference}: papers"
        jobs.append({"out": f"part-{part.number}.pdf", "first": first, "title": title, "pieces": pieces})
    shop.bind(jobs, mark=letter.case.reference, total=total)
    for part, index, job in zip(parts, indexes, jobs, strict=True):
        pages = index.pages + sum(sheet.pages for sheet in part.sheets)
        part.files = [(_name(letter, part, parts), PDF, shop.read(job["out"]), pages)]
        part.files += [
            (_own_name(sheet, number), sheet.kind, shop.read(sheet.source), 0)
            for number, sheet in enumerate(part.apart, start=1)
        ]
    return rows, total


def _numbered(parts: list[Part], index_pages: int) -> tuple[list[dict[str, object]], list[int], int]:
    """A row of the index for every document, the first page of every part, and how many pages there are."""
    rows: list[dict[str, object]] = []
    firsts = []
    page = 1
    for part in parts:
        firsts.append(page)
        if part.number > 1:
            page += index_pages
        for sheet in part.sheets:
            last = page + sheet.pages - 1
            again = ", continued" if sheet.starts else ""
            rows.append({"title": f"{sheet.title}{again}", "first": page, "last": last, "part": part.number})
            page = last + 1
            if sheet.piece == -1:
                page += index_pages
        rows += [{"title": sheet.title, "first": 0, "last": 0, "part": part.number} for sheet in part.apart]
    return rows, firsts, page - 1


def _indexes(
    letter: Letter,
    shop: Workshop,
    parts: list[Part],
    rows: list[dict[str, object]],
    left_out: list[Sheet],
    pack: Pack,
) -> list[Sheet]:
    """The page of each part that says what is where, in the workshop."""
    about = {
        "office": Office.here(),
        "letter": letter,
        "dated": in_words(dated(letter)),
        "parts": len(parts),
        "rest_by_post": letter.means == Letter.Means.EMAIL and pack.over == Pack.Over.POST,
        "rows": rows,
        "left_out": left_out,
    }
    pages = [render_to_string("letters/pack/index.html", {**about, "part": part.number}) for part in parts]
    with ThreadPoolExecutor(2) as pool:  # each is printed by a child of its own
        made = list(pool.map(printed, pages))
    sheets = [
        Sheet("Index", shop.bring(f"index-{part.number}", content), PDF)
        for part, content in zip(parts, made, strict=True)
    ]
    shop.open(sheets, level=0)
    return sheets


def _name(letter: Letter, part: Part, parts: list[Part]) -> str:
    which = f"-part-{part.number}-of-{len(parts)}" if len(parts) > 1 else ""
    return f"{letter.case.reference}-papers{which}.pdf"


def _own_name(sheet: Sheet, number: int) -> str:
    """A file name of plain letters; nobody's name for it decides more than its ending."""
    ending = PurePath(sheet.filename).suffix.lower()
    plain = "".join(
        each if each.isascii() and (each.isalnum() or each in " -_") else "-" for each in sheet.title
    )
    ending = ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 6 else ".bin"
    return f"{number}-{plain.strip(' -')[:60] or 'document'}{ending}"
