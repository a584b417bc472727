"""The files to download."""

from __future__ import annotations

from pathlib import Path

import duckdb

from opencasework.observatory.collect import collect
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.site.downloads import MONTHS_AT_A_TIME, write_downloads


def test_files_that_are_written_some_months_at_a_time_hold_the_same_as_those_written_at_once(
    publications: Path, tmp_path: Path
) -> None:
    collection = collect([publications], workspace=tmp_path / "work")
    with DuckDBEngine() as engine:
        engine.load(collection.publications)
        at_once = write_downloads(engine, tmp_path / "at-once", synthetic=True)
        in_parts = write_downloads(engine, tmp_path / "in-parts", synthetic=True, in_parts=True)

    assert [each.path for each in at_once] == [each.path for each in in_parts]
    months = set()
    for each in at_once:
        one, other = tmp_path / "at-once" / each.path, tmp_path / "in-parts" / each.path
        if each.table.format == "csv":
            assert one.read_bytes() == other.read_bytes()
        else:
            rows = [duckdb.read_parquet(str(file)).fetchall() for file in (one, other)]
            assert rows[0] == rows[1]
            months |= {row[0] for row in rows[0]}
    assert len(months) > MONTHS_AT_A_TIME
    assert len(list((tmp_path / "in-parts" / "data").iterdir())) == len(in_parts)  # no part is left behind
