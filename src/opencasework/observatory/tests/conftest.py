"""A small simulated country, and the site built of it, shared by the tests that only look."""

from __future__ import annotations

from pathlib import Path

import pytest

from opencasework.observatory.simulate import simulate
from opencasework.observatory.site.build import ASSETS, build_site


@pytest.fixture(scope="session")
def front_end(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stands in for the built styles and scripts, which these tests do not look at."""
    folder = tmp_path_factory.mktemp("front-end")
    (folder / "fonts").mkdir()
    for name in (*ASSETS, "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"):
        (folder / name).write_text("")
    return folder


@pytest.fixture(scope="session")
def publications(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country") / "publications"
    simulate(6, 14, 3, folder, until="2026-10")
    return folder


@pytest.fixture(scope="session")
def site(publications: Path, front_end: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    build_site([publications], folder, front_end=front_end)
    return folder
