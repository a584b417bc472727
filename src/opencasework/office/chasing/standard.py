"""The ladder an office begins with. What it has changed since stays."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from opencasework.office.chasing.models import Rung
from opencasework.office.letters.models import LetterTemplate

# Name, step, working days, wording: a reminder on the working day after the due date, then ten working days
# for each that follows, as in the worked cases of common practice.
STANDARD = (
    ("First chaser", Rung.Step.REMIND, 1, "LT-CH1"),
    ("Second chaser", Rung.Step.UP, 10, "LT-CH2"),
    ("Minister or chief executive", Rung.Step.HEAD, 10, "LT-ESC"),
    ("Ombudsman", Rung.Step.OMBUDSMAN, 20, ""),
)


def load_ladder(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Give an office that has no ladder the standard one, where the wordings it needs are there."""
    codes = [code for _name, _step, _days, code in STANDARD if code]
    templates = {each.code: each for each in LetterTemplate.objects.using(using).filter(code__in=codes)}
    if len(templates) < len(codes) or Rung.objects.using(using).exists():
        return
    Rung.objects.using(using).bulk_create(
        Rung(number=number, name=name, step=step, days=days, template=templates.get(code))
        for number, (name, step, days, code) in enumerate(STANDARD, start=1)
    )
