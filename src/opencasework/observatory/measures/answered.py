"""How much of what is put to a body is answered within the government's own 20 working days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import ceil, sqrt

from scipy.stats import beta, norm

from opencasework.observatory.engines import Engine
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
    rows = engine.rows(
        "WITH both_counted AS (SELECT publication, period FROM monthly WHERE category = '_T' AND body = '_T' "
        "  AND measure IN ('replies_in_20wd', 'enquiries_over_20wd') AND period BETWEEN ? AND ? "
        "  GROUP BY publication, period HAVING COUNT(DISTINCT measure) = 2), "
        "by_office AS (SELECT m.body, m.publication, substr(m.period, 1, 4) AS year, "
        "    SUM(CASE WHEN m.measure = 'replies_in_20wd' THEN m.value ELSE 0 END) AS in_time, "
        "    SUM(m.value) AS decided, "
        "    CASE WHEN BOOL_AND(p.rounded_together) THEN MAX(m.uncertainty * m.uncertainty) "
        "      ELSE SUM(m.uncertainty * m.uncertainty) END AS squares "
        "  FROM monthly m JOIN both_counted b ON b.publication = m.publication AND b.period = m.period "
        "  JOIN publications p ON p.publication = m.publication "
        "  WHERE m.category = '_T' AND m.measure IN ('replies_in_20wd', 'enquiries_over_20wd') "
        "  GROUP BY m.body, m.publication, substr(m.period, 1, 4)) "
        "SELECT body, CAST(SUM(in_time) AS BIGINT), CAST(SUM(decided) AS BIGINT), "
        "  COUNT(DISTINCT CASE WHEN decided > 0 THEN publication END), CAST(SUM(squares) AS BIGINT) "
        "FROM by_office GROUP BY body ORDER BY body",
        [first, last],
    )
    return {
        body: Answered(body, int(in_time), int(decided), int(offices), ceil(sqrt(squares or 0)))
        for body, in_time, decided, offices, squares in rows
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
    low = float(beta.ppf(tail, part, whole - part + 1)) if part else 0.0
    high = float(beta.ppf(1 - tail, part + 1, whole - part)) if part < whole else 1.0
    reach = float(norm.ppf(1 - tail)) * rounding / whole * math.hypot(share, 1 - share)
    return Limits(
        share,
        max(share - math.hypot(share - low, reach), 0.0),
        min(share + math.hypot(high - share, reach), 1.0),
    )
