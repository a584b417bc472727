"""What the observatory says, each a function that states its question, method, source and unit.

All read the rows of constituencies by calendar month (`monthly`). Nothing here puts offices or bodies in
order of merit: places and bodies come back by name or code; only issues may be listed by count.
"""

from opencasework.observatory.measures.answered import Answered, share_answered
from opencasework.observatory.measures.bodies import BodyCount, by_body
from opencasework.observatory.measures.change import Change, same_panel_change
from opencasework.observatory.measures.counts import (
    PlaceCount,
    TopicMonth,
    by_place,
    by_topic_and_month,
    totals_by_place_and_month,
)
from opencasework.observatory.measures.coverage import Coverage, coverage_by_month, latest_month
from opencasework.observatory.measures.dealings import Dealing, dealings_by_issue, dealings_by_month
from opencasework.observatory.measures.offices import months_of_offices
from opencasework.observatory.measures.rates import PER_PEOPLE, Limits, rate_per_10_000, rate_with_limits
from opencasework.observatory.measures.trend import FittedBefore, Trend, trends_of_issues, trends_of_places
from opencasework.observatory.measures.years import SubtopicYear, by_subtopic_and_year

__all__ = [
    "PER_PEOPLE",
    "Answered",
    "BodyCount",
    "Change",
    "Coverage",
    "Dealing",
    "FittedBefore",
    "Limits",
    "PlaceCount",
    "SubtopicYear",
    "TopicMonth",
    "Trend",
    "by_body",
    "by_place",
    "by_subtopic_and_year",
    "by_topic_and_month",
    "coverage_by_month",
    "dealings_by_issue",
    "dealings_by_month",
    "latest_month",
    "months_of_offices",
    "rate_per_10_000",
    "rate_with_limits",
    "same_panel_change",
    "share_answered",
    "totals_by_place_and_month",
    "trends_of_issues",
    "trends_of_places",
]
