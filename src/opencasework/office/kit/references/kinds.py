"""The kinds of reference number: their names, forms and checks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from opencasework.office.kit import tables
from opencasework.office.kit.references.checks import CHECKS

# HMRC never gives out QQ: it stands in published examples, so demonstrations may use it (HMRC NIM39110).
EXAMPLE_NINO = re.compile(r"QQ[0-9]{6}[A-D]")
OTHER = "OTHER"  # a number of a kind that has no place in the table: a landlord's, a bank's, a school's
# Numbers a person keeps through all of their cases; the others belong to one matter.
OF_A_PERSON = frozenset(
    {
        "NINO", "HOREF", "PASSPORT", "NHS", "CHI", "HCN", "UTR", "CMS", "SSSREF",
        "DRIVERGB", "DRIVERNI", "PRISON", "UPN", "SLCREF",
    }
)  # fmt: skip
# What people and scanners take for each other.
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class Kind:
    """A kind of reference number: its code, its name, who gives it out, and its form."""

    code: str
    name: str
    holder: str
    pattern: re.Pattern[str] | None
    example: str
    display: str
    normalise: str = ""
    sensitivity: str = "SEN-1"  # SEN-0 stands in public registers; the others are masked on the screen

    def compact(self, value: str) -> str:
        """The number as we compare and search it: upper case, without spaces, hyphens and dots."""
        compact = re.sub(r"[\s\-‐‑–.]", "", value).upper()
        if "slashes" in self.normalise:
            compact = compact.replace("/", "")
        if "trailing K" in self.normalise:
            compact = compact.removesuffix("K")
        return compact

    def written(self, value: str) -> str:
        """The number spaced as its papers space it; as it came where its length is unusual."""
        compact = self.compact(value)
        places = [letter.isalnum() for letter in self.display]
        if sum(places) != len(compact) or not compact.isalnum():
            return value
        letters = iter(compact)
        return "".join(
            next(letters) if is_one else mark for is_one, mark in zip(places, self.display, strict=True)
        )

    @property
    def is_masked(self) -> bool:
        """Whether the screen hides it until somebody asks: all but numbers of public registers."""
        return self.sensitivity != "SEN-0"

    @property
    def is_of_a_person(self) -> bool:
        """Whether a person keeps it through all of their cases."""
        return self.code in OF_A_PERSON

    def has_form(self, value: str) -> bool:
        """Whether it looks like one of these, whatever its check digit says."""
        if self.pattern is None:
            return True
        compact = self.compact(value)
        return bool(self.pattern.fullmatch(compact) or self.pattern.fullmatch(value.strip().upper()))

    def problem(self, value: str) -> str:
        """A sentence when `value` has not the form of this kind or its check digit; empty when it has."""
        compact = self.compact(value)
        if self.code == "NINO" and EXAMPLE_NINO.fullmatch(compact):
            return ""
        check = CHECKS.get(self.code)
        if not self.has_form(value):
            said = (check(compact) if self.code == "NINO" and check else "") or (
                f"This does not look like a {self.name} (an example is {self.example})."
            )
            return f"{said}{self._mistaken(compact)} Check it; it can still be saved."
        said = check(compact) if check else ""
        return f"{said} Check it; it can still be saved." if said else ""

    def _mistaken(self, compact: str) -> str:
        """A hint where a letter stands for the figure it looks like."""
        if self.pattern is None:
            return ""
        for letter, figure in (("O", "0"), ("I", "1"), ("L", "1")):
            for at, each in enumerate(compact):
                mended = compact[:at] + compact[at:].replace(letter, figure)
                if each == letter and (
                    self.pattern.fullmatch(mended) or (self.code == "NINO" and EXAMPLE_NINO.fullmatch(mended))
                ):
                    return f" Is the letter {letter} in it the figure {figure}?"
        return ""


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind of reference number we know, by code."""
    known = {
        row["code"]: Kind(
            code=row["code"],
            name=row["name"],
            holder=row["holder_body"],
            pattern=re.compile(row["regex"]) if row["regex"].strip() not in {"", "none"} else None,
            example=row["example_fictitious"],
            display=row["display_format"],
            normalise=row["normalise"],
            sensitivity=row["default_sensitivity"],
        )
        for row in tables.rows("opencasework.office.kit", "references.csv")
    }
    return known | {OTHER: Kind(OTHER, "Other number", "", None, "", "")}


def mask(compact: str) -> str:
    """The first two and the last character, as much as one needs to tell two numbers apart."""
    return f"{compact[:2]} •• •• •• {compact[-1:]}"


def look_alike(compact: str) -> str:
    """The number with figures for the letters they are taken for, to compare two that were read wrongly."""
    return compact.translate(_LOOK_ALIKES)
