"""The built site in a real browser: reading the map, both themes, small screens, no scripts, its weight."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from opencasework.observatory.collect.store import name_of
from opencasework.observatory.serve import HOST, server_for
from opencasework.observatory.site.build import build_site
from opencasework.observatory.tests import onspd
from opencasework.observatory.tests.publishing import BASSETLAW, BOLTON_WEST, PRESTON, opened, publish
from opencasework.observatory.tests.test_answered import REPLY_TIMES, answered
from tests.services.browser import Complaints, axe, open_context

FIRST_LOAD = 90_000  # bytes on the wire, styles, script and face included
PACKED_ALREADY = ("font/",)
YEAR = {
    f"2026-{month:02d}": {
        **answered(20, 10),
        **opened(housing=20 + month, health=30, tax=6),
    }
    for month in range(1, 11)
}
OFFICE = f"offices/{name_of(f'post/{BASSETLAW}')}/"
KINDS_OF_PAGES = [
    *("", "issues/", "issues/housing/", "places/", f"places/{BASSETLAW}/", "bodies/", "bodies/GB-GOR-D10/"),
    *("offices/", OFFICE, "data/", "data/quality/", "methods/", "embed/issues/housing/"),
    *(f"embed/places/{BASSETLAW}/issues/", "cy/bodies/GB-GOR-D10/", "cy/methods/"),
    *("places/postcodes/", "places/postcodes/ZZ/", "cy/places/postcodes/ZZ/"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of three invented offices is served, with the styles and scripts visitors get."""
    folder = tmp_path_factory.mktemp("styled")
    publish(folder / "in" / "bassetlaw", YEAR, synthetic=True, measures=REPLY_TIMES)
    publish(folder / "in" / "bolton", YEAR, area=BOLTON_WEST, synthetic=True, measures=REPLY_TIMES)
    last = {"2026-10": YEAR["2026-10"]}
    publish(folder / "in" / "preston", last, area=PRESTON, synthetic=True, measures=REPLY_TIMES)
    (folder / "NSPL.csv").write_text(onspd.sheet())
    build_site([folder / "in"], folder / "site", postcodes=folder / "NSPL.csv")
    with served(folder / "site") as there:
        yield there


@pytest.fixture(scope="module")
def address_without_postcodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a site is served that no directory of postcodes was given to."""
    folder = tmp_path_factory.mktemp("plain")
    publish(folder / "in" / "bassetlaw", YEAR, synthetic=True, measures=REPLY_TIMES)
    build_site([folder / "in"], folder / "site")
    with served(folder / "site") as there:
        yield there


@contextmanager
def served(site: Path) -> Iterator[str]:
    with server_for(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab on the first page; the test fails if the console complains."""
    complaints = Complaints()
    context = open_context(browser, base_url=address)
    tab = context.new_page()
    complaints.watch(tab)
    tab.goto("")
    yield tab
    context.close()
    assert not complaints.lines


def test_the_arrow_keys_read_the_map_and_enter_opens_the_place(page: Page) -> None:
    page.goto(f"#{BASSETLAW}")
    page.focus(".map-reader")

    page.keyboard.press("ArrowRight")
    beside = page.inner_text(".place-name")
    page.keyboard.press("ArrowLeft")

    assert beside != "Bassetlaw"
    assert page.inner_text(".place-name") == "Bassetlaw"
    assert "106 new cases in October 2026" in page.inner_text(".place-note")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/places/{BASSETLAW}/")


def test_a_click_on_a_hexagon_chooses_its_place_and_names_it_in_the_address(page: Page) -> None:
    page.goto(f"#{BASSETLAW}")
    ring = page.locator(".hex-ring").bounding_box()
    assert ring is not None
    page.goto("")

    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)

    assert page.inner_text(".place-name") == "Bassetlaw"
    assert page.url.endswith(f"#{BASSETLAW}")


def test_a_place_is_found_by_a_part_of_its_name_or_of_its_council(page: Page) -> None:
    page.fill("[name=place]", "bassetl")
    page.keyboard.press("Enter")

    expect(page.locator(".place-name")).to_have_text("Bassetlaw")
    page.fill("[name=place]", "york")
    page.keyboard.press("Enter")
    expect(page.locator(".filters-found")).to_have_text("2 places: York Central, York Outer.")
    page.fill("[name=place]", "rushmoor")
    page.keyboard.press("Enter")
    expect(page.locator(".filters-found")).to_have_text("Aldershot")


@pytest.mark.parametrize("postcode", ["S81", "s81 7ab", "SW1A 1"])
def test_who_types_a_postcode_is_told_where_to_look_it_up(
    page: Page, address_without_postcodes: str, postcode: str
) -> None:
    page.goto(address_without_postcodes)
    page.fill("[name=place]", postcode)
    page.keyboard.press("Enter")

    expect(page.locator(".filters-found")).to_contain_text("members.parliament.uk/FindYourMP")
    page.goto(f"{address_without_postcodes}places/")
    page.fill("[name=place]", postcode)
    expect(page.locator(".filters-found")).to_contain_text("members.parliament.uk/FindYourMP")


@pytest.mark.parametrize(
    ("postcode", "found"),
    [
        ("ZZ10", "Preston"),
        ("zz102ab", "Preston"),
        ("ZZ2 4AA", "2 places: Bassetlaw, Preston."),
        ("wx1", "Bracknell"),
        ("ZZ9", "No postcode begins with “ZZ9”."),
    ],
)
def test_the_beginning_of_a_postcode_finds_its_places(page: Page, postcode: str, found: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.fill("[name=place]", postcode)
    page.keyboard.press("Enter")

    expect(page.locator(".filters-found")).to_contain_text(found)
    if " " not in found:
        expect(page.locator(".place-name")).to_have_text(found)
    # The whole list is asked for, so that nobody but the reader knows which postcode it was.
    assert {url.rpartition("/")[2] for url in asked} <= {"postcodes.json", "favicon.svg"}


def test_the_list_of_places_is_narrowed_by_a_postcode(page: Page) -> None:
    page.goto("places/")

    page.fill("[name=place]", "ZZ2")

    expect(page.locator(".filters-found")).to_have_text("2 of 650 places")
    expect(page.locator("li[data-name]:visible")).to_have_count(2)
    page.fill("[name=place]", "")
    expect(page.locator("li[data-name]:visible")).to_have_count(650)
    page.fill("[name=place]", "ZZ9")
    expect(page.locator(".filters-found")).to_contain_text("No postcode begins with “ZZ9”.")


def test_the_code_to_frame_a_chart_holds_the_address_the_chart_is_at(page: Page, address: str) -> None:
    page.goto("cy/issues/housing/")

    page.locator(".embed-code summary").click()

    code = page.locator(".embed-code code")
    expect(code).to_contain_text(f'src="{address}cy/embed/issues/housing/"')
    page.goto((code.text_content() or "").split('"')[1])
    expect(page.locator("h1")).to_have_text("Tai")


def test_another_site_can_frame_a_chart(browser: Browser, address: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f'<iframe src="{address}embed/issues/housing/"></iframe>')
    files = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    context = open_context(browser)
    page = context.new_page()

    with ThreadingHTTPServer((HOST, 0), files) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        page.goto(f"http://{HOST}:{elsewhere.server_address[1]}/")
        expect(page.frame_locator("iframe").locator("h1")).to_have_text("Housing")
        elsewhere.shutdown()

    context.close()


def test_a_page_leads_to_itself_in_welsh_and_back(page: Page) -> None:
    page.goto("bodies/GB-GOR-D10/")

    page.get_by_role("link", name="Cymraeg").click()

    expect(page.get_by_role("heading", name="Pa mor fuan y mae’n ateb")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="How soon it answers")).to_be_visible()


def test_on_paper_picture_and_table_are_both_there_and_no_button_is(page: Page) -> None:
    page.goto("issues/housing/")

    page.emulate_media(media="print")

    for shown in (".chart-hexmap", ".places-table", ".closer", ".as-table >> nth=1"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in ("form.filters", "nav", ".language", ".embed-code", ".segmented >> nth=0"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_a_silent_place_says_so_and_how_to_ask(page: Page) -> None:
    page.goto("#E14001063")

    assert page.inner_text(".place-name") == "Aldershot"
    assert "No office here publishes" in page.inner_text(".place-note")
    assert (page.get_attribute(".place-link a", "href") or "").endswith("methods/#ask")


def test_the_filters_lead_to_the_page_of_the_view(page: Page) -> None:
    page.select_option("[name=issue]", label="Housing")
    page.select_option("[name=unit]", label="New cases")
    page.select_option("[name=span]", index=1)
    page.click("button[type=submit]")

    page.wait_for_url("**/issues/housing/year/cases/")
    assert page.inner_text("h1") == "Housing"


def test_the_list_of_places_is_narrowed_by_name(page: Page) -> None:
    page.goto("places/")

    page.fill("[name=place]", "preston")

    assert page.locator("li[data-name]:visible").all_inner_texts() == ["Preston 106 cases"]


def test_without_scripts_everything_is_a_link_or_a_table(browser: Browser, address: str) -> None:
    context = open_context(browser, base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("")

    page.locator("input[name=map-as][value=table]").check(force=True)

    assert page.locator(".places-table").is_visible()
    assert not page.locator(".chart-hexmap").is_visible()
    assert page.locator(".filter-links").is_visible()
    assert not page.locator("form.filters").is_visible()
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(browser: Browser, address: str, scheme: str, width: int) -> None:
    context = open_context(
        browser, base_url=address, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()

    for path in KINDS_OF_PAGES:
        page.goto(path)
        assert axe(page) == [], path
    context.close()


def test_nothing_scrolls_sideways_on_a_small_phone(browser: Browser, address: str) -> None:
    context = open_context(browser, base_url=address, viewport={"width": 320, "height": 640})
    page = context.new_page()

    for path in KINDS_OF_PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()


@pytest.mark.parametrize("path", ["", "cy/issues/housing/", "bodies/GB-GOR-D10/", "embed/issues/housing/"])
def test_a_first_visit_is_light_and_asks_no_other_host(browser: Browser, address: str, path: str) -> None:
    answers: list[Response] = []
    context = open_context(browser, base_url=address)
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))

    page.goto(path, wait_until="networkidle")

    assert all(answer.url.startswith(address) for answer in answers)
    assert sum(_on_the_wire(answer) for answer in answers) <= FIRST_LOAD
    context.close()


def _on_the_wire(answer: Response) -> int:
    """Bytes of an answer as a web server that compresses text would send it."""
    body = answer.body()
    packed = answer.headers.get("content-type", "").startswith(PACKED_ALREADY)
    return len(body) if packed else len(gzip.compress(body))
