"""Make the typefaces with which a PDF draws names in any script, from the front end's packages.

    python -m tools.typefaces        what `make` does by itself when the packages have changed

They come as woff2 (see frontend/package.json), which Pango cannot read: frontend/typefaces.mjs unpacks them.
Those of Chinese, Japanese and Korean come in some hundred pieces. WeasyPrint takes two files of one family
for one font and would draw the shapes of one with the numbers of the other: wrong characters, without a word.
So the pieces are joined, and every file has a family name of its own, which no typeface of the machine has.
Git ignores what is made; a wheel carries it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont

from tools.setup import Checkout

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "frontend" / "node_modules"
MADE = ROOT / "src" / "opencasework" / "office" / "kit" / "typefaces"
CHARACTERS = "characters.txt"  # what they draw together, as ranges, so that nobody has to open them to know

# Family by file. In the order of css/print.css, where whoever adds one names it too.
FACES = {
    "Print Latin": "noto-sans-latin-ext-wght-normal.ttf",
    "Print Vietnamese": "noto-sans-vietnamese-wght-normal.ttf",
    "Print Greek": "noto-sans-greek-wght-normal.ttf",
    "Print Greek Ext": "noto-sans-greek-ext-wght-normal.ttf",
    "Print Cyrillic": "noto-sans-cyrillic-wght-normal.ttf",
    "Print Cyrillic Ext": "noto-sans-cyrillic-ext-wght-normal.ttf",
    **{
        f"Print {script.title()}": f"noto-sans-{script}-{script}-wght-normal.ttf"
        for script in (
            "arabic", "armenian", "bengali", "devanagari", "ethiopic", "georgian", "gujarati", "gurmukhi",
            "hebrew", "kannada", "khmer", "lao", "malayalam", "myanmar", "oriya", "sinhala", "symbols",
            "tamil", "telugu", "thaana", "thai",
        )
    },
    "Print Tibetan": "noto-serif-tibetan-tibetan-wght-normal.ttf",
    "Print Emoji": "noto-emoji-emoji-400-normal.ttf",
}  # fmt: skip
SHEET = ("atkinson-hyperlegible-next", "source-serif-4")  # as css/fonts-print.css has them
# These come in pieces, of which the ones with a number are the script's own.
IN_PIECES = {"Print Han": "sc", "Print Han Traditional": "tc", "Print Japanese": "jp", "Print Korean": "kr"}
PIECES = "noto-sans-{0}-[0-9]*-wght-normal.ttf"
# What says how letters change with their neighbours: these scripts stand one beside the other, and need none.
NOT_JOINED = ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "prep", "vhea", "vmtx"]
COPYRIGHT, FAMILY, STYLE, UNIQUE, FULL, POSTSCRIPT, LICENCE = 0, 1, 2, 3, 4, 6, 13  # names, by number
OPEN = "This Font Software is licensed under the SIL Open Font License, Version 1.1."  # as their packages say
WINDOWS, UNICODE, ENGLISH = 3, 1, 0x409


def joined(pieces: list[Path]) -> TTFont:
    """One font with the characters of all pieces."""
    made = Merger(options=Options(drop_tables=NOT_JOINED)).merge([str(piece) for piece in pieces])
    made.recalcBBoxes = False  # they are those of the pieces: nobody opens 60,000 glyphs again
    return made


def save_as(font: TTFont, family: str) -> set[int]:
    """Name the font, keep it, and say which characters it draws."""
    names = font["name"]
    names.names = [record for record in names.names if record.nameID == COPYRIGHT]
    plain = family.replace(" ", "")
    said = {FAMILY: family, STYLE: "Regular", UNIQUE: plain, FULL: family, POSTSCRIPT: plain, LICENCE: OPEN}
    for number, text in said.items():
        names.setName(text, number, WINDOWS, UNICODE, ENGLISH)
    if "STAT" in font:
        del font["STAT"]  # it names the weights we took the names of
    if "fvar" in font:
        font["fvar"].instances = []  # each would be a font more to look through at every page
    font.save(MADE / f"{plain}.ttf")
    return set(font.getBestCmap())


def of_the_sheet() -> set[int]:
    """What the typefaces of the print sheet itself draw, whichever a line is set in: Latin letters."""
    drawn = []
    for face in SHEET:
        files = PACKAGES.glob(f"@fontsource-variable/{face}/files/{face}-latin*-wght-normal.woff2")
        drawn.append(set[int]().union(*(TTFont(file)["cmap"].getBestCmap() for file in files)))
    return set.intersection(*drawn)


def make(family: str, unpacked: Path) -> set[int]:
    """Make one typeface of what was unpacked into a folder, and return its characters."""
    if family in FACES:
        return save_as(TTFont(unpacked / FACES[family]), family)
    pieces = sorted(unpacked.glob(PIECES.format(IN_PIECES[family])))
    if not pieces:
        raise FileNotFoundError(f"frontend/node_modules has no pieces of {family}.")
    return save_as(joined(pieces), family)


def as_ranges(characters: set[int]) -> str:
    """Code points as lines of first and last, in hexadecimal."""
    lines: list[list[int]] = []
    for code in sorted(characters):
        if lines and lines[-1][1] == code - 1:
            lines[-1][1] = code
        else:
            lines.append([code, code])
    return "".join(f"{first:x} {last:x}\n" for first, last in lines)


def main() -> int:
    started = time.monotonic()
    shutil.rmtree(MADE, ignore_errors=True)
    MADE.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        node, _ = Checkout(ROOT).node()
        subprocess.run([*node, "typefaces.mjs", folder], cwd=PACKAGES.parent, check=True)
        characters = of_the_sheet().union(*(make(each, Path(folder)) for each in [*FACES, *IN_PIECES]))
    (MADE / CHARACTERS).write_text(as_ranges(characters), encoding="ascii")
    size = sum(file.stat().st_size for file in MADE.iterdir())
    print(f"{len(characters)} characters, {size / 1e6:.0f} MB, {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
