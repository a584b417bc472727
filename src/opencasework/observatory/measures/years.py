"""Finer than a month allows: cases by level-2 category, by calendar year."""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.observatory.engines import Engine


@dataclass(frozen=True)
class SubtopicYear:
    """Cases opened of a level-2 category in a year, over the `offices` that published that year."""

    category: str
    year: str
    value: int
    offices: int


def by_subtopic_and_year(engine: Engine) -> list[SubtopicYear]:
    """How many cases of each level-2 issue were there each calendar year?

    Method: the sum of the published yearly rows; those of a level-1 category are there too, as their sums.
    Rounded counts are right on average. `offices` counts those that published tables of that year. Unit:
    cases. Source: the publications. In order of category and year.
    """
    rows = engine.rows(
        "WITH yearly AS (SELECT publication, period, category, value FROM observations "
        "  WHERE on_map AND length(period) = 4 AND measure = 'cases_opened' AND body = '_T' "
        "  AND channel = '_T' AND outcome = '_T' AND value IS NOT NULL), "
        # An office that publishes only the sums of a year says nothing of level 2; it is not asked.
        "split AS (SELECT DISTINCT publication, period FROM yearly WHERE strpos(category, '.') > 0) "
        "SELECT y.category, y.period, CAST(SUM(y.value) AS BIGINT), "
        "  (SELECT COUNT(*) FROM split s WHERE s.period = y.period) "
        "FROM yearly y JOIN split s ON s.publication = y.publication AND s.period = y.period "
        "GROUP BY y.category, y.period ORDER BY y.category, y.period"
    )
    return [SubtopicYear(category, year, int(value), int(offices)) for category, year, value, offices in rows]
