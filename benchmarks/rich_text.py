"""What the editor of a letter weighs, and what the dearest HTML costs the server to clean.

    .venv/bin/python -m benchmarks.rich_text

The first is the script that only the pages that write a letter load, compressed. The second is processor
time, for 200,000 characters of each kind of tag that costs a reader of HTML more than its length.
"""

from __future__ import annotations

import contextlib
import gzip
import time
from pathlib import Path

from benchmarks.report import Row, report
from opencasework.office.letters import rich, suggesting

SCRIPT = Path("src/opencasework/office/kit/static/oc/dist/letter.js")
PROMISED_KB = 80
PROMISED_SECONDS = 5.0
SIZE = rich.LONGEST
HOSTILE = {
    "bold in bold": "<b>",
    "list in list": "<ul>",
    "item in list in item": "<ul><li>",
    "quotation in quotation": "<blockquote>",
    "paragraphs that close bold": "<b><p>",
    "paragraphs never closed": "<p>a",
    "line breaks": "<br>",
    "suggestions": "<ins data-id='1'>a</ins> b ",
    "suggestions without words": "<ins>\u200b</ins>",
}


def _seconds(html: str) -> float:
    began = time.process_time()
    with contextlib.suppress(rich.TooLong):  # refused is an answer, and the time it took counts
        rich.to_text(suggesting.reject(rich.clean(html)))
    return time.process_time() - began


def main() -> None:
    size = len(gzip.compress(SCRIPT.read_bytes(), 9)) / 1000
    dearest = max((_seconds(piece * (SIZE // len(piece))), name) for name, piece in HOSTILE.items())
    rows = [
        Row("script of the editor, compressed", f"{size:.1f} KB", f"≤ {PROMISED_KB} KB", size <= PROMISED_KB),
        Row(
            f"cleaning {SIZE:,} characters of HTML made to cost, the dearest of {len(HOSTILE)} kinds",
            f"{dearest[0]:.1f} s ({dearest[1]})",
            f"≤ {PROMISED_SECONDS:.0f} s",
            dearest[0] <= PROMISED_SECONDS,
        ),
    ]
    report(rows)


if __name__ == "__main__":
    main()
