"""What is found is judged one by one; a broken publication never stops the rest."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from opencasework.observatory.collect import Collection, NothingToCollectError, collect, judging
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.measures import by_topic_and_month
from opencasework.observatory.tests.publishing import BOLTON_WEST, opened, publish
from opencasework.standard.validate import Report, validate_files

MONTH = {"2026-10": opened(housing=12)}


def collected(folder: Path, workspace: Path, *, include_drafts: bool = False) -> Collection:
    return collect([folder], workspace=workspace, include_drafts=include_drafts)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def test_publications_are_found_two_folders_down(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "near", MONTH)
    publish(shelf / "north" / "far", MONTH, area=BOLTON_WEST)

    found = collected(shelf, tmp_path / "work")

    assert [publication.name for publication in found.publications] == ["near", "north/far"]
    assert not found.left_out


def test_a_folder_that_is_itself_a_publication_is_read(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "office", MONTH)

    assert len(collected(shelf / "office", tmp_path / "work").publications) == 1


def test_a_broken_publication_is_left_out_and_named(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "good", MONTH)
    broken = publish(shelf / "tampered", MONTH, area=BOLTON_WEST) / "data" / "counts.csv"
    broken.write_text(broken.read_text().replace(",12,", ",13,", 1))

    found = collected(shelf, tmp_path / "work")

    assert [publication.name for publication in found.publications] == ["good"]
    assert [item.name for item in found.left_out] == ["tampered"]
    assert found.left_out[0].reason


def test_a_descriptor_that_is_not_json_is_left_out(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "good", MONTH)
    (shelf / "odd").mkdir()
    (shelf / "odd" / "datapackage.json").write_text("<html>")

    assert [item.name for item in collected(shelf, tmp_path / "work").left_out] == ["odd"]


def test_a_draft_is_not_a_publication_unless_asked_for(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "draft", MONTH, status="draft")

    usual = collected(shelf, tmp_path / "work")
    asked = collected(shelf, tmp_path / "work", include_drafts=True)

    assert not usual.publications
    assert "draft" in usual.left_out[0].reason
    assert len(asked.publications) == 1


def test_an_office_is_counted_once(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "a", MONTH)
    shutil.copytree(shelf / "a", shelf / "b")

    found = collected(shelf, tmp_path / "work")

    assert [publication.name for publication in found.publications] == ["a"]
    assert "same office as a" in found.left_out[0].reason


def test_a_half_written_publication_in_a_hidden_folder_is_not_looked_at(shelf: Path, tmp_path: Path) -> None:
    publish(shelf / "office", MONTH)
    shutil.copytree(shelf / "office", shelf / ".office.new-1")

    found = collected(shelf, tmp_path / "work")

    assert (len(found.publications), len(found.left_out)) == (1, 0)


def test_a_zip_file_counts_like_its_folder(shelf: Path, tmp_path: Path) -> None:
    publish(tmp_path / "office", MONTH)
    shutil.make_archive(str(shelf / "office"), "zip", tmp_path / "office")

    with DuckDBEngine() as engine:
        engine.load(collected(shelf, tmp_path / "work").publications)

        assert {(row.category, row.value) for row in by_topic_and_month(engine)} == {
            ("_T", 12),
            ("housing", 12),
        }


def test_columns_in_another_order_are_read_by_their_names(shelf: Path, tmp_path: Path) -> None:
    file = publish(shelf / "office", MONTH) / "data" / "counts.csv"
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, list(reversed(rows[0])))
        writer.writeheader()
        writer.writerows(rows)

    found = collected(shelf, tmp_path / "work")
    with DuckDBEngine() as engine:
        engine.load(found.publications)
        values = {row.value for row in by_topic_and_month(engine)}

    # Either the standard takes it, and then the figures are right, or it is left out with a reason.
    assert values == {12} if found.publications else found.left_out


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_finding_nothing_is_said_in_a_sentence(name: str, shelf: Path, tmp_path: Path) -> None:
    (shelf / "empty").mkdir()

    with pytest.raises(NothingToCollectError, match="folder"):
        collect([shelf / name], workspace=tmp_path / "work")


def test_what_was_valid_the_last_time_is_known_again_and_a_changed_byte_is_judged_anew(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = publish(shelf / "office", MONTH) / "data" / "counts.csv"
    publish(shelf / "other", MONTH, area=BOLTON_WEST)
    known = tmp_path / "known.json"
    first = collect([shelf], workspace=tmp_path / "work", known=known)
    names: list[str] = []

    def noting(name: str, contents: Mapping[str, bytes]) -> Report:
        names.append(name)
        return validate_files(name, contents)

    monkeypatch.setattr(judging, "validate_files", noting)
    assert collect([shelf], workspace=tmp_path / "work", known=known) == first
    assert names == []
    counts.write_text(counts.read_text().replace(",12,", ",13,", 1))

    third = collect([shelf], workspace=tmp_path / "work", known=known)
    assert names == ["office"]
    assert [item.name for item in third.left_out] == ["office"]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The publications whose files were read; files are known at once by how they lie there."""
    names: list[str] = []
    read_files = judging.read_files

    def noting(path: Path) -> dict[str, bytes]:
        names.append(path.name)
        return read_files(path)

    monkeypatch.setattr(judging, "read_files", noting)
    monkeypatch.setattr(judging, "SETTLED_SECONDS", 0.0)
    return names


def test_of_files_that_nobody_wrote_to_is_known_what_was_in_them(
    shelf: Path, tmp_path: Path, read: list[str]
) -> None:
    publish(shelf / "office", MONTH)
    publish(shelf / "other", MONTH, area=BOLTON_WEST)
    first = collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")
    read.clear()

    again = collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")

    assert read == []
    assert again == first
    assert repr(again) == repr(first)


def test_a_file_in_the_place_of_another_of_the_same_size_and_date_is_read(
    shelf: Path, tmp_path: Path, read: list[str]
) -> None:
    counts = publish(shelf / "office", MONTH) / "data" / "counts.csv"
    collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")
    before = counts.stat()
    counts.write_text(counts.read_text().replace(",12,", ",13,", 1))
    os.utime(counts, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert counts.stat().st_size == before.st_size

    found = collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")

    assert [item.name for item in found.left_out] == ["office"]


def test_files_that_changed_just_now_are_read_once_more(
    shelf: Path, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SETTLED_SECONDS", 3600.0)
    publish(shelf / "office", MONTH)
    collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")
    read.clear()

    collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")

    assert read == ["office"]


def test_what_is_kept_of_a_publication_and_was_changed_by_hand_is_not_believed(
    shelf: Path, tmp_path: Path, read: list[str]
) -> None:
    publish(shelf / "office", MONTH)
    known = tmp_path / "known.json"
    first = collect([shelf], workspace=tmp_path / "work", known=known)
    known.write_text(known.read_text().replace("Office of", "Orifice of"))

    assert collect([shelf], workspace=tmp_path / "work", known=known) == first


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"judge": "somebody else", "publications": {"x": {}}}'])
def test_a_memory_that_is_broken_or_of_another_version_is_as_good_as_none(
    content: str, shelf: Path, tmp_path: Path
) -> None:
    publish(shelf / "office", MONTH)
    (tmp_path / "known.json").write_text(content)

    found = collect([shelf], workspace=tmp_path / "work", known=tmp_path / "known.json")

    assert [publication.name for publication in found.publications] == ["office"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Wex\ud800combe", "a character that cannot be shown (U+D800)"),
        ("Wex\x0bcombe", "a character that cannot be shown (U+000B)"),
        ("Wex\u202ecombe", "turns the direction of writing (U+202E)"),
        ("=cmd|'/c calc'!A1", "takes for a formula"),
        ("W" * 201, "201 characters"),
    ],
)
def test_a_name_that_would_break_pages_or_spreadsheets_leaves_its_publication_out(
    name: str, sentence: str, shelf: Path, tmp_path: Path
) -> None:
    publish(shelf / "good", MONTH)
    about = publish(shelf / "odd", MONTH, area=BOLTON_WEST) / "datapackage.json"
    content = json.loads(about.read_text())
    content["openCasework"]["office"]["area_name"] = name
    about.write_text(json.dumps(content))

    found = collected(shelf, tmp_path / "work")

    assert [publication.name for publication in found.publications] == ["good"]
    assert sentence in found.left_out[0].reason
