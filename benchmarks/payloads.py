"""Opens every payload of the corpus by itself in Chromium: what runs, and who is asked for something.

    .venv/bin/python -m benchmarks.payloads [--every N]

The commit's test opens the same payloads, many in one mail; here each stands alone, in the frame as an office
shows it. Some ten minutes for all of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row, report
from opencasework.office.config.start import use_home
from tests.services.browser import chromium, open_context
from tests.services.canary import Canary

POLICY = "default-src 'none'; frame-src 'self'; img-src data:; style-src {style}"
PAGE = (
    f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>x</title>'
    '<iframe sandbox referrerpolicy=no-referrer srcdoc="{frame}"></iframe>'
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Open every payload in Chromium and count what it does.")
    parser.add_argument("--every", type=int, default=1, help="open only every N-th payload")
    step = parser.parse_args().every
    with (
        tempfile.TemporaryDirectory(prefix="oc-payloads-") as home,
        Canary() as canary,
        chromium() as browser,
    ):
        use_home(Path(home), new=True)
        from django.utils.html import escape

        from opencasework.office.inbox.files import FRAME, STYLE_HASH
        from opencasework.office.inbox.reading.html import formatted
        from opencasework.office.inbox.tests import payloads

        bodies = list(payloads.every())[::step]
        context = open_context(browser)
        heard: list[str] = []
        context.expose_binding("__pwned", lambda source, *words: heard.append("script"))
        context.on("request", lambda request: heard.append(request.url))
        page = context.new_page()
        started = time.monotonic()
        shown = 0
        for body in bodies:
            view = formatted(body.replace(payloads.CANARY, canary.url))
            if view is not None:
                page.set_content(PAGE.format(style=STYLE_HASH, frame=escape(FRAME + view["html"])))
                shown += 1
        page.wait_for_timeout(1_000)  # whoever comes late
        seconds = time.monotonic() - started
        outside = [each for each in heard if not each.startswith("about:")]
        context.close()
        rows = [
            Row(
                f"payloads opened alone in Chromium, of {len(bodies)}",
                str(shown),
                "all",
                shown == len(bodies),
            ),
            Row("scripts run, requests made", str(len(outside)), "0", not outside),
            Row("connections at the canary", str(len(canary.heard)), "0", not canary.heard),
            Row("time", f"{seconds:.0f} s", "", good=True),
        ]
    report(rows)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
