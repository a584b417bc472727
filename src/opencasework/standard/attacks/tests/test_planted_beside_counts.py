"""Weaknesses planted in labels, areas, other tables and files: each is caught, without it the year passes."""

import base64
import hmac
from collections import defaultdict
from dataclasses import replace

import pytest

from opencasework.standard.attacks import audit
from opencasework.standard.attacks.tests import showing
from opencasework.standard.attacks.tests.planting import (
    CASES,
    CATEGORY,
    YEAR,
    attacks,
    response_line,
    sentences,
)
from opencasework.standard.attacks.tests.showing import (
    BODIES,
    CATEGORIES,
    KEY,
    history,
    row,
    true_counts,
    write,
)
from opencasework.standard.codelists import TOTAL
from opencasework.standard.observations import Cell

FLOWS = CASES[:2]


@pytest.fixture(scope="module")
def counts():
    """The year without the number open at the end, which has nothing to do with any of this."""
    return true_counts(YEAR, categories=CATEGORIES[:3], bodies=BODIES[:4], measures=FLOWS, mean=2.5)


@pytest.fixture(scope="module")
def rows(counts):
    return tuple(history(counts, measures=FLOWS))


@pytest.fixture
def sound(tmp_path, rows):
    return write(tmp_path / "sound", rows)


def test_a_sound_table_of_response_times_passes(tmp_path, answered):
    assert audit([write(tmp_path / "sound", answered, extra=response_line(answered))]).passed


def test_a_rate_with_three_cases_is_caught(tmp_path, answered):
    report = audit([write(tmp_path / "weak", answered, extra=response_line(answered, pct_put_right="66.7"))])

    assert attacks(report) == {"A11"}
    assert "it fits 2 of 3" in sentences(report)


def test_a_rate_of_the_published_counts_passes(tmp_path, answered):
    line = response_line(answered)["data/responses.csv"].decode().splitlines()[1].split(",")
    share = round(100 * int(line[5]) / int(line[4]), 1)

    assert audit(
        [write(tmp_path / "sound", answered, extra=response_line(answered, pct_in_time=share))]
    ).passed


def test_a_median_of_fewer_than_twenty_is_caught(tmp_path, answered):
    weak = [
        one
        for one in answered
        if not (one.measure in ("replies_received", "replies_in_20wd") and one.period > YEAR[0])
    ]
    extra = response_line(weak)

    report = audit([write(tmp_path / "weak", weak, extra=extra)])

    assert "A11" in attacks(report)
    assert "is the median of" in sentences(report)


def test_a_median_to_the_day_is_caught(tmp_path, answered):
    report = audit([write(tmp_path / "weak", answered, extra=response_line(answered, median_days_5=23))])

    assert attacks(report) == {"A11"}
    assert "not rounded to 5 days" in sentences(report)


def test_a_window_counted_by_itself_is_caught(tmp_path, answered):
    value = int(response_line(answered)["data/responses.csv"].decode().splitlines()[1].split(",")[3]) + 2

    report = audit([write(tmp_path / "weak", answered, extra=response_line(answered, n_enquiries=value))])

    assert attacks(report) == {"A11"}
    assert "it was counted by itself" in sentences(report)


def test_a_table_nobody_knows_is_caught(tmp_path, rows):
    report = audit([write(tmp_path / "weak", rows, extra={"data/wards.csv": b"ward,n\nE05000001,3\n"})])

    assert attacks(report) == {"A11"}
    assert "no table of the standard" in sentences(report)


@pytest.mark.parametrize("knows_the_truth", [True, False])
def test_an_unfolded_rare_label_is_caught(tmp_path, counts, knows_the_truth):
    rare = "GB-GOR-D999"
    before, last = Cell("2025-12", showing.AREA, CATEGORY, rare, "cases_opened"), YEAR[-1]
    four = next(  # a cell that is drawn to 5
        cell
        for cell in (Cell(last, showing.AREA, category, rare, "cases_opened") for category in CATEGORIES[:3])
        if showing.rounded({cell: 4})
    )
    with_rare = {**counts, before: 9, four: 4}

    report = audit(
        [write(tmp_path / "weak", history(with_rare, measures=FLOWS))],
        truth=with_rare if knows_the_truth else None,
    )

    assert "A9" in attacks(report)
    assert f"{rare} is named for fewer than 5 cases" in sentences(report)


def test_a_code_listed_without_a_row_is_caught(tmp_path, rows):
    report = audit([write(tmp_path / "weak", rows, listed=["GB-GOR-D77"])])

    assert attacks(report) == {"A9"}
    assert "that it is listed tells that there were cases" in sentences(report)


def _other_office():
    measures = CASES[:1]
    return history(
        true_counts(YEAR[-2:], categories=CATEGORIES[1:3], bodies=BODIES[:4], measures=measures),
        measures=measures,
    )


def test_a_label_rare_in_the_country_is_caught(tmp_path, sound, counts):
    others = [write(tmp_path / name, _other_office(), post=name) for name in ("north", "south")]
    rarely = {
        cell: 0 if cell.category == CATEGORY and cell.measure == "cases_opened" else count
        for cell, count in counts.items()
    }
    weak = write(tmp_path / "weak", history(rarely, measures=FLOWS))

    assert audit([sound], national=others).passed
    report = audit([weak], national=others)

    assert attacks(report) == {"A9"}
    assert f"{CATEGORY} has fewer than 5 cases in the whole country" in sentences(report)


def test_overlapping_areas_are_caught(tmp_path, rows):
    ward = [
        row(
            one.period,
            one.category,
            one.body,
            one.measure,
            one.value,
            uncertainty=one.uncertainty,
            area="E05999999",
        )
        for one in rows
        if one.period == YEAR[-1]
    ]

    report = audit([write(tmp_path / "weak", [*rows, *ward])])

    assert "A7" in attacks(report)
    assert "for E05999999 and for E14999999" in sentences(report)


def test_two_offices_with_one_key_are_caught(tmp_path, sound, rows):
    other = write(tmp_path / "ward", rows, post="uk.org.example/post/a-ward-of-it")

    report = audit([sound, other])

    assert attacks(report) == {"A7"}
    assert audit([sound, write(tmp_path / "own-key", rows, post="other", key=KEY[::-1])]).passed


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        KEY.hex().encode(),
        KEY.hex().upper().encode(),
        base64.b64encode(b"?" + KEY),
        base64.urlsafe_b64encode(KEY),
        KEY[5:20],
    ],
    ids=["as it is", "hex", "upper hex", "base 64", "base 64 for addresses", "a part"],
)
def test_the_key_in_a_file_is_caught(tmp_path, rows, form):
    folder = write(tmp_path / "weak", rows, extra={"README.md": b"made with " + form + b".\n"})

    report = audit([folder], key=KEY)

    assert attacks(report) == {"A12"}
    assert "README.md" in sentences(report)
    said = str(report.as_json())
    assert KEY.hex() not in said
    assert base64.b64encode(KEY).decode() not in said


def test_draws_made_with_the_key_are_caught(tmp_path, rows):
    cell = next(one for one in rows if one.value == 5 and TOTAL not in (one.category, one.body))
    name = "\x1f".join(("ocd-kr5", cell.period, cell.area_code, cell.category, cell.body, cell.measure))
    draw = hmac.digest(KEY, name.encode(), "sha256").hex()

    report = audit([write(tmp_path / "weak", rows, extra={"debug.log": draw.encode()})], key=KEY)

    assert attacks(report) == {"A12"}
    assert "holds draws" in sentences(report)


def test_a_body_all_of_whose_cases_are_alike_is_caught(tmp_path, counts):
    alone = "GB-GOR-D88"
    added = {
        Cell(month, showing.AREA, CATEGORY, alone, "cases_opened"): 6 if month in (YEAR[0], YEAR[-1]) else 0
        for month in YEAR
    }

    report = audit([write(tmp_path / "weak", history({**counts, **added}, measures=FLOWS))])

    assert attacks(report) == {"A8"}
    assert f"All cases with {alone}" in sentences(report)
    many = {cell: 6 if cell.period > YEAR[5] else count for cell, count in added.items()}
    assert audit([write(tmp_path / "sound", history({**counts, **many}, measures=FLOWS))]).passed


def by_quarter(counts):
    """The same counts, as an office with few cases publishes them."""
    quarters = defaultdict(int)
    for cell, count in counts.items():
        quarter = f"{cell.period[:4]}-Q{(int(cell.period[5:]) + 2) // 3}"
        quarters[replace(cell, period=quarter)] += count
    return dict(quarters)


@pytest.mark.parametrize("knows_the_truth", [True, False])
def test_a_body_all_of_whose_cases_are_alike_is_caught_in_quarters(tmp_path, counts, knows_the_truth):
    alone = "GB-GOR-D88"
    added = {
        Cell(month, showing.AREA, CATEGORY, alone, "cases_opened"): 6 if month in (YEAR[0], YEAR[-1]) else 0
        for month in YEAR
    }
    quarters = by_quarter({**counts, **added})

    report = audit(
        [write(tmp_path / "weak", history(quarters, measures=FLOWS))],
        truth=quarters if knows_the_truth else None,
    )

    assert "A8" in attacks(report)
    assert f"All cases with {alone} in the twelve months to 2026-12" in sentences(report)
    assert audit([write(tmp_path / "sound", history(by_quarter(counts), measures=FLOWS))]).passed


def test_a_rare_body_is_caught_in_years(tmp_path, counts):
    rare = Cell("2026", showing.AREA, CATEGORY, "GB-GOR-D999", "cases_opened")
    year = defaultdict(int)
    for cell, count in counts.items():
        year[replace(cell, period="2026")] += count
    drawn = next(  # to 5, so that it is named
        cell
        for cell in (replace(rare, category=category) for category in CATEGORIES[:3])
        if showing.rounded({cell: 4})
    )
    truth = {**year, drawn: 4}

    report = audit([write(tmp_path / "weak", history(truth, measures=FLOWS))], truth=truth)

    assert "A9" in attacks(report)
    assert "GB-GOR-D999 is named for fewer than 5 cases in the twelve months to 2026-12" in sentences(report)


def with_topics(rows, **topics):
    """The year of these months, and topics of its largest category."""
    sums = defaultdict(int)
    for one in rows:
        sums[one.category, one.body, one.measure] += one.value
    year = [row("2026", *place, value, uncertainty=5) for place, value in sums.items() if value]
    shown = [
        row("2026", f"{CATEGORY}.{topic}", TOTAL, "cases_opened", value, uncertainty=5)
        for topic, value in topics.items()
    ]
    return [*rows, *year, *shown]


def test_topics_of_a_quarter_are_caught(tmp_path, rows):
    topic = row("2026-Q4", f"{CATEGORY}.pip", TOTAL, "cases_opened", 20, uncertainty=5)

    report = audit([write(tmp_path / "weak", [*rows, topic])])

    assert "A9" in attacks(report)
    assert "In a quarter they are rare" in sentences(report)


def test_a_topic_of_four_in_a_year_is_caught_by_who_knows(tmp_path, rows, counts):
    folder = write(tmp_path / "weak", with_topics(rows, pip=30, sanctions=5))
    truth = {
        **counts,
        Cell("2026", showing.AREA, f"{CATEGORY}.sanctions", TOTAL, "cases_opened"): 4,
        Cell("2026", showing.AREA, f"{CATEGORY}.pip", TOTAL, "cases_opened"): 30,
    }

    assert audit([folder]).passed
    report = audit([folder], truth=truth)

    assert attacks(report) == {"A9"}
    assert f"{CATEGORY}.sanctions is named for fewer than 5 cases in 2026" in sentences(report)


def test_a_sensitive_topic_by_itself_is_caught(tmp_path, rows):
    topic = row("2026", "family.domestic-abuse", TOTAL, "cases_opened", 40, uncertainty=5)

    report = audit([write(tmp_path / "weak", [*with_topics(rows), topic])])

    assert "A9" in attacks(report)
    assert "family.domestic-abuse, a sensitive matter, by itself" in sentences(report)


def test_a_year_in_which_all_came_by_one_way_is_caught(tmp_path):
    few = {Cell(month, showing.AREA, CATEGORY, "_N", "cases_opened"): 0 for month in YEAR}
    few |= {Cell(YEAR[0], showing.AREA, category, "_N", "cases_opened"): 6 for category in CATEGORIES[:2]}
    months = history(few, measures=FLOWS[:1])
    by_surgery = row("2026", TOTAL, TOTAL, "cases_opened", 12, uncertainty=5, channel="surgery")

    report = audit([write(tmp_path / "weak", [*with_topics(months), by_surgery])])

    assert "A8" in attacks(report)
    assert "All cases_opened of the area in 2026 are shown under surgery" in sentences(report)


def test_durations_counted_by_themselves_are_caught(tmp_path, rows):
    closed = sum(
        one.value for one in rows if (one.category, one.body, one.measure) == (TOTAL, TOTAL, "cases_closed")
    )

    def durations(cases):
        lines = ["period,area_code,category,n_cases,median_days_5,status,uncertainty"]
        lines.append(f"2026,{showing.AREA},_T,{cases},30,,5")
        return {"data/durations.csv": ("\n".join(lines) + "\n").encode()}

    sound = audit([write(tmp_path / "sound", rows, extra=durations(closed))])
    report = audit([write(tmp_path / "weak", rows, extra=durations(closed + 2))])

    assert sound.passed
    assert attacks(report) == {"A11"}
    assert f"n_cases is {closed + 2}, but the published months add up to {closed}" in sentences(report)
