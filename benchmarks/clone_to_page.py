"""How long a newcomer waits: from `git clone` to the first page they see signed in, with `make demo`.

    .venv/bin/python -m benchmarks.clone_to_page [--branch NAME]

Clones this repository's last commit to a temporary folder, so it measures what is committed. Package
caches are as they are: run it twice for the figure with a warm cache. Afterwards it presses Ctrl-C and
checks that no process is left.
"""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from benchmarks.report import Row, report
from tests.services.local import free_port

ROOT = Path(__file__).resolve().parent.parent
PROMISED_SECONDS = 180
PATIENCE_SECONDS = 900
# What the demo prints: four spaces, sign-in name, password, who that is.
SIGN_IN = re.compile(r"^ {4}(?P<username>\w+) +(?P<password>\S+(?: \S+)*?) {2,}", re.MULTILINE)


class DemoError(RuntimeError):
    """The demo did not come up; the message holds what it said."""


def sign_in(address: str, username: str, password: str) -> str:
    """Sign in as a person would, form and cookies included, and return the page that follows."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(address) as asked:
        page, form_address = asked.read().decode(), asked.url
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    if token is None:
        raise DemoError(f"{form_address} shows no sign-in form.")
    fields = {"csrfmiddlewaretoken": token.group(1), "login": username, "password": password}
    request = urllib.request.Request(
        form_address, data=urllib.parse.urlencode(fields).encode(), headers={"Referer": form_address}
    )
    with browser.open(request) as answer:
        if "login" in urllib.parse.urlsplit(answer.url).path:
            raise DemoError(f"{username} could not sign in at {form_address}.")
        return str(answer.read().decode())


@contextlib.contextmanager
def demo(checkout: Path, port: int) -> Iterator[Callable[[], str]]:
    """Run `make demo` in a session of its own; yield what it printed so far; end it with Ctrl-C."""
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            ["make", "demo", f"PORT={port}"],
            cwd=checkout,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

        def so_far() -> str:
            printed.seek(0)
            text = printed.read()
            if process.poll() is not None:
                raise DemoError(f"make demo ended with status {process.returncode}:\n{text}")
            return text

        try:
            yield so_far
        finally:
            with contextlib.suppress(ProcessLookupError):
                # What Ctrl-C does in a terminal: the signal goes to everything in the foreground.
                os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def wait_for_sign_ins(so_far: Callable[[], str]) -> tuple[str, str]:
    """Return the first sign-in name and password the demo prints once it is up."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        _, up, printed = so_far().partition("sign in as")
        found = SIGN_IN.search(printed) if up else None
        if found:
            return found["username"], found["password"]
        time.sleep(0.1)
    raise DemoError(f"After {PATIENCE_SECONDS} seconds there is no sign-in to use:\n{so_far()}")


def left_over(checkout: Path) -> list[str]:
    """Return the command lines of processes that still run from the checkout."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if str(checkout) in command:
            found.append(command)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Time a clone until its first signed-in page.")
    parser.add_argument("--branch", help="what to clone; else the branch that is checked out")
    branch = parser.parse_args().branch
    with tempfile.TemporaryDirectory(prefix="oc-clone-") as folder:
        checkout = Path(folder) / "casework"
        port = free_port()
        started = time.monotonic()
        options = ["--branch", branch] if branch else []
        subprocess.run(["git", "clone", "--quiet", *options, str(ROOT), str(checkout)], check=True)
        try:
            with demo(checkout, port) as so_far:
                username, password = wait_for_sign_ins(so_far)
                try:
                    page = sign_in(f"http://localhost:{port}/", username, password)
                except urllib.error.HTTPError as error:
                    raise DemoError(f"{error.url} answered {error.code}:\n{so_far()}") from error
                seconds = time.monotonic() - started
        except DemoError as error:
            print(error, file=sys.stderr)
            return 1
        orphans = left_over(checkout)
    report(
        [
            Row(
                "clone to signed-in page",
                f"{seconds:.0f} s",
                f"≤ {PROMISED_SECONDS} s",
                seconds <= PROMISED_SECONDS,
            ),
            Row("size of that page", f"{len(page.encode()) / 1000:.0f} kB", "", good=True),
            Row("processes left after Ctrl-C", str(len(orphans)), "0", good=not orphans),
        ]
    )
    return 0 if seconds <= PROMISED_SECONDS and not orphans else 1


if __name__ == "__main__":
    sys.exit(main())
