"""From the office's facts to the cells of the standard: whose codes become which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from opencasework.office.bodies.models import Body
from opencasework.office.figures.cube import month_cube
from opencasework.office.places.models import Office
from opencasework.standard import codelists
from opencasework.standard.codelists import NONE, OTHER
from opencasework.standard.publication import Cell

COUNTED = ("cases_opened", "cases_closed", "enquiries_sent", "replies_received", "policy_messages")


@dataclass(frozen=True)
class MonthCounts:
    """A month's true counts as cells of the standard, and the names of the bodies in them."""

    cells: dict[Cell, int]
    body_titles: dict[str, str]


def count_month(month: str, office: Office) -> MonthCounts:
    """The true counts of `month` (YYYY-MM), made from person-free facts alone.

    A body without an org-id counts under its nearest parent that has one, else under "other bodies".
    """
    bodies = {body.code: body for body in Body.objects.select_related("parent__parent__parent")}
    counts: Counter[Cell] = Counter()
    titles: dict[str, str] = {}
    for (measure, group, body_code), number in month_cube(month).items():
        if measure not in COUNTED:
            continue
        published = bodies[body_code].published_as if body_code in bodies else None
        if published is not None:
            titles[published.org_id] = published.name
        if measure == "policy_messages":
            category, body = NONE, NONE
        else:
            category = codelists.of_office_code(group) or OTHER
            body = published.org_id if published else (OTHER if body_code else NONE)
        counts[Cell(month, office.area_code, category, body, measure)] += number
    used = {cell.body for cell in counts}
    return MonthCounts(dict(counts), {org_id: title for org_id, title in titles.items() if org_id in used})
