"""Setting up does each step once, and says in a sentence what stands in its way."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tools import setup


@pytest.fixture
def checkout(tmp_path):
    return setup.Checkout(tmp_path)


def test_a_step_is_done_again_only_when_what_it_was_made_from_changes(checkout, tmp_path):
    lock = tmp_path / "app.txt"
    lock.write_text("django==5.2")
    checkout.note_done("app", setup.fingerprint([lock]))

    assert checkout.is_done("app", setup.fingerprint([lock]))
    lock.write_text("django==5.2.1")
    assert not checkout.is_done("app", setup.fingerprint([lock]))


def test_a_moved_checkout_is_set_up_again(tmp_path):
    lock = tmp_path / "app.txt"
    lock.touch()

    assert setup.fingerprint([lock], "here") != setup.fingerprint([lock], "there")


def test_a_python_without_the_means_to_make_environments_is_named(checkout, tmp_path, monkeypatch):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "uv.txt").touch()
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(setup.SetupError, match='install the Debian package "python3-venv"'):
        checkout.make_venv()


def test_a_python_that_is_too_old_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    monkeypatch.setattr(setup, "newer_python", lambda: None)

    with pytest.raises(setup.SetupError, match=r"needs Python 3\.11 or newer .* make demo PYTHON="):
        setup.require_python()


def test_what_a_failing_step_said_is_shown(capsys):
    with pytest.raises(setup.SetupError, match='"Trying" failed'):
        setup.run([sys.executable, "-c", "raise SystemExit('no disk left')"], "Trying")

    assert "no disk left" in capsys.readouterr().err


def test_one_package_is_read_out_of_a_lock_with_its_hashes(tmp_path):
    lock = tmp_path / "dev.txt"
    lock.write_text(
        "nodejs==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nother==2 \\\n    --hash=sha256:cc\n"
    )

    assert setup.locked("nodejs", lock) == "nodejs==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"


def test_a_library_that_cannot_be_loaded_is_named_by_its_package():
    assert setup.missing_libraries({"libc.so.6": "libc6", "libnone.so.1": "libnone1"}) == ["libnone1"]


def test_the_command_takes_the_place_of_the_set_up(tmp_path):
    code = (
        "import os; from pathlib import Path; from tools import setup; print(os.getpid(), flush=True); "
        f"setup.become(setup.Checkout(Path({str(tmp_path)!r})), ['sh', '-c', 'echo $$'])"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=setup.ROOT
    )

    before, after = said.stdout.split()
    assert before == after
