"""P12 and P15 in full: every address of the office, asked for by every role not named on a restricted case.

    .venv/bin/python -m benchmarks.need_to_know [--database sqlite|postgresql] [--only WORDS]

It takes many minutes, so it is no test of every commit. --only runs the tests whose names have these words,
as pytest's -k does; the log names each test as it ends.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    arguments.add_argument("--only", default="")
    given = arguments.parse_args()
    # However busy the machine is, a crawl is not broken off before six hours.
    chosen = {"CASEWORK_TEST_DATABASE": given.database, "CASEWORK_CRAWL_SECONDS": "21600"}
    tests = ["tests/test_need_to_know.py", "tests/test_who_saw_what.py"]
    command = [sys.executable, "-m", "pytest", *tests, "-m", "crawl", "-v", "--tb=short"]
    command += ["-k", given.only] if given.only else []
    sys.exit(subprocess.run(command, env=os.environ | chosen).returncode)


if __name__ == "__main__":
    main()
