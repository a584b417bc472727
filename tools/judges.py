"""Other people's validators, which judge what we publish: each pinned, in an environment of its own.

    .venv/bin/python -m tools.judges        make the environments that are missing or out of date
    .venv/bin/python -m tools.judges lock   write requirements/judges/*.txt anew

One environment each, because what they need does not go together.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.lock import OPTIONS
from tools.setup import Checkout, SetupError, fingerprint, run

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements" / "judges"
# What each knows that the others do not.
JUDGES = {
    "frictionless": "Data Package: types, patterns, codes, keys between tables",
    "check-jsonschema": "JSON Schema: datapackage.json against that of Data Package 2.0",
    "csvw": "CSVW: a table against the description beside it",
    "pyshacl": "SHACL: the catalogue against the shapes of DCAT-AP",
}


def folder(judge: str) -> Path:
    """Where a judge's environment is, made or not."""
    return ROOT / ".venv" / "judges" / judge


def provide() -> None:
    """Make every environment that is not there as its lock says. Raises SetupError."""
    checkout = Checkout(ROOT)
    with checkout.alone():
        for judge in JUDGES:
            _provide(checkout, judge)


def _provide(checkout: Checkout, judge: str) -> None:
    lock = LOCKS / f"{judge}.txt"
    made_from = fingerprint([lock], str(ROOT), sys.version)
    place = folder(judge)
    if checkout.is_done(f"judge-{judge}", made_from) and place.is_dir():
        return
    shutil.rmtree(place, ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", str(place)], f"Making a place for the judge {judge}")
    python, locked = str(place / "bin" / "python"), ["--require-hashes", "-r", str(lock)]
    uv = [str(checkout.bin / "uv"), "pip", "install", "--quiet", "--python", python, *locked]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *locked]
    try:
        run(uv, f"Installing {judge}")
    except SetupError:  # as in tools/setup.py: some networks only let pip's mirror through
        run(pip, f"Installing {judge} with pip")
    checkout.note_done(f"judge-{judge}", made_from)


def lock_all() -> None:
    """Pin the newest of each judge and all it needs, with hashes."""
    for judge in JUDGES:
        subprocess.run(
            ["uv", "pip", "compile", *OPTIONS, "-", "-o", str(LOCKS / f"{judge}.txt")],
            input=f"{judge}\n",
            stdout=subprocess.DEVNULL,
            text=True,
            check=True,
        )


def main(arguments: list[str]) -> int:
    try:
        lock_all() if arguments == ["lock"] else provide()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
