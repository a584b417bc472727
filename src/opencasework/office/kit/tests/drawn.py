"""What a PDF draws, glyph by glyph, whatever it says that the words are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream

NO_SHAPE = 0  # .notdef, which shows as a box


class Drawn:
    """The glyphs of a PDF's pages in the order in which they are drawn."""

    def __init__(self, pdf: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(pdf))

    def glyphs(self, family: str = "") -> list[int]:
        """Their numbers, of fonts of this family alone where one is named."""
        return [number for font, number in self._all() if family in font["/BaseFont"]]

    def outlines(self, family: str) -> list[list[tuple[int, int]]]:
        """The points of their outlines, as the font within the PDF has them."""
        found = []
        for font, number in self._all():
            if font["/BaseFont"].endswith(f"+{family}"):
                file = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile2"]
                found.append(points(TTFont(io.BytesIO(file.get_object().get_data())), number))
        return found

    def words(self) -> str:
        """What a program reads in it."""
        return " ".join(" ".join(page.extract_text() for page in self.reader.pages).split())

    def _all(self) -> Iterator[tuple[Any, int]]:
        for page in self.reader.pages:
            fonts = page["/Resources"]["/Font"]
            font: Any = None
            for operands, operator in ContentStream(page.get_contents(), self.reader).operations:
                if operator == b"Tf":
                    font = fonts[operands[0]].get_object()
                    boxes = _codes_of_boxes(font.get("/Encoding", ""))
                elif operator == b"TJ":
                    for run in operands[0]:
                        if not isinstance(run, (int, float)):
                            codes = getattr(run, "original_bytes", run)
                            for at in range(0, len(codes), 2):
                                code = codes[at : at + 2]
                                yield font, NO_SHAPE if code.hex() in boxes else int.from_bytes(code, "big")


def _codes_of_boxes(encoding: Any) -> set[str]:
    """The codes that a font's own encoding leads to no shape; the usual one leads each to its glyph."""
    if isinstance(encoding, str):
        return set()
    lines = encoding.get_object().get_data().decode().splitlines()
    return {code for line in lines for code in re.findall(r"^<(\w{4})> 0$", line)}


def points(font: TTFont, number: int) -> list[tuple[int, int]]:
    """The outline of a glyph of a font."""
    glyphs = font["glyf"]
    coordinates, _, _ = glyphs[font.getGlyphName(number)].getCoordinates(glyphs)
    return [(round(x), round(y)) for x, y in coordinates]
