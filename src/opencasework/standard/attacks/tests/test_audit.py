"""The suite lets a sound publication pass, breaks plain suppression, and catches each of the planted weaknesses."""

import base64
import shutil

import pytest

from opencasework.standard.attacks import audit
from opencasework.standard.attacks.tests import showing
from opencasework.standard.attacks.tests.showing import (
    BODIES,
    CATEGORIES,
    KEY,
    STOCK,
    history,
    months_from,
    release,
    row,
    true_counts,
    write,
)
from opencasework.standard.attacks.tests.suppressed import fixture, suppressed_rows
from opencasework.standard.codelists import TOTAL
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Cell

YEAR = months_from("2026-01", 12)
BODY, CATEGORY = BODIES[2], CATEGORIES[0]


CASES = ("cases_opened", "cases_closed", STOCK)
ENQUIRIES = ("enquiries_sent", "replies_received", "replies_in_20wd")


@pytest.fixture(scope="module")
def counts():
    """A year of a busy office whose named bodies all have twenty cases and more than one category."""
    return true_counts(YEAR, categories=CATEGORIES[:3], bodies=BODIES[:4], measures=CASES, mean=2.5)


@pytest.fixture(scope="module")
def rows(counts):
    return tuple(history(counts, measures=CASES))


@pytest.fixture(scope="module")
def answered():
    """The rows of a year's enquiries of the same office, without its cases."""
    counts = true_counts(YEAR, categories=CATEGORIES[:3], bodies=BODIES[:4], measures=ENQUIRIES, mean=2.5)
    return tuple(history(counts, measures=ENQUIRIES))


@pytest.fixture
def sound(tmp_path, rows):
    """The folder of a publication in which there is nothing to find."""
    return write(tmp_path / "sound", rows)


def attacks(report):
    return {found.attack for found in report.findings}


def sentences(report):
    return " ".join(found.sentence for found in report.findings)


def of(rows, **wanted):
    """The one row that has these values."""
    (found,) = [one for one in rows if all(getattr(one, name) == value for name, value in wanted.items())]
    return found


def changed(one, **values):
    """A copy of a row with other values."""
    plain = {name: getattr(one, name) for name in ("category", "body", "measure", "value", "uncertainty", "status")}
    return row(one.period, **{**plain, **values})


def test_a_sound_year_passes_every_attack(sound, counts, tmp_path):
    report = audit([sound], key=KEY)

    assert report.findings == ()
    assert report.passed
    assert report.narrowest == 4
    assert report.exact == 0
    assert report.attacked > 200
    assert [one.attack for one in report.tried] == [f"A{number}" for number in range(1, 14)]


def test_with_the_true_counts_only_truly_small_cells_are_judged(sound, counts):
    report = audit([sound], truth=counts)

    published = {cell: count for cell, count in counts.items() if cell.measure != STOCK}
    assert report.passed
    assert report.attacked == sum(0 < count < 5 for count in published.values())


def test_plain_suppression_is_broken(tmp_path):
    """The test of the test: what most people do gives up more than half of what it hides."""
    counts = fixture()
    folder = write(tmp_path / "suppressed", suppressed_rows(counts), method="suppression")

    report = audit([folder], truth=counts)

    assert not report.passed
    assert report.narrowest == 0
    assert report.attacked == 141
    assert report.exact >= report.attacked / 2
    assert "can be worked out exactly" in sentences(report)


def test_what_is_worked_out_is_what_was_counted(tmp_path):
    """The cells that suppression gives up are not only claimed: they are the true ones."""
    from opencasework.standard.attacks.bounds import bounds
    from opencasework.standard.attacks.equations import equations
    from opencasework.standard.attacks.view import gather

    counts = fixture()
    folder = write(tmp_path / "suppressed", suppressed_rows(counts), method="suppression")
    (office,) = gather([folder])
    system = equations(office)
    found = bounds(system.system)

    months = [index for index, one in enumerate(system.unknowns) if "Q" not in one.key[0]]
    for index in months:
        true = counts[system.unknowns[index].cell]
        assert found.lower[index] <= true <= found.upper[index]


# The planted weaknesses. Each is shown to be the only thing wrong: without it the same folder passes.


def exactly(counts, one):
    """The true count behind a total."""
    return sum(
        count
        for cell, count in counts.items()
        if (cell.period, cell.measure) == (one.period, one.measure)
        and one.category in (TOTAL, cell.category)
        and one.body in (TOTAL, cell.body)
    )


def test_an_extra_exact_margin_is_caught(tmp_path, rows, counts):
    total = of(rows, period=YEAR[-1], category=TOTAL, body=BODY, measure="cases_opened")
    assert exactly(counts, total) != total.value
    weak = [changed(one, value=exactly(counts, one), uncertainty=None) if one is total else one for one in rows]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A3" in attacks(report)
    assert "not the sum of the published cells" in sentences(report)


def test_exact_margins_of_a_month_lay_cells_open(tmp_path, rows, counts):
    def is_margin(one):
        return (one.period, one.measure) == (YEAR[-1], "cases_opened") and TOTAL in (one.category, one.body)

    weak = [changed(one, value=exactly(counts, one), uncertainty=None) if is_margin(one) else one for one in rows]

    report = audit([write(tmp_path / "weak", weak)], truth=counts)

    assert {"A1", "A3"} <= attacks(report)
    assert report.narrowest < 4


def test_a_fresh_redraw_of_a_withdrawn_month_is_caught(tmp_path, counts):
    first, second = history(counts, measures=CASES), history(counts, measures=CASES, key=b"another key of thirty-two bytes.")
    month = YEAR[0]
    again = [one for one in first if one.period != month] + [one for one in second if one.period == month]
    ledger = [release(period, first) for period in YEAR]
    ledger += [
        release(month, first, withdraws=f"{month}-counts-1"),
        release(month, again, number=2),
    ]
    old, new = write(tmp_path / "old", first), write(tmp_path / "new", again, releases=ledger)

    assert audit([new]).passed
    report = audit([old, new])

    assert {"A1", "A5"} <= attacks(report)
    assert "A4" not in attacks(report)  # it was withdrawn, visibly
    assert "drawn anew" in sentences(report)


def test_an_unfrozen_month_is_caught(tmp_path, sound, counts):
    late = Cell(YEAR[0], showing.AREA, CATEGORY, BODY, "cases_opened")
    recounted = {**counts, late: counts[late] + 7}

    report = audit([sound, write(tmp_path / "later", history(recounted, measures=CASES))])

    assert "A4" in attacks(report)
    assert f"{YEAR[0]} was shown with different numbers" in sentences(report)


def test_rows_changed_under_a_ledger_are_caught(tmp_path, rows):
    ledger = [release(period, rows) for period in YEAR]
    last = rows[-1]
    weak = [changed(one, value=one.value + 5) if one is last else one for one in rows]

    report = audit([write(tmp_path / "weak", weak, releases=ledger)])

    assert "A4" in attacks(report)
    assert "not those in its ledger" in sentences(report)


RESPONSES = "period,area_code,body,n_enquiries,n_replied,n_replied_20wd,n_open_over_20wd,median_days_5,status,uncertainty"


def response_line(rows, *, body=BODY, **other):
    """A line of responses.csv as it should be: sums of the published months, a median of many."""

    def over_the_year(measure):
        return sum(
            one.value for one in rows if (one.category, one.body, one.measure) == (TOTAL, body, measure)
        )

    line = {
        "period": YEAR[-1],
        "area_code": showing.AREA,
        "body": body,
        "n_enquiries": over_the_year("enquiries_sent"),
        "n_replied": over_the_year("replies_received"),
        "n_replied_20wd": over_the_year("replies_in_20wd"),
        "median_days_5": 25,
        **other,
    }
    header = [*RESPONSES.split(","), *(name for name in other if name not in RESPONSES)]
    values = [str(line.get(name, "")) for name in header]
    return {"data/responses.csv": (",".join(header) + "\n" + ",".join(values) + "\n").encode()}


def test_a_sound_table_of_response_times_passes(tmp_path, answered):
    assert audit([write(tmp_path / "sound", answered, extra=response_line(answered))]).passed


def test_a_rate_with_three_cases_is_caught(tmp_path, answered):
    report = audit([write(tmp_path / "weak", answered, extra=response_line(answered, pct_put_right="66.7"))])

    assert attacks(report) == {"A11"}
    assert "it fits 2 of 3" in sentences(report)


def test_a_rate_of_the_published_counts_passes(tmp_path, answered):
    line = response_line(answered)["data/responses.csv"].decode().splitlines()[1].split(",")
    share = round(100 * int(line[5]) / int(line[4]), 1)

    assert audit([write(tmp_path / "sound", answered, extra=response_line(answered, pct_in_time=share))]).passed


def test_a_median_of_fewer_than_twenty_is_caught(tmp_path, answered):
    weak = [
        one for one in answered
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

    report = audit([write(tmp_path / "weak", history(with_rare, measures=CASES))], truth=with_rare if knows_the_truth else None)

    assert "A9" in attacks(report)
    assert f"{rare} is named for fewer than 5 cases" in sentences(report)


def test_a_code_listed_without_a_row_is_caught(tmp_path, rows):
    report = audit([write(tmp_path / "weak", rows, listed=["GB-GOR-D77"])])

    assert attacks(report) == {"A9"}
    assert "that it is listed tells that there were cases" in sentences(report)


def _other_office():
    measures = CASES[:1]
    return history(true_counts(YEAR[-2:], categories=CATEGORIES[1:3], bodies=BODIES[:4], measures=measures), measures=measures)


def test_a_label_rare_in_the_country_is_caught(tmp_path, sound, counts):
    others = [
        write(tmp_path / name, _other_office(), post=name)
        for name in ("north", "south")
    ]
    rarely = {
        cell: 0 if cell.category == CATEGORY and cell.measure == "cases_opened" else count
        for cell, count in counts.items()
    }
    weak = write(tmp_path / "weak", history(rarely, measures=CASES))

    assert audit([sound], national=others).passed
    report = audit([weak], national=others)

    assert attacks(report) == {"A9"}
    assert f"{CATEGORY} has fewer than 5 cases in the whole country" in sentences(report)


def test_overlapping_areas_are_caught(tmp_path, rows):
    ward = [
        row(one.period, one.category, one.body, one.measure, one.value, uncertainty=one.uncertainty, area="E05999999")
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


def test_an_error_bound_tighter_than_five_is_caught(tmp_path, rows):
    weak = [
        changed(one, uncertainty=2)
        if (one.period, one.category, one.body, one.measure) == (YEAR[-1], TOTAL, BODY, "cases_opened")
        else one
        for one in rows
    ]

    report = audit([write(tmp_path / "weak", weak)])

    assert attacks(report) >= {"A1"}
    assert "a bound is a gift" in sentences(report)


def test_an_error_bound_on_a_cell_tighter_than_the_method_is_caught(tmp_path, rows):
    five = next(one for one in rows if one.value == 5 and one.category != TOTAL and one.body != TOTAL)
    weak = [changed(one, uncertainty=2) if one is five else one for one in rows]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)
    assert report.narrowest == 2


def test_the_number_open_by_cell_is_caught(tmp_path, counts):
    by_cell = [one for one in history(counts, measures=CASES[:2]) if one.measure != STOCK]
    for cell, count in counts.items():
        if cell.measure == STOCK and count >= 5:
            by_cell.append(row(cell.period, cell.category, cell.body, STOCK, count, uncertainty=0))

    report = audit([write(tmp_path / "weak", by_cell)])

    assert {"A1", "A3"} <= attacks(report)
    assert report.exact > 0
    assert f"{STOCK} is shown by category and body" in sentences(report)


@pytest.mark.parametrize(
    "form",
    [KEY, KEY.hex().encode(), KEY.hex().upper().encode(), base64.b64encode(b"?" + KEY), base64.urlsafe_b64encode(KEY), KEY[5:20]],
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
    import hmac

    cell = next(one for one in rows if one.value == 5 and TOTAL not in (one.category, one.body))
    name = "\x1f".join(("ocd-kr5", cell.period, cell.area_code, cell.category, cell.body, cell.measure))
    draw = hmac.digest(KEY, name.encode(), "sha256").hex()

    report = audit([write(tmp_path / "weak", rows, extra={"debug.log": draw.encode()})], key=KEY)

    assert attacks(report) == {"A12"}
    assert "holds draws" in sentences(report)


def test_a_small_count_shown_as_it_is_is_caught(tmp_path, rows):
    five = next(one for one in rows if one.value == 5 and one.category != TOTAL and one.body != TOTAL)
    weak = [changed(one, value=3) if one is five else one for one in rows]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)
    assert report.exact >= 1


def test_a_zero_that_is_written_down_among_silences_is_caught(tmp_path, rows):
    weak = [*rows, row(YEAR[0], CATEGORY, "GB-GOR-D55", "cases_opened", 0, uncertainty=4)]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)


def test_a_body_all_of_whose_cases_are_alike_is_caught(tmp_path, counts):
    alone = "GB-GOR-D88"
    added = {
        Cell(month, showing.AREA, CATEGORY, alone, "cases_opened"): 6 if month in (YEAR[0], YEAR[-1]) else 0
        for month in YEAR
    }

    report = audit([write(tmp_path / "weak", history({**counts, **added}, measures=CASES))])

    assert attacks(report) == {"A8"}
    assert f"All cases with {alone}" in sentences(report)
    many = {cell: 6 if cell.period > YEAR[5] else count for cell, count in added.items()}
    assert audit([write(tmp_path / "sound", history({**counts, **many}, measures=CASES))]).passed


def test_a_part_shown_larger_than_its_whole_is_caught(tmp_path, answered):
    """Replies in time shown as 5 where all replies are shown as 0: then both are 1 to 4."""
    places = {(one.category, one.body) for one in answered if one.measure == "replies_received" and one.period == YEAR[0]}
    category, body = next((c, b) for c in CATEGORIES[:4] for b in BODIES[1:4] if (c, b) not in places)
    extra = [row(YEAR[0], category, body, "replies_in_20wd", 5, uncertainty=4)]
    totals = {
        (one.category, one.body): one for one in answered if one.measure == "replies_in_20wd" and one.period == YEAR[0]
    }
    raised = {totals[place] for place in ((category, TOTAL), (TOTAL, body), (TOTAL, TOTAL)) if place in totals}
    weak = [changed(one, value=one.value + 5) if one in raised else one for one in answered] + extra

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)


def test_a_yearly_table_that_does_not_add_up_to_the_months_is_caught(tmp_path, rows):
    opened = sum(one.value for one in rows if (one.category, one.body, one.measure) == (TOTAL, TOTAL, "cases_opened"))
    by_channel = [
        row("2026", TOTAL, TOTAL, "cases_opened", count, uncertainty=4, channel=channel)
        for channel, count in (("email", opened - 40), ("letter", 40))
    ]
    sound, weak = [*rows, *by_channel], [*rows, by_channel[0], changed_channel(by_channel[1], 43)]

    assert audit([write(tmp_path / "sound", sound)]).passed
    report = audit([write(tmp_path / "weak", weak)])

    assert "A3" in attacks(report)


def changed_channel(one, value):
    return row(one.period, one.category, one.body, one.measure, value, uncertainty=4, channel=one.channel)


# What it says, and what it does with what is no publication.


def test_no_sentence_names_a_true_count(tmp_path):
    counts = fixture()
    folder = write(tmp_path / "suppressed", suppressed_rows(counts), method="suppression")

    first = next(found for found in audit([folder], truth=counts).findings if found.attack == "A1")

    cell = first.cells[0]
    assert cell.category in first.sentence
    assert f" {counts[cell]} " not in first.sentence.replace(str(len(first.cells)), "")


def test_a_method_the_suite_cannot_attack_is_not_vouched_for(tmp_path, rows):
    report = audit([write(tmp_path / "other", rows, method="magic")])

    assert not report.passed
    assert "cannot vouch for it" in sentences(report)


def test_a_folder_of_publications_is_audited_whole(tmp_path, sound, rows):
    shutil.copytree(sound, tmp_path / "all" / "now")
    shutil.copytree(sound, tmp_path / "all" / "kept")

    report = audit(tmp_path / "all")

    assert report.passed
    assert next(one for one in report.tried if one.attack == "A6").outcome == "passed"


def test_what_is_no_publication_gets_a_sentence(tmp_path):
    with pytest.raises(PublicationError, match="There is no publication in"):
        audit(tmp_path)
    with pytest.raises(PublicationError, match="nothing to audit"):
        audit([])
