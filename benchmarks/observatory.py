"""The observatory at size: a nation simulated, its site built, one more month, and how the time grows.

    .venv/bin/python -m benchmarks.observatory simulate --into NATION    650 offices, 100 councillors
    .venv/bin/python -m benchmarks.observatory build --nation NATION      publications to site, 100 to 20,650

For the thousands of smaller offices the publications of the simulated councillors are copied under other
wards: their rows are another's, but each is read, judged and shown as any other. Times are of the clock, with
the processor's beside them; memory is that of all processes together, the memory they share counted once.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.report import Row, report
from opencasework.standard.descriptor import csv_rows
from opencasework.standard.observations import lines_hash

CONSTITUENCIES, COUNCILLORS, MONTHS, SEED = 650, 100, 24, 7
PROMISED = {650: (60, 1_000), 20_650: (300, 2_000)}  # seconds, megabytes
SIZES = (100, 650, 5_650, 20_650)
LOOKED_AT_EVERY = 0.2  # seconds
CASEWORK = [sys.executable, "-m", "opencasework.cli"]


@dataclass(frozen=True)
class Run:
    """What a command took: seconds of the clock and of the processor, and megabytes at its largest."""

    seconds: float
    processor: float
    megabytes: float


def run(*command: str) -> Run:
    """Run `casework observatory …` and watch it and its children."""
    began = time.perf_counter()
    most, used = 0.0, {}
    with subprocess.Popen([*CASEWORK, "observatory", *command], stdout=subprocess.DEVNULL) as process:
        main = psutil.Process(process.pid)
        while process.poll() is None:
            held = 0.0
            try:
                for each in [main, *main.children(recursive=True)]:
                    held += each.memory_full_info().pss / 1e6
                    times = each.cpu_times()
                    used[each.pid] = times.user + times.system
            except psutil.Error:  # one that ends while it is looked at
                pass
            most = max(most, held)
            time.sleep(LOOKED_AT_EVERY)
    if process.returncode:
        raise SystemExit(f"casework observatory {' '.join(command)} failed.")
    return Run(time.perf_counter() - began, sum(used.values()), most)


def simulate(into: Path) -> list[Row]:
    """Make the nation."""
    taken = run(
        "simulate", "--offices", str(CONSTITUENCIES), "--councillors", str(COUNCILLORS),
        "--months", str(MONTHS), "--seed", str(SEED), "--out", str(into),
    )  # fmt: skip
    return [
        Row(
            f"{CONSTITUENCIES} offices and {COUNCILLORS} councillors, {MONTHS} months, 1 % attacked",
            f"{taken.seconds / 60:.1f} min ({taken.processor / 60:.1f} min of processor time)",
            "≤ 15 min",
            taken.seconds <= 900,
        )
    ]


def copy_under_another_ward(office: Path, ward: str, post: str, into: Path) -> None:
    """The same publication as if it were another ward's: rows, ledger, descriptor and codes."""
    about = json.loads((office / "datapackage.json").read_text("utf-8"))["openCasework"]["office"]
    shutil.copytree(office, into)
    for file in into.rglob("*"):
        if file.is_file():
            text = file.read_text("utf-8").replace(about["area_code"], ward).replace(about["post"], post)
            file.write_text(text, "utf-8")
    by_period: dict[str, list[str]] = {}
    for line in (into / "data/counts.csv").read_text("utf-8").splitlines()[1:]:
        by_period.setdefault(line.partition(",")[0], []).append(line)
    ledger = into / "releases.csv"
    text = ledger.read_text("utf-8")
    for row in csv_rows(ledger.read_bytes()):
        text = text.replace(row["sha256"], lines_hash(by_period[row["period"]]))
    ledger.write_text(text, "utf-8")


def publications(nation: Path, size: int, into: Path) -> None:
    """A folder of `size` publications: constituencies first, then councillors' copies."""
    into.mkdir()
    offices = sorted(nation.glob("office-*"))[:size]
    for office in offices:
        (into / office.name).symlink_to(office.resolve(), target_is_directory=True)
    councillors = sorted(nation.glob("councillor-*"))
    for number in range(size - len(offices)):
        copy_under_another_ward(
            councillors[number % len(councillors)],
            f"E0598{number // 2:04d}" if number < 20_000 else f"E0597{number // 2:04d}",
            f"simulated/copy/{number}",
            into / f"copy-{number:05d}",
        )


def months_of(office: Path) -> list[str]:
    """The months a publication has, in order."""
    lines = (office / "data/counts.csv").read_text("utf-8").splitlines()[1:]
    periods = {line.partition(",")[0] for line in lines}
    return sorted(period for period in periods if len(period) == len("2026-10"))


def of_most_months(offices: Path) -> str:
    """The first office of as many months as any: without the newest one it would move no average."""
    months = {office.name: len(months_of(office)) for office in sorted(offices.glob("office-*"))}
    return max(months, key=lambda name: months[name])


def drop(office: Path, month: str) -> None:
    """Take its oldest or newest month out of a publication, as it was before that was published."""
    counts, ledger = office / "data/counts.csv", office / "releases.csv"
    kept = [line for line in counts.read_text("utf-8").splitlines() if not line.startswith(f"{month},")]
    counts.write_text("\n".join([*kept, ""]), "utf-8")
    lines = [line for line in ledger.read_text("utf-8").splitlines() if f",{month}," not in line]
    ledger.write_text("\n".join([*lines, ""]), "utf-8")
    about = json.loads((office / "datapackage.json").read_text("utf-8"))
    months = months_of(office)
    about["openCasework"]["coverage"] |= {"from": months[0], "to": months[-1]}
    (office / "datapackage.json").write_text(json.dumps(about), "utf-8")


def again(nation: Path, into: Path, site: Path, *, whole: Run, one: str) -> list[Row]:
    """Build the same once more: with nothing new, a month more of `one` office, new or old, and of all."""

    def row(what: str, promised: float = math.inf) -> Row:
        taken = run("build", str(into), "--out", str(site))
        share = taken.processor / whole.processor
        told = f"{share:.0%} of that ({taken.seconds:.0f} s, {taken.processor:.1f} s of processor time)"
        return Row(what, told, f"≤ {promised:.0%}" if promised < 1 else "", share <= promised)

    rows = [row("the same, nothing new", 0.1)]
    shutil.rmtree(into / one)
    shutil.copytree((nation / one).resolve(), into / one)
    rows.append(row("the same, the newest month more of one of them", 0.1))
    drop(into / one, months_of(into / one)[0])
    run("build", str(into), "--out", str(site))
    shutil.rmtree(into / one)
    shutil.copytree((nation / one).resolve(), into / one)
    rows.append(row("the same, an older month more of one of them", 0.1))
    offices = sorted(into.iterdir())
    newest = max(months_of(office)[-1] for office in offices)
    for office in offices:
        later = (nation / office.name).resolve()
        office.unlink() if office.is_symlink() else shutil.rmtree(office)
        shutil.copytree(later, office)
        if months_of(office)[-1] == newest:
            drop(office, newest)
    run("build", str(into), "--out", str(site))
    for office in offices:
        shutil.rmtree(office)
        shutil.copytree((nation / office.name).resolve(), office)
    rows.append(row("the same, the newest month more of all of them"))
    return rows


def build(nation: Path, sizes: Sequence[int], again_at: int = CONSTITUENCIES) -> list[Row]:
    """Build sites of growing nations; one of them again with nothing new and with a month more."""
    rows, points = [], []
    with tempfile.TemporaryDirectory(prefix="oc-nation-") as folder:
        for size in sizes:
            into, site = Path(folder) / f"in-{size}", Path(folder) / f"site-{size}"
            publications(nation, size, into)
            one = of_most_months(into)
            whole = into / one
            later = whole.resolve()
            whole.unlink()
            shutil.copytree(later, whole)
            drop(whole, months_of(whole)[-1])
            taken = run("build", str(into), "--out", str(site))
            points.append((size, taken.processor))
            most_seconds, most_megabytes = PROMISED.get(size, (math.inf, math.inf))
            measured = f"{taken.seconds:.0f} s ({taken.processor:.0f} s of processor time)"
            rows.append(
                Row(
                    f"{size:,} offices × {MONTHS} months, from publications to site",
                    f"{measured}, {taken.megabytes:.0f} MB",
                    f"≤ {most_seconds} s, {most_megabytes:,} MB" if size in PROMISED else "",
                    taken.seconds <= most_seconds and taken.megabytes <= most_megabytes,
                )
            )
            if size == again_at:
                rows += again(nation, into, site, whole=taken, one=one)
    if len(points) > 1:
        (few, first), (many, last) = points[0], points[-1]
        slope = (last - first) / (many - few)
        rows.append(Row("processor time for each office more", f"{slope * 1000:.0f} ms", "linear", good=True))
    return rows


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("simulate")
    made.add_argument("--into", type=Path, required=True)
    built = commands.add_parser("build")
    built.add_argument("--nation", type=Path, required=True)
    built.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    built.add_argument("--again", type=int, default=CONSTITUENCIES, help="the size that is built again")
    asked = parser.parse_args()
    if asked.command == "simulate":
        report(simulate(asked.into))
    else:
        report(build(asked.nation, asked.sizes, asked.again))


if __name__ == "__main__":
    main()
