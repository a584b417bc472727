"""Write requirements/*.txt anew: every package pinned and hashed, for every platform and Python from 3.11.

    make lock

No address of an index is written, so that each machine uses the mirror it is configured for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
OPTIONS = [
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
]


def compile_lock(name: str, source: str, *options: str) -> None:
    """Resolve `source` (a file, or "-" for a requirement on standard input) into requirements/NAME.txt."""
    subprocess.run(
        ["uv", "pip", "compile", *OPTIONS, source, *options, "-o", str(REQUIREMENTS / f"{name}.txt")],
        cwd=ROOT,
        input="uv\n" if source == "-" else None,
        stdout=subprocess.DEVNULL,  # uv prints the whole lock as well
        text=True,
        check=True,
    )


def main(arguments: list[str]) -> int:
    upgrade = ["--upgrade"] if "--upgrade" in arguments else []
    compile_lock("uv", "-", *upgrade)
    compile_lock("app", "pyproject.toml", "--group=build", *upgrade)
    # Constrained, so that what is tested is what offices run.
    compile_lock("dev", "pyproject.toml", "--group=dev", "--constraints=requirements/app.txt", *upgrade)
    print("requirements/uv.txt, app.txt and dev.txt are written; read the difference before you commit it.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
