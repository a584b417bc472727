"""Publishing months: what is written, what is frozen, what is refused."""

import csv
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from opencasework.standard import files
from opencasework.standard.publication import (
    MEASURES,
    Observation,
    PublicationError,
    add_months,
    read,
    withdraw,
)
from opencasework.standard.tests.publishing import (
    AREA,
    BODY_TITLES,
    KEY,
    OFFICE,
    TODAY,
    cell,
    counts_of,
    files_of,
    publish,
)
from opencasework.standard.validate import validate


def value_of(publication, **dimensions):
    """The one published value with these dimensions; the others are totals."""
    wanted = {"period": "2026-10", "category": "_T", "body": "_T", **dimensions}
    rows = [
        row
        for row in publication.observations
        if all(getattr(row, name) == value for name, value in wanted.items())
    ]
    return rows[0].value if rows else None


def test_a_large_count_is_published_as_it_is(tmp_path):
    publication = publish(tmp_path / "out")

    assert value_of(publication, category="benefits", body="GB-GOR-D10", measure="cases_opened") == 31


def test_no_small_count_leaves_the_office(tmp_path):
    publication = publish(tmp_path / "out")

    assert not [row for row in publication.observations if row.value in (1, 2, 3, 4)]


def test_every_measure_has_a_total_even_where_nothing_was_counted(tmp_path):
    publication = publish(tmp_path / "out", counts={})

    assert {row.measure: row.value for row in publication.observations} == dict.fromkeys(MEASURES, 0)


def test_totals_are_sums_of_the_protected_cells(tmp_path):
    publication = publish(tmp_path / "out")

    inner = [row for row in publication.observations if "_T" not in (row.category, row.body)]
    opened = sum(row.value for row in inner if row.measure == "cases_opened")
    assert value_of(publication, measure="cases_opened") == opened


def test_a_publication_reads_back_as_it_was_written(tmp_path):
    written = publish(tmp_path / "out")

    assert read(tmp_path / "out") == written


def test_a_zip_of_the_folder_reads_the_same(tmp_path):
    written = publish(tmp_path / "out")
    archive = shutil.make_archive(str(tmp_path / "sent"), "zip", tmp_path, "out")

    assert read(tmp_path / "sent.zip").observations == written.observations
    assert archive.endswith("sent.zip")


def test_a_spreadsheet_may_have_saved_the_counts(tmp_path):
    written = publish(tmp_path / "out")
    counts = tmp_path / "out/data/counts.csv"
    rows = list(csv.DictReader(counts.open(encoding="utf-8")))
    columns = [*reversed(rows[0]), "remark"]
    with counts.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)

    assert read(tmp_path / "out").observations == written.observations


def test_only_codes_in_use_are_listed(tmp_path):
    publish(tmp_path / "out")

    bodies = list(csv.DictReader((tmp_path / "out/codes/bodies.csv").open(encoding="utf-8")))

    assert {row["code"] for row in bodies} <= {"_T", "_N", "_O", "GB-GOR-D10", "GB-GOR-D8"}
    assert {row["code"]: row["title"] for row in bodies}["GB-GOR-D8"] == "Home Office"


def test_a_body_whose_cells_all_became_nothing_is_not_named(tmp_path):
    quiet = {cell(body="GB-GOR-D8", category=category): 0 for category in ("benefits", "tax")}

    publish(tmp_path / "out", counts={cell(): 31, **quiet})

    assert "GB-GOR-D8" not in (tmp_path / "out/codes/bodies.csv").read_text()


def test_the_key_is_nowhere_in_the_publication(tmp_path):
    publish(tmp_path / "out")

    everything = b"".join(files_of(tmp_path / "out").values())

    assert KEY not in everything
    assert KEY.hex().encode() not in everything


def test_a_later_month_leaves_the_rows_of_earlier_ones_byte_for_byte(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    before = (tmp_path / "out/data/counts.csv").read_bytes()

    publish(tmp_path / "out", month="2026-10", body_titles={**BODY_TITLES, "GB-GOR-D8": "The Home Office"})

    assert (tmp_path / "out/data/counts.csv").read_bytes().startswith(before)
    assert read(tmp_path / "out").periods == ["2026-09", "2026-10"]


def test_an_earlier_month_may_come_later(tmp_path):
    publish(tmp_path / "one", month="2026-10")
    publish(tmp_path / "one", month="2026-09")
    publish(tmp_path / "other", month="2026-09")
    publish(tmp_path / "other", month="2026-10")

    assert files_of(tmp_path / "one")["data/counts.csv"] == files_of(tmp_path / "other")["data/counts.csv"]


def test_the_same_month_with_the_same_numbers_changes_nothing(tmp_path):
    publish(tmp_path / "out")
    before = files_of(tmp_path / "out")

    publish(tmp_path / "out", created=datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert files_of(tmp_path / "out") == before


def test_the_same_month_with_other_numbers_is_refused(tmp_path):
    publish(tmp_path / "out")
    before = files_of(tmp_path / "out")

    with pytest.raises(PublicationError, match="2026-10 was published with other numbers"):
        publish(tmp_path / "out", counts={**counts_of(), cell(): 32})

    assert files_of(tmp_path / "out") == before


def test_a_draft_stays_out_of_the_ledger(tmp_path):
    publication = publish(tmp_path / "out", status="draft", signed_by=None)

    assert publication.status == "draft"
    assert publication.releases == ()


def test_a_draft_may_be_written_over_and_then_published(tmp_path):
    publish(tmp_path / "out", status="draft", signed_by=None)
    publish(tmp_path / "out", status="draft", signed_by=None, counts={**counts_of(), cell(): 32})

    publication = publish(tmp_path / "out", counts={**counts_of(), cell(): 32})

    assert publication.status == "published"
    assert [release.release_id for release in publication.releases] == ["2026-10-counts-1"]


def test_a_month_is_not_published_past_one_that_is_still_a_draft(tmp_path):
    publish(tmp_path / "out", month="2026-09", status="draft", signed_by=None)

    with pytest.raises(PublicationError, match="is still a draft; publish it too or first"):
        publish(tmp_path / "out", month="2026-10")


def test_several_months_in_one_write_are_the_same_as_one_by_one(tmp_path):
    publish(tmp_path / "one", month="2026-09")
    publish(tmp_path / "one", month="2026-10")

    add_months(
        tmp_path / "other",
        office=OFFICE,
        months={month: counts_of(month) for month in ("2026-10", "2026-09")},
        body_titles=BODY_TITLES,
        key=KEY,
        status="published",
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=datetime(2026, 11, 12, 9, tzinfo=UTC),
        synthetic=True,
        today=TODAY,
    )

    assert files_of(tmp_path / "one") == files_of(tmp_path / "other")


def test_a_month_that_is_not_over_is_refused(tmp_path):
    with pytest.raises(PublicationError, match="2026-11 is not over"):
        publish(tmp_path / "out", month="2026-11")


def test_a_month_may_be_published_the_day_after_it_ends(tmp_path):
    publication = publish(tmp_path / "out", today=date(2026, 11, 1))

    assert publication.periods == ["2026-10"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signed_by": None}, "needs a signature"),
        ({"signed_by": " ben example"}, "somebody else has to sign"),
        ({"status": "draft"}, "A draft carries no signature"),
        ({"prepared_by": " "}, "say who did"),
        ({"licence": "All rights reserved"}, "write one of OGL-UK-3.0"),
        ({"month": "October"}, "write it as year and month"),
        ({"office": replace(OFFICE, kind="mayor")}, "write one of mp, msp"),
        ({"office": replace(OFFICE, area_code="Wexcombe")}, "write its GSS code"),
        ({"counts": {cell(month="2026-09"): 5}}, "A count of 2026-09"),
        ({"counts": {cell(area_code="E14000001"): 5}}, "A count is of E14000001"),
        ({"counts": {cell(measure="visits"): 5}}, "'visits' is not one this office counts"),
        ({"counts": {cell("benefits.pip"): 5}}, "not a level-1 category"),
        ({"counts": {cell("_T"): 5}}, "not a level-1 category"),
        ({"counts": {cell("_N"): 5}}, "only they, have _N"),
        ({"counts": {cell("_N", measure="policy_messages"): 5}}, "not counted by body"),
        ({"measures": ["visits"]}, "There is no measure 'visits'"),
        ({"counts": {cell(body="DWP"): 5}}, "not an org-id"),
        ({"counts": {cell(body="GB-NHS-RAX"): 5}}, "has no title"),
    ],
)
def test_what_does_not_belong_is_refused_in_a_sentence(tmp_path, changes, sentence):
    with pytest.raises(PublicationError, match=sentence):
        publish(tmp_path / "out", **changes)

    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("Dear Ana")

    with pytest.raises(PublicationError, match="something other than a publication"):
        publish(tmp_path)


def test_another_office_needs_a_folder_of_its_own(tmp_path):
    publish(tmp_path / "out", month="2026-09")

    with pytest.raises(PublicationError, match="its own folder"):
        publish(tmp_path / "out", office=replace(OFFICE, post="uk.org.example/post/other"))


def test_synthetic_and_real_months_are_kept_apart(tmp_path):
    publish(tmp_path / "out", month="2026-09")

    with pytest.raises(PublicationError, match="cannot share a publication"):
        publish(tmp_path / "out", synthetic=False)


def test_rows_that_somebody_altered_are_not_published_on(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    counts = tmp_path / "out/data/counts.csv"
    counts.write_text(counts.read_text().replace(",31,", ",41,"))

    with pytest.raises(PublicationError, match="not those in its ledger"):
        publish(tmp_path / "out", month="2026-10")


def test_a_page_somebody_added_to_the_folder_stays(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    (tmp_path / "out/index.html").write_text("<h1>Casework</h1>")

    publish(tmp_path / "out", month="2026-10")

    assert (tmp_path / "out/index.html").read_text() == "<h1>Casework</h1>"


def test_a_full_disk_leaves_the_publication_as_it_was(tmp_path, monkeypatch):
    publish(tmp_path / "out", month="2026-09")
    before = files_of(tmp_path)

    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path / "out", month="2026-10")

    assert files_of(tmp_path) == before


def test_a_swap_killed_between_its_two_renames_is_finished_the_next_time(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    (tmp_path / "out").rename(tmp_path / ".out.old")
    (tmp_path / ".out.new-abc").mkdir()

    publish(tmp_path / "out", month="2026-10")

    assert read(tmp_path / "out").periods == ["2026-09", "2026-10"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_named_outside_the_folder_is_not_inside():
    assert files.is_inside("data/counts.csv")
    assert not files.is_inside("../counts.csv")
    assert not files.is_inside("/etc/passwd")
    assert not files.is_inside("https://example.org/counts.csv")


@pytest.mark.parametrize("name", ["", "nothing-here", "counts.pdf"])
def test_what_is_no_publication_is_said_in_a_sentence(tmp_path, name):
    (tmp_path / "counts.pdf").write_bytes(b"%PDF-1.7")

    with pytest.raises(PublicationError):
        read(tmp_path / name)


def test_the_descriptor_says_whose_and_how_protected(tmp_path):
    publish(tmp_path / "out")

    about = json.loads((tmp_path / "out/datapackage.json").read_text())["openCasework"]

    assert about["office"]["area_code"] == AREA
    assert about["coverage"] == {"from": "2026-10", "to": "2026-10", "complete": True}
    assert about["protection"]["method"] == "ocd-scr5"
    assert about["policy_messages_included"] is True


def test_coverage_says_when_a_month_is_missing(tmp_path):
    publish(tmp_path / "out", month="2026-08")
    publication = publish(tmp_path / "out", month="2026-10")

    assert publication.descriptor["openCasework"]["coverage"]["complete"] is False


def test_a_row_is_one_line_of_the_file(tmp_path):
    row = Observation("2026-10", AREA, "benefits", "_N", "_T", "_T", "cases_opened", None, "x", None)

    assert row.line == "2026-10,E14999999,benefits,_N,_T,_T,cases_opened,,x,"


def test_a_withdrawn_month_is_gone_from_the_rows_and_stays_in_the_ledger(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    publish(tmp_path / "out", month="2026-10")

    publication = withdraw(
        tmp_path / "out", month="2026-09", signed_by="Ana Example", created=datetime(2026, 11, 20, tzinfo=UTC)
    )

    assert publication.periods == ["2026-10"]
    assert [(release.release_id, release.withdraws) for release in publication.releases] == [
        ("2026-09-counts-1", ""),
        ("2026-10-counts-1", ""),
        ("2026-09-withdrawal-1", "2026-09-counts-1"),
    ]
    assert validate(tmp_path / "out", today=TODAY).ok


def test_a_withdrawn_month_may_be_published_anew(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    publish(tmp_path / "out", month="2026-10")
    withdraw(
        tmp_path / "out", month="2026-10", signed_by="Ana Example", created=datetime(2026, 11, 20, tzinfo=UTC)
    )

    publication = publish(tmp_path / "out", month="2026-10", counts={cell(): 40})

    assert publication.releases[-1].release_id == "2026-10-counts-2"
    assert validate(tmp_path / "out", today=TODAY).ok


@pytest.mark.parametrize(("month", "sentence"), [("2026-09", "not published"), ("2026-10", "the only month")])
def test_what_cannot_be_withdrawn_is_said(tmp_path, month, sentence):
    publish(tmp_path / "out", month="2026-10")

    with pytest.raises(PublicationError, match=sentence):
        withdraw(
            tmp_path / "out", month=month, signed_by="Ana Example", created=datetime(2026, 11, 20, tzinfo=UTC)
        )


def test_two_members_of_one_area_have_publications_of_different_names(tmp_path):
    one = publish(tmp_path / "one")
    other = publish(tmp_path / "other", office=replace(OFFICE, post="uk.org.example/post/second-seat"))

    assert one.descriptor["name"] != other.descriptor["name"]
    assert one.descriptor["id"] != other.descriptor["id"]


def test_an_office_may_stop_counting_something(tmp_path):
    publish(tmp_path / "out", month="2026-09")

    publication = publish(tmp_path / "out", month="2026-10", counts={cell(): 9}, measures=["cases_opened"])

    assert publication.descriptor["openCasework"]["measures"] == list(MEASURES)
    assert {row.measure for row in publication.observations if row.period == "2026-10"} == {"cases_opened"}
    assert validate(tmp_path / "out", today=TODAY).ok
