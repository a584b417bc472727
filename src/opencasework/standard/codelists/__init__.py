"""The code lists of the standard: CSV files beside this one, read once.

A list is closed (it changes only with the standard) or open (it grows each quarter by a public issue);
`OPEN` names the open ones. Bodies and areas have no list here: a body is written with its org-id
(org-id.guide) and an area with its GSS code (ONS), and a publication carries the titles it uses.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

TOTAL = "_T"
NONE = "_N"
OTHER = "_O"

VERSIONS = {"category": "2026-Q4"}  # of the open lists: the quarter of their last change
OPEN = frozenset(VERSIONS)
_COLUMNS = frozenset({"Code", "Title", "Title_cy", "Description", "Parent", "Deprecated"})


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code list. `extra` holds the columns beyond the common ones, crosswalks among them."""

    code: str
    title: str
    title_cy: str
    description: str
    parent: str
    deprecated: str
    extra: Mapping[str, str]

    @property
    def level(self) -> int:
        """1 for a code without a parent, 2 for one with."""
        return 2 if self.parent else 1

    @property
    def is_special(self) -> bool:
        """Whether this is `_T`, `_N` or `_O` rather than something in the world."""
        return self.code.startswith("_")


def names() -> list[str]:
    """The names of all code lists, in alphabetical order."""
    files = resources.files(__name__).iterdir()
    return sorted(file.name.removesuffix(".csv") for file in files if file.name.endswith(".csv"))


@cache
def load(name: str) -> Mapping[str, Code]:
    """Return the code list `name` as a read-only mapping from code to `Code`, in the order of the file.

    Raises KeyError when there is no such list.
    """
    if name not in names():
        raise KeyError(f"There is no code list {name!r}; there are {', '.join(names())}.")
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    codes = {}
    for row in csv.DictReader(text.splitlines()):
        codes[row["Code"]] = Code(
            code=row["Code"],
            title=row["Title"],
            title_cy=row["Title_cy"],
            description=row["Description"],
            parent=row["Parent"],
            deprecated=row["Deprecated"],
            extra=MappingProxyType({key: value for key, value in row.items() if key not in _COLUMNS}),
        )
    return MappingProxyType(codes)


@cache
def _by_office_code() -> Mapping[str, str]:
    codes = load("category").values()
    return MappingProxyType({code.extra["Office_code"]: code.code for code in codes if not code.is_special})


def of_office_code(office_code: str) -> str | None:
    """The category of the standard for a code of the office's own list: `benefits` for BEN.

    None for what is no casework: the policy group (POL), which goes to the measure `policy_messages`, and
    office business (OFF), which goes nowhere.
    """
    return _by_office_code().get(office_code)
