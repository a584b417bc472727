"""The voters' page in a browser: light, readable by everybody, without scripts, the same after copying."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Request

from opencasework.office.publishing import public
from opencasework.standard.publication import Cell, OfficeIdentity, Publication, add_months, read
from opencasework.standard.validate import validate
from tests.services.browser import Complaints, barriers_on, open_context

AREA, DWP = "E14999999", "GB-GOR-D10"
MONTHS = [*(f"2025-{month:02}" for month in (11, 12)), *(f"2026-{month:02}" for month in range(1, 11))]
HOSTILE = "<script>alert(1)</script> & sons"


def a_year() -> dict[str, dict[Cell, int]]:
    def cell(month: str, category: str, body: str, measure: str) -> Cell:
        return Cell(month, AREA, category, body, measure)

    return {
        month: {
            cell(month, "housing", "_N", "cases_opened"): 40 + place,
            cell(month, "benefits", DWP, "cases_opened"): 30 - place,
            cell(month, "benefits", DWP, "cases_closed"): 25,
            cell(month, "benefits", DWP, "enquiries_sent"): 22,
            cell(month, "benefits", DWP, "replies_received"): 20,
            cell(month, "immigration", "_O", "cases_opened"): 2,
            cell(month, "_N", "_N", "policy_messages"): 70,
        }
        for place, month in enumerate(MONTHS)
    }


def published(
    folder: Path, *, months: list[str] = MONTHS, body: str = "Department for Work and Pensions"
) -> Path:
    counts = a_year()
    add_months(
        folder,
        office=OfficeIdentity("Office of Amira Selwood", "mp", "post/1", AREA, "Wexcombe North"),
        months={month: counts[month] for month in months},
        body_titles={DWP: body},
        key=b"k" * 32,
        status="published",
        prepared_by="Tom",
        signed_by="Amira",
        created=datetime(2026, 11, 11, 9, tzinfo=UTC),
        synthetic=False,
    )
    for name, data in public.pages(folder).items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("published") / "open-casework")


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the folder is served after it was copied, as an office copies it to a web server."""
    copy = shutil.copytree(folder, tmp_path_factory.mktemp("web") / "casework")
    handler = partial(SimpleHTTPRequestHandler, directory=str(copy))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize(("name", "scheme"), [("", "light"), ("cymraeg.html", "dark")])
def test_everybody_can_read_the_page(browser: Browser, address: str, name: str, scheme: str) -> None:
    complaints = Complaints()
    context = open_context(browser, base_url=address, color_scheme=scheme)
    page = context.new_page()
    complaints.watch(page)
    page.goto(name)

    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert barriers_on(page, f"{width} px") == []
    context.close()
    assert not complaints.lines


def test_without_scripts_it_says_the_same_and_asks_nobody_else(browser: Browser, address: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    context = open_context(browser, base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.on("request", note)
    page.goto("")

    said = page.inner_text("main")
    assert "What was asked" in said
    assert "What was done" in said
    assert "How long it took" in said
    assert all(url.startswith(address) for url in asked)
    context.close()


def test_every_link_of_the_page_leads_to_a_file_of_the_folder(folder: Path) -> None:
    for name in public.PAGES.values():
        for link in re.findall(r'href="([^"]+)"', (folder / name).read_text()):
            assert link.startswith(("#", "https://")) or (folder / link).is_file(), link


def test_a_page_with_its_styles_is_small(folder: Path) -> None:
    style = (folder / public.STYLE).stat().st_size
    for name in public.PAGES.values():
        assert (folder / name).stat().st_size + style <= public.LARGEST_PAGE


def test_every_chart_has_a_table_with_its_numbers(folder: Path) -> None:
    html = (folder / "index.html").read_text()

    assert html.count("<svg") == html.count("<title id=") >= 4
    assert len(re.findall(r'<th scope="row">\w+ 202[56]</th><td class="num">7[05]</td>', html)) == len(MONTHS)


def test_every_number_of_the_page_is_published_or_a_sum_of_published_ones(folder: Path) -> None:
    total = sum(
        row.value or 0
        for row in read(folder).observations
        if (row.category, row.body, row.measure) == ("_T", "_T", "cases_opened")
    )

    assert f"<dd>{total:,}</dd>" in (folder / "index.html").read_text()


def test_the_tables_of_a_whole_year_are_not_counted_beside_its_months(folder: Path) -> None:
    publication = read(folder)
    rows = [row for row in publication.observations if row.period.startswith("2026")]
    year = [replace(row, period="2026") for row in rows if row.period == "2026-10"]

    view = public.shown(replace(publication, observations=(*publication.observations, *year)))

    assert view.periods == MONTHS
    assert view.totals == public.shown(publication).totals


def test_the_folder_with_its_pages_is_still_a_valid_publication(folder: Path) -> None:
    assert validate(folder).ok


def test_written_again_every_byte_is_the_same(tmp_path: Path) -> None:
    first, second = published(tmp_path / "one" / "p"), published(tmp_path / "two" / "p")

    for file in first.rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (second / file.relative_to(first)).read_bytes(), file.name


def test_a_name_full_of_markup_stays_text(tmp_path: Path) -> None:
    folder = published(tmp_path / "p", months=MONTHS[-2:], body=HOSTILE)

    html = (folder / "index.html").read_text()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; sons" in html
    assert HOSTILE in {cell.value for cell in load_workbook(folder / "figures.xlsx")["Bodies"]["B"]}


def test_search_engines_find_a_dataset(folder: Path) -> None:
    html = (folder / "index.html").read_text()
    inside = re.search(r'<script type="application/ld\+json">(.+?)</script>', html)
    assert inside is not None
    about = json.loads(inside.group(1))

    assert about == json.loads((folder / "dataset.jsonld").read_text())
    assert (about["@type"], about["temporalCoverage"]) == ("Dataset", "2025-11/2026-10")
    assert all((folder / each["contentUrl"]).is_file() for each in about["distribution"])


def test_the_feed_has_an_entry_for_each_month_newest_first(folder: Path) -> None:
    feed = ElementTree.parse(folder / "feed.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"

    entries = feed.findall(f"{atom}entry")
    assert len(entries) == len(MONTHS)
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(MONTHS)
    assert all(feed.findtext(f"{atom}{name}") for name in ("id", "title", "updated"))


def test_the_spreadsheet_says_the_shorthand_and_holds_numbers(folder: Path) -> None:
    book = load_workbook(folder / "figures.xlsx")

    cover = " ".join(str(cell.value) for cell in book["Cover"]["A"])
    assert "[c] confidential" in cover
    months = list(book["Months"].values)
    assert len(months) == len(MONTHS) + 1
    assert all(isinstance(value, int) for row in months[1:] for value in row[1:])


def test_a_name_that_begins_like_a_formula_is_text_in_the_spreadsheet(tmp_path: Path) -> None:
    folder = published(tmp_path / "p", months=MONTHS[-2:], body="=HYPERLINK(1)")

    names = {cell.value: cell.data_type for cell in load_workbook(folder / "figures.xlsx")["Bodies"]["B"]}
    assert names["=HYPERLINK(1)"] == "s"


def test_both_languages_say_everything() -> None:
    english, welsh = public.words("en"), public.words("cy")

    holders = re.compile(r"\{\w+\}")
    assert english.keys() == welsh.keys()
    for key, text in english.items():
        assert sorted(set(holders.findall(text))) == sorted(set(holders.findall(welsh[key]))), key


def test_printed_it_is_a_few_pages_without_links(browser: Browser, address: str) -> None:
    context = open_context(browser, base_url=address)
    page = context.new_page()
    page.goto("")
    page.emulate_media(media="print")

    assert not page.locator(".files").is_visible()
    assert page.locator("main table").first.is_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 4
    context.close()


def test_a_draft_says_that_it_is_one_and_shows_what_is_out_with_it(tmp_path: Path) -> None:
    standing = published(tmp_path / "standing", months=MONTHS[:-1])
    draft = tmp_path / "draft"
    shutil.copytree(standing, tmp_path / "x")
    written: Publication = add_months(
        draft,
        office=read(standing).office,
        months={MONTHS[-1]: a_year()[MONTHS[-1]]},
        body_titles={DWP: "Department for Work and Pensions"},
        key=b"k" * 32,
        status="draft",
        prepared_by="Tom",
        signed_by=None,
        created=datetime(2026, 11, 11, 9, tzinfo=UTC),
        synthetic=False,
    )
    assert written.periods == [MONTHS[-1]]

    html = public.pages(draft, standing=standing)["index.html"].decode()

    assert "A draft, for the office to read." in html
    assert "November 2025 to October 2026" in html
