"""The folder in which a pack is made, and the child that works in it and may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opencasework.office.kit.first_bytes import PDF
from opencasework.office.letters.pack import limits

if TYPE_CHECKING:
    from opencasework.office.letters.pack.laying import Sheet

CHILD = "opencasework.office.letters.pack.child"
BESIDE_EACH_OTHER = 6  # documents, from which two children open them
TOO_MUCH = "Opening it took too long or too much memory."


class TookTooLong(Exception):
    """The time for a whole pack is over, or the child died over what it had opened before."""


class Workshop:
    """A folder nobody else looks at. What a stranger's file does to the child, the office goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.until = time.monotonic() + limits.WALL_SECONDS

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *problem: object) -> None:
        pass

    def bring(self, name: str, content: bytes) -> str:
        """Put a file into the folder; its name there."""
        (self.folder / name).write_bytes(content)
        return name

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def open(self, sheets: list[Sheet], *, level: int) -> list[tuple[Sheet, str]]:
        """Make PDFs of these, which then know their size. Returns those that cannot be, and why."""
        halves = [sheets[::2], sheets[1::2]] if len(sheets) >= BESIDE_EACH_OTHER else [sheets]
        with ThreadPoolExecutor(len(halves)) as pool:
            done = list(pool.map(lambda some: self._open_some(some, level=level), halves))
        return sorted((each for cannot in done for each in cannot), key=lambda each: sheets.index(each[0]))

    def _open_some(self, sheets: list[Sheet], *, level: int) -> list[tuple[Sheet, str]]:
        cannot: list[tuple[Sheet, str]] = []
        left = list(sheets)
        while left:
            names = [f"{sheet.source}.{level}.pdf" for sheet in left]
            files = [
                # What was opened before is made smaller, not opened once more.
                {"in": sheet.pdf or sheet.source, "out": name, "kind": PDF if sheet.pdf else sheet.kind}
                for sheet, name in zip(left, names, strict=True)
            ]
            answered = 0
            for answer in self._run({"do": "open", "level": level, "files": files}):
                sheet = left[answered]
                if "problem" in answer:
                    cannot.append((sheet, answer["problem"]))
                elif not sheet.pdf or answer["bytes"] < sheet.size:
                    sheet.pdf, sheet.pages = names[answered], answer["pages"]
                    sheet.size, sheet.said = answer["bytes"], answer["said"] if level == 0 else sheet.said
                answered += 1
            left = left[answered:]
            if left:  # it died of this one
                if time.monotonic() > self.until:
                    raise TookTooLong
                cannot.append((left.pop(0), TOO_MUCH))
        return cannot

    def bind(self, parts: list[dict[str, Any]], *, mark: str, total: int) -> list[int]:
        """Write the parts of a pack; the size of each."""
        answers = list(self._run({"do": "bind", "mark": mark, "total": total, "parts": parts}))
        if len(answers) < len(parts):
            raise TookTooLong
        return [answer["bytes"] for answer in answers]

    def cut(self, pdf: str, at: int) -> tuple[tuple[str, int], tuple[str, int]]:
        """Cut a PDF before its page of that number, from 0; both halves with their sizes."""
        outs = [f"{pdf}.a", f"{pdf}.b"]
        answers = list(self._run({"do": "cut", "pdf": pdf, "at": at, "outs": outs}))
        if not answers:
            raise TookTooLong
        sizes = answers[0]["bytes"]
        return (outs[0], sizes[0]), (outs[1], sizes[1])

    def _run(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What the child answers, until it is done or dead."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TookTooLong
        child = subprocess.Popen(
            # -I: neither the environment nor the working folder decides what the child imports.
            [sys.executable, "-I", "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
            text=True,
        )
        try:
            out, _ = child.communicate(json.dumps(job | {"folder": str(self.folder)}), timeout=left)
        except subprocess.TimeoutExpired as late:
            out = _text(late.stdout)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        for line in out.splitlines():
            with suppress(json.JSONDecodeError):  # cut short by its death
                yield json.loads(line)


def _text(said: bytes | str | None) -> str:
    return said.decode() if isinstance(said, bytes) else said or ""
