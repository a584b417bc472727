"""The judges are pinned, made once, and made anew when a lock changes."""

from __future__ import annotations

import re

import pytest

from tools import judges
from tools.setup import SetupError


@pytest.mark.parametrize("judge", judges.JUDGES)
def test_everything_a_judge_needs_is_pinned_by_hash_and_from_anywhere(judge):
    lock = (judges.LOCKS / f"{judge}.txt").read_text(encoding="utf-8")

    assert re.search(rf"^{judge}==", lock, re.MULTILINE)
    packages = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in lock


def test_a_judge_that_is_there_is_not_made_again(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(judges, "run", lambda command, doing: made.append(doing))
    monkeypatch.setattr(judges, "folder", lambda judge: tmp_path)
    done = {}
    monkeypatch.setattr(judges.Checkout, "is_done", lambda self, step, of: done.get(step) == of)
    monkeypatch.setattr(judges.Checkout, "note_done", lambda self, step, of: done.update({step: of}))
    monkeypatch.setattr(judges.shutil, "rmtree", lambda *arguments, **options: None)

    judges.provide()
    judges.provide()

    assert made == [
        line
        for judge in judges.JUDGES
        for line in (f"Making a place for the judge {judge}", f"Installing {judge}")
    ]


def test_a_judge_that_cannot_be_installed_is_named(monkeypatch, capsys):
    def fails():
        raise SetupError('"Installing csvw" failed for the reason above.')

    monkeypatch.setattr(judges, "provide", fails)

    assert judges.main([]) == 1
    assert "Installing csvw" in capsys.readouterr().err


def test_each_judge_has_an_environment_of_its_own():
    assert len({judges.folder(judge) for judge in judges.JUDGES}) == len(judges.JUDGES) == 4
