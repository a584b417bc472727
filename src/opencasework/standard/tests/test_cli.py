"""The commands, as somebody at a terminal or in a script meets them."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from opencasework.standard.cli import standard
from opencasework.standard.descriptor import schema_text
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.examples.faults import FAULTS, plant


@pytest.fixture
def broken(tmp_path):
    plant(next(fault for fault in FAULTS if fault.rule == "value-integer"), tmp_path / "broken")
    return tmp_path / "broken"


def run(*arguments):
    return CliRunner().invoke(standard, [str(argument) for argument in arguments])


def test_a_valid_publication_ends_with_status_0_and_a_summary():
    result = run("validate", wexcombe_north.FOLDER)

    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith("is valid: 0 errors, 0 warnings, 2 notes.")


def test_a_publication_that_is_not_valid_ends_with_status_1(broken):
    result = run("validate", broken)

    assert result.exit_code == 1
    assert (
        "error: The value in line 2 is '-310'; write a whole number, 0 or more. [value-integer]"
        in result.output
    )


def test_a_name_that_does_not_exist_ends_with_status_2(tmp_path):
    assert run("validate", tmp_path / "nothing").exit_code == 2


def test_a_program_reads_the_report_as_json(broken):
    result = run("validate", broken, "--json")

    report = json.loads(result.output)
    assert result.exit_code == 1
    assert report["ok"] is False
    assert {"rule": "value-integer", "row": 2, "column": "value"}.items() <= report["findings"][2].items()


def test_many_findings_of_one_rule_are_cut_short(tmp_path):
    plant(next(fault for fault in FAULTS if fault.rule == "measure-undeclared"), tmp_path / "broken")

    result = run("validate", tmp_path / "broken")

    assert result.output.count("[measure-undeclared]") == 10
    assert "more of measure-undeclared" in result.output


def test_the_codes_of_a_list_are_shown():
    result = run("describe", "category")

    assert "benefits.universal-credit" in result.output


def test_the_lists_are_shown():
    assert "category" in run("describe").output


def test_a_new_publication_is_a_valid_draft(tmp_path):
    result = run("new", tmp_path / "mine")

    assert result.exit_code == 0
    assert "note: This is a draft" in run("validate", tmp_path / "mine").output
    assert run("validate", tmp_path / "mine").exit_code == 0


def test_a_new_publication_overwrites_nothing(tmp_path):
    assert run("new", tmp_path).exit_code == 2


def test_a_rule_can_be_seen_broken(tmp_path):
    made = run("new", tmp_path / "broken", "--fault", "value-integer")

    assert made.output.endswith("broken breaks value-integer: a negative count.\n")
    assert "[value-integer]" in run("validate", tmp_path / "broken").output


def test_a_rule_that_does_not_exist_cannot_be_broken(tmp_path):
    result = run("new", tmp_path / "broken", "--fault", "nonsense")

    assert result.exit_code == 2
    assert "There is no rule 'nonsense'" in result.output


def test_a_workbook_has_the_ending_of_one(tmp_path):
    assert run("new", tmp_path / "mine.ods", "--template", "xlsx").exit_code == 2


def test_an_address_in_the_private_network_is_not_valid():
    result = run("validate", "http://127.0.0.1:1/")

    assert result.exit_code == 1
    assert "is inside a private network" in result.output


def test_the_standard_needs_nothing_else_of_ours_and_loads_json_schema_late():
    program = (
        "import sys, opencasework.standard.validate, opencasework.standard.publication\n"
        "heavy = {'django', 'jsonschema', 'click', 'duckdb', 'numpy', 'openpyxl', 'ssl'} & set(sys.modules)\n"
        "ours = {name for name in sys.modules if name.startswith('opencasework.')}\n"
        "others = {name for name in ours if not name.startswith('opencasework.standard')}\n"
        "print(sorted(heavy), sorted(others))"
    )

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[] []"


def test_a_registry_feed_is_validated_too():
    feed = wexcombe_north.FOLDER.with_name("registry") / "registry.json"

    result = run("validate", feed)

    assert result.exit_code == 0
    assert result.output.endswith("registry.json is valid: 0 errors, 0 warnings, 0 notes.\n")


def test_the_report_is_what_its_schema_says(broken):
    schema = json.loads(schema_text("report.schema.json"))

    for place in (broken, wexcombe_north.FOLDER):
        report = json.loads(run("validate", place, "--json").output)
        assert list(Draft202012Validator(schema).iter_errors(report)) == []


@pytest.mark.parametrize("name", ["datapackage", "registry", "report"])
def test_our_json_schemas_are_json_schemas(name):
    Draft202012Validator.check_schema(json.loads(schema_text(f"{name}.schema.json")))
