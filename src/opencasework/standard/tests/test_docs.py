"""The text of the standard says what the program does."""

from pathlib import Path

import pytest

from opencasework.standard import codelists
from opencasework.standard.descriptor import CODE_FILES, RELEASE_COLUMNS
from opencasework.standard.observations import HEADER
from tools import standard_pages

DOCS = Path(__file__).parents[4] / "docs/standard"
TEXT = (DOCS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", standard_pages.pages(), ids=lambda page: page.name)
def test_a_page_that_follows_from_the_program_is_up_to_date(page):
    wanted = standard_pages.pages()[page]

    assert page.read_text(encoding="utf-8") == wanted, "run: python -m tools.standard_pages"


def test_the_header_of_the_counts_is_in_the_text():
    assert f"    {HEADER}\n" in TEXT


@pytest.mark.parametrize("name", CODE_FILES)
def test_the_columns_of_a_code_file_are_in_the_text(name):
    assert f"| `codes/{name}.csv` | `{','.join(CODE_FILES[name])}` |" in TEXT


@pytest.mark.parametrize("column", RELEASE_COLUMNS)
def test_the_columns_of_the_ledger_are_in_the_text(column):
    assert f"`{column}`" in TEXT


@pytest.mark.parametrize("measure", codelists.load("measure"))
def test_the_measures_are_in_the_text(measure):
    assert f"`{measure}`" in TEXT


@pytest.mark.parametrize("name", codelists.names())
def test_a_list_is_said_to_be_open_or_closed(name):
    rows = (DOCS / "governance.md").read_text(encoding="utf-8").splitlines()
    row = next(row for row in rows if row.startswith("|") and f"`{name}`" in row)

    assert (" open " in row) == (name in codelists.OPEN)
