"""A publication as its readers will see it: the protected numbers, in a table a person can check."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.periods import first_month, in_words, last_month, size_of
from opencasework.office.publishing.public.figures import body_titles, totals_of, year_tables
from opencasework.office.publishing.writing import home_folder
from opencasework.standard import codelists
from opencasework.standard import publication as standard
from opencasework.standard.codelists import TOTAL
from opencasework.standard.tables import columns

MEASURES = ("cases_opened", "cases_closed", "enquiries_sent", "replies_received")
COMPARED = (*MEASURES, "cases_open_at_end", "replies_in_20wd", "enquiries_over_20wd", "policy_messages")


@dataclass(frozen=True)
class Line:
    """A category or a body and its published numbers, in the order of `MEASURES`."""

    title: str
    values: list[int]


@dataclass(frozen=True)
class Replies:
    """How a body answered in the twelve months that end with a period; "" for what is not told."""

    title: str
    period: str
    sent: str
    replied: str
    in_time: str
    median: str

    @property
    def period_in_words(self) -> str:
        return in_words(self.period)


@dataclass(frozen=True)
class Preview:
    """The tables of one month. Every number is the published one, never the true one."""

    folder: Path
    headings: list[str]
    by_category: list[Line]
    by_body: list[Line]
    total: Line
    policy_messages: int
    before: str  # the latest period that is out before this one, "" for none
    compared: list[Line]  # by measure: this period, and the one before
    out: list[str]  # every period that is out
    replies: list[Replies]  # reply times that come out with it
    finer: list[tuple[str, list[Line]]]  # of a year: the title of a table, and its rows
    durations: list[Line]  # of a year: issues ended, and the typical days from opening to the end

    @property
    def before_in_words(self) -> str:
        return in_words(self.before)

    @property
    def folder_name(self) -> str:
        return self.folder.name


def preview(month: str, publication: Publication) -> Preview | None:
    """What was written for `month`; None when the folder has gone."""
    folder = Path(publication.folder)
    try:
        written = standard.read(folder)
    except (standard.PublicationError, OSError):
        return None
    values = {
        (row.category, row.body, row.measure): row.value or 0
        for row in written.observations
        if row.period == month and row.channel == row.outcome == TOTAL and "." not in row.category
    }
    categories, measures = codelists.load("category"), codelists.load("measure")
    bodies = body_titles([folder])

    def line(title: str, category: str, body: str) -> Line:
        return Line(title, [values.get((category, body, measure), 0) for measure in MEASURES])

    by_category = [
        line(categories[code].title, code, TOTAL)
        for code in sorted({key[0] for key in values} - {TOTAL, "_N"})
    ]
    by_body = [
        line(bodies.get(code, code), TOTAL, code) for code in sorted({key[1] for key in values} - {TOTAL})
    ]
    before, out, compared = _compared(month, written)
    return Preview(
        folder=folder,
        headings=[measures[measure].title for measure in MEASURES],
        by_category=[row for row in by_category if any(row.values)],
        by_body=[row for row in by_body if any(row.values)],
        total=line("Total", TOTAL, TOTAL),
        policy_messages=values.get((TOTAL, TOTAL, "policy_messages"), 0),
        before=before,
        compared=compared,
        out=out,
        replies=_replies(publication, body_titles([folder, home_folder()])),
        finer=_finer(written, month),
        durations=_durations(publication),
    )


def _durations(publication: Publication) -> list[Line]:
    """How long cases took, by topic, all of them last."""
    names = codelists.load("category")
    rows = csv.DictReader(sorted(publication.durations), fieldnames=columns("durations"))
    found = [(row["category"], [int(row["n_cases"]), int(row["median_days_5"])]) for row in rows]
    return [Line(names[code].title, values) for code, values in sorted(found, key=lambda e: e[0] == TOTAL)]


def _finer(written: standard.Publication, period: str) -> list[tuple[str, list[Line]]]:
    """What a year shows more closely than its months."""
    found = year_tables(written, period)
    if found is None:
        return []
    return [
        (title, [Line(codelists.load(codelist)[code].title, [number]) for code, number in rows])
        for title, codelist, rows in (
            (_("Issues taken on, by detailed topic"), "category", found.categories),
            (_("Issues taken on, by how they came"), "channel", found.channels),
            (_("Issues ended, by how they ended"), "outcome", found.outcomes),
        )
        if rows
    ]


def _replies(publication: Publication, titles: Mapping[str, str]) -> list[Replies]:
    """The reply times that come out with it, by name of the body, all of them last."""
    rows = csv.DictReader(sorted(publication.replies), fieldnames=columns("responses"))
    names = {**titles, TOTAL: "Total"}
    found = [
        Replies(
            names.get(row["body"], row["body"]),
            row["period"],
            row["n_enquiries"],
            row["n_replied"],
            row["n_replied_20wd"],
            row["median_days_5"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.period, each.title == "Total", each.title.casefold()))


def _compared(month: str, written: standard.Publication) -> tuple[str, list[str], list[Line]]:
    """The period before this one that is out, all that are out, and both periods' totals by measure."""
    try:
        standing = standard.read(home_folder())
    except (standard.PublicationError, OSError):
        return "", [], []
    out = [period for period in standing.periods if period != month]
    earlier = [period for period in out if last_month(period) < first_month(month)]
    before = max((each for each in earlier if size_of(each) == size_of(month)), default="")
    if not before:
        return "", out, []
    now, then = (
        totals_of(row for row in each.observations if row.period == period)
        for each, period in ((written, month), (standing, before))
    )
    names = codelists.load("measure")
    compared = [
        Line(names[measure].title, [now[measure], then[measure]]) for measure in COMPARED if measure in now
    ]
    return before, out, compared
