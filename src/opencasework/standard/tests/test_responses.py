"""Reply times and durations: made of what is published, frozen, and nothing counted anew."""

from datetime import UTC, date, datetime

import pytest

from opencasework.standard import responses
from opencasework.standard.examples import a_year, wexcombe_north
from opencasework.standard.publication import PublicationError, add_month, read, withdraw
from opencasework.standard.responses import put, response_rows, rounded_days
from opencasework.standard.tests.publishing import files_of
from opencasework.standard.validate import validate

CREATED = datetime(2026, 1, 12, 9, tzinfo=UTC)


@pytest.fixture
def year(tmp_path):
    a_year.write(tmp_path / "out")
    return tmp_path / "out"


def test_every_count_is_the_sum_of_the_published_months(year):
    publication = read(year)

    rows = {row.body: row for row in response_rows(publication, to="2025-12", medians={})}

    for column, measure in responses.COUNTED.items():
        published = sum(
            row.value
            for row in publication.observations
            if (row.measure, row.category, row.body) == (measure, "_T", "GB-GOR-D10") and row.period != "2025"
        )
        assert getattr(rows["GB-GOR-D10"], column) == published


def test_a_median_of_few_is_not_told():
    publication = read(a_year.FOLDER)
    medians = {"_T": 23, "GB-GOR-D10": 17.4, "GB-GOR-D25": 9, "GB-GOR-EA66": 41}

    rows = {row.body: row for row in response_rows(publication, to="2025-12", medians=medians)}

    assert rows["GB-GOR-D10"].median_days_5 == 15
    assert rows["GB-GOR-D25"].n_replied < 20
    assert rows["GB-GOR-D25"].median_days_5 is None


def test_where_one_median_is_missing_none_is_told():
    """A single one that is missing would be taken for a sign that there truly were fewer than 20."""
    publication = read(a_year.FOLDER)
    without = {"_T": 23, "GB-GOR-D10": 17.4}
    lengths = {"_T": 38.0, "benefits": 31.0}

    rows = response_rows(publication, to="2025-12", medians=without)

    assert [row.median_days_5 for row in rows] == [None] * len(rows)
    assert responses.duration_rows(publication, year="2025", medians=lengths) == []


@pytest.mark.parametrize(("days", "rounded"), [(0, 0), (2.4, 0), (2.5, 5), (7.4, 5), (7.5, 10), (41, 40)])
def test_days_are_rounded_to_five(days, rounded):
    assert rounded_days(days) == rounded


def test_a_window_with_a_month_missing_is_refused():
    with pytest.raises(PublicationError, match="2024-12 is not in the publication"):
        response_rows(read(a_year.FOLDER), to="2025-11", medians={})


def test_the_same_rows_again_change_nothing(year):
    before = files_of(year)
    rows = response_rows(read(year), to="2025-12", medians={"_T": 23, "GB-GOR-D10": 17.5, "GB-GOR-EA66": 41})

    put(year, "responses", rows, created=CREATED)

    assert files_of(year) == before


def test_published_rows_stay(year):
    rows = response_rows(read(year), to="2025-12", medians={"_T": 99})

    with pytest.raises(PublicationError, match="responses of 2025-12 were published with other numbers"):
        put(year, "responses", rows, created=CREATED)


def test_rows_of_two_periods_are_refused(year):
    with pytest.raises(PublicationError, match="are of 0 periods"):
        put(year, "responses", [], created=CREATED)


def test_a_month_added_later_keeps_the_reply_times(year):
    before = (year / "data/responses.csv").read_bytes()

    add_month(
        year,
        office=wexcombe_north.OFFICE,
        month="2026-01",
        counts={},
        body_titles=wexcombe_north.BODY_TITLES,
        key=a_year._KEY,
        status="published",
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=datetime(2026, 2, 12, 9, tzinfo=UTC),
        synthetic=True,
    )

    assert (year / "data/responses.csv").read_bytes() == before
    assert validate(year, today=date(2026, 11, 22)).ok


def test_withdrawing_a_month_withdraws_what_is_made_of_it(year):
    for period in ("2025", "2025-03"):  # first what is a sum of it
        withdraw(year, month=period, signed_by="Ana Example", created=datetime(2026, 2, 1, 9, tzinfo=UTC))

    publication = read(year)
    assert (year / "data/responses.csv").read_text().count("\n") == 1
    assert [release.withdraws for release in publication.releases if release.withdraws] == [
        "2025-counts-1",
        "2025-durations-1",
        "2025-03-counts-1",
        "2025-12-responses-1",
    ]
    assert {found.rule for found in validate(year, today=date(2026, 11, 22)).findings} == {
        "synthetic",
        "example-area",
    }
