"""The ground an office stands on: its keys, its SQLite, its worker."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from opencasework.office.config.home import KEYS, Home, HomeError
from opencasework.office.config.serving import parent_is_there
from opencasework.office.config.sqlcipher.base import refuse_unsafe
from opencasework.office.config.worker import Duty
from tests.services.local import wait_until


def test_all_keys_are_made_at_once_and_for_the_owner_only(tmp_path):
    home = Home(tmp_path)

    home.make_keys()

    made = sorted((tmp_path / "keys").iterdir())
    assert [key.stem for key in made] == sorted(KEYS)
    assert {key.stat().st_mode & 0o777 for key in made} == {0o600}
    assert len({key.read_text() for key in made}) == len(KEYS)


def test_of_many_processes_that_make_a_key_all_use_the_same(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _number: Home(tmp_path).key("reply"), range(64)))

    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["reply.key"]


@pytest.mark.parametrize("content", ["", "0" * 63, "not a key", "Z" * 64])
def test_a_file_that_holds_no_key_is_refused_with_a_sentence(tmp_path, content):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "reply.key").write_text(content)

    with pytest.raises(HomeError, match="does not hold a key of 64 hexadecimal digits"):
        Home(tmp_path).key("reply")


def test_a_line_of_settings_that_is_none_is_named(tmp_path):
    (tmp_path / "office.env").write_text("# mail\nCASEWORK_SMTP_HOST=mail.example\nfrobnicate\n")

    with pytest.raises(HomeError, match=r"Line 3 of .* is not NAME=value"):
        Home(tmp_path).environment()


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_an_office_does_not_start_on_a_sqlite_that_loses_data(version):
    with pytest.raises(ImproperlyConfigured, match="can lose data"):
        refuse_unsafe(version)


def test_a_duty_that_fails_waits_longer_and_says_nothing_of_what_it_read(caplog):
    def fail() -> None:
        raise ValueError("Nia Pryce, QQ 12 34 56 C")

    duty = Duty("Reading mail", timedelta(seconds=5), fail)

    for now in (0.0, 5.0, 10.0, 11.0):
        duty.turn(now)

    assert duty.failures == 2  # at 0 and at 10: the second try waited twice as long
    assert "Reading mail failed (ValueError)" in caplog.text
    assert "Pryce" not in caplog.text


def test_a_slow_mailbox_does_not_hold_up_a_letter(monkeypatch):
    from opencasework.office.config import worker

    sent = threading.Event()
    stop = threading.Event()
    slow = Duty("Collecting", timedelta(seconds=60), lambda: stop.wait(30))
    quick = Duty("Sending", timedelta(seconds=1), sent.set)
    monkeypatch.setattr(worker, "lanes", lambda: [[slow], [quick]])
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    running = threading.Thread(target=worker.run, kwargs={"wanted": lambda: not stop.is_set()})

    running.start()
    was_sent = sent.wait(20)
    stop.set()
    running.join(20)

    assert was_sent
    assert not running.is_alive()


def test_a_worker_ends_with_its_parent(monkeypatch):
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        is_there = parent_is_there()
        before = is_there()
        os.close(writing)
        wait_until(lambda: not is_there(), what="the end")

    assert before


def test_a_worker_that_nobody_gives_any_input_goes_on(monkeypatch):
    """As under systemd, in a container or with nohup."""
    with Path(os.devnull).open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        is_there = parent_is_there()
        time.sleep(0.2)  # its end would be seen at once

        assert is_there()
