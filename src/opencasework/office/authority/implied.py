"""Implied authority: which bodies accept that whoever asks a member for help agrees, and who says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from opencasework.office.kit import tables
from opencasework.office.places.models import Office

if TYPE_CHECKING:
    from opencasework.office.bodies.models import Body
    from opencasework.office.cases.models import Case


@dataclass(frozen=True)
class Acceptance:
    """One body's word, and where it stands."""

    body: str
    categories: tuple[str, ...]  # codes of issues; none: any
    members: tuple[str, ...]
    route: str
    says: str
    source: str

    @property
    def in_words(self) -> str:
        return f"{self.says} ({self.source}; {self.route})"

    def is_for(self, categories: Iterable[str]) -> bool:
        """Whether it holds for a case with issues in these categories."""
        return not self.categories or any(code in self.categories for code in categories)


@cache
def acceptances() -> dict[str, Acceptance]:
    """Every body that accepts it, by its code."""
    return {
        row["body"]: Acceptance(
            row["body"],
            tuple(code for code in row["categories"].split(";") if code),
            tuple(row["members"].split(";")),
            row["route"],
            row["says"],
            row["source"],
        )
        for row in tables.rows("opencasework.office.authority", "implied.csv")
    }


def accepted_by(body: Body) -> Acceptance | None:
    """What says that this body accepts implied authority from our member; None where nothing does."""
    acceptance = acceptances().get(body.code)
    if acceptance is None:
        return None
    kind = Office.objects.filter(pk=1).values_list("member_kind", flat=True).first()
    return acceptance if kind in acceptance.members else None


def for_case(case: Case) -> dict[str, Acceptance]:
    """The bodies that accept it for what this case is about, by code."""
    kind = Office.objects.filter(pk=1).values_list("member_kind", flat=True).first()
    categories = list(case.issues.values_list("category__code", flat=True))
    return {
        code: acceptance
        for code, acceptance in acceptances().items()
        if kind in acceptance.members and acceptance.is_for(categories)
    }
