"""The files to download."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from opencasework.observatory.collect import collect
from opencasework.observatory.engines import duckdb as engines
from opencasework.observatory.site.downloads import write_downloads


def test_of_very_many_publications_the_files_hold_the_same_and_no_part_is_left_behind(
    publications: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = collect([publications], workspace=tmp_path / "work")
    written = []
    for folder, many in ((tmp_path / "few", engines.MANY), (tmp_path / "many", 1)):
        monkeypatch.setattr(engines, "MANY", many)
        with engines.DuckDBEngine() as engine:
            engine.load(collection.publications)
            downloads, by_month = write_downloads(
                engine, folder / "site", synthetic=True, folder=folder / "months"
            )
        written.append((folder / "site", downloads))

    assert len(by_month.parquet) > engines.MONTHS_AT_A_TIME
    (few, downloads), (many, others) = written
    assert [each.path for each in downloads] == [each.path for each in others]
    for each in downloads:
        if each.table.format == "csv":
            assert (few / each.path).read_bytes() == (many / each.path).read_bytes()
        else:
            rows = [duckdb.read_parquet(str(site / each.path)).fetchall() for site in (few, many)]
            assert rows[0] == rows[1]
    assert len(list((many / "data").iterdir())) == len(others)
