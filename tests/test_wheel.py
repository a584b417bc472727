"""What an office installs is one wheel: it has all it needs, and nothing it does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.services.environment import DUMMY_SECRETS

ROOT = Path(__file__).resolve().parent.parent
STATIC_TAG = re.compile(r"{%\s*static\s+[\"']([^\"'{]+)[\"']\s*%}")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The built wheel, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@pytest.fixture(scope="module")
def collected(installed, tmp_path_factory):
    """The names of all static files as they are in use: hashed, from the wheel alone."""
    home = tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    # Not debugging, as in an office: hashed names, and an error for a style sheet that names a missing file.
    environment |= DUMMY_SECRETS | {
        "CASEWORK_HOME": str(home),
        "CASEWORK_DEBUG": "no",
        "PYTHONPATH": str(installed),
    }
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {str(path.relative_to(home / "static")) for path in (home / "static").rglob("*") if path.is_file()}


def test_every_static_file_a_template_names_is_in_the_wheel(installed, collected):
    templates = [path for path in installed.rglob("*.html") if "office" in path.parts]
    named = {name for path in templates for name in STATIC_TAG.findall(path.read_text(encoding="utf-8"))}

    assert named
    assert named <= collected


@pytest.mark.parametrize("suffix", [".html", ".csv", ".woff2", ".svg", ".mo", ".ttf"])
def test_whatever_git_or_the_build_put_beside_the_code_is_in_the_wheel(installed, suffix):
    def all_of(folder):
        files = {str(path.relative_to(folder)) for path in folder.rglob(f"*{suffix}")}
        return {name for name in files if "/tests/" not in name}

    assert all_of(installed / "opencasework") == all_of(ROOT / "src" / "opencasework")


def test_the_typefaces_of_pdfs_are_in_the_wheel(installed):
    made = installed / "opencasework" / "office" / "kit" / "typefaces"

    assert len(list(made.glob("*.ttf"))) > 20
    assert (made / "characters.txt").is_file()


def test_the_wheel_says_whose_work_it_carries(installed):
    assert list(installed.rglob("THIRD-PARTY.txt"))
    assert list(installed.glob("*.dist-info/licenses/LICENSE"))


def test_no_test_is_in_the_wheel(installed):
    assert [path for path in installed.rglob("test_*.py")] == []
