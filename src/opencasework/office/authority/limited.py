"""How far the word of a limited attorney, deputy or appointee goes: the bodies whose business it is.

The table says which, and why; it is this project's reading of its sources, not legal advice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from opencasework.office.kit import tables

if TYPE_CHECKING:
    from opencasework.office.bodies.models import Body
    from opencasework.office.constituents.acting import Giver

# Part of what they stand under; so is whatever stands under a type, such as a surgery under "GP practice".
PARTS = ("service", "unit", "local_office")


@dataclass(frozen=True)
class Reach:
    """Whether a body has to do with a business: always, or in cases about some problems."""

    reached: bool
    categories: tuple[str, ...]  # codes of issues or of their group; none: whatever the case is about
    why: str
    source: str

    def is_for(self, categories: Collection[str]) -> bool:
        """Whether it holds for a case with issues in these categories."""
        named = {*categories, *(code.partition("-")[0] for code in categories)}
        return self.reached and (not self.categories or not named.isdisjoint(self.categories))


@cache
def table() -> dict[tuple[str, str], Reach]:
    """What each row says, by business and code of a body."""
    return {
        (row["business"], row["body"]): Reach(
            row["reached"] == "yes",
            tuple(code for code in row["categories"].split(";") if code),
            row["why"],
            row["source"],
        )
        for row in tables.rows("opencasework.office.authority", "limited.csv")
    }


def is_business_of(business: str, body: Body, categories: Callable[[], Collection[str]]) -> bool:
    """Whether this body has to do with the business, in a case with issues in these categories.

    The nearest row decides: of the body itself, or of what it is a part of. None: it has not.
    """
    here: Body | None = body
    while here is not None:
        reach = table().get((business, here.code))
        if reach is not None:
            return reach.is_for(categories() if reach.categories else ())
        above = here.parent
        here = above if above is not None and (here.kind in PARTS or above.is_type) else None
    return False


def reaches(giver: Giver, body: Body, categories: Callable[[], Collection[str]]) -> bool:
    """Whether this person's authority serves with this body."""
    if giver.business and not is_business_of(giver.business, body, categories):
        return False
    return not any(is_business_of(each, body, categories) for each in giver.left_to_others)
