"""The pages of public bodies: in alphabetical order, never in order of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from opencasework.charts import Line, bar_with_average
from opencasework.observatory.measures import Answered, BodyCount, Dealing
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import Figures, Topic
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import month_name
from opencasework.observatory.site.maps import trend_pictures
from opencasework.standard import codelists

FEWEST_OFFICES = 3  # behind an issue that is named beside a body
BAR_WIDTH = 160  # px
NOT_ONE_BODY = {codelists.NONE, codelists.OTHER}


@dataclass(frozen=True)
class IssueOfBody:
    """What was put to a body about an issue. `topic` is None for issues that too few offices wrote about."""

    topic: Topic | None
    sent: int
    received: int
    offices: int
    bar: Markup


def body_path(body: BodyCount) -> str:
    """The folder of a body's page; empty for what is no single body."""
    return "" if body.body in NOT_ONE_BODY else f"bodies/{body.body.replace('/', '-')}/"


def title_of_body(body: BodyCount) -> str:
    """The name a publication gives the body; names are not translated."""
    if body.body in NOT_ONE_BODY:
        return _("No body involved") if body.body == codelists.NONE else _("Other bodies")
    return body.title


def list_of_bodies(figures: Figures) -> Mapping[str, object]:
    """The list: what was put to each body and what came back."""
    return {
        "bodies": [
            {
                "count": body,
                "title": title_of_body(body),
                "path": body_path(body),
                "answered": _share(figures, body),
            }
            for body in figures.bodies
        ]
    }


def _share(figures: Figures, body: BodyCount) -> Answered | None:
    answered = figures.answered.get(body.body)
    return answered if answered and answered.may_be_said and body_path(body) else None


def page_of_body(figures: Figures, body: BodyCount) -> Mapping[str, object]:
    """Everything said about one body."""
    return {
        "body": body,
        "trend": body_trend(figures, body),
        "months": _months(figures, body),
        "issues": _issues(figures, body),
        "answered": _share(figures, body),
        "topics_shown": {topic.code for topic in figures.topics},
        "sentence": words.share_sentence(figures.answered.get(body.body)),
    }


def body_trend(figures: Figures, body: BodyCount) -> list[Markup]:
    """The line chart of enquiries and replies by month."""
    known = {row.key: row for row in figures.dealings.get(body.body, [])}
    published = _published(figures)
    sent = [_of(known.get(month), "sent") if month in published else None for month in figures.months]
    received = [_of(known.get(month), "received") if month in published else None for month in figures.months]
    return trend_pictures(
        [Line(_("Enquiries sent"), sent), Line(_("Replies received"), received)],
        figures.months,
        description=_("Enquiries and replies each month. The table beside this chart holds every value."),
        format_value=lambda value: words.count(round(value)),
    )


def _published(figures: Figures) -> set[str]:
    return {row.month for row in figures.coverage if row.offices}


def _of(row: Dealing | None, which: str) -> int:
    """A month that was published without this body holds a count of 0."""
    return int(getattr(row, which)) if row else 0


def _months(figures: Figures, body: BodyCount) -> list[tuple[str, Dealing | None, bool]]:
    known = {row.key: row for row in figures.dealings.get(body.body, [])}
    published = _published(figures)
    return [(month_name(month), known.get(month), month in published) for month in reversed(figures.months)]


def _issues(figures: Figures, body: BodyCount) -> list[IssueOfBody]:
    """By issue, in the order of the code list; issues of fewer than three offices are added up."""
    rows = {row.key: row for row in figures.dealings_about.get(body.body, []) if row.sent or row.received}
    named = [
        code for code in codelists.load("category") if code in rows and rows[code].offices >= FEWEST_OFFICES
    ]
    largest = max((rows[code].sent for code in named), default=0)
    found = [
        _issue(Topic(code), rows[code].sent, rows[code].received, rows[code].offices, largest)
        for code in named
    ]
    rest = [row for code, row in rows.items() if code not in named]
    if rest:
        sums = sum(row.sent for row in rest), sum(row.received for row in rest)
        found.append(_issue(None, *sums, max(row.offices for row in rest), largest))
    return found


def _issue(topic: Topic | None, sent: int, received: int, offices: int, largest: int) -> IssueOfBody:
    drawn = bar_with_average(
        sent,
        average=None,
        largest=largest,
        width=BAR_WIDTH,
        title=_("{number} enquiries sent").format(number=words.count(sent)),
        name=f"bar-{topic.slug or 'all' if topic else 'rest'}",
    )
    return IssueOfBody(topic, sent, received, offices, Markup(drawn))
