"""A small simulated country, and the site built of it, shared by the tests that only look."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from opencasework.observatory.simulate import simulate
from opencasework.observatory.site.build import ASSETS, build_site
from opencasework.observatory.tests.nation import Nation


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


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory, front_end: Path) -> Path:
    folder = tmp_path_factory.mktemp("once")
    Nation(folder, front_end).build()
    return folder


@pytest.fixture
def nation(built_once: Path, tmp_path: Path, front_end: Path) -> Nation:
    """The nation with its site as it was built once."""
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    again = Nation.__new__(Nation)
    again.publications, again.site = tmp_path / "in", tmp_path / "site"
    again._folder, again._front_end = tmp_path, front_end
    return again
