"""The spreadsheet template: what an office on other software fills in, and what the validator says of it."""

import zipfile
from datetime import date, datetime

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from opencasework.standard.cli import standard
from opencasework.standard.validate import validate
from opencasework.standard.workbook import SHEETS

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    file = tmp_path_factory.mktemp("template") / "template.xlsx"
    assert CliRunner().invoke(standard, ["new", str(file), "--template", "xlsx"]).exit_code == 0
    return file


@pytest.fixture
def filled_in(template, tmp_path):
    """Change the template as a person in a spreadsheet would: (sheet, cell) = what to type."""

    def fill(changes):
        book = load_workbook(template)
        for (sheet, cell), value in changes.items():
            book[sheet][cell] = value
        book.save(tmp_path / "mine.xlsx")
        return tmp_path / "mine.xlsx"

    return fill


def errors(file):
    return [found for found in validate(file, today=TODAY).findings if found.level == "error"]


def test_the_template_is_a_valid_draft(template):
    report = validate(template, today=TODAY)

    assert report.ok
    assert [found.rule for found in report.findings] == ["draft", "synthetic", "example-area"]


def test_there_is_a_sheet_for_every_table(template):
    assert load_workbook(template).sheetnames == ["read me", "office", *SHEETS, "lists"]


def test_codes_can_be_chosen_from_a_list(template):
    offers = load_workbook(template)["counts"].data_validations.dataValidation

    assert {str(offer.sqref).split(":")[0] for offer in offers} == {"C2", "E2", "F2", "G2", "I2"}


def test_a_wrong_cell_is_told_by_its_sheet_and_row(filled_in):
    (found, *_) = errors(filled_in({("counts", "H2"): -310}))

    assert (found.rule, found.file, found.row, found.column) == (
        "value-integer",
        "the sheet counts",
        2,
        "value",
    )
    assert found.message == "The value in line 2 is '-310'; write a whole number, 0 or more."


def test_a_formula_is_told_by_its_cell(filled_in):
    found = errors(filled_in({("counts", "H2"): "=300+10"}))[0]

    assert (found.rule, found.row, found.column) == ("formula-cell", 2, "H2")
    assert found.message == "Cell H2 of the sheet counts holds a formula; paste it as a value."


def test_a_month_that_the_spreadsheet_made_a_date_of_is_still_a_month(filled_in):
    assert not errors(filled_in({("counts", "A2"): datetime(2026, 7, 1)}))


def test_a_body_without_a_title_is_found(filled_in):
    found = errors(filled_in({("bodies", "A4"): "GB-GOR-D99"}))

    assert {each.rule for each in found} == {"code-unlisted"}
    assert found[0].message.endswith("has no title in its sheet; add it there.")


def test_the_office_has_to_be_of_a_kind(filled_in):
    (found,) = errors(filled_in({("office", "B4"): "mayor"}))

    assert (found.rule, found.file) == ("descriptor-schema", "the sheet office")


def test_a_workbook_of_another_sort_is_one_sentence(template, tmp_path):
    book = load_workbook(template)
    del book["counts"]
    book.save(tmp_path / "other.xlsx")

    (found,) = errors(tmp_path / "other.xlsx")

    assert found.message == (
        "other.xlsx has no sheet called counts; start from `casework standard new --template xlsx`."
    )


def test_a_workbook_with_a_broken_part_is_one_sentence(template, tmp_path):
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: len(data) // 2] if name == "xl/worksheets/sheet3.xml" else data)

    (found,) = errors(tmp_path / "broken.xlsx")

    assert found.message == "broken.xlsx cannot be read as a spreadsheet; save it again as .xlsx."


def test_entities_that_multiply_are_not_expanded(template, tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    bomb += b'<!ENTITY z SYSTEM "file:///etc/passwd">]><worksheet><sheetData>'
    bomb += b'<row r="1"><c t="str" r="A1"><v>&j;&z;</v>'
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name == "xl/worksheets/sheet3.xml" else old.read(name))

    found = errors(tmp_path / "bomb.xlsx")

    assert len(found) <= 2
    assert "root:" not in str(found)
