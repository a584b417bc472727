"""Publishing rounded months: what is carried over, what stays, what the ledger says of the method."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opencasework.standard.disclosure import kr5
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.observations import observe_month
from opencasework.standard.publication import (
    Cell,
    PublicationError,
    YearCounts,
    add_month,
    add_months,
    add_year,
    read,
)
from opencasework.standard.tests.cubes import AREA, deviations, root_mean_square
from opencasework.standard.tests.publishing import BODY_TITLES, KEY, OFFICE, files_of
from opencasework.standard.validate import validate
from opencasework.standard.years import rows_of_year

TODAY = date(2026, 11, 22)
UNDER_KR5 = Path(__file__).with_name("published_under_kr5")
CATEGORIES = ("benefits", "housing", "immigration", "tax", "health", "education")
YEAR = [f"2025-{month:02}" for month in range(1, 13)]


def months_of_small_counts(months):
    """Mostly small counts, a few large ones, others every month."""
    return {
        month: {
            Cell(month, AREA, category, body, "cases_opened"): (3 * at + 5 * place + 2 * number) % 8
            for at, category in enumerate(CATEGORIES)
            for place, body in enumerate(("_N", "GB-GOR-D10", "GB-GOR-D8"))
        }
        for number, month in enumerate(months)
    }


def arguments(**changes):
    return {
        "office": OFFICE,
        "body_titles": BODY_TITLES,
        "key": KEY,
        "status": "published",
        "prepared_by": "Ben Example",
        "signed_by": "Ana Example",
        "created": datetime(2026, 11, 12, 9, tzinfo=UTC),
        "synthetic": True,
        "measures": ["cases_opened"],
        "today": TODAY,
        **changes,
    }


def published_of(publication, months):
    return {
        month: {
            cell: next(
                (
                    row.value
                    for row in publication.observations
                    if (row.period, row.category, row.body) == (cell.period, cell.category, cell.body)
                ),
                0,
            )
            for cell in months[month]
        }
        for month in months
    }


def test_months_one_by_one_are_the_months_of_one_write_where_the_earlier_counts_are_given(tmp_path):
    months = months_of_small_counts(YEAR[:4])
    for month, counts in months.items():
        add_month(tmp_path / "one", month=month, counts=counts, earlier=months, **arguments())

    add_months(tmp_path / "other", months=months, **arguments())

    assert files_of(tmp_path / "one") == files_of(tmp_path / "other")


def test_a_published_year_is_as_near_the_truth_as_a_month(tmp_path):
    months = months_of_small_counts(YEAR)

    publication = add_months(tmp_path / "out", months=months, **arguments())

    off = deviations(months, published_of(publication, months))
    of_the_year = [deviation for (_, _, month), deviation in off.items() if month == "_T"]
    assert root_mean_square(of_the_year) < 3
    assert max(map(abs, of_the_year)) <= 6


def test_a_month_signed_again_in_the_light_of_the_same_months_changes_nothing(tmp_path):
    months = months_of_small_counts(YEAR[:4])
    add_months(tmp_path / "out", months=months, **arguments())
    before = files_of(tmp_path / "out")

    add_month(tmp_path / "out", month=YEAR[2], counts=months[YEAR[2]], earlier=months, **arguments())

    assert files_of(tmp_path / "out") == before


def test_a_small_count_that_changed_after_it_was_published_is_refused_or_makes_no_difference(tmp_path):
    months = months_of_small_counts(YEAR[:1])
    add_months(tmp_path / "out", months=months, **arguments())
    before = files_of(tmp_path / "out")
    refused = 0

    for cell, count in months[YEAR[0]].items():
        try:
            changed = {**months[YEAR[0]], cell: count + 1}
            add_month(tmp_path / "out", month=YEAR[0], counts=changed, **arguments())
        except PublicationError as error:
            assert "published with other numbers" in str(error)  # noqa: PT017
            refused += 1

    assert refused
    assert files_of(tmp_path / "out") == before


def test_a_draft_in_a_folder_of_its_own_has_the_rows_that_will_be_signed(tmp_path):
    months = months_of_small_counts(YEAR[:4])
    *past, last = YEAR[:4]
    for month in past:  # each by itself: what was left over is not what it would have been
        add_month(tmp_path / "out", month=month, counts=months[month], **arguments())

    draft = add_month(
        tmp_path / "draft",
        month=last,
        counts=months[last],
        earlier=months,
        beside=tmp_path / "out",
        **arguments(status="draft", signed_by=None),
    )
    signed = add_month(tmp_path / "out", month=last, counts=months[last], earlier=months, **arguments())

    assert list(draft.observations) == [row for row in signed.observations if row.period == last]


def test_a_draft_without_the_earlier_folder_works_out_what_regular_months_became(tmp_path):
    months = months_of_small_counts(YEAR[:4])
    *_, last = months
    signed = add_months(tmp_path / "out", months=months, **arguments())

    draft = add_month(
        tmp_path / "draft",
        month=last,
        counts=months[last],
        earlier=months,
        **arguments(status="draft", signed_by=None),
    )

    assert list(draft.observations) == [row for row in signed.observations if row.period == last]


def test_a_new_year_starts_afresh(tmp_path):
    months = months_of_small_counts(["2025-12", "2026-01"])
    january = {"2026-01": months["2026-01"]}

    both = add_months(tmp_path / "both", months=months, **arguments())
    alone = add_months(tmp_path / "alone", months=january, **arguments())

    assert [row for row in both.observations if row.period == "2026-01"] == list(alone.observations)


def test_a_publication_made_cell_by_cell_is_still_right():
    report = validate(UNDER_KR5, today=TODAY)

    assert report.ok
    assert {release.method for release in read(UNDER_KR5).releases} == {"ocd-kr5"}


def test_months_drawn_cell_by_cell_stay_and_the_ledger_says_how_each_was_made(tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(UNDER_KR5, folder)
    before = (folder / "data/counts.csv").read_text()
    counts = {
        Cell("2026-10", AREA, category, "GB-GOR-D10", "cases_opened"): count
        for category, count in (("benefits", 31), ("housing", 3), ("tax", 2))
    }

    publication = add_month(
        folder,
        month="2026-10",
        counts=counts,
        **arguments(office=wexcombe_north.OFFICE, body_titles=wexcombe_north.BODY_TITLES),
    )

    assert (folder / "data/counts.csv").read_text().startswith(before)
    assert [release.method for release in publication.releases] == ["ocd-kr5"] * 3 + ["ocd-scr5"]
    methods = (folder / "codes/methods.csv").read_text()
    assert "ocd-kr5" in methods
    assert "ocd-scr5" in methods
    assert validate(folder, today=TODAY).ok


@pytest.mark.parametrize("line", ["benefits,_T", "benefits,GB-GOR-D10"])
def test_a_tighter_error_than_the_method_gives_is_a_fault(tmp_path, line):
    wexcombe_north.write(tmp_path / "out")
    counts = tmp_path / "out/data/counts.csv"
    lines = counts.read_text().splitlines()
    at = next(at for at, row in enumerate(lines) if line in row)
    lines[at] = lines[at].rpartition(",")[0] + ",1"
    counts.write_text("\n".join(lines) + "\n")

    report = validate(tmp_path / "out", today=TODAY)

    assert "uncertainty-wrong" in {finding.rule for finding in report.findings}


def with_a_year(folder, counts):
    months = months_of_small_counts(YEAR)
    add_months(folder, months=months, **arguments())
    true = {category: 0 for category in CATEGORIES}
    for cells in months.values():
        for cell, count in cells.items():
            true[cell.category] += count
    return add_year(
        folder,
        year="2025",
        counts=counts(true),
        key=KEY,
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )


def split(true):
    """All opened cases by level-2 category and by channel."""
    total = sum(true.values())
    return YearCounts(
        categories={
            **true,
            "housing": 0,
            "housing.homelessness": true["housing"] - 5,
            "housing.leasehold": 3,
            "housing.asylum-accommodation": 2,
        },
        channels={"email": total - 4, "letter": 3, "phone": 1},
    )


def test_a_year_is_the_sum_of_its_months_and_its_parts_add_up_to_it(tmp_path):
    publication = with_a_year(tmp_path / "out", split)

    rows = [row for row in publication.observations if row.period == "2025"]
    (total,) = [r.value for r in rows if (r.category, r.body, r.channel) == ("_T", "_T", "_T")]
    assert sum(row.value for row in rows if row.channel != "_T") == total
    assert total == sum(
        row.value for row in publication.observations if row.period != "2025" and row.category == row.body
    )
    assert all(row.value == 0 or row.value >= 5 for row in rows)
    assert publication.descriptor["openCasework"]["coverage"]["complete"] is True
    assert publication.releases[-1].release_id == "2025-counts-1"
    assert validate(tmp_path / "out", today=TODAY).ok


def test_a_sensitive_matter_is_not_named_in_a_year(tmp_path):
    with_a_year(tmp_path / "out", split)

    assert "asylum-accommodation" not in (tmp_path / "out/data/counts.csv").read_text()


def test_a_year_published_again_changes_nothing(tmp_path):
    with_a_year(tmp_path / "out", split)
    before = files_of(tmp_path / "out")

    with_a_year(tmp_path / "out", split)

    assert files_of(tmp_path / "out") == before


def test_a_year_with_a_month_missing_is_refused(tmp_path):
    add_months(tmp_path / "out", months=months_of_small_counts(YEAR[:-1]), **arguments())

    with pytest.raises(PublicationError, match="2025-12 is not published"):
        add_year(
            tmp_path / "out",
            year="2025",
            counts=YearCounts(),
            key=KEY,
            prepared_by="Ben Example",
            signed_by="Ana Example",
            created=datetime(2026, 11, 20, 9, tzinfo=UTC),
        )


def test_parts_that_are_not_those_of_the_months_are_refused(tmp_path):
    with pytest.raises(PublicationError, match="count the same cases"):
        with_a_year(tmp_path / "out", lambda true: YearCounts(channels={"email": 10_000}))


def test_a_right_year_of_months_drawn_cell_by_cell_is_not_refused_for_being_far_off():
    months = months_of_small_counts(YEAR)
    total = sum(sum(cells.values()) for cells in months.values())
    key = b"key number 73 of an office"  # under it the months show 65 cases too many
    published = [
        row
        for month, cells in months.items()
        for row in observe_month(
            kr5.protect(cells, key=key), month=month, area_code=AREA, measures=["cases_opened"]
        )
    ]

    rows = rows_of_year(
        YearCounts(channels={"email": total}),
        year="2025",
        area_code=AREA,
        published=published,
        key=key,
        cell_by_cell=YEAR,
    )

    (shown,) = [row.value for row in rows if row.channel == "email"]
    assert abs(shown - total) > 60


def test_an_office_with_few_cases_a_month_is_told_to_publish_quarters(tmp_path):
    months = months_of_small_counts(YEAR[:3])  # 57, 61 and 65 cases

    with pytest.raises(PublicationError, match=r"fewer than 70 cases.*publish the whole quarter"):
        add_months(tmp_path / "out", months=months, **arguments(floor=70))

    assert not (tmp_path / "out").exists()


def test_an_office_says_to_which_floor_it_holds_itself(tmp_path):
    months = months_of_small_counts(YEAR[:3])

    publication = add_months(tmp_path / "out", months=months, **arguments(floor=60))

    assert publication.descriptor["openCasework"]["protection"]["floor"] == 60
    assert validate(tmp_path / "out", today=TODAY).ok


def test_one_quiet_month_does_not_make_a_small_office(tmp_path):
    months = months_of_small_counts(YEAR[:3])
    quiet = {cell: min(count, 1) for cell, count in months[YEAR[2]].items()}

    publication = add_months(tmp_path / "out", months={**months, YEAR[2]: quiet}, **arguments(floor=40))

    assert publication.periods == YEAR[:3]


@pytest.mark.parametrize("number", range(8))
def test_a_part_that_rounding_leaves_alone_of_a_few_cases_is_not_named(number):
    rows = rows_of_year(
        YearCounts(
            categories={"housing.damp-and-mould": 11, "housing": 1}, channels={"email": 11, "phone": 1}
        ),
        year="2025",
        area_code=AREA,
        published=list(months_of_one_small_heading()),
        key=b"key number %d of many" % number,
    )

    assert sum(row.value for row in rows if row.channel != "_T") == 12
    named = [row.value for row in rows if "." in row.category or row.channel == "email"]
    assert 12 not in named  # of each case that would say what it was about, or how it came


def months_of_one_small_heading():
    """A year of twelve cases about housing, shown as 12 in January."""
    for month in YEAR:
        cells = {Cell(month, AREA, "housing", "_N", "cases_opened"): 12} if month == YEAR[0] else {}
        yield from observe_month(cells, month=month, area_code=AREA, measures=["cases_opened"])
