"""Can every name be shown? Names stand on pages, in feeds and in spreadsheets of people who trust them."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from opencasework.standard.checks.tables import Table
from opencasework.standard.rules import Finding, finding

LONGEST_NAME = 200  # characters
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}  # Unicode's controls, halves of characters and line ends
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # of the writing
_FORMULA = ("=", "+", "-", "@")
_DESCRIPTOR = "datapackage.json"


def check_names(about: Mapping[str, Any], codes: Mapping[str, Table]) -> Iterator[Finding]:
    """The names in a well-formed descriptor and the titles in the code tables.

    A title that begins like a formula is left to the rule about the cells of tables.
    """
    for place, name in _names(about):
        if fault := _fault(name) or _formula(name):
            yield _wrong(f"{place} of {_DESCRIPTOR} {fault}", name, file=_DESCRIPTOR, column=place)
    for table, read in codes.items():
        file = f"codes/{table}.csv"
        for line, record in read.records():
            for column, text in record.items():
                longest = 10**6 if column == "description" else LONGEST_NAME
                # A tab in front is left to the rule about formulas too.
                if fault := _fault(text.lstrip("\t\r"), longest=longest):
                    message = f"The {column} in line {line} of {file} {fault}"
                    yield _wrong(message, text, file=file, row=line, column=column)


def _names(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    block = about["openCasework"]
    office = block["office"]
    yield "title", about["title"]
    for name in ("name", "post", "area_name"):
        yield f"openCasework.office.{name}", office[name]
    for number, pair in enumerate(office["identifiers"]):
        yield f"openCasework.office.identifiers.{number}.id", pair["id"]
    for name in ("prepared_by", "signed_by"):
        yield f"openCasework.{name}", block[name] or ""


def _fault(name: str, *, longest: int = LONGEST_NAME) -> str:
    """What is wrong with a name, as the end of a sentence; nothing where it can be shown."""
    if len(name) > longest:
        return f"has {len(name):,} characters; {longest:,} are the most."
    for letter in name:
        if unicodedata.category(letter) in _UNSEEN:
            return f"holds a character that cannot be shown (U+{ord(letter):04X}); take it out."
        if letter in TURNING:
            return f"turns the direction of writing (U+{ord(letter):04X}); take that character out."
    return ""


def _formula(name: str) -> str:
    if not name.startswith(_FORMULA):
        return ""
    return f"begins with {name[0]!r}, which a spreadsheet takes for a formula; write it otherwise."


def _wrong(message: str, name: str, *, file: str, column: str, row: int | None = None) -> Finding:
    return finding(
        "name-text",
        message,
        file=file,
        row=row,
        column=column,
        found=name[:60],
        allowed=f"at most {LONGEST_NAME} characters that can be seen, no formula",
    )
