"""Reads raw messages in a child process that may be killed, so that no mail can hang the office."""

from __future__ import annotations

import fcntl
import json
import os
import queue
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar, cast

from . import limits
from .child import LENGTH
from .message import TOO_LARGE
from .structure import Facts, Formatted, PaperFacts, PreviewFacts, WordFacts, nothing_read

AT_ONCE = min(2, os.cpu_count() or 1)  # children reading a batch; each takes some 40 MB
F_SETPIPE_SZ = getattr(fcntl, "F_SETPIPE_SZ", 1031)
TRIES = 2  # with a fresh child; a third looks at the headers only
PIPE_BYTES = 1 << 18  # that fit between a child and us: most mails go in one piece
FILES_AT_ONCE = 6  # scans bound in one child: photographs of a telephone then take it a few seconds
TOO_MUCH = "Reading it took too long or too much memory."
PAPER_TOO_MUCH = f"{TOO_MUCH} Print or photograph it, and add that instead."
Answer = TypeVar("Answer")
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Reading:
    """What one message says: the facts, and the content of each attachment in the same order."""

    facts: Facts
    contents: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """The pictures made of a file: a small one, then the pages, as WebP. Fewer than `facts` says where the
    time ran out."""

    facts: PreviewFacts
    small: bytes = b""
    pages: list[bytes] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # the texts of QR codes on its first pages


class ChildDied(Exception):
    """The child was killed, by its limits or by us, before it had answered."""

    def __init__(self, *, spent: bool = False) -> None:
        super().__init__()
        self.spent = spent  # it used up the processor time of one message, so this message was to blame


class Reader:
    """A child process that reads messages one after the other, started when first needed.

    with Reader() as reader:
        reading = reader.read(raw)
    """

    def __init__(self, *, wall_seconds: float = limits.WALL_SECONDS) -> None:
        self.wall_seconds = wall_seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, raw: bytes, *, in_full: bool = True) -> Reading:
        """Read a message. Never raises for what is in it: one that cannot be read says so in `unreadable`.

        Where not `in_full`, only as far as a message is kept: `html` says no more than whether there is any.
        """
        if len(raw) > limits.MESSAGE_BYTES:
            return self._headers_of(raw, TOO_LARGE)
        fresh = self._child is None
        for _ in range(TRIES):
            try:
                return self._ask(b"R" if in_full else b"K", raw, _reading_in)
            except ChildDied as death:
                if fresh or death.spent:  # it died of this message alone
                    break
                fresh = True
        return self._headers_of(raw, "Reading this mail took too long or too much memory.")

    def formatted(self, raw: bytes) -> Formatted | None:
        """The formatted view of a message, for a page that somebody waits for.

        None when it has none, and when cleaning it fails, takes too long, or needs or makes too much.
        """
        if len(raw) > limits.MESSAGE_BYTES:
            return None
        seconds = min(self.wall_seconds, limits.FORMATTING_WALL_SECONDS)
        try:
            return self._ask(b"F", raw, _formatted_in, seconds=seconds)
        except ChildDied:
            return None
        finally:
            self.close()  # it has shut its doors

    def preview(self, content: bytes) -> Preview:
        """Pictures of a file. Never raises for what is in it: `facts` says why there are none."""
        received: list[bytes] = []
        codes: list[str] = []
        with suppress(ChildDied):  # what it had drawn by then is good
            self._ask(b"P", content, lambda exchange: _pictures_in(exchange, received, codes))
        if not received:
            reason = "Making a preview took too long or too much memory."
            return Preview(PreviewFacts(kind="", total=0, reason=reason))
        facts = cast(PreviewFacts, json.loads(received[0]))
        if len(received) < 3:  # died between the first page and its picture
            facts["reason"] = facts["reason"] or ("" if not facts["kind"] else "It could not be drawn.")
            return Preview(facts)
        return Preview(facts, received[1], received[2:], codes)

    def bind(self, files: list[bytes]) -> tuple[PaperFacts, bytes]:
        """One PDF of the scans and photographs of a letter; empty when nothing in them can be used.

        Never raises for what is in them: `problems` names each file that is not in the PDF, and why.
        """
        until = time.monotonic() + limits.PAPER_WALL_SECONDS  # for all of it: somebody waits
        groups = [range(len(files))[at : at + FILES_AT_ONCE] for at in range(0, len(files), FILES_AT_ONCE)]
        bound = [each for group in groups for each in self._bind_group(files, group, until)]
        problems = [problem for facts, _ in bound for problem in facts["problems"]]
        texts = [facts["text"] for facts, _ in bound if facts["text"]]
        good = [pdf for _, pdf in bound if pdf]
        pages, pdf = sum(facts["pages"] for facts, _ in bound), b"".join(good[:1])
        if len(good) > 1:
            try:
                joined, pdf = self._bind(good, until)
            except ChildDied:
                return _no_paper(range(len(files)))
            pages = joined["pages"]
            problems += [[len(files) - 1, reason] for _, reason in joined["problems"]]
        return {"pages": pages, "text": "\n\n".join(texts), "problems": problems}, pdf

    def _bind_group(
        self, files: list[bytes], group: range, until: float
    ) -> Iterator[tuple[PaperFacts, bytes]]:
        """A few files in one child; where it dies of one of them, each in a child of its own."""
        try:
            yield _numbered(self._bind([files[at] for at in group], until), group)
            return
        except ChildDied as death:
            if death.spent and len(group) == 1:
                yield _no_paper(group)
                return
        for at in group:
            try:
                yield _numbered(self._bind([files[at]], until), range(at, at + 1))
            except ChildDied:
                yield _no_paper([at])

    def _bind(self, files: list[bytes], until: float) -> tuple[PaperFacts, bytes]:
        left = until - time.monotonic()
        if left <= 0:
            raise ChildDied
        try:
            return self._ask(b"S", packed(files), _paper_in, seconds=left)
        finally:
            self.close()  # it has shut its doors

    def words(self, content: bytes) -> WordFacts:
        """What stands in a Word file. Never raises for what is in it: `problem` says what was not read."""
        try:
            return self._ask(b"W", content, lambda exchange: cast(WordFacts, json.loads(exchange.receive())))
        except ChildDied:
            return {"text": "", "problem": TOO_MUCH}
        finally:
            self.close()  # it has shut its doors

    def read_headers(self, raw: bytes) -> Reading:
        """Read only the headers."""
        return self._headers_of(raw, "")

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)  # with the process that draws, if there is one
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    pipe.close()
            self._child = None

    def _headers_of(self, raw: bytes, reason: str) -> Reading:
        """A message whose body defeated us: what its headers say, and the reason."""
        try:
            reading = self._ask(b"H", raw[: limits.HEADER_BLOCK_BYTES], _reading_in)
        except ChildDied:
            return Reading(nothing_read(reason))
        reading.facts["unreadable"] = reason or reading.facts["unreadable"]
        return reading

    def _start(self) -> subprocess.Popen[bytes]:
        # -I: neither the environment nor the working folder decides what the child imports.
        command = [sys.executable, "-I", "-m", "opencasework.office.inbox.reading.child"]
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        for pipe in (child.stdin.fileno(), child.stdout.fileno()):
            os.set_blocking(pipe, False)
            with suppress(OSError):  # a system that gives no more, or does not know how
                fcntl.fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
        return child

    def _spent(self) -> bool:
        """Bury a child that failed; whether the kernel had ended it for its use of the processor."""
        assert self._child is not None
        try:
            status = self._child.wait(0.1)
        except subprocess.TimeoutExpired:
            status = 0
        self.close()
        return status == -signal.SIGXCPU

    def _ask(
        self,
        letter: bytes,
        raw: bytes,
        answer: Callable[[_Exchange], Answer],
        *,
        seconds: float | None = None,
    ) -> Answer:
        """Put one question, and let `answer` receive what comes back.

        Raises `ChildDied`; the next question then gets a new child.
        """
        self._child = self._child or self._start()
        exchange = _Exchange(self._child, time.monotonic() + (seconds or self.wall_seconds))
        try:
            exchange.send(LENGTH.pack(len(raw) + 1) + letter, raw)
            return answer(exchange)
        except (ChildDied, OSError, ValueError, KeyError) as error:
            raise ChildDied(spent=self._spent()) from error


class Readers:
    """Several children that share a batch among them, so that more than one processor reads."""

    def __init__(self, make: Callable[[], Reader], *, at_once: int = AT_ONCE) -> None:
        self._make = make
        self._at_once = at_once
        self._idle: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        self._resources = ExitStack()

    def __enter__(self) -> Readers:
        for _ in range(self._at_once):
            self._idle.put(self._resources.enter_context(self._make()))
        # Entered last, so that no thread still reads when the children end.
        self._threads = self._resources.enter_context(ThreadPoolExecutor(max_workers=self._at_once))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    def each(self, read: Callable[[Reader, Asked], Answer], asked: Iterable[Asked]) -> list[Answer]:
        """What `read` makes of each, in their order."""
        waiting = deque(enumerate(asked))
        answers: dict[int, Answer] = {}

        def read_what_waits() -> None:
            reader = self._idle.get()
            try:
                while waiting:
                    try:
                        at, one = waiting.popleft()
                    except IndexError:  # another took the last
                        break
                    answers[at] = read(reader, one)
            finally:
                self._idle.put(reader)

        for done in [self._threads.submit(read_what_waits) for _ in range(min(self._at_once, len(waiting)))]:
            done.result()
        return [answers[at] for at in sorted(answers)]


def _reading_in(exchange: _Exchange) -> Reading:
    facts = cast(Facts, json.loads(exchange.receive()))
    return Reading(facts, [exchange.receive() for _ in facts["attachments"]])


def _paper_in(exchange: _Exchange) -> tuple[PaperFacts, bytes]:
    return cast(PaperFacts, json.loads(exchange.receive())), exchange.receive()


def _numbered(bound: tuple[PaperFacts, bytes], group: range) -> tuple[PaperFacts, bytes]:
    """What was bound of a group, its problems by the number of the file among all."""
    facts, pdf = bound
    facts["problems"] = [[group[index], reason] for index, reason in facts["problems"]]
    return facts, pdf


def _no_paper(indexes: Iterable[int]) -> tuple[PaperFacts, bytes]:
    return {"pages": 0, "text": "", "problems": [[index, PAPER_TOO_MUCH] for index in indexes]}, b""


def packed(files: list[bytes]) -> bytes:
    """Several files as one question, taken apart again by `paper.unpacked`."""
    return b"".join(LENGTH.pack(len(each)) + each for each in files)


def _pictures_in(exchange: _Exchange, received: list[bytes], codes: list[str]) -> None:
    while frame := exchange.receive():
        received.append(frame)
    codes += [text for text in json.loads(exchange.receive()) if isinstance(text, str)]


def _formatted_in(exchange: _Exchange) -> Formatted | None:
    return cast(Formatted | None, json.loads(exchange.receive()))


class _Exchange:
    """One question and its answer, within a time."""

    def __init__(self, child: subprocess.Popen[bytes], deadline: float) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self.deadline = deadline
        self.questions = child.stdin.fileno()
        self.answers = child.stdout.fileno()
        self.total = 0

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                try:
                    rest = rest[os.write(self.questions, rest[:PIPE_BYTES]) :]
                except BlockingIOError:
                    self._wait(self.questions, select.POLLOUT)

    def receive(self) -> bytes:
        """One frame."""
        size = LENGTH.unpack(self._take(LENGTH.size))[0]
        self.total += size
        if self.total > limits.OUTPUT_BYTES:
            raise ChildDied
        return self._take(size)

    def _take(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size:
            try:
                data = os.read(self.answers, min(size, PIPE_BYTES))
            except BlockingIOError:
                self._wait(self.answers, select.POLLIN)
                continue
            if not data:
                raise ChildDied
            pieces.append(data)
            size -= len(data)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _wait(self, pipe: int, event: int) -> None:
        waiting = select.poll()  # costs nothing to make, unlike what looks at many pipes
        waiting.register(pipe, event)
        if not waiting.poll(max(0.0, self.deadline - time.monotonic()) * 1_000):
            raise ChildDied
