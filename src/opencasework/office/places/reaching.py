"""How somebody reaches the member of another area: theirs by telephone, or where anybody finds theirs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from opencasework.office.places.directory import Place


@dataclass(frozen=True)
class Reach:
    """Where anybody finds their member of one kind, and a telephone to ask at where one is known."""

    find_at: str
    phone: str
    whose: str  # the telephone
    source: str  # of the telephone
    seen: date

    def contact(self, place: Place | None) -> str:
        """“01632 960 455, or https://…”, where the telephone of that member is known; else whom to ask."""
        if place and place.member_phone:
            return f"{place.member_phone}, or {self.find_at}"
        return f"{self.find_at}, or ask {self.whose} on {self.phone}" if self.phone else self.find_at


@lru_cache(maxsize=1)
def how_to_reach() -> dict[str, Reach]:
    """By the kind of member."""
    file = resources.files("opencasework.office.places").joinpath("data", "how_to_reach.csv")
    return {
        row["kind"]: Reach(
            row["find_at"], row["phone"], row["whose"], row["phone_source"], date.fromisoformat(row["seen"])
        )
        for row in csv.DictReader(file.read_text("utf-8").splitlines())
    }
