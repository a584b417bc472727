"""The child that takes documents of strangers apart and binds a pack. It may be killed at any moment.

One job as JSON on standard input, one JSON line on standard output for each thing done. It has no Django and
no database; the folder of the job is all it reads and writes.

    {"do": "open", "folder": …, "level": 0, "files": [{"in": "0", "out": "0.pdf", "kind": "image/jpeg"}]}
        a line for each: {"pages": 3, "bytes": 12345, "said": "…"} or {"problem": "…"}
    {"do": "bind", "folder": …, "mark": "OC-2026-00041", "total": 12, "parts": [{"out": "part-1.pdf",
     "first": 1, "title": …, "pieces": [{"pdf": "0.pdf", "from": 0, "to": 3, "title": …}]}]}
        a line for each part: {"bytes": …}
    {"do": "cut", "folder": …, "pdf": "0.pdf", "at": 12, "outs": ["0a.pdf", "0b.pdf"]}: {"bytes": [.., ..]}
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opencasework.office.letters.pack import limits


def main() -> None:
    """Do the job."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.WRITTEN_BYTES, limits.WRITTEN_BYTES))
    job = json.load(sys.stdin)
    os.chdir(job["folder"])
    acts = {"open": _open_all, "bind": _bind_all, "cut": _cut}
    for answer in acts[job["do"]](job):
        print(json.dumps(answer), flush=True)  # noqa: T201 - how it answers


def _allow_seconds(seconds: int) -> None:
    """This much more processor time; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _open_all(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from opencasework.office.letters.pack import opening

    level = limits.LEVELS[job["level"]]
    for file in job["files"]:
        _allow_seconds(limits.FILE_CPU_SECONDS)
        try:
            pages, said = opening.opened(
                file["in"], file["out"], file["kind"], level, shrink=job["level"] > 0
            )
            yield {"pages": pages, "bytes": Path(file["out"]).stat().st_size, "said": said}
        except opening.CannotJoin as problem:
            yield {"problem": str(problem)}
        except MemoryError:
            yield {"problem": "It needs too much memory."}
        except Exception:  # whatever a library makes of a stranger's file, the others still count
            yield {"problem": opening.BROKEN}


def _bind_all(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from opencasework.office.letters.pack import binding

    _allow_seconds(limits.BIND_CPU_SECONDS)
    for part in job["parts"]:
        binding.bind(part, mark=job["mark"], total=job["total"])
        yield {"bytes": Path(part["out"]).stat().st_size}


def _cut(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from opencasework.office.letters.pack import binding

    _allow_seconds(limits.FILE_CPU_SECONDS)
    yield {"bytes": binding.cut(job["pdf"], job["at"], job["outs"])}


if __name__ == "__main__":
    main()
