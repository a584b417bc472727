"""The colours can be read: WCAG 2.2 AA, computed from the tokens themselves, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[5] / "frontend" / "css" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TEXT = 4.5  # WCAG 1.4.3
CONTROL = 3.0  # WCAG 1.4.11

GROUNDS = ("canvas", "surface", "sunken", "raised")
ON_EVERY_GROUND = ("ink", "ink-2", "ink-3", "link", "late", "ok")
STATES = ("late", "due", "ok", "wait", "sens")


def colours(theme: int) -> dict[str, str]:
    """Every colour token of a theme: 0 is light, 1 is dark."""
    found = PAIR.findall(TOKENS.read_text(encoding="utf-8"))
    return {name: (light, dark)[theme] for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 (black) to 1 (white)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_PAIRS = [
    *((text, ground) for text in ON_EVERY_GROUND for ground in GROUNDS),
    *((state, f"{state}-bg") for state in STATES),
    ("ink", "accent-05"),
    ("ink-2", "accent-05"),
    ("ink-3", "accent-05"),
    ("late", "accent-05"),
    ("ink", "accent-1"),
    ("accent-hover", "accent-1"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("bar-text", "bar"),
    ("bar-text", "bar-2"),
    ("bar-muted", "bar-2"),
    *((f"chart-{number}", "surface") for number in (1, 2, 3, 4)),
]
CONTROL_PAIRS = [("control", "surface"), ("control", "canvas"), ("focus", "surface"), ("focus", "canvas")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(text, ground, theme):
    tokens = colours(theme)

    assert contrast(tokens[text], tokens[ground]) >= TEXT


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROL_PAIRS)
def test_controls_and_the_focus_can_be_seen(edge, ground, theme):
    tokens = colours(theme)

    assert contrast(tokens[edge], tokens[ground]) >= CONTROL


def test_the_measure_is_the_one_wcag_defines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
