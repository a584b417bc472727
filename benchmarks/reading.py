"""How mail is read: broken and damaged mail, mail made to cost, how soon `parse-mail` starts, against others.

    .venv/bin/python -m benchmarks.reading [--mutations 10000]

The messages are those of the tests, all made here. The peers are Python's own parser under its modern policy
and mail-parser, which is installed into a temporary folder for this.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

from benchmarks.report import Row, report
from opencasework.office.inbox.reading import message
from opencasework.office.inbox.reading.cli import as_json
from opencasework.office.inbox.reading.reader import Reader, Reading
from opencasework.office.inbox.tests import corpus

FIELDS = ("from", "to", "cc", "subject", "text", "attachments")
STARTS = 15
MOST_CPU_SECONDS = 10
PEERS = Path(__file__).with_name("reading_peers.py")


def damaged(mutations: int) -> list[Row]:
    """Every message of the corpus and so many mutations of them, through the child process."""
    messages = [*corpus.READABLE.values(), *(known.raw for known in corpus.KNOWN.values())]
    answered = unreadable = deaths = 0
    with Reader() as reader:
        child = None
        for raw in (*messages, *corpus.mutations(mutations, seed=1)):
            facts = reader.read(raw).facts
            deaths += child is not None and child is not reader._child
            child = reader._child
            answered += bool(facts["headers"] or facts["text"] or facts["problems"] or facts["unreadable"])
            unreadable += bool(facts["unreadable"])
    total = len(messages) + mutations
    return [
        Row(f"broken mail read or given a reason, of {total:,}", f"{answered:,}", "all", answered == total),
        Row("of these given a reason instead", f"{unreadable:,}", "", good=True),
        Row("deaths of the child that reads them", f"{deaths}", "0", deaths == 0),
    ]


def costly() -> Row:
    """The processor time the most expensive message takes, and which it is."""
    spent: list[tuple[float, str]] = []
    with Reader() as reader:
        reader.read(corpus.READABLE["no_mime"])
        for name, make in corpus.COSTLY.items():
            assert reader._child is not None
            before = psutil.Process(reader._child.pid).cpu_times()
            child = reader._child
            reader.read(make())
            after = psutil.Process(reader._child.pid).cpu_times() if reader._child is child else None
            seconds = after.user + after.system - before.user - before.system if after else MOST_CPU_SECONDS
            spent.append((seconds, name))
    worst, name = max(spent)
    return Row(
        f"most expensive of {len(spent)} mails made to cost ({name.replace('_', ' ')})",
        f"{worst:.1f} s of one core",
        f"≤ {MOST_CPU_SECONDS} s",
        worst <= MOST_CPU_SECONDS,
    )


def start() -> list[Row]:
    """How long `casework parse-mail` takes for one short mail, from the shell to its JSON.

    The processor time is what it takes on a core of its own; the other is as busy as the machine was.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "one.eml")
        file.write_bytes(corpus.READABLE["no_mime"])
        casework = Path(sys.executable).with_name("casework")
        whole, processor = _median_seconds([casework, "parse-mail", file])
        nothing, _ = _median_seconds([sys.executable, "-c", "pass"])
    return [
        Row("`casework parse-mail`, processor time", f"{processor:.2f} s", "≤ 0.3 s", processor <= 0.3),
        Row(
            "the same by the clock", f"{whole:.2f} s, {whole / nothing:.0f} × `python -c pass`", "", good=True
        ),
    ]


def _median_seconds(command: Iterable[object]) -> tuple[float, float]:
    """By the clock, and of the processor."""
    clock: list[float] = []
    processor: list[float] = []
    words = [str(word) for word in command]
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        clock.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(clock), statistics.median(processor)


def speed() -> Row:
    """Processor time for an ordinary mail, in the process that reads it."""
    ordinary = [known.raw for known in corpus.KNOWN.values()]
    for raw in ordinary:
        message.read(raw)
    started = time.process_time()
    for raw in ordinary:
        message.read(raw)
    each = (time.process_time() - started) / len(ordinary) * 1000
    return Row("processor time for a mail of the corpus", f"{each:.2f} ms", "< 1.5 ms", each < 1.5)


def against_others() -> list[Row]:
    """The share of known answers each reader gives, field by field."""
    ours = {name: as_json(Reading(*message.read(known.raw))) for name, known in corpus.KNOWN.items()}
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "-q", "mail-parser"], check=True)
        mails = Path(folder, "mails")
        mails.mkdir()
        for name, known in corpus.KNOWN.items():
            (mails / name).write_bytes(known.raw)
        ended = subprocess.run([python, PEERS, mails], check=True, capture_output=True, text=True)
    peers = json.loads(ended.stdout)
    readers = {"ours": ours, **peers}
    rows = []
    for field in FIELDS:
        shares = {who: _share(field, answers) for who, answers in readers.items()}
        best_peer = max(share for who, share in shares.items() if who != "ours")
        said = ", ".join(f"{who} {share:.0%}" for who, share in shares.items())
        good = shares["ours"] > best_peer or shares["ours"] == 1
        rows.append(Row(f"known answers right: {field}", said, "more than both, or all", good))
    return rows


def _share(field: str, answers: dict[str, dict[str, Any]]) -> float:
    asked = {name: known for name, known in corpus.KNOWN.items() if field in known.answers}
    right: int = sum(
        _comparable(field, answers[name].get(field)) == _comparable(field, known.answers[field])
        for name, known in asked.items()
    )
    return right / len(asked)


def _comparable(field: str, value: Any) -> Any:
    """Spaces and the order of files are forgiven everybody."""
    if field == "text":
        return " ".join(str(value).split())
    if field == "attachments":
        pairs = ((each["filename"], each["size"]) if isinstance(each, dict) else each for each in value or ())
        return sorted((str(name or ""), size) for name, size in pairs)
    return value


def main() -> None:
    """Run all and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutations", type=int, default=10_000)
    mutations = parser.parse_args().mutations
    parts: list[Callable[[], list[Row]]] = [
        lambda: damaged(mutations), lambda: [costly()], start, lambda: [speed()], against_others
    ]  # fmt: skip
    report([row for part in parts for row in part()])


if __name__ == "__main__":
    main()
