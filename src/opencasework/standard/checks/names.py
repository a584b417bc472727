"""Can every name be shown? Names stand on pages, in feeds and in spreadsheets of people who trust them."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from opencasework.standard.checks.tables import Table, runs
from opencasework.standard.rules import Finding, finding

LONGEST_NAME = 200  # characters
# Unicode's controls, formats, halves of characters, private and unassigned ones, and line ends.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # of the writing
_BLANK = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and signs that show nothing
_JOINERS = "\u200c\u200d"
# Of scripts in which a joiner between two letters is part of the spelling.
_JOINED = {
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "KHMER", "MALAYALAM", "MONGOLIAN",
    "MYANMAR", "NKO", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "TIBETAN",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@")
_DESCRIPTOR = "datapackage.json"


def check_names(about: Mapping[str, Any], codes: Mapping[str, Table]) -> Iterator[Finding]:
    """The names in a well-formed descriptor and the titles in the code tables.

    A title that begins plainly like a formula is left to the rule about the cells of tables.
    """
    for place, name in _names(about):
        if fault := _fault(name) or _nothing(name) or _formula(name):
            yield _wrong(f"{place} of {_DESCRIPTOR} {fault}", name, file=_DESCRIPTOR, column=place)
    for table, read in codes.items():
        file = f"codes/{table}.csv"
        for line, record in read.records():
            for column, text in record.items():
                if fault := _cell_fault(column, text):
                    message = f"The {column} in line {line} of {file} {fault}"
                    yield _wrong(message, text, file=file, row=line, column=column)


def _cell_fault(column: str, text: str) -> str:
    """The same of a cell; that it begins plainly like a formula, or with a tab, another rule says."""
    shown = text.lstrip("\t\r")
    fault = _fault(shown, longest=10**6 if column == "description" else LONGEST_NAME)
    if shown or column == "title":
        fault = fault or _nothing(shown)
    return fault or (_formula(text) if runs(_plain(text)) and not runs(text) else "")


def _names(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    block = about["openCasework"]
    office = block["office"]
    yield "title", about["title"]
    for name in ("name", "post", "area_name"):
        yield f"openCasework.office.{name}", office[name]
    for number, pair in enumerate(office["identifiers"]):
        yield f"openCasework.office.identifiers.{number}.id", pair["id"]
    for name in ("prepared_by", "signed_by"):
        if block[name]:  # nobody need be named
            yield f"openCasework.{name}", block[name]


def _fault(name: str, *, longest: int = LONGEST_NAME) -> str:
    """What is wrong with a name, as the end of a sentence; nothing where it can be shown."""
    if len(name) > longest:
        return f"has {len(name):,} characters; {longest:,} are the most."
    if name.isascii() and name.isprintable():  # as nearly all are: no need to look at each letter
        return ""
    for place, letter in enumerate(name):
        if letter in TURNING:
            return f"turns the direction of writing (U+{ord(letter):04X}); take that character out."
        if _is_unseen(letter) and not _joins(name, place):
            return f"holds a character that cannot be shown (U+{ord(letter):04X}); take it out."
    return ""


def _is_unseen(letter: str) -> bool:
    return letter in _BLANK or unicodedata.category(letter) in _UNSEEN


def _joins(name: str, place: int) -> bool:
    """Whether a joiner stands here between two letters of one script that is spelt with it."""
    if name[place] not in _JOINERS or not 0 < place < len(name) - 1:
        return False
    before, after = (unicodedata.name(name[each], "").partition(" ")[0] for each in (place - 1, place + 1))
    return before == after and before in _JOINED


def _nothing(name: str) -> str:
    """A name of spaces, or of marks that stand on nothing, is none."""
    is_there = any(unicodedata.category(letter)[0] in "LNPS" for letter in name)
    return "" if is_there else "has nothing that can be seen; write the name."


def _plain(name: str) -> str:
    """As programs take it: a wide sign for the plain one, and without the spaces before it."""
    return unicodedata.normalize("NFKC", name).strip()


def _formula(name: str) -> str:
    plain = _plain(name)
    if not plain.startswith(_FORMULA):
        return ""
    return f"begins with {plain[0]!r}, which a spreadsheet takes for a formula; write it otherwise."


def _wrong(message: str, name: str, *, file: str, column: str, row: int | None = None) -> Finding:
    return finding(
        "name-text",
        message,
        file=file,
        row=row,
        column=column,
        found=name[:60],
        allowed=f"1 to {LONGEST_NAME} characters that can be seen, no formula",
    )
