"""What is counted and how it is broken down: declared once, followed by pages, downloads and drill-down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Channel, Outcome
from opencasework.office.figures.models import Measure
from opencasework.office.routes.models import Decision
from opencasework.office.tags.models import Category

NONE = "none"  # in addresses: without a code


@dataclass(frozen=True)
class Breakdown:
    """One way to divide a count. `field` is that of a fact; `measures` are those it makes sense for."""

    key: str
    title: str
    noun: str  # heads the first column
    field: str
    of_nothing: str  # what a fact without a code is called
    names: Callable[[], dict[str, str]]  # of the codes, in the order of the code list
    measures: tuple[Measure, ...]
    first_level: bool = False  # counted by the first level of the code: BEN for BEN-UC

    def group(self, code: str) -> str:
        """The code under which a fact with this one is counted."""
        return code.split("-")[0] if self.first_level else code


def _categories() -> dict[str, str]:
    return dict(Category.objects.filter(parent=None).values_list("code", "label"))


def _bodies() -> dict[str, str]:
    return dict(Body.objects.values_list("code", "name"))


_ALL_CASEWORK = (
    Measure.CASES_OPENED,
    Measure.CASES_CLOSED,
    Measure.ENQUIRIES_SENT,
    Measure.REPLIES_RECEIVED,
    Measure.REPLIES_IN_20WD,
    Measure.ENQUIRIES_OVER_20WD,
)
BREAKDOWNS = (
    Breakdown(
        "category", "By topic", "Topic", "category", "No topic", _categories, _ALL_CASEWORK, first_level=True
    ),
    Breakdown("body", "By body", "Body", "body", "No body", _bodies, _ALL_CASEWORK),
    Breakdown(
        "channel",
        "By how it came",
        "It came by",
        "channel",
        "Not said",
        lambda: dict(Channel.choices),
        (Measure.CASES_OPENED, Measure.POLICY_MESSAGES),
    ),
    Breakdown(
        "outcome",
        "By how it ended",
        "It ended",
        "outcome",
        "Not said",
        lambda: dict(Outcome.choices),
        (Measure.CASES_CLOSED,),
    ),
    Breakdown(
        "decision",
        "By what was decided",
        "It was decided to",
        "decision",
        "Nothing was recorded",
        lambda: dict(Decision.What.choices),
        (Measure.CASES_DECIDED, Measure.CASES_CLOSED),
    ),
)
