"""Our figures beside somebody else's."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opencasework.observatory.cli import observatory
from opencasework.observatory.join.areas import COUNCIL, OLD, to_constituencies
from opencasework.observatory.join.outside import JoinError, Outside, read_outside
from opencasework.observatory.months import months_up_to
from opencasework.observatory.places import constituencies
from opencasework.observatory.tests.publishing import (
    BASSETLAW,
    DWP,
    PRESTON,
    opened,
    publish,
)


@pytest.fixture(scope="module")
def publications(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("join") / "publications"
    sent = {("benefits", DWP, "enquiries_sent"): 30, ("benefits", DWP, "replies_received"): 20}
    for area in (BASSETLAW, PRESTON, "E14001117"):
        months = {month: {**opened(benefits=40, housing=20), **sent} for month in months_up_to("2026-10", 12)}
        publish(folder / area, months, area=area)
    return folder


def join(publications: Path, file: Path, text: str, *options: str) -> Result:
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(observatory, ["join", str(file), "--publications", str(publications), *options])


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_the_newest_claimant_rate_stands_beside_each_place(publications, tmp_path):
    rates = f"{BASSETLAW},2025-09,2.2\n{BASSETLAW},2025-12,2.4\n{PRESTON},2025-12,6.1\n"
    table = f"code,quarter,claimant_rate_pct\n{rates}"

    result = join(publications, tmp_path / "claimants.csv", table, "--on", "area_code")

    by_name = {row["name"]: row for row in rows(result)}
    assert {name: row["claimant_rate_pct"] for name, row in by_name.items()} == {
        "Bassetlaw": "2.4",
        "Preston": "6.1",
    }
    assert by_name["Preston"]["new_cases"] == "720"
    low, rate, high = (float(by_name["Preston"][f"per_10_000{end}"]) for end in ("_low", "", "_high"))
    assert low < rate < high
    assert "claimants.csv: 2025-12." in result.stderr
    assert "1 of ours are not in the other table: E14001117." in result.stderr


def test_the_cabinet_offices_table_is_found_by_the_names_of_departments(publications, tmp_path):
    table = (
        "period,body,items_received,pct_within_20_working_days\n"
        "2023-Q1,the Department for Work & Pensions,3000,70\n2023-Q1,Serious Fraud Office,1,100\n"
    )

    result = join(publications, tmp_path / "co.csv", table, "--on", "body")

    (row,) = rows(result)
    assert (row["body"], row["enquiries_sent"], row["items_received"]) == (DWP, "1080", "3000")
    assert "Serious Fraud Office" in result.stderr


def test_the_topics_of_citizens_advice_stand_beside_ours(publications, tmp_path):
    table = "topic,clients\nBenefits and tax credits,100000\nHousing,40000\nTravel,900\n"

    found = {
        row["category"]: row
        for row in rows(join(publications, tmp_path / "ca.csv", table, "--on", "category"))
    }

    assert found["benefits"]["clients"] == "100000"
    assert found["housing"]["their topic"] == "Housing"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "is empty"),
        ("code\n", "no rows"),
        ("name,rate\nPreston,1\n", "say which it is with --key"),
        (f"code,rate\n{PRESTON},1\n{PRESTON},2\n", f"Lines 2 and 3 of given.csv are both about {PRESTON}"),
        (f"code,rate\n{PRESTON},1,2\n", "has 3 fields"),
        ("code,rate\n,1\n", "has nothing in"),
        ("code,code\n1,1\n", "the same name"),
        ("code,rate\nE99999999,1\n", "check the column with --key"),
        ("code,claimants\nE14000530,5\n", "say with --values"),
        (f"code,date,n\n{PRESTON},September 2025,1\n{PRESTON},October 2026,2\n", "say with --period"),
    ],
)
def test_a_table_that_cannot_be_joined_says_why_in_a_sentence(table, said, publications, tmp_path):
    result = join(publications, tmp_path / "given.csv", table, "--on", "area_code")

    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_table_in_another_encoding_says_how_to_save_it(tmp_path):
    file = tmp_path / "given.csv"
    file.write_bytes("code,name\nE14001433,Ynys M\xf4n\n".encode("latin-1"))

    with pytest.raises(JoinError, match="UTF-8"):
        read_outside(file, on="area_code")


@pytest.mark.parametrize(("areas", "name"), [(OLD, "2010"), (COUNCIL, "council")])
def test_counts_divided_among_constituencies_add_up_to_what_they_were(areas, name):
    from opencasework.observatory.join.areas import _councils, _old_constituencies

    parts, _ = (_old_constituencies if areas == OLD else _councils)()
    table = Outside("t.csv", "code", ["claimants"], {code: {"claimants": "1000"} for code in parts}, "")

    divided, said = to_constituencies(table, kind="counts")

    assert areas in said
    assert len(divided.rows) == len(constituencies())
    total = sum(float(row["claimants"]) for row in divided.rows.values())
    assert total == pytest.approx(1000 * len(parts), rel=0.005)


@pytest.mark.parametrize("areas", [OLD, COUNCIL])
def test_a_rate_that_is_the_same_everywhere_stays_the_same(areas):
    from opencasework.observatory.join.areas import _councils, _old_constituencies

    _, people = (_old_constituencies if areas == OLD else _councils)()
    table = Outside("t.csv", "code", ["rate"], {code: {"rate": "3.5"} for code in people}, "")

    averaged, _ = to_constituencies(table, kind="rates")

    assert {row["rate"] for row in averaged.rows.values()} == {"3.5"}


def test_a_constituency_of_which_a_part_is_missing_has_no_value():
    table = Outside("t.csv", "code", ["rate"], {"E14000530": {"rate": "3.5"}}, "")

    averaged, _ = to_constituencies(table, kind="rates")

    assert all(row["rate"] == "3.5" for row in averaged.rows.values())
    assert len(averaged.rows) < 5
