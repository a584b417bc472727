"""The form every benchmark answers in: the machine, the day, and a line per figure for docs/benchmarks.md."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measured figure, beside what was promised; `promised` is empty where nothing was."""

    what: str
    measured: str
    promised: str
    good: bool


def machine() -> str:
    """Return what a reader needs to compare: cores, processor, memory, Python, and how busy it was."""
    processor = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    # Others' work on the same machine is part of what was measured.
    busy = os.getloadavg()[0]
    python = platform.python_version()
    return f"{os.cpu_count()} × {processor}, {memory:.0f} GB, Python {python}, load {busy:.1f}"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| what | measured | promised | |", "|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.measured} | {row.promised} | {'✓' if row.good else '✗'} |" for row in rows
    ]
    return "\n".join(lines)


def report(rows: Sequence[Row]) -> None:
    """Print the machine, the day and the table."""
    print(f"{datetime.date.today().isoformat()}, {machine()}\n\n{table(rows)}")
