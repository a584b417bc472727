"""Loading a postcode directory of full size: how long, how much memory, how large, and how fast one asks it.

    .venv/bin/python -m benchmarks.places [--postcodes 2700000]

The rows are invented, in the columns of the ONS Postcode Directory, and in no order.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import string
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Row, report
from tests.services.local import short_folder

MOST_MEMORY = 200_000_000  # bytes
ASKED = 2_000
ASK = """\
import random, sys, time
from opencasework.office.config.start import use_home
use_home(None)
from opencasework.office.places import directory
loaded = directory.loaded()
asked = [line.strip() for line in open(sys.argv[1])]
started = time.monotonic()
assert all(directory._found(loaded, each) for each in asked)
print((time.monotonic() - started) / len(asked) * 1_000_000)
"""


def write(path: Path, count: int) -> None:
    """An invented directory of so many rows; some of its postcodes beside it."""
    from opencasework.office.places.tests import onspd

    letters = [each for each in string.ascii_uppercase if each not in "CIKMOV"]
    inward = [f"{digit}{one}{two}" for digit in range(10) for one in letters for two in letters]
    outward = [f"{one}{two}{number}" for number in range(1, 10) for one in letters for two in letters]
    chance = random.Random(1)
    pairs = list(itertools.islice(itertools.product(outward, inward), count))
    chance.shuffle(pairs)
    before, after = onspd.OLD.split(",").index("pcon"), onspd.OLD.count(",")
    fill = ",".join(["E99999999"] * (before - 9))
    rest = ",".join(["E99999999"] * (after - before))
    with path.open("w") as file:
        file.write(onspd.OLD + "\n")
        for first, second in pairs:
            area, ward = chance.randrange(650), chance.randrange(8_000)
            file.write(
                f'"{first:<4}{second}","{first:<5}{second}","{first} {second}",198001,,'
                "E99999999,E99999999,E99999999,"
                f"E05{ward:06},{fill},E14{area:06},{rest}\n"
            )
    path.with_name("asked").write_text("\n".join(" ".join(pair) for pair in chance.sample(pairs, ASKED)))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--postcodes", type=int, default=2_700_000)
    arguments.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.write:
        write(given.write / "directory.csv", given.postcodes)
        return
    casework = Path(sys.executable).with_name("casework")
    with short_folder("places") as home:
        folder = Path(home)
        os.environ["CASEWORK_HOME"] = str(folder / "home")
        command: list[str | Path] = [
            casework,
            "init",
            "--member",
            "A B",
            "--area",
            "Wexcombe",
            "--area-code",
            "E14000001",
            "--email",
            "a@b.example",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, input=b"")
        # In a process of its own: the memory of this one would be counted as that of its children.
        itself = [sys.executable, "-m", "benchmarks.places", "--postcodes", str(given.postcodes)]
        writer = subprocess.Popen([*itself, "--write", str(folder)])
        assert writer.wait() == 0
        size = (folder / "directory.csv").stat().st_size
        loading = subprocess.Popen([casework, "places", "load", folder / "directory.csv"])
        _, status, used = os.wait4(loading.pid, 0)
        assert status == 0
        seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
        (folder / "ask.py").write_text(ASK)
        said = subprocess.run(
            [sys.executable, folder / "ask.py", folder / "asked"], check=True, capture_output=True
        )
        made = (folder / "home" / "places" / "postcodes").stat().st_size
    report(
        [
            Row(
                f"loading {given.postcodes:,} postcodes ({size / 1e6:.0f} MB)",
                f"{seconds:.0f} s of the processor",
                "",
                good=True,
            ),
            Row(
                "… its memory",
                f"{memory / 1e6:.0f} MB",
                f"≤ {MOST_MEMORY / 1e6:.0f} MB",
                memory <= MOST_MEMORY,
            ),
            Row("… what it is stored in", f"{made / 1e6:.0f} MB", "", good=True),
            Row("asking for one postcode", f"{float(said.stdout):.0f} µs", "", good=True),
        ]
    )


if __name__ == "__main__":
    main()
