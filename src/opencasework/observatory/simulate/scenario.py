"""What a simulated nation is to show: issues that grow, shrink or jump as a file says, not by chance."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opencasework.observatory.simulate.casework import Trend
from opencasework.observatory.simulate.profiles import categories

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
LEAST, MOST = -0.9, 9.0  # growth a year; beyond it an office is empty or has a million cases
KEYS = {"growth", "step", "from"}
EXAMPLE = '{"housing": {"growth": 0.1, "step": 1.5, "from": "2026-03"}}'


class ScenarioError(ValueError):
    """The file is no scenario; the text is one sentence for the user."""


def read_scenario(path: Path) -> dict[str, Trend]:
    """The trends a file sets, by the code offices use: a JSON object of level-1 issues.

    `growth` is that of a year, 0.1 for a tenth; from the month `from` on, all is `step` times as much. Issues
    that are not named go their own way. Raises ScenarioError.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path.name} cannot be read as JSON; write it like {EXAMPLE}") from error
    if not isinstance(told, dict) or not told:
        raise ScenarioError(f"{path.name} names no issue; write it like {EXAMPLE}")
    codes = {code: office for office, code in categories().items()}
    if unknown := sorted(set(told) - set(codes)):
        known = ", ".join(sorted(codes))
        raise ScenarioError(f"{unknown[0]!r} is no issue of a simulated office; there are {known}.")
    return {codes[issue]: _trend(issue, each) for issue, each in told.items()}


def _trend(issue: str, told: Any) -> Trend:
    if not isinstance(told, Mapping) or not told or set(told) - KEYS:
        raise ScenarioError(f"{issue} may have growth, step and from; write it like {EXAMPLE}")
    growth, step, month = told.get("growth", 0.0), told.get("step", 1.0), told.get("from", "")
    if not _is_number(growth) or not LEAST <= growth <= MOST:
        raise ScenarioError(f"The growth of {issue} is {growth!r}; it is a number from {LEAST} to {MOST}.")
    if not _is_number(step) or not 0 <= step <= 1 + MOST:
        raise ScenarioError(f"The step of {issue} is {step!r}; it is a number from 0 to {1 + MOST:g}.")
    if ("step" in told) != ("from" in told) or (month and not MONTH.fullmatch(str(month))):
        raise ScenarioError(f"{issue} steps from {month!r}; a step has a month, like 2026-03.")
    return Trend(float(growth), float(step), str(month))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
