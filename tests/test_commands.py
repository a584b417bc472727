"""The one command as a person or a script meets it: a process, its words and its exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import psutil
import pytest

from opencasework.cli import COMMANDS
from opencasework.office.config.home import Home
from opencasework.office.config.sqlcipher.base import connection_factory
from opencasework.office.inbox.samples import sample_messages
from opencasework.standard.validate import validate

CASES = 30  # enough for a living office, and soon made


def environment(home: Path) -> dict[str, str]:
    """This process's environment without what the tests told Django, as on any machine."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("CASEWORK_", "DJANGO_"))
    }
    return {**clean, "CASEWORK_HOME": str(home)}


def casework(*arguments: object, home: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "opencasework.cli", *map(str, arguments)],
        env=environment(home),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def says_one_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line a failed command prints; fails the test where it printed a traceback."""
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("Error: ")
    return lines[0]


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    ended = casework("demo", "--no-serve", "--cases", CASES, home=home)
    assert ended.returncode == 0, ended.stderr
    return home


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name, tmp_path):
    ended = casework(name, "--help", home=tmp_path)

    assert ended.returncode == 0, ended.stderr
    group = "Commands:" in ended.stdout
    assert group or "Example: casework" in ended.stdout


def test_an_unknown_command_is_a_mistake_in_usage(tmp_path):
    assert casework("frobnicate", home=tmp_path).returncode == 2


def test_the_same_seed_makes_the_same_office(demo_home, tmp_path):
    casework("demo", "--no-serve", "--cases", CASES, home=tmp_path / "twin")

    def figures(home: Path) -> str:
        return (home / "publications" / "published" / "data" / "counts.csv").read_text()

    assert figures(demo_home) == figures(tmp_path / "twin")


def test_the_demonstration_is_made_once_and_then_kept(demo_home):
    again = casework("demo", "--no-serve", home=demo_home)

    assert again.returncode == 0
    assert "Making" not in again.stdout


def test_what_the_demonstration_has_published_is_valid(demo_home):
    published = demo_home / "publications" / "published"

    assert validate(published).ok
    assert casework("standard", "validate", published, home=demo_home).returncode == 0


def test_doctor_finds_the_demonstration_sound(demo_home):
    ended = casework("doctor", home=demo_home)

    assert ended.returncode == 0, ended.stdout
    assert "encrypted at rest" in ended.stdout or "PostgreSQL" in ended.stdout


def test_the_database_on_the_disk_cannot_be_read_without_its_key(demo_home):
    assert b"SQLite format 3" not in (demo_home / "office.sqlite3").read_bytes()[:32]
    assert b"Sundaresan" not in (demo_home / "office.sqlite3").read_bytes()


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("real") / "home"
    made = casework(
        "init", "--member", "Ada Fictional", "--area", "Wexcombe North", "--area-code", "E14999999",
        "--email", "office@fictional.example", home=home,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return home


def test_a_colleague_is_added_to_a_real_office(real_home):
    added = casework(
        "staff", "add", "ana", "--name", "Ana Invented", "--email", "ana@fictional.example",
        "--role", "caseworker", "--password", "three green bicycles", home=real_home,
    )  # fmt: skip

    assert added.returncode == 0, added.stderr
    assert "Ana Invented can sign in as ana" in added.stdout


def test_a_real_office_is_never_made_a_demonstration(real_home):
    assert "holds a real office" in says_one_sentence(casework("demo", "--no-serve", home=real_home))


@pytest.fixture(scope="module")
def earlier_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration whose tables a development version made, before migrations began anew."""
    home = tmp_path_factory.mktemp("earlier") / "home"
    shutil.copytree(demo_home, home)
    with closing(connection_factory(Home(home).key("database"))(str(home / "office.sqlite3"))) as database:
        database.execute("UPDATE django_migrations SET name = '0001_initial' WHERE app = 'staff'")
        database.commit()
    return home


@pytest.mark.parametrize("command", [["demo", "--no-serve"], ["serve"]])
def test_tables_of_a_development_version_are_left_alone_and_said(command, earlier_home):
    before = (earlier_home / "office.sqlite3").read_bytes()

    sentence = says_one_sentence(casework(*command, home=earlier_home))

    assert f"The demonstration in {earlier_home} was made by an earlier development version" in sentence
    assert "casework demo --home demo-anew" in sentence
    assert (earlier_home / "office.sqlite3").read_bytes() == before


def test_doctor_says_that_tables_are_of_a_development_version(earlier_home):
    ended = casework("doctor", home=earlier_home)

    assert ended.returncode == 1
    assert "WRONG  Tables: The demonstration" in ended.stdout


@pytest.mark.parametrize(
    "command", [["ingest", "x.eml"], ["collect-mail"], ["publish", "--month", "2026-01"], ["serve"]]
)
def test_without_an_office_a_command_says_how_to_make_one(command, tmp_path):
    (tmp_path / "x.eml").write_bytes(sample_messages(1, date(2026, 11, 22))[0])

    sentence = says_one_sentence(casework(*command, home=tmp_path / "nothing"))

    assert "casework init" in sentence
    assert not (tmp_path / "nothing").exists()


def test_a_home_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")

    sentence = says_one_sentence(casework("demo", "--no-serve", home=tmp_path / "file" / "home"))

    assert "cannot be used" in sentence
    assert "--home" in sentence


def test_a_file_that_is_no_mail_is_said_and_not_kept(demo_home, tmp_path):
    (tmp_path / "holiday.eml").write_bytes(bytes(range(256)) * 40)

    ended = casework("ingest", "--json", tmp_path / "holiday.eml", home=demo_home)

    assert ended.returncode == 1
    assert json.loads(ended.stdout.splitlines()[-1])["new"] == 0
    assert "Traceback" not in ended.stderr


def test_one_message_can_be_read_without_an_office(tmp_path):
    file = tmp_path / "one.eml"
    file.write_bytes(
        b"From: Ana <ana@post.example>\nTo: office@x.example\nSubject: Damp\n\nThe wall is wet.\n"
    )

    ended = casework("parse-mail", file, home=tmp_path / "nothing")

    read = json.loads(ended.stdout)
    assert read["from"] == "Ana <ana@post.example>"
    assert read["text"].strip() == "The wall is wet."
    assert not (tmp_path / "nothing").exists()


def test_a_port_in_use_is_said_before_any_work_is_done(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        sentence = says_one_sentence(casework("demo", "--port", port, home=tmp_path / "home"))

    assert f"Port {port} is in use" in sentence
    assert not (tmp_path / "home").exists()


@pytest.fixture
def served(demo_home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "opencasework.cli", "demo", "--port", str(port)],
        env=environment(demo_home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://localhost:{port}/healthz")
        yield process, port
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_ctrl_c_ends_web_worker_and_observatory_together(served):
    process, port = served
    page = urllib.request.urlopen(f"http://localhost:{port}/accounts/login/").read().decode()
    family = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=100)

    assert "Sign in" in page
    assert re.search(r"priya\s+\S+\s+Priya Sundaresan", output)
    assert family, "the worker is a child"
    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert not alive
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


def test_a_killed_parent_leaves_no_orphans(served):
    process, _port = served
    family = psutil.Process(process.pid).children(recursive=True)

    process.kill()

    _gone, alive = psutil.wait_procs(family, timeout=30)
    assert not alive
