"""The files to download."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from opencasework.observatory.collect import collect
from opencasework.observatory.engines import duckdb as engines
from opencasework.observatory.site.downloads import write_downloads
from opencasework.observatory.site.standing import Coming, Standing


def test_of_very_many_publications_the_files_hold_the_same_and_no_part_is_left_behind(
    publications: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = collect([publications], workspace=tmp_path / "work")
    written = []
    for folder, many in ((tmp_path / "few", engines.MANY), (tmp_path / "many", 1)):
        monkeypatch.setattr(engines, "MANY", many)
        with engines.DuckDBEngine() as engine:
            engine.load(collection.publications)
            folder.mkdir()
            coming = Coming(folder / "coming")
            standing = Standing(folder / "site", {}, {})
            downloads, _by_month = write_downloads(engine, coming, synthetic=True, standing=standing)
        coming.take_places(standing, whole=folder / "whole")
        written.append((folder / "site", downloads))

    (few, downloads), (many, others) = written
    assert downloads == others
    for each in downloads:
        for _month, path in each.months:
            rows = [duckdb.read_parquet(str(site / path)).fetchall() for site in (few, many)]
            assert rows[0] == rows[1]
        if not each.months:
            assert (few / each.path).read_bytes() == (many / each.path).read_bytes()
    (in_parquet,) = (each for each in others if each.months)
    assert len(in_parquet.months) > engines.MONTHS_AT_A_TIME
    assert len(list((many / "data").iterdir())) == len(others) - 1 + len(in_parquet.months)
