"""How long it takes to bind the papers of a letter: 60 pages as an office sends them, and 200.

    .venv/bin/python -m benchmarks.pack [large]

An office in a folder of its own. The 60 pages: a decision of 12 pages of text, a scanned bundle of 30 pages
at 150 points to the inch, eight photographs of a telephone (12 megapixels), a signed authority, and our
earlier letters of 8 pages. The time is that of a person who presses Bind: the letter and the index are
printed, the child opens, joins and numbers, the files are kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.kills import Office
from benchmarks.report import Row, report
from tests.services.local import short_folder

PROMISED_SECONDS = 10
PROGRAM = """\
import json, os, sys, time
from opencasework.office.config.start import use_home
use_home(None)
from django.conf import settings
from opencasework.office.kit import pdf as pdf_of
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import choosing, limits, making
from opencasework.office.letters.pack.documents import documents_of
from opencasework.office.letters.pack.models import PackFile
from opencasework.office.letters.tests.papers import file_on, pdf, photo, scans, signed
from opencasework.office.letters.tests.factories import LetterFactory

# What takes long on a busy machine is measured all the same.
limits.WALL_SECONDS, pdf_of.SECONDS_TO_PRINT = 1_800, 600

def measured(files):
    letter = LetterFactory(authority=False)
    signed(letter.case)
    for name, content in files:
        file_on(letter.case, content, name)
    found = documents_of(letter.case, letter.case.owner)
    documents = [each for each in found if each.source.startswith("file")]
    choosing.add(letter, documents, by=letter.case.owner)
    letter = Letter.objects.get(pk=letter.pk)
    before = os.times()
    started = time.monotonic()
    pack = making.made(letter)
    seconds = time.monotonic() - started
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    size = sum(limits.encoded(file.size) for file in PackFile.objects.filter(letter=letter))
    return {"pages": pack.pages, "seconds": seconds, "cpu": cpu, "size": size, "notes": pack.notes}

telephone = photo(4000, 3000, quality=85, grain=16)
sixty = [("decision.pdf", pdf(12)), ("bundle.pdf", scans(30, width=1240, height=1754, quality=75, grain=12))]
sixty += [(f"IMG_{number}.jpg", telephone + bytes([number])) for number in range(8)]
sixty += [("letters.pdf", pdf(8, words="Our letter"))]
large = [(f"bundle{n}.pdf", scans(50, width=1240, height=1754, quality=75, grain=6)) for n in range(4)]
print(json.dumps([measured(sixty), measured(large) if "large" in sys.argv else None]))
"""


def main() -> None:
    with short_folder("pack") as home:
        office = Office(Path(home) / "office", {})
        asked = subprocess.run(
            [sys.executable, "-c", PROGRAM, *sys.argv[1:]],
            env=office.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    sixty, large = json.loads(asked.stdout.splitlines()[-1])
    print(sixty["notes"], file=sys.stderr)
    rows = [row(sixty, "eight photographs among them", promised=PROMISED_SECONDS)]
    if large:
        print(large["notes"], file=sys.stderr)
        rows.append(row(large, "scanned, made to fit into mails of 20 MB"))
    report(rows)


def row(made: dict[str, Any], what: str, *, promised: int | None = None) -> Row:
    seconds, cpu, size = made["seconds"], made["cpu"], made["size"] / 1e6
    return Row(
        f"a pack of {made['pages']} pages, {what}",
        f"{seconds:.1f} s ({cpu:.1f} s of processor time), {size:.1f} MB as a mail",
        f"≤ {promised} s" if promised else "",
        good=promised is None or seconds <= promised,
    )


if __name__ == "__main__":
    main()
