"""What is put to public bodies, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.observatory.engines import Engine

FEWEST_OFFICES = 3  # below these a body is not named: one office's dealings are not a finding about a body
FEWEST_ENQUIRIES = 20


@dataclass(frozen=True)
class BodyCount:
    """One body over some months. Replies are counted when they come, so they may answer earlier enquiries."""

    body: str
    title: str
    cases_opened: int
    enquiries_sent: int
    replies_received: int
    offices: int


def by_body(engine: Engine, *, first: str, last: str) -> list[BodyCount]:
    """How much was put to each body from month `first` to month `last`, and how much was answered?

    Method: sums of the published totals by body. A body is named only with at least 3 offices and 20
    enquiries behind it; the rest are added up as `_O`, other bodies. `_N` is no body. Unit: cases, enquiries,
    replies. Source: the publications. In alphabetical order of title, never of a figure.
    """
    rows = engine.rows(
        "SELECT m.body, COALESCE(MAX(b.title), m.body), "
        "  CAST(SUM(CASE WHEN measure = 'cases_opened' THEN value ELSE 0 END) AS BIGINT), "
        "  CAST(SUM(CASE WHEN measure = 'enquiries_sent' THEN value ELSE 0 END) AS BIGINT), "
        "  CAST(SUM(CASE WHEN measure = 'replies_received' THEN value ELSE 0 END) AS BIGINT), "
        "  COUNT(DISTINCT CASE WHEN measure = 'enquiries_sent' THEN publication END) "
        "FROM monthly m LEFT JOIN bodies b ON b.body = m.body "
        "WHERE m.category = '_T' AND m.body <> '_T' AND m.period BETWEEN ? AND ? GROUP BY m.body",
        [first, last],
    )
    named: list[BodyCount] = []
    folded = BodyCount("_O", "Other bodies", 0, 0, 0, 0)
    no_body: list[BodyCount] = []
    for row in rows:
        body = BodyCount(*row)
        if body.body == "_N":
            no_body.append(BodyCount("_N", "No body involved", *row[2:]))
        elif body.body != "_O" and _may_be_named(body):
            named.append(body)
        else:
            folded = _added(folded, body)
    others = [folded] if folded.cases_opened or folded.enquiries_sent else []
    return [*sorted(named, key=lambda body: (body.title.casefold(), body.body)), *others, *no_body]


def _may_be_named(body: BodyCount) -> bool:
    return body.offices >= FEWEST_OFFICES and body.enquiries_sent >= FEWEST_ENQUIRIES


def _added(one: BodyCount, other: BodyCount) -> BodyCount:
    return BodyCount(
        one.body,
        one.title,
        one.cases_opened + other.cases_opened,
        one.enquiries_sent + other.enquiries_sent,
        one.replies_received + other.replies_received,
        # Of several bodies folded together the offices may be the same; the largest number is sure.
        max(one.offices, other.offices),
    )
