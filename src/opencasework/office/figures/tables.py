"""The tables of the figures page, counted from facts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from opencasework.charts import Line, bar_with_average, trend_chart
from opencasework.office.figures.breakdowns import BREAKDOWNS, NONE, Breakdown
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.kit.dates import MONTHS
from opencasework.office.tags.models import Category
from opencasework.standard.periods import months_to

MOST_ROWS = 15  # of a breakdown, until all are asked for


@dataclass(frozen=True)
class Number:
    """A count, and the page that lists what was counted."""

    value: int
    url: str


@dataclass(frozen=True)
class Row:
    label: str
    numbers: list[Number]
    bar: str = ""  # SVG of the first number


@dataclass(frozen=True)
class Table:
    """A table of counts; `hidden` rows are left out until all are asked for."""

    key: str
    title: str
    noun: str  # heads the first column
    columns: list[str]
    rows: list[Row]
    hidden: int = 0


def month_name(month: str) -> str:
    """October 2026 for 2026-10."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1].capitalize()} {year}"


def within(seen: QuerySet[Fact], months: Sequence[str]) -> QuerySet[Fact]:
    """Of the facts somebody may see, those of the months."""
    return seen.filter(period__gte=months[0], period__lte=months[-1])


def by_month(seen: QuerySet[Fact], months: Sequence[str], *, today: date) -> Table:
    """Every measure, month by month; the month of `today` is not over."""
    rows = within(seen, months).order_by().values_list("period", "measure").annotate(Count("pk"))
    counted = {(period, measure): number for period, measure, number in rows}
    return Table(
        "month",
        "By month",
        "Month",
        [str(measure.label) for measure in Measure],
        [
            Row(
                f"{month_name(month)}{' so far' if month == f'{today:%Y-%m}' else ''}",
                [
                    Number(counted.get((month, measure), 0), cases_url([month], measure=measure))
                    for measure in Measure
                ],
            )
            for month in months
        ],
    )


def broken_down(
    breakdown: Breakdown, seen: QuerySet[Fact], months: Sequence[str], *, everything: bool = False
) -> Table:
    """The counts of twelve months divided in one way, the largest first."""
    counted: Counter[tuple[str, str]] = Counter()
    rows = within(seen, months).filter(measure__in=breakdown.measures).order_by()
    for code, measure, number in rows.values_list(breakdown.field, "measure").annotate(Count("pk")):
        counted[breakdown.group(code), measure] += number
    names = breakdown.names()
    first = breakdown.measures[0]
    # Largest first by the first measure, then by all; a code list's order settles what is equal.
    order = {code: place for place, code in enumerate(names)}
    codes = sorted(
        {code for code, _ in counted},
        key=lambda code: (
            -counted[code, first],
            -sum(counted[code, each] for each in breakdown.measures),
            order.get(code, len(order)),
            code,
        ),
    )
    shown = codes if everything else codes[:MOST_ROWS]
    largest = max((counted[code, first] for code in codes), default=0)
    return Table(
        breakdown.key,
        breakdown.title,
        breakdown.noun,
        [str(measure.label) for measure in breakdown.measures],
        [
            Row(
                names.get(code, code) if code else breakdown.of_nothing,
                [
                    Number(
                        counted[code, measure],
                        cases_url(months, measure=measure, **{breakdown.key: code or NONE}),
                    )
                    for measure in breakdown.measures
                ],
                bar_with_average(
                    counted[code, first],
                    average=None,
                    largest=largest,
                    title=f"{names.get(code, code) or breakdown.of_nothing}: {counted[code, first]}",
                    width=120,
                    name=f"bar-{breakdown.key}-{place}",
                ),
            )
            for place, code in enumerate(shown)
        ],
        len(codes) - len(shown),
    )


def pounds(seen: QuerySet[Fact], months: Sequence[str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What issues that ended brought in, in pounds: by month, the last first, and by topic, the most first.

    Each with its title, what heads the first column, and the sums by name; empty where nothing was recovered.
    """
    paid = within(seen, months).filter(pounds__gt=0).order_by()
    month: defaultdict[str, Decimal] = defaultdict(Decimal)
    topic: defaultdict[str, Decimal] = defaultdict(Decimal)
    for period, category, some in paid.values_list("period", "category").annotate(Sum("pounds")):
        month[period] += some
        topic[category.split("-")[0]] += some
    names = dict(Category.objects.filter(parent=None).values_list("code", "label"))
    by_month = [(month_name(each), _said(month[each])) for each in sorted(month, reverse=True)]
    by_topic = [(names.get(each, each) or "No topic", _said(topic[each])) for each in _most_first(topic)]
    if not by_month:
        return []
    whole = ("Together", _said(sum(month.values(), Decimal())))
    return [
        ("Pounds recovered by month", "Month", [*by_month, whole]),
        ("Pounds recovered by topic", "Topic", by_topic),
    ]


def _most_first(sums: Mapping[str, Decimal]) -> list[str]:
    return sorted(sums, key=lambda each: (-sums[each], each))


def _said(some: Decimal) -> str:
    return f"£{some:,.2f}"


def chart(table: Table, months: Sequence[str], *, today: date, narrow: bool = False) -> str:
    """Issues taken on and ended, month by month, as SVG; drawn smaller where `narrow`, for a phone.

    The month that is not over yet is left out: it would look like a fall.
    """
    full = [month for month in months if month < f"{today:%Y-%m}"] or list(months)
    opened, closed = (
        [row.numbers[list(Measure).index(measure)].value for row in table.rows[: len(full)]]
        for measure in (Measure.CASES_OPENED, Measure.CASES_CLOSED)
    )
    last = "" if full == list(months) else f" {month_name(months[-1])} is not over and is left out."
    return trend_chart(
        [Line("Taken on", opened), Line("Ended", closed)],
        title="Issues taken on and ended, by month",
        description=f"{month_name(full[0])} to {month_name(full[-1])}. The table has the same numbers.{last}",
        ticks={place: _tick(month) for place, month in enumerate(full) if place % (6 if narrow else 3) == 0},
        width=320 if narrow else 1120,
        label_width=96 if narrow else 110,
        name="trend-narrow" if narrow else "trend",
    )


def cases_url(months: Sequence[str], **asked: str) -> str:
    """The page that lists what was counted."""
    return f"{reverse('figures-cases')}?{urlencode({**asked, 'from': months[0], 'to': months[-1]})}"


def lines(seen: QuerySet[Fact], months: Sequence[str]) -> Iterable[list[object]]:
    """Every count of the months, one a line, for a spreadsheet; the first line names the columns."""
    names = {breakdown.key: breakdown.names() for breakdown in BREAKDOWNS}
    yield [
        "month",
        "measure",
        "topic",
        "topic name",
        "body",
        "body name",
        "channel",
        "outcome",
        "decision",
        "count",
        "pounds",
    ]
    rows = within(seen, months).order_by(
        "period", "measure", "category", "body", "channel", "outcome", "decision"
    )
    for period, measure, category, body, channel, outcome, decision, number, some in rows.values_list(
        "period", "measure", "category", "body", "channel", "outcome", "decision"
    ).annotate(Count("pk"), Sum("pounds")):
        group = category.split("-")[0]
        yield [
            period, measure, category, names["category"].get(group, ""), body, names["body"].get(body, ""),
            channel, outcome, decision, number, f"{some:.2f}" if some else "",
        ]  # fmt: skip


def choices(today: date) -> list[tuple[str, str]]:
    """The last months one may choose, the newest first."""
    first = Fact.objects.publishable().order_by("period").values_list("period", flat=True).first()
    now = f"{today:%Y-%m}"
    months = [now]
    while months[-1] > (first or now):
        months.append(months_to(months[-1])[-2])
    return [(month, month_name(month)) for month in months]


def _tick(month: str) -> str:
    return f"{month_name(month)[:3]} {month[:4]}"
