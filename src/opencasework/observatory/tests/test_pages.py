"""What the pages of issues, bodies, offices and framed charts say, in English and in Welsh."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment

from opencasework import charts
from opencasework.observatory import site as site_package
from opencasework.observatory.collect import collect
from opencasework.observatory.collect.store import name_of
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.measures import by_subtopic_and_year
from opencasework.observatory.months import months_up_to
from opencasework.observatory.places import MAP_LABELS, constituencies
from opencasework.observatory.site.build import build_site
from opencasework.observatory.site.downloads import TABLES
from opencasework.observatory.site.language import gettext, month_name, speaking
from opencasework.observatory.tests.publishing import BASSETLAW, BOLTON_WEST, PRESTON, opened, publish
from opencasework.observatory.tests.test_answered import REPLY_TIMES, answered
from opencasework.observatory.tests.test_site import Seen, pages
from opencasework.standard import codelists
from opencasework.standard.publication import add_year
from opencasework.standard.years import YearCounts
from tools.catalogues import entries

HOME = Path(site_package.__file__).parent
CATALOGUE = HOME / "locale/cy/LC_MESSAGES/observatory.po"
YEARS = months_up_to("2026-10", 22)  # from January 2025
AREAS = (BASSETLAW, BOLTON_WEST, PRESTON)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory, front_end: Path) -> dict[str, Seen]:
    """Three offices with reply times; two of them published the finer issues of 2025."""
    folder = tmp_path_factory.mktemp("three")
    for number, area in enumerate(AREAS):
        home = folder / "in" / "publications" / name_of(f"https://{area}.example")
        months = {month: {**answered(20, 10), **opened(housing=30 + at)} for at, month in enumerate(YEARS)}
        publish(home, months, area=area, measures=REPLY_TIMES)
        if number < 2:
            add_finer_issues(home, area)
    listed = [{"id": f"https://{area}.example", "url": f"https://{area}.example/data/"} for area in AREAS[:1]]
    (folder / "in" / "registry.json").write_text(json.dumps({"publications": listed}))
    build_site([folder / "in"], folder / "site", front_end=front_end)
    return pages(folder / "site")


def add_finer_issues(home: Path, area: str) -> None:
    housing = sum(30 + at for at in range(12))
    finer = {"housing.damp-and-mould": 100, "housing.eviction": 60, "housing": housing - 160}
    add_year(
        home,
        year="2025",
        counts=YearCounts({**finer, "benefits": 12 * 40}),
        key=area.encode() * 2,
        prepared_by="Ana",
        signed_by="Ben",
        created=datetime(2026, 11, 12, 9, tzinfo=UTC),
    )


def row(page: Seen, head: str) -> list[str]:
    """The cells after the head of a table's row."""
    found = re.search(rf'<tr[^>]*><th scope="row"[^>]*>(?:<a[^>]*>)?{re.escape(head)}<.*?</tr>', page.html)
    assert found, f"no row {head}"
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found.group())]


def test_an_issue_has_its_finer_issues_by_year_and_what_none_of_them_describes(
    country: dict[str, Seen],
) -> None:
    page = country["issues/housing/index.html"]

    total = 2 * sum(30 + at for at in range(12))
    named = [int(row(page, name)[0]) for name in ("Damp and mould", "Eviction and possession")]
    assert named == [200, 120]
    assert row(page, "Not further described") == [str(total - 320)]
    assert row(page, "Offices in the figures") == ["2"]
    assert "No office has published the finer issues" in country["issues/benefits/index.html"].text


def test_an_issue_says_its_change_on_a_year_ago_over_the_same_offices(country: dict[str, Seen]) -> None:
    # 30 + 21 cases in October 2026, 30 + 9 a year before, at three offices each.
    assert (
        "October 2026: +31% on a year before. 153 new cases, then 117, at the 3 offices that published both."
        in country["issues/housing/index.html"].text
    )


def test_the_table_beside_a_line_has_how_many_offices_each_month_rests_on(country: dict[str, Seen]) -> None:
    assert row(country["issues/housing/index.html"], "October 2026")[-1] == "3"


def test_a_body_says_what_was_sent_what_came_and_the_share_in_time(country: dict[str, Seen]) -> None:
    page = country["bodies/GB-GOR-D10/index.html"]

    # Three offices, twelve months: 20 in time and 10 past their date each.
    assert "Answered within 20 working days: 66.7%" in page.text
    assert "720 of 1,080 enquiries whose 20 working days were over, at 3 offices." in page.text
    assert row(page, "October 2026") == ["180", "81", "3"]
    assert row(page, "Benefits and State Pension")[0] == "2,160"


def test_bodies_and_offices_stand_in_alphabetical_order(site: Path) -> None:
    for path, base in (("bodies", ""), ("offices", ""), ("bodies", "cy/"), ("offices", "cy/")):
        html = (site / base / path / "index.html").read_text("utf-8")
        names = re.findall(r'<tr><th scope="row"><a [^>]*>([^<]+)</a></th><td>?([^<]*)', html)
        keys = [name.casefold() if path == "bodies" else area for name, area in names]
        assert len(keys) > 3
        assert keys == sorted(keys), path


def test_an_office_says_what_it_publishes_since_when_and_where(country: dict[str, Seen]) -> None:
    known, unknown = (country[f"offices/{name_of(f'post/{area}')}/index.html"] for area in AREAS[:2])

    assert "January 2025 to October 2026" in known.text
    assert "Every month to October 2026, the newest on this site." in known.text
    assert "Open Government Licence v3.0" in known.text
    assert f'href="https://{BASSETLAW}.example/data/"' in known.html
    assert "Not known here: the publication was handed over as files." in unknown.text
    assert f"/offices/{name_of(f'post/{BASSETLAW}')}/" in country[f"places/{BASSETLAW}/index.html"].html


def test_every_line_and_bar_can_be_framed_with_its_source_date_and_coverage(country: dict[str, Seen]) -> None:
    for path in ("issues/housing", "bodies/GB-GOR-D10", f"places/{PRESTON}", f"places/{PRESTON}/issues"):
        alone = country[f"embed/{path}/index.html"]
        assert "<svg" in alone.html, path
        assert "Source: Casework Observatory, with the table" in alone.text, path
        rests_on = r"3 of 650 MPs’ offices, which serve .+ of people in the UK, October 2026"
        if path.startswith("places"):  # on its own office, whatever others publish
            months = "12 of 12" if path.endswith("issues") else "22 of 22"
            rests_on = rf"Published by Office of {PRESTON}. Months published: {months}. October 2026"
        assert re.search(rests_on, alone.text)
        shown_on = path.removesuffix("/issues") if path.startswith("places") else path
        assert f"/embed/{path}/&#34; title=" in country[f"{shown_on}/index.html"].html.replace('"', "&#34;")


def test_a_place_says_how_many_places_its_average_is_of(country: dict[str, Seen]) -> None:
    for path in (f"places/{PRESTON}", f"embed/places/{PRESTON}/issues"):
        assert "Average of the 3 places that published every month." in country[f"{path}/index.html"].text


def test_each_page_leads_to_itself_in_the_other_language(country: dict[str, Seen]) -> None:
    english = {name for name in country if not name.startswith("cy/")}

    assert {f"cy/{name}" for name in english} == set(country) - english
    for name in english:
        if not name.startswith("embed/"):
            up = "../" * name.count("/") or "./"
            folder = name.removesuffix("index.html")
            assert f'href="{up}cy/{folder}" lang="cy"' in country[name].html, name
            assert f'href="../{up.removeprefix("./")}{folder}" lang="en"' in country[f"cy/{name}"].html, name


def test_a_welsh_page_is_welsh(country: dict[str, Seen]) -> None:
    text = country["cy/bodies/GB-GOR-D10/index.html"].text

    assert "Atebwyd o fewn 20 diwrnod gwaith: 66.7%" in text
    assert "Hydref 2026" in text
    assert "October" not in text
    assert "Tai" in country["cy/issues/housing/index.html"].text


def messages() -> Iterator[str]:
    """Every sentence that the pages look up."""
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    environment.policies["ext.i18n.trimmed"] = True
    for template in sorted((HOME / "templates").glob("*.html")):
        for _line, _function, found in environment.extract_translations(template.read_text("utf-8")):
            first = found[0] if isinstance(found, tuple) else found
            if first:  # None where what is looked up is worked out: those are below
                yield first
    for code in [*HOME.glob("*.py"), *Path(charts.__file__).parent.glob("*.py")]:
        for node in ast.walk(ast.parse(code.read_text("utf-8"))):
            looks_up = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "translate")
            if looks_up and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
    yield from (label.text for label in MAP_LABELS)
    yield from (place.region for place in constituencies().values())
    for table in TABLES:
        yield from (table.title, table.description, *(meaning for _name, meaning in table.columns))
    categories = codelists.load("category").values()
    yield from (code.description for code in categories if code.level == 1 and code.code not in ("_T", "_N"))


def test_every_sentence_of_the_pages_has_a_welsh_one_and_none_is_left_over() -> None:
    welsh = {
        entry.parts["msgid"]: entry.translation
        for entry in entries(CATALOGUE.read_text("utf-8"))
        if entry.key
    }

    assert set(messages()) == set(welsh)
    for english, translation in welsh.items():
        assert translation, english
        assert fields(translation) == fields(english), english


def fields(text: str) -> set[str]:
    """The names to be filled in."""
    named = {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name}
    return named | set(re.findall(r"%\(\w+\)s", text))


def test_the_methods_page_has_the_same_parts_and_formulae_in_both_languages() -> None:
    parts = [
        re.findall(r'id="(\w+)"|<var>([^<]+)', (HOME / f"templates/prose/methods.{code}.html").read_text())
        for code in ("en", "cy")
    ]

    assert parts[0] == parts[1]


def test_outside_a_page_everything_is_english() -> None:
    with speaking("cy"):
        assert (gettext("Housing not listed"), month_name("2026-03")) == ("Housing not listed", "Mawrth 2026")

    assert (gettext("Issues"), month_name("2026-03")) == ("Issues", "March 2026")


def test_the_finer_issues_of_an_office_without_them_are_not_asked_for(tmp_path: Path) -> None:
    publish(tmp_path / "one", {"2026-10": opened(housing=9)})
    with DuckDBEngine() as engine:
        engine.load(collect([tmp_path], workspace=tmp_path / ".w").publications)
        assert by_subtopic_and_year(engine) == []
