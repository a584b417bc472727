"""The typefaces of PDFs: ours for the scripts of the world beside what the machine has; and what none draws.

Ours are made by tools/typefaces.py and come in the wheel. Nothing here needs Django: the press has none.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "typefaces"
CHARACTERS = FOLDER / "characters.txt"  # what ours draw, a range of code points in each line
SURE = frozenset(map(chr, range(0x20, 0x7F)))  # the print sheet brings these
NEVER_PRINTED = {"Cc", "Zl", "Zp"}  # control characters and ends of lines: `pdf.printed` takes them out


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """The first and the last code points of the ranges that ours draw; none where they were not made."""
    lines = CHARACTERS.read_text(encoding="ascii").split() if CHARACTERS.is_file() else []
    return [int(each, 16) for each in lines[::2]], [int(each, 16) for each in lines[1::2]]


def _shown(text: str) -> set[str]:
    return {each for each in set(text) - SURE if unicodedata.category(each) not in NEVER_PRINTED}


def not_ours(text: str) -> set[str]:
    """The characters of a text that no typeface of ours draws; one of the machine may."""
    firsts, lasts = _ranges()
    return {
        each
        for each in _shown(text)
        if not (place := bisect_right(firsts, ord(each))) or lasts[place - 1] < ord(each)
    }


# --- within the press: what follows needs WeasyPrint ------------------------------------------------------


def all_fonts() -> Any:
    """The fonts of the machine with ours added, as WeasyPrint wants them: a FontConfiguration."""
    from weasyprint.text import ffi as of
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    if FOLDER.is_dir():
        of.ffi.cdef("FcBool FcConfigAppFontAddDir(FcConfig *config, const FcChar8 *dir);", override=True)
        of.fontconfig.FcConfigAppFontAddDir(fonts._config, str(FOLDER).encode())
        of.pangoft2.pango_fc_font_map_config_changed(of.ffi.cast("PangoFcFontMap *", fonts.font_map))
    return fonts


def drawn_as_boxes(text: str) -> str:
    """The characters of a text for which Pango finds no shape in any typeface, each once."""
    from weasyprint.text import ffi as of

    of.ffi.cdef("int pango_layout_get_unknown_glyphs_count(PangoLayout *layout);", override=True)
    fonts = all_fonts()
    context = of.ffi.gc(of.pango.pango_font_map_create_context(fonts.font_map), of.gobject.g_object_unref)
    layout = of.ffi.gc(of.pango.pango_layout_new(context), of.gobject.g_object_unref)

    def is_box(character: str) -> bool:
        written = character.encode()
        of.pango.pango_layout_set_text(layout, written, len(written))
        return bool(of.pango.pango_layout_get_unknown_glyphs_count(layout))

    return "".join(sorted(each for each in _shown(text) if is_box(each)))
