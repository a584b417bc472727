"""What is put to each public body and what comes back: by month, and by issue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import ibis

from opencasework.observatory.engines import Engine, table

SENT, RECEIVED = "enquiries_sent", "replies_received"


@dataclass(frozen=True)
class Dealing:
    """Enquiries sent to a body and replies received, in the month or about the issue that `key` names."""

    body: str
    key: str
    sent: int
    received: int
    offices: int


def dealings_by_month(engine: Engine, *, first: str, last: str) -> dict[str, list[Dealing]]:
    """How much was put to each body each month, and how much did it answer? By body.

    Method: sums of the published totals by body; a reply may answer an enquiry of an earlier month. Unit:
    enquiries, replies. Source: the publications. In order of month.
    """
    return _by_body(engine, "period", first, last)


def dealings_by_issue(engine: Engine, *, first: str, last: str) -> dict[str, list[Dealing]]:
    """What is put to each body about? The same by level-1 category, over the months `first` to `last`."""
    return _by_body(engine, "category", first, last)


def _by_body(
    engine: Engine, key: Literal["period", "category"], first: str, last: str
) -> dict[str, list[Dealing]]:
    rows = table("monthly")
    about = rows.category == "_T" if key == "period" else rows.category != "_T"
    asked = rows.filter(
        about, rows.body != "_T", rows.measure.isin((SENT, RECEIVED)), rows.period.between(first, last)
    )
    answer = asked.group_by("body", key).agg(
        sent=ibis.ifelse(asked.measure == SENT, asked.value, 0).sum(),
        received=ibis.ifelse(asked.measure == RECEIVED, asked.value, 0).sum(),
        offices=asked.publication.nunique(where=asked.value > 0),
    )
    found: dict[str, list[Dealing]] = {}
    for body, *rest in engine.rows(answer.order_by("body", key)):
        found.setdefault(body, []).append(Dealing(body, *rest))
    return found
