"""Everything CI runs: the services, the checks, then the tests on SQLite and on PostgreSQL, side by side.

    make test

The two runs share the machine's cores. The first is shown as it goes, the second whole when it ends;
the last line is pytest's own, and a run that failed is the one shown last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from tools import check, judges, services
from tools.setup import SetupError

ROOT = Path(__file__).resolve().parent.parent
# Only these touch the office's database; the rest would be the same test twice.
DATABASE_TESTS = ["src/opencasework/office", "tests"]


def start_pytest(database: str, paths: list[str], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    colour = "yes" if sys.stdout.isatty() else "no"
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            f"--color={colour}",
            "-o",
            f"cache_dir=.pytest_cache/{database}",
            *paths,
        ],
        cwd=ROOT,
        env={**os.environ, "CASEWORK_TEST_DATABASE": database},
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
    )


def summary_of(output: str) -> str:
    """Return the end of pytest's output: the short list of what failed and the line with the counts."""
    _, heading, rest = output.rpartition("short test summary info")
    return f"=== {heading}{rest}".strip() if heading else output.strip().rpartition("\n")[2]


def run_tests() -> int:
    """Run both; return 0 only if both passed."""
    with tempfile.TemporaryFile() as aside:
        postgresql = start_pytest("postgresql", DATABASE_TESTS, aside)
        sqlite = start_pytest("sqlite", [], subprocess.PIPE)  # type: ignore[arg-type]
        assert sqlite.stdout is not None
        shown: list[str] = []
        for line in sqlite.stdout:
            shown.append(line.decode(errors="replace"))
            sys.stdout.write(shown[-1])
            sys.stdout.flush()
        statuses = [sqlite.wait(), postgresql.wait()]
        aside.seek(0)
        sys.stdout.write(aside.read().decode(errors="replace"))
    if statuses[0] and not statuses[1]:
        print(f"\nOn SQLite, above, not everything passed:\n{summary_of(''.join(shown))}")
    # Any, not the largest: a run that was killed has a negative status.
    return 1 if any(statuses) else 0


def main() -> int:
    try:
        services.provide()
        judges.provide()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    # Both are run whatever the first says: a person mends both in one go.
    try:
        checked = check.main()
        tested = run_tests()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    if checked:
        print("\nNot every check passed; they are at the top.")
    return checked or tested


if __name__ == "__main__":
    sys.exit(main())
