"""A real browser: Debian's Chromium driven by Playwright, with the questions our pages must answer."""

from __future__ import annotations

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests.services.local import ServiceUnavailableError, program

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TIMEOUT_MS = 30_000  # no test measures time, and a busy machine takes its own

# No sandbox, because tests run as root in containers; no shared memory, because containers have little.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--font-render-hinting=none",
    "--lang=en-GB",
]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start one browser; every test opens a fresh context in it, so they share nothing."""
    # Playwright's loop runs in this thread; without this Django refuses the ORM to a test that arranges data.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=TIMEOUT_MS)
    _locators_wait()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program("chromium", package="chromium"), args=FLAGS
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Complaints:
    """What the browser's console held against a page: script errors and broken content policy."""

    lines: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.lines.append(f"script error: {error}"))

    def _note(self, message: ConsoleMessage) -> None:
        # A refused form answers 422 and a hidden case 404; the browser logs those as errors, we do not.
        # A page that is left while a part of it still loads gives that part up, and htmx says so.
        given_up = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type == "error" and "Failed to load resource" not in message.text and not given_up:
            self.lines.append(f"{message.text} ({message.location.get('url', '')})")


def wait_for_truth(page: Page, question: str, arg: object = None) -> None:
    """Return once the JavaScript `question` is true on the page, also one that is just being left.

    Asked from outside again and again. Playwright's own `wait_for_function` asks from inside, and the second
    time it does our content policy refuses it as evaluated text.
    """
    ask = getattr(page.evaluate, "__wrapped__", page.evaluate)
    give_up_at = time.monotonic() + TIMEOUT_MS / 1000
    while True:
        with contextlib.suppress(Error):  # between two pages there is nobody to ask
            if ask(question, arg):
                return
        if time.monotonic() > give_up_at:
            raise AssertionError(f"{page.url} did not come to answer yes to: {question}")
        page.wait_for_timeout(20)


ACTS = [
    "check",
    "click",
    "fill",
    "focus",
    "press",
    "press_sequentially",
    "select_option",
    "set_input_files",
    "uncheck",
]
QUESTIONS = [
    "all",
    "all_inner_texts",
    "count",
    "evaluate",
    "get_attribute",
    "input_value",
    "inner_text",
    "is_visible",
]


def _patient(act: Callable[..., Any], page_of: Callable[[Any], Page]) -> Callable[..., Any]:
    """The same act, once the page has arrived whole; `page_of` finds the page from what the act is given."""

    @functools.wraps(act)
    def once_there(*given: Any, **options: Any) -> Any:
        wait_for_truth(page_of(given), "document.readyState === 'complete'")
        return act(*given, **options)

    return once_there


def act_when_it_is_there(page: Page) -> None:
    """Let what a test does to this page, and asks of it, wait until the page has arrived whole.

    As a person does. A heading is to be seen before the scripts have run: a key pressed between the two would
    be lost, and what the scripts do when a page arrives would not be done yet.
    """
    for owner, names in ((page.keyboard, ("press", "type")), (page, ("evaluate",))):
        for name in names:
            setattr(owner, name, _patient(getattr(owner, name), lambda _given: page))


@functools.cache
def _locators_wait() -> None:
    """The same for everything found on any page, once for the run: locators are made anew each time."""
    for name in (*ACTS, *QUESTIONS):
        setattr(Locator, name, _patient(getattr(Locator, name), lambda given: given[0].page))


def slow_down(page: Page) -> None:
    """Make this tab as slow as a poor line and an old laptop, so that a test that does not wait shows.

    The line is up whatever the window is told: the tests that go offline, and only they, fail under it.
    """
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line = {"offline": False, "latency": 350, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 3})


def open_context(browser: Browser, *, base_url: str | None = None, **options: Any) -> BrowserContext:
    """Open a private window as a British caseworker's, 1280 by 800 unless told otherwise."""
    settings: dict[str, Any] = {
        "base_url": base_url,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 800},
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**(settings | options))
    context.set_default_timeout(TIMEOUT_MS)
    return context


@cache
def _axe_source() -> str:
    if not AXE.exists():
        raise ServiceUnavailableError('axe-core is not installed; run "make frontend".')
    return AXE.read_text()


def axe(page: Page, *, within: str = "html") -> list[str]:
    """Return what axe-core finds wrong with the page, one line per rule and place; empty is perfect.

    Evaluated rather than added as a script, which the content policy rightly blocks.
    """
    page.evaluate(_axe_source())
    options = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}
    found = page.evaluate("([where, options]) => axe.run(where, options)", [within, options])
    return [
        f"{violation['id']}: {violation['help']}, at {' '.join(map(str, node['target']))}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def barriers(page: Page, address: str) -> list[str]:
    """Open an address and return what keeps somebody out: by axe-core, and a page wider than its window."""
    page.goto(address)
    return barriers_on(page, address)


def barriers_on(page: Page, name: str) -> list[str]:
    """The same of the page that is open, under this name."""
    found = [f"{name}: {each}" for each in axe(page)]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{name}: it scrolls sideways")
    return found
