"""How long a letter takes to draft from a template, and its PDF and Word file to make.

    .venv/bin/python -m benchmarks.letters

Drafting is the facts of the case, the wording and the row of the draft. The
processes that print and that open Word files are others, so the clock is measured; where others work on the
machine, the processor says more.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.report import Row, report
from tests.services.environment import DUMMY_SECRETS

PROMISED_DRAFT_MS, PROMISED_PDF_SECONDS = 300, 2
TIMES = 9


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from opencasework.office.letters import actions, drafting, exporting, paper
    from opencasework.office.letters.models import Letter, LetterTemplate
    from opencasework.office.letters.tests.factories import LetterFactory
    from opencasework.office.letters.word import child, workshop

    LetterFactory()
    made = Letter.objects.latest("pk")
    template = LetterTemplate.objects.get(code="LT-DEPT")
    today = timezone.localdate()

    def begun() -> Letter:
        return Letter(case=made.case, template=template, to_body=made.to_body, to_contact=made.to_contact)

    def draft() -> None:
        letter = begun()
        actions.fill_in(letter, by=made.drafted_by, today=today)
        actions.keep_draft(letter, by=made.drafted_by)

    plain = _median(draft)
    _put_rich_text(template)
    formatted = _median(draft)
    content = _put_word_file(template)
    workshop.make_ready()
    word = _median(draft, rest=1.5)
    letter = begun()
    drafting.put_words(letter, by=made.drafted_by, today=today)
    actions.keep_draft(letter, by=made.drafted_by)
    pdf = _median(lambda: paper.pdf(letter))
    pdf_alone = _processor(lambda: paper.pdf(letter))
    looked = _median(lambda: paper.boxes_in(letter))
    letter.text += "\n\n王小明, सुनीता श्रीवास्तव, ਗੁਰਪ੍ਰੀਤ ਕੌਰ, தமிழ்ச்செல்வி, রহিমা বেগম, محمد عثمان"
    scripts = _median(lambda: paper.pdf(letter))
    word_alone = _processor(lambda: child._filled(content, drafting.facts_of(letter, by=None, today=today)))
    docx = _median(lambda: exporting.docx(letter), rest=1.5)
    report(
        [
            _row("a letter drafted from a template of plain text", plain, PROMISED_DRAFT_MS / 1000),
            _row("from one of rich text", formatted, PROMISED_DRAFT_MS / 1000),
            _row("from one in Word", word, PROMISED_DRAFT_MS / 1000),
            _row("the same, processor: filling the file in", word_alone, PROMISED_DRAFT_MS / 1000),
            _row("its PDF", pdf, PROMISED_PDF_SECONDS),
            _row("the same, processor, the child's start counted", pdf_alone, PROMISED_PDF_SECONDS),
            _row("its PDF with names in six other scripts", scripts, PROMISED_PDF_SECONDS),
            _row("whether any of its characters would be a box", looked, PROMISED_DRAFT_MS / 1000),
            _row("its Word file", docx, PROMISED_PDF_SECONDS),
        ]
    )
    return int(
        max(plain, formatted, word_alone) > PROMISED_DRAFT_MS / 1000 or pdf_alone > PROMISED_PDF_SECONDS
    )


def _put_rich_text(template: Any) -> None:
    rich = "<p>Dear colleague,</p><ol><li>{{ issue_summary }}</li></ol><p>{{ member_title }}</p>"
    template.wordings.create(number=50, subject="Re {{ case_number }}", text="x", html=rich)


def _put_word_file(template: Any) -> bytes:
    from django.conf import settings

    from opencasework.office.kit.blobs import BlobStore
    from opencasework.office.letters.tests import word_files

    words = template.wordings.get(number=1, language="en").text
    content = word_files.template(*words.split("\n\n"), header="{{ member_title }}")
    sha256 = BlobStore(settings.HOME.blobs).put(content)
    template.wordings.create(number=51, subject="Re", text="x", docx_sha256=sha256)
    return content


def _median(do: Callable[[], object], *, rest: float = 0) -> float:
    """Seconds of the clock, the median of several; `rest` is how long a person would have read meanwhile."""
    taken = []
    for _ in range(TIMES):
        time.sleep(rest)
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _processor(do: Callable[[], object]) -> float:
    """Seconds of the processor, of this process and of the children it waited for."""
    taken = []
    for _ in range(5):
        began = sum(os.times()[:4])
        do()
        taken.append(sum(os.times()[:4]) - began)
    return statistics.median(taken)


def _row(what: str, seconds: float, promised: float) -> Row:
    return Row(what, f"{seconds * 1000:.0f} ms", f"≤ {promised * 1000:.0f} ms", seconds <= promised)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="oc-letters-") as home:
        os.environ |= {
            **DUMMY_SECRETS,
            "CASEWORK_HOME": home,
            "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
        }
        sys.exit(main())
