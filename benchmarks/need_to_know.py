"""P12 and P15 in full: every address of the office, asked for by every role not named on a restricted case.

    .venv/bin/python -m benchmarks.need_to_know [--database sqlite|postgresql]

It takes many minutes, so it is no test of every commit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = arguments.parse_args()
    chosen = {"CASEWORK_TEST_DATABASE": given.database}
    tests = ["tests/test_need_to_know.py", "tests/test_who_saw_what.py"]
    command = [sys.executable, "-m", "pytest", *tests, "-m", "crawl", "-q", "--timeout", "3600"]
    sys.exit(subprocess.run(command, env=os.environ | chosen).returncode)


if __name__ == "__main__":
    main()
