"""Places are found by the first half of a postcode where a directory of postcodes is given."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from opencasework.observatory.cli import observatory
from opencasework.observatory.places import constituencies
from opencasework.observatory.site import build, postcodes
from opencasework.observatory.site.build import BuildError, build_site
from opencasework.observatory.tests.onspd import ROWS, sheet
from opencasework.observatory.tests.publishing import BASSETLAW, BOLTON_WEST, PRESTON, opened, publish


@pytest.fixture
def publications(tmp_path: Path) -> Path:
    for area in (BASSETLAW, PRESTON):
        publish(tmp_path / "in" / area, {"2026-10": opened(housing=12)}, area=area)
    return tmp_path / "in"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "NSPL.csv").write_text(sheet())
    return tmp_path / "NSPL.csv"


@pytest.fixture
def site(publications: Path, directory: Path, tmp_path: Path, front_end: Path) -> Path:
    build_site([publications], tmp_path / "site", postcodes=directory, front_end=front_end)
    return tmp_path / "site"


def test_the_script_looks_districts_up_in_one_small_file(site: Path) -> None:
    told = json.loads((site / "places/postcodes.json").read_text())

    named = {name: [told["places"][each] for each in found] for name, found in told["districts"].items()}
    assert named == {"WX1A": [BOLTON_WEST], "ZZ2": [BASSETLAW, PRESTON], "ZZ10": [PRESTON]}
    assert list(named) == ["WX1A", "ZZ2", "ZZ10"]


def test_who_has_no_scripts_finds_the_same_on_pages(site: Path) -> None:
    areas = (site / "places/postcodes/index.html").read_text()
    page = (site / "places/postcodes/ZZ/index.html").read_text()
    welsh = (site / "cy/places/postcodes/ZZ/index.html").read_text()

    assert re.findall(r'href="[./]*places/postcodes/([A-Z]+)/"', areas) == ["WX", "ZZ"]
    assert re.findall(r'<th scope="row">([^<]*)', page) == ["ZZ2", "ZZ10"]
    assert re.search(rf'ZZ10</th><td><a href="[./]*places/{PRESTON}/">Preston</a>', page)
    assert "Codau post yn ZZ" in welsh
    # A place without an office has no page to lead to.
    assert (
        f"<td>{constituencies()[BOLTON_WEST].name}</td>"
        in (site / "places/postcodes/WX/index.html").read_text()
    )


def test_the_search_says_that_it_takes_postcodes(site: Path) -> None:
    for page in ("index.html", "issues/housing/year/index.html", "places/index.html"):
        html = (site / page).read_text()
        assert "Constituency, council or postcode" in html
        address = re.search(r'data-postcodes="([^"]*)"', html)
        assert address
        assert ((site / page).parent / address[1]).resolve() == (site / "places/postcodes.json").resolve()


def test_without_a_directory_it_says_where_to_look_a_postcode_up(
    publications: Path, tmp_path: Path, front_end: Path
) -> None:
    build_site([publications], tmp_path / "site", front_end=front_end)

    assert not (tmp_path / "site/places/postcodes").exists()
    assert not (tmp_path / "site/places/postcodes.json").exists()
    for page in ("index.html", "places/index.html"):
        html = (tmp_path / "site" / page).read_text()
        assert "Postcodes are not kept here." in html
        assert "data-postcodes=" not in html


def test_another_directory_makes_other_pages(site: Path, publications: Path, front_end: Path) -> None:
    other = site.with_name("other.csv")
    other.write_text(sheet([("ZZ2 4AA", BASSETLAW)]))

    assert build_site([publications], site, postcodes=other, front_end=front_end).is_new

    assert "Preston" not in (site / "places/postcodes/ZZ/index.html").read_text()
    assert not (site / "places/postcodes/WX").exists()
    assert build_site([publications], site, front_end=front_end).is_new
    assert not (site / "places/postcodes.json").exists()


def test_the_same_directory_is_not_read_twice(
    site: Path, publications: Path, directory: Path, front_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(publications / BOLTON_WEST, {"2026-10": opened(housing=12)}, area=BOLTON_WEST)
    monkeypatch.setattr(build, "read_districts", None)

    built = build_site([publications], site, postcodes=directory, front_end=front_end)

    assert built.is_new
    assert (
        f">{constituencies()[BOLTON_WEST].name}</a>" in (site / "places/postcodes/WX/index.html").read_text()
    )


def test_the_zip_as_it_is_offered_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ONSPD.zip", "w") as file:
        file.writestr("Data/ONSPD_AUG_2026_UK.csv", sheet())
        file.writestr("Data/multi_csv/ONSPD_AUG_2026_UK_WX.csv", sheet(ROWS[:1]))

    assert list(postcodes.read_districts(tmp_path / "ONSPD.zip")) == ["WX1A", "ZZ2", "ZZ10"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no column for the postcode"),
        (sheet([]), "has no postcode in a constituency of 2024"),
        (sheet([("ZZ2 4AA", "E14000530")]), "has no postcode in a constituency of 2024"),
        (sheet([("nowhere", PRESTON)]), "where a postcode belongs"),
        (sheet()[:-60], "is cut off"),
        (sheet(columns="pcds,lat"), "has no column for the constituency"),
    ],
)
def test_a_file_of_no_use_stops_the_build_with_a_sentence(
    text: str, sentence: str, publications: Path, tmp_path: Path, front_end: Path
) -> None:
    (tmp_path / "postcodes.csv").write_text(text)

    with pytest.raises(BuildError, match=sentence):
        build_site(
            [publications], tmp_path / "site", postcodes=tmp_path / "postcodes.csv", front_end=front_end
        )

    assert not (tmp_path / "site").exists()


def test_the_command_takes_the_file(
    publications: Path, directory: Path, tmp_path: Path, front_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BUILT_FRONT_END", front_end)
    arguments = ["build", str(publications), "--out", str(tmp_path / "site"), "--postcodes", str(directory)]

    first, again = (CliRunner().invoke(observatory, arguments) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "as before; nothing has changed" in again.output
    assert (
        "as before; nothing has changed" not in CliRunner().invoke(observatory, [*arguments, "--full"]).output
    )
    assert (tmp_path / "site/places/postcodes/ZZ/index.html").is_file()
    missing = CliRunner().invoke(observatory, [*arguments[:-1], "nowhere.csv"])
    assert missing.exit_code == 2
