"""The child process that reads mail: raw messages in on stdin, what they say out on stdout.

Run as `python -m opencasework.office.inbox.reading.child`. Everything on the pipes is a frame: its length as
eight bytes, then that many bytes. A question is one letter and what it is about; the answer begins with JSON:

- `R` a mail: `structure.Facts`, then a frame per attachment with its content;
- `K` a mail that is to be kept: as `R`, without what is read anew when somebody looks (`message.read`);
- `H` a mail, for its headers only: `structure.Facts`;
- `F` a mail, for its formatted view: `structure.Formatted` or null;
- `P` a file, for pictures of it: `structure.PreviewFacts`, a frame per picture and an empty one after them,
  then the texts of the QR codes on its first pages;
- `W` a Word file: `structure.WordFacts`;
- `S` scans, packed as `reader.packed` does: `structure.PaperFacts`, then one PDF of them.

The process may be killed at any time and holds nothing worth keeping. After `F`, `W` or `S` it is unable to
open files, so it is of no use for another mail.
"""

import gc
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from opencasework.office.kit.first_bytes import is_pdf

from . import limits, message
from .structure import Facts, Formatted, PaperFacts, WordFacts

LENGTH = struct.Struct("!Q")
COLLECT_AFTER = 50_000  # objects made
IN_ONE_PIECE = 100_000  # bytes; whoever waits for an answer then wakes once
CPU_SECONDS = {  # else as for a mail
    b"F": limits.FORMATTING_CPU_SECONDS,
    b"P": limits.PREVIEW_CPU_SECONDS,
    b"S": limits.PAPER_CPU_SECONDS,
}


def main() -> None:
    """Answer until stdin ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has no file to write
    gc.freeze()  # what is loaded now stays, and a mail makes little that refers to itself
    gc.set_threshold(COLLECT_AFTER)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while (question := _frame(questions)) is not None:
        if question[:1] == b"P":
            _apart(question, answers)
        else:
            _put(question, answers)


def _put(question: bytes, answers: BinaryIO) -> None:
    _allow_more_seconds(CPU_SECONDS.get(question[:1], limits.CPU_SECONDS))
    for frame in _answer(question):
        head = LENGTH.pack(len(frame))
        if len(frame) < IN_ONE_PIECE:
            answers.write(head + frame)
        else:
            answers.write(head)
            answers.write(frame)
        answers.flush()


def _apart(question: bytes, answers: BinaryIO) -> None:
    """Answer in a process of its own: a file that takes its decoder over never meets the next file."""
    from . import codes, pages, pictures  # noqa: F401  only here: they are large, and here once for all files

    worker = os.fork()
    if worker == 0:
        try:
            _put(question, answers)
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    if status < 0:  # by a limit: die the same way, so that whoever asked sees why
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    if status:
        sys.exit(status)


def _answer(question: bytes) -> Iterable[bytes]:
    if question[:1] == b"P":
        return _pictures(question[1:])
    if question[:1] == b"F":
        return [_json(_formatted(question[1:]))]
    if question[:1] == b"S":
        return _bound(question[1:])
    if question[:1] == b"W":
        return [_json(_word(question[1:]))]
    if question[:1] == b"H":
        return [_json(message.read_headers(question[1:]))]
    facts, contents = message.read(question[1:], in_full=question[:1] != b"K")
    return [_json(facts), *contents]


def _pictures(content: bytes) -> Iterator[bytes]:
    from . import codes, pages, pictures

    pictures.shut_the_doors()
    found = codes.Codes()
    yield from (pages if is_pdf(content) else pictures).preview(content, look=found.look)
    yield b""
    yield json.dumps(found.texts).encode()


def _bound(packed: bytes) -> list[bytes]:
    from . import paper, pictures  # what reads pictures and PDFs is loaded where it is needed

    pictures.shut_the_doors()
    facts, pdf = paper.bind(list(paper.unpacked(packed)))
    return [_json(facts), pdf]


def _word(content: bytes) -> WordFacts:
    from . import pictures, word

    pictures.shut_the_doors()
    return word.read(content)


def _formatted(raw: bytes) -> Formatted | None:
    from . import html  # only a person who asks for the formatted view waits for it to load

    facts, contents = message.read(raw)
    named = {
        each["content_id"]: content
        for each, content in zip(facts["attachments"], contents, strict=True)
        if each["content_id"]
    }
    return html.formatted(facts["html"], draw=lambda wanted: _drawn(named, wanted))


def _drawn(named: dict[str, bytes], wanted: list[str]) -> dict[str, bytes]:
    found = {name: named[name] for name in wanted if name in named}
    if not found:
        return {}
    from . import pictures

    pictures.shut_the_doors()
    return pictures.inline(found)


def _json(facts: Facts | Formatted | PaperFacts | WordFacts | None) -> bytes:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


def _allow_more_seconds(more: int) -> None:
    """The kernel's limit counts from the start of the process; each message gets its own share."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + more
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


if __name__ == "__main__":
    main()
