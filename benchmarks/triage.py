"""A hundred messages sorted from the keyboard in a browser: keys and seconds of machine time for each.

    .venv/bin/python -m benchmarks.triage [--messages N] [--cases N]

A demonstration office in a folder of its own, with more mail brought in than it has, and one pair of hands
that does what the screen suggests (`inbox/tests/triaging.py`): accepts a proposed case, opens one where the
issue is suggested, files away what a machine sent, gives away what nothing speaks for. The time is from the
first key of a message until the next one stands there with the focus on it; reading is not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.report import Row, report
from opencasework.office.inbox.samples import sample_messages
from opencasework.office.inbox.tests.triaging import Decided, decide_the_open_one
from tests.services.local import free_port

MOST_KEYS, SECONDS_FOR_ALL = 3, 900
CHROMIUM = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@contextlib.contextmanager
def office(home: Path, *, cases: int, messages: int) -> Iterator[str]:
    """A demonstration with mail for a hundred decisions, serving; gives its address."""
    casework = str(Path(sys.executable).with_name("casework"))
    made = [casework, "demo", "--home", str(home), "--cases", str(cases)]
    subprocess.run([*made, "--no-serve"], check=True, stdout=subprocess.DEVNULL)
    more = home.parent / "more"
    more.mkdir()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    for seed in range(-(-messages // 60)):
        for number, raw in enumerate(sample_messages(1000 + seed, today)):
            (more / f"{seed}-{number}.eml").write_bytes(raw)
    subprocess.run(
        [casework, "ingest", str(more), "--home", str(home)], check=True, stdout=subprocess.DEVNULL
    )
    port = free_port()
    serving = subprocess.Popen(
        [*made, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://localhost:{port}"
        _wait_for(f"{url}/accounts/login/")
        yield url
    finally:
        os.killpg(serving.pid, signal.SIGTERM)
        serving.wait(30)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5)
            return
        time.sleep(0.5)
    raise TimeoutError(f"Nothing answers at {url}.")


def sort(url: str, messages: int) -> list[Decided]:
    """Sign in and decide about so many, one after the other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}/accounts/login/")
        page.fill("[name=login]", "tom")
        page.fill("[name=password]", "wexcombe-demo-2026")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda there: "login" not in there)
        page.goto(f"{url}/inbox/")
        # The first row may be that of a campaign, which is decided about on a page of its own.
        first = page.locator('.letterbox .row-title[href*="/messages/"]').first.get_attribute("href")
        page.goto(f"{url}{first}")
        decided: list[Decided] = []
        while len(decided) < messages and "/messages/" in page.url:
            decided.append(decide_the_open_one(page))
            if len(decided) % 10 == 0:
                print(f"{len(decided)} decided", file=sys.stderr, flush=True)
        return decided


def main() -> int:
    """Run it; 1 when a promise is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--cases", type=int, default=60)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="oc-triage-", ignore_cleanup_errors=True) as folder,
        office(Path(folder) / "home", cases=options.cases, messages=options.messages) as url,
    ):
        decided = sort(url, options.messages)
    keys = [each.keys for each in decided]
    seconds = sorted(each.seconds for each in decided)
    ways = Counter(" ".join(each.presses) for each in decided)
    rows = [
        Row(
            f"keys for one of {len(decided)} messages, most", str(max(keys)), f"≤ {MOST_KEYS}", max(keys) <= 3
        ),
        Row("the same, on average", f"{statistics.mean(keys):.1f}", "", good=True),
        Row(
            "machine time a message: median, 95 of 100",
            f"{statistics.median(seconds):.2f} s, {seconds[int(len(seconds) * 0.95) - 1]:.2f} s",
            "",
            good=True,
        ),
        Row("machine time for all", f"{sum(seconds):.0f} s", f"≤ {SECONDS_FOR_ALL} s", sum(seconds) <= 900),
        Row(
            "what was pressed", ", ".join(f"{way} × {number}" for way, number in ways.items()), "", good=True
        ),
    ]
    report(rows)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
