"""P12 in full: every address of the office, asked for by every role that is not named on a restricted case.

    .venv/bin/python -m benchmarks.need_to_know [--database sqlite|postgresql]

The test of every commit, `tests/test_need_to_know.py`, asks as the two roles that see most.
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
    chosen = {"CASEWORK_TEST_ROLES": "all", "CASEWORK_TEST_DATABASE": given.database}
    command = [sys.executable, "-m", "pytest", "tests/test_need_to_know.py", "-q", "--timeout", "3600"]
    sys.exit(subprocess.run(command, env=os.environ | chosen).returncode)


if __name__ == "__main__":
    main()
