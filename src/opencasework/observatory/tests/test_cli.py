"""The command as a person or a program would use it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opencasework.observatory.cli import observatory
from opencasework.observatory.site import build


def run(*arguments: object) -> Result:
    return CliRunner().invoke(observatory, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _built_front_end(front_end: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BUILT_FRONT_END", front_end)


def test_offices_are_simulated_and_a_site_is_built_of_them(tmp_path: Path) -> None:
    simulated = run("simulate", "--offices", 2, "--months", 2, "--seed", 1, "--out", tmp_path / "in")
    built = run("build", tmp_path / "in", "--out", tmp_path / "site", "--json")

    said, attacked = simulated.output.splitlines()
    assert said == f"2 simulated offices are in {tmp_path / 'in'}, all protected; 1 of them attacked too."
    assert re.match(r"office-00\d was attacked: The narrowest interval has \d+ possible values", attacked)
    facts = json.loads(built.output)
    assert (facts["publications"], facts["left_out"]) == (2, [])
    assert (tmp_path / "site" / "index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["build", "nowhere", "--out", "site"], 1, "nowhere is not a folder"),
        (["serve", "nowhere"], 1, "There is no site in nowhere"),
        (["simulate", "--offices", "999", "--out", "in"], 1, "ask for 1 to that many"),
        (["simulate", "--until", "2026-13", "--out", "in"], 2, "2026-13 is not a month"),
        (["build", "in"], 2, "--out"),
        (["build", "in", "--out", "site", "--engine", "abacus"], 2, "abacus"),
    ],
)
def test_mistakes_are_answered_with_a_sentence_and_a_status(
    arguments: list[str], status: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run(*arguments)

    assert result.exit_code == status
    assert sentence in result.output


@pytest.mark.parametrize("command", [[], ["simulate"], ["build"], ["serve"]])
def test_every_help_has_an_example(command: list[str]) -> None:
    assert "Example: casework observatory" in run(*command, "--help").output
