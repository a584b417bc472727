"""What is put to each public body and what comes back: by month, and by issue."""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.observatory.engines import Engine


@dataclass(frozen=True)
class Dealing:
    """Enquiries sent to a body and replies received, in the month or about the issue that `key` names."""

    body: str
    key: str
    sent: int
    received: int
    offices: int


_QUESTION = (
    "SELECT body, {key}, CAST(SUM(CASE WHEN measure = 'enquiries_sent' THEN value ELSE 0 END) AS BIGINT), "
    "  CAST(SUM(CASE WHEN measure = 'replies_received' THEN value ELSE 0 END) AS BIGINT), "
    "  COUNT(DISTINCT CASE WHEN value > 0 THEN publication END) "
    "FROM monthly WHERE category {which} '_T' AND body <> '_T' "
    "  AND measure IN ('enquiries_sent', 'replies_received') AND period BETWEEN ? AND ? "
    "GROUP BY body, {key} ORDER BY body, {key}"
)


def dealings_by_month(engine: Engine, *, first: str, last: str) -> dict[str, list[Dealing]]:
    """How much was put to each body each month, and how much did it answer? By body.

    Method: sums of the published totals by body; a reply may answer an enquiry of an earlier month. Unit:
    enquiries, replies. Source: the publications. In order of month.
    """
    return _by_body(engine, "period", "=", first, last)


def dealings_by_issue(engine: Engine, *, first: str, last: str) -> dict[str, list[Dealing]]:
    """What is put to each body about? The same by level-1 category, over the months `first` to `last`."""
    return _by_body(engine, "category", "<>", first, last)


def _by_body(engine: Engine, key: str, which: str, first: str, last: str) -> dict[str, list[Dealing]]:
    found: dict[str, list[Dealing]] = {}
    for body, *rest in engine.rows(_QUESTION.format(key=key, which=which), [first, last]):
        found.setdefault(body, []).append(Dealing(body, *rest))
    return found
