"""What every page and every file of the site promises."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from functools import cached_property
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import duckdb
import pytest

from opencasework.observatory.collect import NothingToCollectError
from opencasework.observatory.months import months_up_to
from opencasework.observatory.places import ATTRIBUTION, constituencies
from opencasework.observatory.site import shares, writing
from opencasework.observatory.site.build import BuildError, build_site
from opencasework.observatory.site.figures import NothingToShowError
from opencasework.observatory.tests.publishing import BASSETLAW, PRESTON, opened, publish
from opencasework.standard.descriptor import EXAMPLE_AREA
from opencasework.standard.publication import read

LARGEST_PAGE = 45_000  # bytes, gzipped: 90 kB less face (33 kB), styles and script (12 kB)


class Seen:
    """A page as it was written; patterns suffice, since one engine writes every page the same way."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.ids = re.findall(r'\sid="([^"]*)"', html)

    @property
    def says_invented(self) -> bool:
        return "Invented figures" in self.text or ('lang="cy"' in self.html and "Ffigurau ffug" in self.text)

    @cached_property
    def text(self) -> str:
        """What a reader sees."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def addresses(self) -> list[str]:
        """Everything the page links to or loads."""
        html = re.sub(r"<code.*?</code>", "", self.html)  # what others are to copy
        return [unescape(found) for found in re.findall(r'\s(?:href|src|action)="([^"]*)"', html)]

    def addresses_here(self) -> list[str]:
        """The same without links that say they lead to another site, which load nothing."""
        return Seen(re.sub(r'<a rel="external[^>]*>', "", self.html)).addresses()


def pages(site: Path) -> dict[str, Seen]:
    return {
        file.relative_to(site).as_posix(): Seen(file.read_text(encoding="utf-8"))
        for file in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def seen(site: Path) -> dict[str, Seen]:
    return pages(site)


def test_there_is_a_page_for_every_issue_and_every_place_that_publishes(
    seen: dict[str, Seen], publications: Path
) -> None:
    places = {read(folder).office.area_code for folder in publications.iterdir()}

    assert {f"places/{code}/index.html" for code in places} <= set(seen)
    assert {
        "index.html",
        "year/index.html",
        "cases/index.html",
        "year/cases/index.html",
        "issues/housing/index.html",
        "issues/housing/year/cases/index.html",
        "bodies/index.html",
        "bodies/GB-GOR-D10/index.html",
        "offices/index.html",
        "embed/issues/housing/index.html",
        "embed/bodies/GB-GOR-D10/index.html",
        "data/index.html",
        "data/quality/index.html",
        "methods/index.html",
    } <= set(seen)


def test_every_page_says_that_the_figures_are_invented(seen: dict[str, Seen]) -> None:
    for name, page in seen.items():
        assert page.says_invented, name


def test_every_file_says_that_the_figures_are_invented(site: Path) -> None:
    files = [file for file in (site / "data").iterdir() if file.suffix in (".csv", ".parquet")]

    assert Counter(file.suffix for file in files) == {".csv": 2, ".parquet": 14}  # of each month one
    for file in files:
        assert "invented-figures" in file.name
        reader = f"read_csv('{file}', all_varchar = true)" if file.suffix == ".csv" else f"'{file}'"
        assert duckdb.sql(f"SELECT DISTINCT synthetic FROM {reader}").fetchall() == [("yes",)]


def test_real_figures_are_not_called_invented(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "office", {"2026-10": opened(housing=12)})

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    built = pages(tmp_path / "site")
    assert {"index.html", f"places/{BASSETLAW}/index.html"} <= set(built)
    for name, page in built.items():
        assert not page.says_invented, name
        assert "Simulated" not in page.text, name
    assert [file.name for file in sorted((tmp_path / "site" / "data").glob("*.csv"))] == [
        "counts-by-month-and-issue.csv",
        "counts-by-month-place-and-issue.csv",
    ]


def test_one_invented_office_marks_everything(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "real", {"2026-10": opened(housing=12)})
    publish(tmp_path / "in" / "made-up", {"2026-10": opened(housing=12)}, area=PRESTON, synthetic=True)

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    built = pages(tmp_path / "site")
    assert {"index.html", f"places/{BASSETLAW}/index.html", f"places/{PRESTON}/index.html"} <= set(built)
    assert [name for name, page in built.items() if not page.says_invented] == []
    rows = list(csv.DictReader(next((tmp_path / "site" / "data").glob("*place*.csv")).open()))
    assert {(row["area_code"], row["synthetic"]) for row in rows} == {(BASSETLAW, "no"), (PRESTON, "yes")}


def test_the_people_of_a_place_that_two_offices_share_count_once(tmp_path: Path, front_end: Path) -> None:
    for name in ("one", "two"):
        publish(tmp_path / "in" / name, {"2026-10": opened(housing=12)}, post=f"post/{name}")

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    rows = list(csv.DictReader((tmp_path / "site" / "data" / "counts-by-month-and-issue.csv").open()))
    people = str(constituencies()[BASSETLAW].population)
    assert {(row["offices"], row["population"]) for row in rows} == {("2", people)}


def test_every_link_leads_somewhere_on_the_site(site: Path, seen: dict[str, Seen]) -> None:
    for name, page in seen.items():
        for address in page.addresses_here():
            path, _, fragment = unquote(address).partition("#")
            target = ((site / name).parent / path).resolve() if path else site / name
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{name} leads to {address}"
            if fragment and target.suffix == ".html":
                key = target.relative_to(site.resolve() if path else site).as_posix()
                assert fragment in seen[key].ids, f"{name} leads to {address}"


def test_no_page_needs_another_host_or_an_inline_style_or_script(seen: dict[str, Seen]) -> None:
    for name, page in seen.items():
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|<[^>]*\s(?:style|on\w+)=", page.html), name
        assert not [address for address in page.addresses_here() if re.match(r"[a-z]+:|//", address)], name


def test_every_page_is_a_whole_page_in_its_language_with_a_strict_policy(seen: dict[str, Seen]) -> None:
    for name, page in seen.items():
        language = "cy" if name.startswith("cy/") else "en"
        assert page.html.startswith(f'<!doctype html>\n<html lang="{language}">'), name
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in unescape(page.html), name
        assert page.html.count("<h1") == 1, name
        assert len(set(page.ids)) == len(page.ids), name
        assert ATTRIBUTION in page.text, name
        assert not re.search(r"[a-z]\.[A-Z]", page.text), f"two sentences run together in {name}"


def test_every_map_has_all_650_places_in_its_table_in_alphabetical_order(site: Path) -> None:
    for path in ("index.html", "issues/housing/year/cases/index.html"):
        html = (site / path).read_text(encoding="utf-8")
        names = re.findall(r'<tr id="[EWSN]\d{8}"[^>]*><th scope="row">(?:<a[^>]*>)?([^<]+)', html)

        assert len(names) == 650
        assert names == sorted(names)
        assert sum(path.count("z") for path in re.findall(r'<path d="([^"]+)" class="hex hex-', html)) >= 650


def test_every_page_is_light_enough_for_a_slow_line(site: Path) -> None:
    weights = {file: len(gzip.compress(file.read_bytes())) for file in site.rglob("*.html")}

    kinds = {file.relative_to(site).parts[0] for file in weights}
    assert {"issues", "places", "bodies", "offices", "embed", "data", "methods", "cy"} <= kinds
    assert max(weights.values()) <= LARGEST_PAGE


def test_the_combined_counts_are_the_sums_of_the_publications(site: Path, publications: Path) -> None:
    expected: dict[tuple[str, str, str], int] = defaultdict(int)
    for folder in publications.iterdir():
        for row in read(folder).observations:
            if row.body == "_T":
                expected[row.period, row.category, row.measure] += row.value or 0

    with next((site / "data").glob("counts-by-month-and-issue*.csv")).open(newline="") as file:
        combined = {
            (row["period"], row["category"], row["measure"]): int(row["value"])
            for row in csv.DictReader(file)
        }

    assert combined == expected


def test_building_again_on_every_core_gives_the_same_bytes(
    site: Path, publications: Path, tmp_path: Path, front_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WORTH_SHARING_OUT", 1)
    build_site([publications], tmp_path / "again", front_end=front_end)

    for file in sorted(site.rglob("*")):
        if file.is_file():
            assert (tmp_path / "again" / file.relative_to(site)).read_bytes() == file.read_bytes(), file.name


def test_what_is_left_out_is_on_the_data_quality_page(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "office", {"2026-10": opened(housing=12)})
    publish(tmp_path / "in" / "unsigned", {"2026-10": opened(housing=90)}, area=PRESTON, status="draft")
    (tmp_path / "in" / "torn").mkdir()
    (tmp_path / "in" / "torn" / "datapackage.json").write_text("{")

    built = build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    text = pages(tmp_path / "site")["data/quality/index.html"].text
    assert [item.name for item in built.collection.left_out] == ["torn", "unsigned"]
    assert all(item.name in text and item.reason in text for item in built.collection.left_out)
    assert not (tmp_path / "site" / "places" / PRESTON).exists()


def test_long_lists_are_spread_over_pages(
    publications: Path, tmp_path: Path, front_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("torn", "torn as well", "torn too"):
        (tmp_path / "torn" / name).mkdir(parents=True)
        (tmp_path / "torn" / name / "datapackage.json").write_text("{")
    monkeypatch.setattr(shares, "MOST", 2)

    built = build_site([publications, tmp_path / "torn"], tmp_path / "site", front_end=front_end)

    site = pages(tmp_path / "site")
    areas = sorted(each.office.area_name for each in built.collection.publications)
    assert f"{areas[0]} to {areas[1]}" in site["offices/index.html"].text
    for folder, number, first in (("offices/all", 3, areas[0]), ("data/quality/left-out", 2, "torn")):
        shown = [site[f"{folder}/{each}/index.html"].text for each in range(1, number + 1)]
        assert first in shown[0]
    assert all(area in site[f"offices/all/{at // 2 + 1}/index.html"].text for at, area in enumerate(areas))
    assert all(
        area in site[f"data/quality/offices/{at // 2 + 1}/index.html"].text for at, area in enumerate(areas)
    )
    assert "torn too" in site["data/quality/left-out/2/index.html"].text
    assert areas[0] in site["cy/offices/all/1/index.html"].text


def test_an_issue_that_grows_is_said_to_rise_and_how_sure_that_is(tmp_path: Path, front_end: Path) -> None:
    months = months_up_to("2026-10", 24)
    for number, area in enumerate([BASSETLAW, PRESTON]):
        counts = {month: opened(housing=60 + number + 4 * step, tax=40) for step, month in enumerate(months)}
        publish(tmp_path / area, counts, area=area)
    build_site([tmp_path], tmp_path / "site", front_end=front_end)
    seen = pages(tmp_path / "site")

    rising = r"Rising: \+\d+% a year \(95% interval \+\d+% to \+\d+%\), over 24 months\."
    assert re.search(rf"Housing\. {rising}", seen["issues/housing/index.html"].text)
    assert "Tax. No clear change:" in seen["issues/tax/index.html"].text
    assert re.search(rising, seen[f"places/{PRESTON}/index.html"].text)
    assert "for every 10,000 people; with chance and rounding," in seen[f"places/{PRESTON}/index.html"].text


def test_programs_are_told_what_the_pages_say(site: Path, publications: Path) -> None:
    index = json.loads((site / "api/index.json").read_text())
    issues = {issue["code"]: issue for issue in json.loads((site / "api/issues.json").read_text())}
    newest = index["newest_month"]

    assert index["synthetic"] is True
    for folder in publications.iterdir():
        published = read(folder)
        place = json.loads((site / f"api/places/{published.office.area_code}.json").read_text())
        (total,) = [
            row.value
            for row in published.observations
            if (row.period, row.category, row.body, row.measure) == (newest, "_T", "_T", "cases_opened")
        ]
        assert place["months"][newest] == total
    assert (
        sum(issue["months"].get(newest, 0) for code, issue in issues.items() if code != "_T")
        == (issues["_T"]["months"][newest])
    )


def test_every_issue_place_and_body_has_a_feed_that_is_atom(site: Path) -> None:
    feeds = sorted(site.rglob("feed.xml"))
    kinds = [folder for kind in ("issues", "places", "bodies") for folder in (site / kind).glob("*/")]
    assert len(kinds) > 20
    assert {feed.parent for feed in feeds} == {site, *kinds}
    for file in feeds:
        feed = ElementTree.fromstring(file.read_bytes())
        names = {"a": "http://www.w3.org/2005/Atom"}
        assert feed.findtext("a:title", "", names).startswith("Invented figures: ")
        entries = feed.findall("a:entry", names)
        assert len({entry.findtext("a:id", "", names) for entry in entries}) == len(entries) > 0


def test_of_a_few_months_no_trend_is_said(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "one", {"2026-10": opened(housing=60)})
    build_site([tmp_path], tmp_path / "site", front_end=front_end)

    assert "Too little data to say" in pages(tmp_path / "site")["issues/housing/index.html"].text


def test_a_place_that_published_part_of_the_year_is_not_compared(tmp_path: Path, front_end: Path) -> None:
    year = {f"2026-{month:02d}": opened(housing=12) for month in range(1, 11)}
    publish(tmp_path / "in" / "whole", year)
    publish(tmp_path / "in" / "part", {"2026-10": opened(housing=12)}, area=PRESTON)

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    html = (tmp_path / "site" / "year" / "index.html").read_text(encoding="utf-8")
    row = re.search(rf'<tr id="{PRESTON}".*?</tr>', html)
    assert row is not None
    assert "part of the time" in row.group()
    assert "hex hex-thin" in html


def test_an_area_that_is_not_on_the_map_has_a_page_but_is_in_no_total(
    tmp_path: Path, front_end: Path
) -> None:
    publish(tmp_path / "in" / "seat", {"2026-10": opened(housing=12)})
    publish(tmp_path / "in" / "ward", {"2026-10": opened(tax=900)}, area=EXAMPLE_AREA)

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    seen = pages(tmp_path / "site")
    assert "900 new cases" in seen[f"places/{EXAMPLE_AREA}/index.html"].text
    assert "12 new cases in October 2026" in seen["index.html"].text
    with (tmp_path / "site" / "data" / "counts-by-month-place-and-issue.csv").open(newline="") as file:
        areas = {
            row["area_code"]: int(row["value"])
            for row in csv.DictReader(file)
            if row["category"] == "_T" and row["measure"] == "cases_opened"
        }
    assert areas == {BASSETLAW: 12, EXAMPLE_AREA: 900}


def test_a_name_puts_nothing_into_the_code_that_others_copy(tmp_path: Path, front_end: Path) -> None:
    months = {"2026-10": opened(housing=9)}
    publish(tmp_path / "in" / "office", months, area=EXAMPLE_AREA, area_name='Wex" onload="alert(1)')

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    page = (tmp_path / "site" / "places" / EXAMPLE_AREA / "index.html").read_text("utf-8")
    copied = [unescape(code) for code in re.findall(r"<code data-embed.*?>(.*?)</code>", page)]
    assert copied
    assert all('title="Wex&#34; onload=&#34;alert(1)"' in code for code in copied)


def test_a_site_can_be_built_of_an_area_that_is_not_on_the_map_alone(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "ward", {"2026-10": opened(tax=900)}, area=EXAMPLE_AREA)

    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    seen = pages(tmp_path / "site")
    assert "900 new cases" in seen[f"places/{EXAMPLE_AREA}/index.html"].text
    assert "0 of 650 MPs" in seen["index.html"].text


def test_progress_is_told_to_the_end(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "office", {"2026-10": opened(housing=12)})
    told: list[tuple[str, int, int]] = []

    build_site(
        [tmp_path / "in"],
        tmp_path / "site",
        front_end=front_end,
        progress=lambda step, done, of: told.append((step, done, of)),
    )

    assert told[0] == ("Reading publications", 1, 1)
    assert told[-1][1] == told[-1][2]


def test_a_failed_build_leaves_the_old_site_as_it_was(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "office", {"2026-10": opened(housing=12)})
    build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)
    before = (tmp_path / "site" / "index.html").read_bytes()
    (tmp_path / "in" / "office" / "datapackage.json").write_text("{")

    with pytest.raises(NothingToShowError, match="None of 1 publications can be used; office:"):
        build_site([tmp_path / "in"], tmp_path / "site", front_end=front_end)

    assert (tmp_path / "site" / "index.html").read_bytes() == before
    # Beside the site stays only what the next build need not judge again.
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".site.built.json",
        ".site.known.json",
        ".site.lock",
        ".site.rows.duckdb",
        "in",
        "site",
    ]


def test_a_folder_that_is_not_a_site_is_not_replaced(tmp_path: Path, front_end: Path) -> None:
    publish(tmp_path / "in" / "office", {"2026-10": opened(housing=12)})

    with pytest.raises(BuildError, match="something other than an observatory"):
        build_site([tmp_path / "in"], tmp_path / "in", front_end=front_end)


def test_missing_styles_are_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="run: make frontend"):
        build_site([tmp_path], tmp_path / "site", front_end=tmp_path / "nothing")


def test_a_missing_folder_is_said_in_a_sentence(tmp_path: Path, front_end: Path) -> None:
    with pytest.raises(NothingToCollectError, match="is not a folder"):
        build_site([tmp_path / "nowhere"], tmp_path / "site", front_end=front_end)
