"""Every check that needs no running server, two at a time: a line each, and the whole story of a failure.

make check
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.services.environment import DUMMY_SECRETS

ROOT = Path(__file__).resolve().parent.parent

# Name, command. The slow one first, so that the quick ones run beside it.
CHECKS: dict[str, list[str]] = {
    "types": ["mypy"],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "imports": ["lint-imports", "--no-cache", "--no-logo"],
    "templates": ["djlint", "src", "--lint", "--quiet"],
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "house rules": ["python", "-m", "tools.house"],
}


@dataclass(frozen=True)
class Result:
    name: str
    status: int
    said: str
    seconds: float


def run_check(name: str, command: Sequence[str], environment: dict[str, str]) -> Result:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.returncode, done.stdout.strip(), time.monotonic() - started)


def main() -> int:
    """Run the checks; return 1 when any failed."""
    failed = False
    with tempfile.TemporaryDirectory(prefix="oc-check-") as home, ThreadPoolExecutor(2) as two:
        environment = {**os.environ, **DUMMY_SECRETS, "CASEWORK_HOME": home}
        # mypy's Django plugin and makemigrations read the settings, so they get a home and dummy secrets.
        running = [two.submit(run_check, name, command, environment) for name, command in CHECKS.items()]
        for result in (future.result() for future in running):
            verdict = "FAILED" if result.status else "ok"
            print(f"{result.name:12} {verdict:7} {result.seconds:5.1f} s", flush=True)
            if result.status:
                failed = True
                print(result.said, end="\n\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
