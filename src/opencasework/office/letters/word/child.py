"""The child that opens Word files and pictures of strangers: one question, one answer, then it ends.

Run as `python -m opencasework.office.letters.word.child`. On the pipes everything is a frame: its length as
eight bytes, then that many bytes. The question is a frame of JSON and a frame for each file it names; the
answer a frame of JSON (`problem` says why there is nothing else) and a frame with a file, which may be empty.

It is started before there is work, so that nobody waits for what it loads. Once it has read its question it
can open no file, no socket and no program, and the kernel ends it when it takes too long or too much memory.
"""

from __future__ import annotations

import io
import json
import resource
import select
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import docx
from docx import Document
from docxtpl import DocxTemplate
from jinja2 import nodes
from PIL import Image

from opencasework.office.letters.fieldsonly import (
    LONGEST_FILLED,
    FieldsOnly,
    TemplateProblem,
    known_of,
    read_with,
)
from opencasework.office.letters.word import limits, safety, words

LENGTH = struct.Struct("!Q")
PICTURE_POINTS = (1_200, 480)  # the most a logo or a signature keeps, across and down


class Weighed(FieldsOnly):
    """The environment of one file: it remembers which fields there are, and how much they come to."""

    def __init__(self, facts: dict[str, str]) -> None:
        super().__init__(autoescape=True)
        self.facts = facts
        self.names: list[str] = []

    def _parse(self, source: str, name: str | None, filename: str | None) -> Any:
        tree = super()._parse(source, name, filename)
        self.names += [node.name for node in tree.find_all(nodes.Name)]
        if sum(len(self.facts.get(name, "")) for name in self.names) > LONGEST_FILLED:
            raise TemplateProblem(
                f"Filled in, this is longer than {LONGEST_FILLED:,} characters. Shorten it."
            )
        return tree


def main() -> int:
    """Wait for a question, answer it, end."""
    blank = words.with_a_foot((Path(docx.__file__).parent / "templates" / "default.docx").read_bytes())
    _warm_up(blank)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if not select.select([sys.stdin], [], [], limits.IDLE_SECONDS)[0]:
        return 0
    asked = _frame(sys.stdin.buffer)
    if asked is None:
        return 0
    question = json.loads(asked)
    files = [_frame(sys.stdin.buffer) or b"" for _ in range(question["files"])]
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    try:
        said, made = _answer(question, files, blank)
    except (safety.Refused, TemplateProblem) as problem:
        said, made = {"problem": str(problem)}, b""
    except Exception:  # a file can be broken in more ways than anybody can list
        said, made = {"problem": "This file cannot be read. Save it from Word anew and try once more."}, b""
    for frame in (json.dumps(said).encode(), made[: limits.ANSWER_BYTES]):
        sys.stdout.buffer.write(LENGTH.pack(len(frame)) + frame)
    sys.stdout.buffer.flush()
    return 0


def _warm_up(blank: bytes) -> None:
    """Do everything once: what Python loads only when it is needed could not be loaded any more later."""
    dot = io.BytesIO()
    Image.new("RGBA", (1, 1)).save(dot, "PNG")
    letter = {
        "title": "", "author": "", "office": "", "office_lines": [""], "to_lines": [""], "right_lines": [""],
        "html": "<ol><li>a</li></ol><p><strong>b</strong></p>", "language": "en-GB", "large": False,
        "colour": "000000", "footer": "c",
    }  # fmt: skip
    written = words.write(letter, blank, _redrawn(dot.getvalue()))
    safety.look_through(written)
    _checked(written)
    _filled(written, {"date": "1"})
    for wrong in ("{{ a.b }}", "{{"):
        with suppress(TemplateProblem):
            read_with(FieldsOnly(autoescape=True).from_string, wrong)


def _answer(question: dict[str, Any], files: list[bytes], blank: bytes) -> tuple[dict[str, Any], bytes]:
    job = question["job"]
    if job == "picture":
        return {"problem": ""}, _redrawn(files[0])
    if job == "write":
        return {"problem": ""}, words.write(question["letter"], blank, files[0])
    safety.look_through(files[0])
    if job == "check":
        return _checked(files[0])
    return _filled(files[0], question["facts"])


def _checked(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What a template says and which fields it has. It is filled in once, to see that it can be."""
    environment = Weighed({})
    read_with(lambda _: DocxTemplate(io.BytesIO(content)).render({}, jinja_env=environment), "")
    said = words.html_of(Document(io.BytesIO(content)))
    return {"problem": "", "fields": list(dict.fromkeys(environment.names)), "html": said}, b""


def _filled(content: bytes, facts: dict[str, str]) -> tuple[dict[str, Any], bytes]:
    known = known_of(facts)
    template = DocxTemplate(io.BytesIO(content))
    read_with(lambda _: template.render(known, jinja_env=Weighed(known)), "")
    out = io.BytesIO()
    template.save(out)
    made = out.getvalue()
    return {"problem": "", "html": words.html_of(Document(io.BytesIO(made)))}, made


def _redrawn(content: bytes) -> bytes:
    """A picture drawn again by ourselves, as a PNG no larger than a letterhead needs."""
    with safety.opened(content) as picture:
        try:
            picture.thumbnail(PICTURE_POINTS)
            drawn = picture.convert("RGBA")
        except Exception as error:
            raise safety.Refused("This picture is damaged. Save it again and try once more.") from error
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def _frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


if __name__ == "__main__":
    sys.exit(main())
