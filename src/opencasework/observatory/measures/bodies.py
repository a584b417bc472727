"""What is put to public bodies, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from opencasework.observatory.engines import Engine, table

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
    monthly, bodies = table("monthly"), table("bodies")
    asked = monthly.filter(
        monthly.category == "_T", monthly.body != "_T", monthly.period.between(first, last)
    )

    def total(measure: str) -> ir.Value:
        return asked.value.sum(where=asked.measure == measure).fill_null(0)

    counts = asked.group_by("body").agg(
        cases_opened=total("cases_opened"),
        enquiries_sent=total("enquiries_sent"),
        replies_received=total("replies_received"),
        offices=asked.publication.nunique(where=asked.measure == "enquiries_sent"),
    )
    titled = counts.left_join(bodies, "body")
    columns = ("cases_opened", "enquiries_sent", "replies_received", "offices")
    rows = engine.rows(
        titled.select("body", ibis.coalesce(titled.title, titled.body).name("title"), *columns)
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
