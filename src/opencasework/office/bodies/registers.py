"""Whose org-id a name is: the registers of GOV.UK organisations and of councils."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencasework.office.kit import tables

_SAID_APART = re.compile(r"\((northern ireland|ni)\)")
_DROPPED = frozenset({"the"})


def key(name: str) -> str:
    """What two spellings of an organisation's name have in common: words, "and" for &, no marks, no "the".

    “(NI)” and “(Northern Ireland)” are one; anything else in brackets tells two bodies apart and stays.
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("’", "'").replace("&", " and "))
    plain = _SAID_APART.sub(" northern ireland ", plain).replace("'", "")
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    return " ".join(word for word in words if word not in _DROPPED)


@lru_cache(maxsize=1)
def _by_key() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in tables.rows("opencasework.office.bodies", "registers.csv"):
        found.setdefault(key(row["name"]), set()).add(row["org_id"])
    return found


def org_id_of(name: str) -> str:
    """The org-id of the one organisation of this name; empty where there is none, or more than one."""
    same = _by_key().get(key(name), set())
    return next(iter(same)) if len(same) == 1 else ""
