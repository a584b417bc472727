"""How much of what is put to a body is answered within the government's own 20 working days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import ceil, sqrt

import ibis
from scipy.special import betaincinv, ndtri  # scipy.stats takes half a second to load

from opencasework.observatory.engines import Engine, table
from opencasework.observatory.measures.rates import Limits

IN_TIME, LATE = "replies_in_20wd", "enquiries_over_20wd"
FEWEST_OFFICES, FEWEST_ENQUIRIES = 3, 20  # as for naming a body


@dataclass(frozen=True)
class Answered:
    """Enquiries to a body that were answered in time, of those whose 20 working days are over.

    `uncertainty` is the root-mean-square error of the rounding, in enquiries, of either count.
    """

    body: str
    in_time: int
    decided: int
    offices: int
    uncertainty: int

    @property
    def may_be_said(self) -> bool:
        """Whether enough offices and enquiries are behind it to say a share of a named body."""
        return self.offices >= FEWEST_OFFICES and self.decided >= FEWEST_ENQUIRIES

    @property
    def share(self) -> Limits:
        """The share answered in time, 0 to 1, with its limits. Raises ValueError as `share_with_limits`."""
        return share_with_limits(self.in_time, self.decided, rounding=self.uncertainty)


def share_answered(engine: Engine, *, first: str, last: str) -> dict[str, Answered]:
    """What share of enquiries to each body did it answer within 20 working days? By body.

    Method: of an office that counts both, replies that came in time / (those + enquiries that passed 20
    working days without a reply), over the months `first` to `last`. Each enquiry is in one of the two once,
    in the month in which that was decided, so none is left out because it was never answered. Assumes that
    the reply dates that offices enter are those of a first substantive reply. Source: the publications. Unit:
    enquiries. In order of body; holds the body `_T`, all of them.
    """
    rows, publications = table("monthly"), table("publications")
    asked = rows.filter(
        rows.category == "_T", rows.measure.isin((IN_TIME, LATE)), rows.period.between(first, last)
    )
    kinds = asked.filter(asked.body == "_T").group_by("publication", "period")
    counted = kinds.agg(kinds=lambda each: each.measure.nunique())
    both = counted.filter(counted.kinds == 2).select("publication", "period")
    used = asked.join(both, ["publication", "period"]).join(
        publications.select("publication", "rounded_together"), "publication"
    )
    squares = used.uncertainty * used.uncertainty
    by_office = used.group_by("body", "publication", year=used.period.left(4)).agg(
        in_time=ibis.ifelse(used.measure == IN_TIME, used.value, 0).sum(),
        decided=used.value.sum(),
        squares=ibis.ifelse(used.rounded_together.all(), squares.max(), squares.sum()),
    )
    answer = by_office.group_by("body").agg(
        in_time=by_office.in_time.sum(),
        decided=by_office.decided.sum(),
        offices=by_office.publication.nunique(where=by_office.decided > 0),
        squares=by_office.squares.sum(),
    )
    return {
        body: Answered(body, int(in_time), int(decided), int(offices), ceil(sqrt(squares or 0)))
        for body, in_time, decided, offices, squares in engine.rows(answer.order_by("body"))
    }


def share_with_limits(part: int, whole: int, *, rounding: float = 0.0, confidence: float = 0.95) -> Limits:
    """Which share is `part` of `whole`, give or take chance and rounding? From 0 to 1.

    Method: exact binomial limits (Clopper and Pearson 1934), as R's binom.test. `rounding`, the
    root-mean-square error of either count, moves a share s by about
    rounding / whole * sqrt(s**2 + (1 - s)**2), since the two are rounded apart; it is added to either side
    in quadrature. Raises ValueError where there is nothing to share out.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"A share needs a whole that holds its part; {part} of {whole} is none.")
    tail = (1 - confidence) / 2
    share = part / whole
    low = float(betaincinv(part, whole - part + 1, tail)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 1 - tail)) if part < whole else 1.0
    reach = float(ndtri(1 - tail)) * rounding / whole * math.hypot(share, 1 - share)
    return Limits(
        share,
        max(share - math.hypot(share - low, reach), 0.0),
        min(share + math.hypot(high - share, reach), 1.0),
    )
