"""How often exactly the new words of a reply are found: ours, beside two libraries on the same corpus.

    .venv/bin/python -m benchmarks.replies

The corpus is our own and our rules were written with it in view, so the figure says what they cover, not
how they do on mail nobody has seen. email-reply-parser is installed for the run, into an environment of its
own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

from mailparser_reply import EmailReplyParser
from mailparser_reply.parser import EmailMessage

from benchmarks.report import Row, report
from opencasework.office.inbox.reading.replies import folded_text, new_text
from opencasework.office.inbox.tests.replies_corpus import Reply, every

PROMISED_SHARE = 0.95
OTHER = "email-reply-parser"
ASK_OTHER = """
import json, sys
from email_reply_parser import EmailReplyParser
print(json.dumps([EmailReplyParser.parse_reply(text) for text in json.load(sys.stdin)]))
"""


def words(text: str) -> str:
    """A text without the spaces at the ends of its lines, in which nobody should be told apart."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def right(replies: list[Reply], found: list[str]) -> int:
    """In how many replies exactly the new words were found."""
    return sum(words(each) == words(reply.new) for reply, each in zip(replies, found, strict=True))


def by_library(text: str) -> str:
    """What mail-parser-reply alone takes for new, without its signatures."""
    parser = EmailReplyParser(languages=["en", "de", "fr", "es", "pl", "it", "nl"])
    # Told, as by us, that a list with hyphens is no signature.
    message = EmailMessage(text=text, languages=parser.languages, keep_hyphen_lists=True).read()
    replies = message.replies
    return str(replies[0].body) if replies else ""


def by_other(texts: list[str]) -> list[str]:
    """What email-reply-parser takes for new, asked in an environment of its own."""
    with tempfile.TemporaryDirectory(prefix="oc-replies-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", OTHER], check=True)
        done = subprocess.run(
            [python, "-c", ASK_OTHER], input=json.dumps(texts), capture_output=True, text=True, check=True
        )
    found: list[str] = json.loads(done.stdout)
    return found


def timed(act: Callable[[str], str], texts: list[str]) -> tuple[list[str], float]:
    """What it finds in each, and the milliseconds one takes."""
    started = time.perf_counter()
    found = [act(text) for text in texts]
    return found, (time.perf_counter() - started) * 1000 / len(texts)


def main() -> int:
    replies = list(every())
    texts = [reply.text for reply in replies]
    ours, our_ms = timed(new_text, texts)
    library, library_ms = timed(by_library, texts)
    total = len(replies)
    share = right(replies, ours) / total
    lost = sum(
        not {line.strip() for line in text.splitlines()}
        <= {line.strip() for line in f"{new}\n{folded_text(text, new)}".splitlines()} | {""}
        for text, new in zip(texts, ours, strict=True)
    )
    rows = [
        Row(
            f"replies, exactly the new words, of {total}",
            f"{share:.0%}",
            f"≥ {PROMISED_SHARE:.0%}",
            share >= PROMISED_SHARE,
        ),
        Row("the same by mail-parser-reply alone", f"{right(replies, library) / total:.0%}", "", good=True),
        Row(f"the same by {OTHER}", f"{right(replies, by_other(texts)) / total:.0%}", "", good=True),
        Row("replies of which a line is lost", str(lost), "0", lost == 0),
        Row("time a reply, ours and the library's", f"{our_ms:.2f} and {library_ms:.2f} ms", "", good=True),
    ]
    report(rows)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
