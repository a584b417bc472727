"""A simulated nation can be told which issues are to grow or jump."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from opencasework.observatory.cli import observatory
from opencasework.standard.publication import read


def simulated(folder: Path, scenario: object = None) -> str:
    """What the command said; the nation is in `folder`/nation."""
    file = folder / "scenario.json"
    file.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario))
    arguments = ["simulate", "--offices", "2", "--months", "13", "--seed", "4", "--until", "2026-10"]
    asked = [] if scenario is None else ["--scenario", str(file)]
    return CliRunner().invoke(observatory, [*arguments, "--out", str(folder / "nation"), *asked]).output


def cases(folder: Path, category: str, months: tuple[str, ...]) -> int:
    rows = [row for office in (folder / "nation").iterdir() for row in read(office).observations]
    asked = (category, "_T", "cases_opened")
    return sum(
        row.value or 0
        for row in rows
        if (row.category, row.body, row.measure) == asked and row.period in months
    )


BEFORE, AFTER = ("2026-03", "2026-04", "2026-05"), ("2026-06", "2026-07", "2026-08")


def test_an_issue_jumps_in_the_month_the_scenario_says(tmp_path: Path) -> None:
    said = simulated(tmp_path, {"benefits": {"step": 6, "from": "2026-06"}})

    assert "2 simulated offices" in said
    assert cases(tmp_path, "benefits", AFTER) > 3 * cases(tmp_path, "benefits", BEFORE)
    assert cases(tmp_path, "health", AFTER) < 2 * cases(tmp_path, "health", BEFORE)


def test_an_issue_can_vanish(tmp_path: Path) -> None:
    simulated(tmp_path, {"tax": {"step": 0, "from": "2026-06"}, "housing": {"growth": 0.5}})

    assert cases(tmp_path, "tax", BEFORE) > 0
    assert cases(tmp_path, "tax", AFTER) == 0


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        ("{", "cannot be read as JSON"),
        ([], "names no issue"),
        ({}, "names no issue"),
        (
            {"weather": {"growth": 1}},
            "'weather' is no issue of a simulated office; there are armed-forces, benefits, ",
        ),
        ({"housing": {}}, "housing may have growth, step and from"),
        ({"housing": {"gowth": 1}}, "housing may have growth, step and from"),
        ({"housing": {"growth": "much"}}, "The growth of housing is 'much'"),
        ({"housing": {"growth": 1e6}}, "The growth of housing is 1000000.0"),
        ({"housing": {"step": -1, "from": "2026-06"}}, "The step of housing is -1"),
        ({"housing": {"step": 2}}, "housing steps from ''; a step has a month"),
        ({"housing": {"step": 2, "from": "June"}}, "housing steps from 'June'"),
        ({"housing": {"growth": True}}, "The growth of housing is True"),
    ],
)
def test_what_is_no_scenario_is_said_and_nothing_is_written(
    scenario: object, sentence: str, tmp_path: Path
) -> None:
    assert sentence in simulated(tmp_path, scenario)
    assert not (tmp_path / "nation").exists()
