"""How long the fictional office takes to make, and how big it is.

.venv/bin/python -m benchmarks.demo_data [--cases N]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row, report

PROMISED_SECONDS = 20


def size_of(folder: Path) -> int:
    """Return the bytes of every file below the folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(description="Time the making of the fictional office.")
    parser.add_argument("--cases", type=int, help="how many; else as many as the demo makes by itself")
    cases = parser.parse_args().cases
    casework = Path(sys.executable).with_name("casework")
    options = ["--cases", str(cases)] if cases else []
    with tempfile.TemporaryDirectory(prefix="oc-demo-") as folder:
        home = Path(folder) / "home"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        started = time.monotonic()
        subprocess.run(
            [str(casework), "demo", "--no-serve", "--home", str(home), *options],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.monotonic() - started
        megabytes = size_of(home) / 1e6
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    good = seconds <= PROMISED_SECONDS
    report(
        [
            Row(
                f"demo data, {cases or 'default'} cases", f"{seconds:.1f} s", f"≤ {PROMISED_SECONDS} s", good
            ),
            Row("its home folder", f"{megabytes:.0f} MB", "", good=True),
            Row("processor time in it", f"{used.ru_utime + used.ru_stime:.1f} s", "", good=True),
            Row("memory while making it", f"{used.ru_maxrss / 1000:.0f} MB", "", good=True),
        ]
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
