"""Loads the wording an office starts with. Safe to repeat; an office's own wording stays."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from opencasework.office.letters.models import LetterTemplate


def load_templates(**_signal: Any) -> None:
    """Put every template of `data/templates.toml` that is not there yet into the database."""
    text = (
        resources.files("opencasework.office.letters").joinpath("data", "templates.toml").read_text("utf-8")
    )
    LetterTemplate.objects.bulk_create(
        [
            LetterTemplate(**{**row, "text": row["text"].strip() + "\n"})
            for row in tomllib.loads(text)["template"]
        ],
        ignore_conflicts=True,  # the code is there: the office may have changed its words
    )
