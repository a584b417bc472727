"""Reference numbers: what they look like, how they are written, and whether one has the right form.

A pattern is for recognising a number, not for rejecting one: an office must be able to save what is
printed on a letter. The table is `data/references.csv` (sources named in its last columns).
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import lru_cache

from opencasework.office.kit import tables

# HMRC never gives out QQ: it stands in published examples, so demonstrations may use it (HMRC NIM39110).
EXAMPLE_NINO = re.compile(r"QQ[0-9]{6}[A-D]")


@dataclass(frozen=True)
class Kind:
    """A kind of reference number: its code, its name, who gives it out, and its form."""

    code: str
    name: str
    holder: str
    pattern: re.Pattern[str] | None
    example: str
    display: str
    stdnum: str
    sensitivity: str = "SEN-1"  # SEN-0 stands in public registers; the others are masked on the screen

    def compact(self, value: str) -> str:
        """The number as we compare and search it: upper case, without spaces and hyphens."""
        return re.sub(r"[\s\-–.]", "", value).upper()

    @property
    def is_masked(self) -> bool:
        """Whether the screen hides it until somebody asks: all but numbers of public registers."""
        return self.sensitivity != "SEN-0"

    def problem(self, value: str) -> str:
        """A sentence when `value` has not the form of this kind; empty when it has."""
        compact = self.compact(value)
        if self.code == "NINO" and EXAMPLE_NINO.fullmatch(compact):
            return ""
        if self.pattern is not None and not (
            self.pattern.fullmatch(compact) or self.pattern.fullmatch(value.strip().upper())
        ):
            return (
                f"This does not look like a {self.name} (an example is {self.example}). "
                "Check it; it can still be saved."
            )
        if self.stdnum and not importlib.import_module(self.stdnum).is_valid(compact):
            return f"The check digit of this {self.name} does not fit. Check it; it can still be saved."
        return ""


def _stdnum_module(cell: str) -> str:
    match = re.match(r"stdnum\.[a-z_.]+", cell)
    return match.group(0).rstrip(".") if match else ""


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind of reference number we know, by code."""
    return {
        row["code"]: Kind(
            code=row["code"],
            name=row["name"],
            holder=row["holder_body"],
            pattern=re.compile(row["regex"]) if row["regex"].strip() not in {"", "none"} else None,
            example=row["example_fictitious"],
            display=row["display_format"],
            stdnum=_stdnum_module(row["stdnum_module"]),
            sensitivity=row["default_sensitivity"],
        )
        for row in tables.rows("opencasework.office.kit", "references.csv")
    }


def mask(compact: str) -> str:
    """The first two and the last character, as much as one needs to tell two numbers apart."""
    return f"{compact[:2]} •• •• •• {compact[-1:]}"


# Recognised in running text: only kinds whose form is rare enough not to catch ordinary words.
IN_TEXT = {
    "NINO": re.compile(r"\b(?:QQ|[A-CEGHJ-PR-TW-Z]{2}) ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b"),
    "HOREF": re.compile(r"\b[A-Z][0-9]{7}(?:/[0-9]{1,3})?\b"),
    "GWF": re.compile(r"\bGWF0[0-9]{8,9}\b"),
    "UAN": re.compile(r"\b[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4}\b"),
}


def found_in(text: str) -> list[tuple[str, str]]:
    """The reference numbers recognised in a text: (code of the kind, as written), each once."""
    upper = text[:100_000].upper()
    found = ((code, match[0]) for code, pattern in IN_TEXT.items() for match in pattern.finditer(upper))
    return list(dict.fromkeys(found))
