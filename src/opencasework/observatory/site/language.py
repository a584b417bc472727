"""The two languages of the site. Text is looked up when a page is made, in the language then spoken."""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from opencasework.observatory import months
from opencasework.observatory.places import Place
from opencasework.standard.codelists import Code

ENGLISH, WELSH = "en", "cy"
LANGUAGES = (ENGLISH, WELSH)
FOLDER = {ENGLISH: "", WELSH: "cy/"}  # of a language's pages, from the top of the site
LOCALE = Path(__file__).parent / "locale"
_MONTHS = [
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
]
_SHORT = ["Ion", "Chwef", "Maw", "Ebr", "Mai", "Meh", "Gorff", "Awst", "Medi", "Hyd", "Tach", "Rhag"]
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this, everything below is in `language`, 'en' or 'cy'."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The language spoken here: English unless somebody said otherwise."""
    return _spoken.get()


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == ENGLISH:
        return catalogues.NullTranslations()
    return catalogues.translation("observatory", LOCALE, [language])


def gettext(text: str) -> str:
    """An English sentence in the language spoken; a test holds that none is missing."""
    return _catalogue(spoken()).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The same of a sentence with a number in it."""
    return _catalogue(spoken()).ngettext(one, many, number)


def month_name(month: str) -> str:
    """'2026-10' in words: 'October 2026', 'Hydref 2026'."""
    return months.month_name(month) if spoken() == ENGLISH else _welsh(_MONTHS, month)


def short_month_name(month: str) -> str:
    """'2026-10' for an axis: 'Oct 2026', 'Hyd 2026'."""
    return months.short_month_name(month) if spoken() == ENGLISH else _welsh(_SHORT, month)


def _welsh(names: list[str], month: str) -> str:
    year, number = month.split("-")
    return f"{names[int(number) - 1]} {year}"


def title_of(code: Code) -> str:
    """The label of a code; of one without a Welsh label yet, the English one."""
    return code.title_cy or code.title if spoken() == WELSH else code.title


def name_of(place: Place) -> str:
    """A place's name; only places in Wales have one in Welsh."""
    return place.name_welsh or place.name if spoken() == WELSH else place.name
