"""A table read column by column gives the findings that it gives row by row, whatever is in it."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opencasework.standard.checks import counts, tables
from opencasework.standard.checks.counts import Around, by_columns, by_rows
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.examples.faults import FAULTS, plant
from opencasework.standard.observations import HEADER
from opencasework.standard.publication import MEASURES
from opencasework.standard.validate import validate

TODAY = date(2026, 11, 22)
COUNTS = (wexcombe_north.FOLDER / "data/counts.csv").read_bytes()
RELEASES = (wexcombe_north.FOLDER / "releases.csv").read_bytes()
LINES = COUNTS.decode().splitlines()[1:]
AROUND = {
    "listed": {"body": frozenset({"_T", "_N", "_O", "GB-GOR-D10", "GB-GOR-EA66", "GB-GOR-D25"})},
    "releases": RELEASES,
    "today": TODAY,
}

# For each column what may stand in it: right, wrong, and right elsewhere.
FIELDS = {
    "period": ["2026-07", "2026-08", "2026-09", "2026-Q3", "2026", "2999-01", "July", ""],
    "area_code": ["E14999999", "E14999999", "E14999999", "E14001063", "Wexcombe"],
    "category": ["_T", "_N", "_O", "benefits", "housing", "benefits.pip", "BEN"],
    "body": ["_T", "_N", "_O", "GB-GOR-D10", "GB-GOR-D99", "DWP"],
    "channel": ["_T", "_T", "_T", "email", "phone", "fax"],
    "outcome": ["_T", "_T", "_T", "apology", "explained", "won"],
    "measure": [
        "cases_opened",
        "cases_closed",
        "cases_open_at_end",
        "policy_messages",
        "petitions",
        "replies_in_20wd",
        "replies_received",
    ],
    "value": ["0", "3", "5", "7", "12", "310", "", "-1", "007", "9" * 15, "9" * 16],
    "status": ["", "", "", "c", "x", "b", "r"],
    "uncertainty": ["0", "4", "5", "7", "", "-1", "x"],
}
made_up = st.tuples(*(st.sampled_from(values) for values in FIELDS.values())).map(",".join)
real = st.sampled_from(LINES)


@st.composite
def changed(draw):
    """A row of the example with one field changed."""
    fields = draw(real).split(",")
    place = draw(st.integers(0, len(fields) - 1))
    fields[place] = draw(st.sampled_from(list(FIELDS.values())[place]))
    return ",".join(fields)


awkward = st.sampled_from(
    ["", "too,few", '"2026-07",E14999999,_T,_T,_T,_T,cases_opened,"5",,5', '"a\nb"', '"']
)
few_rows = st.lists(st.one_of(made_up, changed(), real, awkward), max_size=30)


@st.composite
def example_with_changes(draw):
    """The example, some rows left out, changed, doubled or moved."""
    rows = list(LINES)
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(rows) - 1))
        act = draw(st.sampled_from(["drop", "change", "double", "move", "add"]))
        if act == "drop":
            rows.pop(place)
        elif act == "move":
            rows.insert(draw(st.integers(0, len(rows) - 1)), rows.pop(place))
        elif act == "double":
            rows.append(rows[place])
        else:
            rows[place : place + (act == "change")] = [draw(changed())]
    return rows


def block_of(method):
    return {
        "standard": "1.0",
        "office": {"area_code": "E14999999"},
        "measures": MEASURES,
        "coverage": {"from": "2026-07", "to": "2026-09", "complete": True},
        "protection": {"method": method},
        "status": "published",
    }


def both_ways(rows, method="ocd-kr5", line_end="\n"):
    data = line_end.join([HEADER, *rows, ""]).encode()
    releases = RELEASES.replace(b",ocd-scr5,", f",{method},".encode())
    around = Around(block=block_of(method), **{**AROUND, "releases": releases})
    return by_rows(data, around), by_columns(data, around)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.one_of(few_rows, example_with_changes()),
    method=st.sampled_from(["ocd-scr5", "ocd-kr5", "suppression", "none"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=LINES, method="ocd-kr5", line_end="\n")
@example(rows=[], method="ocd-kr5", line_end="\n")
@example(
    rows=[*LINES, "2026-Q3,E14999999,_T,_T,_T,_T,policy_messages,726,,5"], method="ocd-kr5", line_end="\n"
)
def test_by_columns_and_by_rows_find_the_same(rows, method, line_end):
    by_row, by_column = both_ways(rows, method, line_end)

    assert by_column == by_row


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.says}")
def test_every_fault_is_found_the_same_both_ways(fault, tmp_path, monkeypatch):
    plant(fault, tmp_path / "broken")
    by_row = validate(tmp_path / "broken", today=TODAY)

    monkeypatch.setattr(counts, "MANY", 0)

    assert validate(tmp_path / "broken", today=TODAY) == by_row


def test_after_a_thousand_wrong_rows_both_ways_only_count():
    wrong = [f"2026-07,E14999999,_N,_N,_T,_T,policy_messages,-{number},,0" for number in range(1_500)]

    by_row, by_column = both_ways([*LINES, *wrong, "too,few"])

    assert by_column == by_row
    assert [found.message for found in by_row if found.rule == "more-rows"] == [
        "500 more rows of data/counts.csv are wrong; mend those above and validate again."
    ]
    assert tables.MOST_ROWS == 1_000


def test_what_is_no_table_is_the_same_both_ways():
    around = Around(block=block_of("none"), **AROUND)

    for data in (b"", b"%PDF", b"a,b\n1,2\n", HEADER.encode() + b"\n\xff\xfe\xfa\n", b"PK\x03\x04", b"\0"):
        assert by_columns(data, around) == by_rows(data, around)


replies = st.tuples(
    st.sampled_from(["2026-07", "2026-08", "2026"]),
    st.sampled_from(["_T", "benefits", "housing", "benefits.pip"]),
    st.sampled_from(["_T", "GB-GOR-D10", "_O"]),
    st.sampled_from(["_T", "_T", "email"]),
    st.sampled_from(["replies_in_20wd", "replies_received", "cases_open_at_end"]),
    st.sampled_from(["0,", "5,", "7,", "12,", ",c"]),
)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(replies, max_size=25, unique_by=lambda row: row[:5]),
    method=st.sampled_from(["ocd-scr5", "ocd-kr5"]),
)
def test_replies_in_time_beyond_all_replies_are_found_the_same_both_ways(rows, method):
    lines = [
        f"{period},E14999999,{category},{body},{channel},_T,{measure},{value},{'' if ',c' in value else 5}"
        for period, category, body, channel, measure, value in rows
    ]

    by_row, by_column = both_ways(sorted(lines), method)

    assert by_column == by_row
    if method == "ocd-kr5":
        assert not {"part-whole", "stock-cell"} & {found.rule for found in by_row}


def test_a_year_of_months_drawn_cell_by_cell_may_have_more_replies_in_time_than_replies():
    lines = [
        f"{period},E14999999,_T,_T,_T,_T,{measure},{value},,5"
        for period in ("2026", "2026-07")
        for measure, value in (("replies_in_20wd", 5), ("replies_received", 0))
    ]
    data = "\n".join([HEADER, *lines, ""]).encode()
    releases = RELEASES.replace(b",ocd-scr5,", b",ocd-kr5,")
    around = Around(block=block_of("ocd-scr5"), **{**AROUND, "releases": releases})

    found = by_rows(data, around)

    assert by_columns(data, around) == found
    assert "part-whole" not in {each.rule for each in found}
