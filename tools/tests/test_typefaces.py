"""The typefaces of PDFs: all there, each by a name of its own, and every one named in the print sheet."""

from __future__ import annotations

import re

from fontTools.ttLib import TTFont

from tools import typefaces

SHEET = typefaces.ROOT / "frontend" / "css" / "fonts-print.css"
WANTED = {*typefaces.FACES, *typefaces.IN_PIECES}


def family_of(font: TTFont) -> str:
    return font["name"].getDebugName(typefaces.FAMILY)


def test_every_typeface_has_one_file_and_one_family():
    families = [family_of(TTFont(file)) for file in typefaces.MADE.glob("*.ttf")]

    assert sorted(families) == sorted(WANTED)


def test_the_print_sheet_names_every_typeface():
    rules = re.sub(r"@font-face \{[^}]*\}|/\*.*?\*/", "", SHEET.read_text(), flags=re.DOTALL)

    assert set(re.findall(r'"(Print [^"]+)"', rules)) == WANTED


def test_each_says_whose_work_it_is():
    for file in typefaces.MADE.glob("*.ttf"):
        names = TTFont(file)["name"]
        assert "Copyright" in names.getDebugName(typefaces.COPYRIGHT) or "(c)" in names.getDebugName(
            typefaces.COPYRIGHT
        )
        assert "Open Font License" in names.getDebugName(typefaces.LICENCE)


def test_the_characters_they_draw_are_written_down():
    written = (typefaces.MADE / typefaces.CHARACTERS).read_text().split()
    ranges = list(zip(written[::2], written[1::2], strict=True))

    han = TTFont(typefaces.MADE / "PrintHan.ttf").getBestCmap()
    assert all(any(int(a, 16) <= code <= int(b, 16) for a, b in ranges) for code in list(han)[::500])
    assert typefaces.as_ranges({0x41, 0x43, 0x42, 0x50}) == "41 43\n50 50\n"
