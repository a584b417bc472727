"""Scans and photographs become one PDF, in a child that may die, and nothing that was brought is lost."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from opencasework.office.inbox.reading import limits, paper
from opencasework.office.inbox.reading.reader import PAPER_TOO_MUCH, Reader
from opencasework.office.letters.tests.papers import HEIC

from . import scans


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


def corner(pdf: bytes, page: int = 0):
    """The colour a quarter from the top of a page."""
    with pdfium.PdfDocument(pdf) as document:
        picture = document[page].render().to_pil()
    return picture.getpixel((picture.width // 2, picture.height // 4))


def test_a_photograph_becomes_an_upright_page_of_a4_without_where_it_was_taken(reader):
    facts, pdf = reader.bind([scans.photo(600, 800, turned=True)])

    [page] = PdfReader(io.BytesIO(pdf)).pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    assert corner(pdf)[0] > 200 > 100 > corner(pdf)[1]
    assert b"Pocket Telephone" not in pdf
    assert facts == {"pages": 1, "text": "", "problems": []}


def test_a_large_photograph_is_made_no_finer_than_print(reader):
    _, pdf = reader.bind([scans.photo(3000, 4000)])

    [image] = PdfReader(io.BytesIO(pdf)).pages[0].images
    assert max(image.image.size) == pytest.approx(842 / 72 * 200, abs=2)


def test_files_of_every_kind_are_bound_in_their_order_with_their_text(reader):
    files = [scans.pdf("Dear Ms Holloway", "my rent"), scans.photo(), scans.photo(kind="PNG"), scans.fax(2)]

    facts, pdf = reader.bind([*files, scans.pdf("Yours, Nia")])

    assert facts["pages"] == len(PdfReader(io.BytesIO(pdf)).pages) == 7
    assert facts["text"].split("\n\n") == ["Dear Ms Holloway", "my rent", "Yours, Nia"]
    assert facts["problems"] == []


def test_a_pdf_by_itself_stays_as_it_came(reader):
    file = scans.pdf("Dear Ms Holloway")

    assert reader.bind([file])[1] == file


def test_a_photograph_of_an_iphone_becomes_a_page_among_the_others(reader):
    facts, pdf = reader.bind([scans.photo(), HEIC, scans.pdf("Yours, Nia")])

    assert facts == {"pages": 3, "text": "Yours, Nia", "problems": []}
    [image] = PdfReader(io.BytesIO(pdf)).pages[1].images
    assert image.image.size == (64, 48)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (scans.locked_pdf(), paper.LOCKED),
        (scans.pdf("cut short")[:300], paper.BROKEN),
        (scans.photo()[:200], paper.BROKEN),
        (b"\0\0\0\x18ftypheic" + bytes(200), paper.HEIC_PHOTO),
        (b"\0\0\0\x18ftyphevm" + bytes(200), paper.HEIC_PHOTO),
        (HEIC[:-40], paper.HEIC_PHOTO),
        (b"\x89PNG\r\n\x1a\nno picture", paper.BROKEN),
    ],
    ids=["locked", "cut PDF", "cut photograph", "HEIC", "HEIC of another brand", "cut HEIC", "no picture"],
)
def test_what_cannot_be_used_is_named_and_the_rest_is_bound(reader, file, reason):
    facts, pdf = reader.bind([scans.photo(), file, scans.pdf("Yours, Nia")])

    assert facts["problems"] == [[1, reason]]
    assert len(PdfReader(io.BytesIO(pdf)).pages) == facts["pages"] == 2
    assert facts["text"] == "Yours, Nia"


def test_a_picture_of_more_points_than_memory_is_refused_before_it_is_unpacked(reader):
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header + bytes(4) + b"\0\0\0\0IEND" + bytes(4)

    facts, pdf = reader.bind([bomb])

    assert pdf == b""
    assert len(facts["problems"]) == 1


class MortalReader(Reader):
    """A reader whose child the kernel ends over one file, as it does at the limits."""

    def _bind(self, files, until):
        if DEADLY in files:
            self._child = self._child or self._start()
            self._child.kill()
        return super()._bind(files, until)


DEADLY = b"%PDF-1.7 without end"


def test_a_file_that_kills_the_child_costs_only_itself():
    with MortalReader() as reader:
        facts, pdf = reader.bind([scans.pdf("Dear"), DEADLY, scans.photo()])
        alone = reader.bind([DEADLY])

    assert facts == {"pages": 2, "text": "Dear", "problems": [[1, PAPER_TOO_MUCH]]}
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert alone == ({"pages": 0, "text": "", "problems": [[0, PAPER_TOO_MUCH]]}, b"")


def test_the_files_of_a_long_letter_keep_their_order_and_their_numbers():
    files = [scans.pdf(f"Page {number}") for number in range(1, 10)]
    files[7] = b"no scan at all"
    with Reader() as reader:
        facts, pdf = reader.bind(files)

    assert facts["text"].split() == [word for n in (*range(1, 8), 9) for word in ("Page", str(n))]
    assert [index for index, _ in facts["problems"]] == [7]
    assert len(PdfReader(io.BytesIO(pdf)).pages) == facts["pages"] == 8


def test_a_file_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(limits, "PAPER_WALL_SECONDS", 1e-6)
    with Reader() as reader:
        assert reader.bind([scans.photo(3000, 4000)])[0]["problems"] == [[0, PAPER_TOO_MUCH]]


def test_more_pages_than_a_letter_may_have_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "PAPER_PAGES", 2)

    facts, _ = paper.bind([scans.fax(2), scans.photo()])

    assert facts["problems"] == [[1, paper.TOO_LONG.format(2)]]
