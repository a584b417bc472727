"""The child process that reads mail: raw messages in on stdin, what they say out on stdout.

Run as `python -m opencasework.office.inbox.reading.child`. Everything on the pipes is a frame: its length as
eight bytes, then that many bytes. A question is one letter (`R` read all, `H` read the headers only, `F`
clean the formatted view, `S` make one PDF of scans) and the message, or for `S` the files packed as
`reader.packed` does. The answer is a frame of JSON: to `R` and `H` `structure.Facts`, then a frame per
attachment with its content; to `F` `structure.Formatted` or null; to `S` `structure.PaperFacts`, then a frame
with the PDF. The process may be killed at any time and holds nothing worth keeping.
"""

import json
import resource
import struct
import sys
from typing import BinaryIO

from . import limits, message
from .structure import Facts, Formatted, PaperFacts

LENGTH = struct.Struct("!Q")
CPU_SECONDS = {b"F": limits.FORMATTING_CPU_SECONDS, b"S": limits.PAPER_CPU_SECONDS}


def main() -> None:
    """Answer until stdin ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has no file to write
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while (question := _frame(questions)) is not None:
        _allow_more_seconds(CPU_SECONDS.get(question[:1], limits.CPU_SECONDS))
        facts, contents = _answer(question)
        del question
        frames = [json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), *contents]
        for frame in frames:
            answers.write(LENGTH.pack(len(frame)))
            answers.write(frame)
        answers.flush()


def _answer(question: bytes) -> tuple[Facts | Formatted | PaperFacts | None, list[bytes]]:
    if question[:1] == b"H":
        return message.read_headers(question[1:]), []
    if question[:1] == b"F":
        from . import html  # only a person who asks for the formatted view waits for it to load

        return html.formatted(message.read(question[1:])[0]["html"]), []
    if question[:1] == b"S":
        from . import paper  # what reads pictures and PDFs is loaded where it is needed

        facts, pdf = paper.bind(list(paper.unpacked(question[1:])))
        return facts, [pdf]
    return message.read(question[1:])


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
