"""The built site in a real browser: reading the map, both themes, small screens, no scripts, its weight."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response

from opencasework.observatory.serve import HOST, server_for
from opencasework.observatory.site.build import build_site
from opencasework.observatory.tests.publishing import BASSETLAW, PRESTON, opened, publish
from tests.services.browser import Complaints, axe, open_context

FIRST_LOAD = 90_000  # bytes on the wire, styles, script and face included
PACKED_ALREADY = ("font/",)
YEAR = {
    f"2026-{month:02d}": opened(housing=20 + month, health=30, tax=6, benefits=40) for month in range(1, 11)
}
KINDS_OF_PAGES = ["", "year/cases/", "issues/", f"places/{BASSETLAW}/", "places/", "bodies/", "data/quality/"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of two invented offices is served, with the styles and scripts visitors get."""
    folder = tmp_path_factory.mktemp("styled")
    publish(folder / "in" / "bassetlaw", YEAR, synthetic=True)
    publish(folder / "in" / "preston", {"2026-10": YEAR["2026-10"]}, area=PRESTON, synthetic=True)
    build_site([folder / "in"], folder / "site")
    with server_for(folder / "site", 0) as server:
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


def test_a_place_is_found_by_a_part_of_its_name(page: Page) -> None:
    page.fill("[name=place]", "bassetl")
    page.keyboard.press("Enter")

    assert page.inner_text(".place-name") == "Bassetlaw"
    page.fill("[name=place]", "york")
    page.keyboard.press("Enter")
    assert page.inner_text(".filters-found") == "2 places: York Central, York Outer."


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


def test_a_first_visit_is_light_and_asks_no_other_host(browser: Browser, address: str) -> None:
    answers: list[Response] = []
    context = open_context(browser, base_url=address)
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))

    page.goto("", wait_until="networkidle")

    assert all(answer.url.startswith(address) for answer in answers)
    assert sum(_on_the_wire(answer) for answer in answers) <= FIRST_LOAD
    context.close()


def _on_the_wire(answer: Response) -> int:
    """Bytes of an answer as a web server that compresses text would send it."""
    body = answer.body()
    packed = answer.headers.get("content-type", "").startswith(PACKED_ALREADY)
    return len(body) if packed else len(gzip.compress(body))
