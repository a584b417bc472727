"""Validating: the good example passes, every rule finds its fault, and nothing published can crash it."""

import json
import shutil
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opencasework.standard.cli import standard
from opencasework.standard.examples import a_year, quarters, wexcombe_north
from opencasework.standard.examples.faults import FAULTS, PATCHES, patch_name, patch_of, plant
from opencasework.standard.observations import observation_of
from opencasework.standard.rules import RULES
from opencasework.standard.tests.publishing import files_of, publish
from opencasework.standard.validate import validate

TODAY = date(2026, 11, 22)
EXAMPLES = [wexcombe_north, a_year, quarters]


def rules_found(path):
    return {found.rule for found in validate(path, today=TODAY).findings}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.FOLDER.name)
def test_the_example_is_valid(example):
    report = validate(example.FOLDER, today=TODAY)

    assert report.ok
    assert {found.rule for found in report.findings} <= {"synthetic", "example-area"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.FOLDER.name)
def test_the_example_is_what_its_program_writes(example, tmp_path):
    example.write(tmp_path / "out")

    assert files_of(tmp_path / "out") == files_of(example.FOLDER)


def test_what_we_publish_is_valid(tmp_path):
    publish(tmp_path / "out", month="2026-09")
    publish(tmp_path / "out", month="2026-10")

    assert validate(tmp_path / "out", today=TODAY).ok


def test_a_zip_is_validated_like_its_folder(tmp_path):
    shutil.make_archive(str(tmp_path / "sent"), "zip", wexcombe_north.FOLDER)

    assert validate(tmp_path / "sent.zip", today=TODAY).ok


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.says}")
def test_a_fault_is_found(fault, tmp_path):
    plant(fault, tmp_path / "example")

    report = validate(tmp_path / "example", today=TODAY)

    found = [each for each in report.findings if each.rule == fault.rule]
    assert found
    assert report.ok is (RULES[fault.rule].level != "error")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.says}")
def test_the_patch_of_a_fault_is_in_the_repository(fault, tmp_path):
    plant(fault, tmp_path / "broken")

    wanted = patch_of(fault, tmp_path / "broken")
    shown = (PATCHES / patch_name(fault)).read_text(encoding="utf-8")
    assert shown == wanted, "run: python -m opencasework.standard.examples.faults"


def test_there_is_no_patch_of_a_fault_that_is_gone():
    assert {path.name for path in PATCHES.iterdir()} == {patch_name(fault) for fault in FAULTS}


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if RULES[fault.rule].level == "error"], ids=lambda fault: fault.says
)
def test_an_error_in_a_table_says_row_column_and_what_is_allowed(fault, tmp_path):
    """What a whole file lacks has no row; an error of the counts or the ledger has one."""
    plant(fault, tmp_path / "example")

    for found in validate(tmp_path / "example", today=TODAY).findings:
        if found.rule in ("total-missing", "duplicate-key", "ledger-hash", "ledger-missing", "topic-sum"):
            assert found.row
            assert found.column
            assert found.allowed


def test_every_rule_has_a_fault_and_every_fault_a_rule():
    assert {fault.rule for fault in FAULTS} == set(RULES)


def test_a_wrong_total_is_told_with_its_line_and_both_numbers(tmp_path):
    fault = next(fault for fault in FAULTS if fault.rule == "total-mismatch")
    plant(fault, tmp_path / "example")

    report = validate(tmp_path / "example", today=TODAY)

    found = next(each for each in report.findings if each.rule == "total-mismatch")
    assert (found.row, found.found, found.allowed) == (3, "311", "310")
    assert found.message == "Line 3 says 311, but the rows it totals add up to 310."


def test_more_replies_in_time_than_replies_are_told_with_both_numbers(tmp_path):
    fault = next(fault for fault in FAULTS if fault.rule == "part-whole")
    plant(fault, tmp_path / "example")

    report = validate(tmp_path / "example", today=TODAY)

    (found,) = (each for each in report.findings if each.rule == "part-whole")
    assert found.message.endswith("says 20, more than replies_received of the same cell, 19; mend one.")


def test_a_pdf_under_the_name_of_the_counts_is_one_sentence(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    (tmp_path / "example/data/counts.csv").write_bytes(b"%PDF-1.7")

    report = validate(tmp_path / "example", today=TODAY)

    errors = [found.message for found in report.findings if found.level == "error"]
    assert errors == ["data/counts.csv is a PDF, not CSV; save the table as CSV (UTF-8)."]


def test_nothing_there_is_one_sentence(tmp_path):
    report = validate(tmp_path / "nothing", today=TODAY)

    assert [found.rule for found in report.findings] == ["unreadable"]


def test_a_month_is_over_on_the_first_of_the_next(tmp_path):
    publish(tmp_path / "out", month="2026-10")

    assert "period-future" not in {
        found.rule for found in validate(tmp_path / "out", today=date(2026, 11, 1)).findings
    }
    assert "period-future" in {
        found.rule for found in validate(tmp_path / "out", today=date(2026, 10, 31)).findings
    }


def test_windows_line_ends_do_not_break_the_hash(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    counts = tmp_path / "example/data/counts.csv"
    counts.write_bytes(counts.read_bytes().replace(b"\n", b"\r\n"))

    assert validate(tmp_path / "example", today=TODAY).ok


def test_a_suppressed_cell_leaves_its_totals_unjudged(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    counts = tmp_path / "example/data/counts.csv"
    text = counts.read_text().replace(
        "benefits,_N,_T,_T,cases_opened,6,,0", "benefits,_N,_T,_T,cases_opened,,c,"
    )
    counts.write_text(text)

    assert "total-mismatch" not in rules_found(tmp_path / "example")


def test_a_quarter_that_is_the_sum_of_its_months_is_no_fault(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    with (tmp_path / "example/data/counts.csv").open("a") as stream:
        stream.write("2026-Q3,E14999999,_T,_T,_T,_T,policy_messages,725,,5\n")

    assert "period-sum" not in rules_found(tmp_path / "example")


def test_channels_of_a_year_add_up_to_its_total(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    with (tmp_path / "example/data/counts.csv").open("a") as stream:
        stream.write("2025,E14999999,_T,_T,_T,_T,cases_opened,100,,5\n")
        stream.write("2025,E14999999,_T,_T,email,_T,cases_opened,60,,5\n")
        stream.write("2025,E14999999,_T,_T,phone,_T,cases_opened,30,,5\n")

    report = validate(tmp_path / "example", today=TODAY)

    mismatches = [found for found in report.findings if found.rule == "total-mismatch"]
    assert [(found.found, found.allowed) for found in mismatches] == [("100", "90")]


def test_a_withdrawn_month_may_have_no_rows(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    counts, ledger = tmp_path / "example/data/counts.csv", tmp_path / "example/releases.csv"
    counts.write_text(
        "\n".join(line for line in counts.read_text().split("\n") if not line.startswith("2026-07"))
    )
    ledger.write_text(
        ledger.read_text() + "2026-07-withdrawn-1,2026-07,counts,,,2026-11-01T09:00:00Z,2026-07-counts-1\n"
    )

    assert rules_found(tmp_path / "example") == {"coverage", "synthetic", "example-area"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")
    secret = tmp_path / "secret.csv"
    (tmp_path / "example/data/counts.csv").rename(secret)
    (tmp_path / "example/data/counts.csv").symlink_to(secret)

    assert "file-missing" in rules_found(tmp_path / "example")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(files_of(wexcombe_north.FOLDER))),
    position=st.floats(min_value=0, max_value=1),
    junk=st.binary(max_size=40),
    cut=st.integers(min_value=0, max_value=80),
)
def test_damage_anywhere_is_reported_and_never_raised(tmp_path, name, position, junk, cut):
    folder = tmp_path / "example"
    if not folder.exists():
        shutil.copytree(wexcombe_north.FOLDER, folder)
    whole = (wexcombe_north.FOLDER / name).read_bytes()
    start = int(position * len(whole))
    (folder / name).write_bytes(whole[:start] + junk + whole[start + cut :])

    validate(folder, today=TODAY)

    (folder / name).write_bytes(whole)


def test_an_observation_with_a_field_too_few_is_refused():
    with pytest.raises(ValueError, match="2 fields instead of 10"):
        observation_of(["2026-10", "E14999999"])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Wex\ud800combe", "holds a character that cannot be shown (U+D800); take it out."),
        ("Wex\x07combe", "holds a character that cannot be shown (U+0007); take it out."),
        ("Wex\u2066combe", "turns the direction of writing (U+2066); take that character out."),
        ("Wex\u200bcombe", "holds a character that cannot be shown (U+200B); take it out."),
        ("Wex\ufeffcombe", "holds a character that cannot be shown (U+FEFF); take it out."),
        ("Wex\u00adcombe", "holds a character that cannot be shown (U+00AD); take it out."),
        ("Wex\ue000combe", "holds a character that cannot be shown (U+E000); take it out."),
        ("Wex\u0378combe", "holds a character that cannot be shown (U+0378); take it out."),
        ("Wex\u3164combe", "holds a character that cannot be shown (U+3164); take it out."),
        ("\u200b", "holds a character that cannot be shown (U+200B); take it out."),
        ("\u200b=1+1", "holds a character that cannot be shown (U+200B); take it out."),
        ("Wex\U000e0041combe", "holds a character that cannot be shown (U+E0041); take it out."),
        ("Wex\u200dcombe", "holds a character that cannot be shown (U+200D); take it out."),
        ("Wex\u200fcombe", "turns the direction of writing (U+200F); take that character out."),
        ("Wex\u200ecombe", "turns the direction of writing (U+200E); take that character out."),
        ("Wex\u061ccombe", "turns the direction of writing (U+061C); take that character out."),
        ("   ", "has nothing that can be seen; write the name."),
        (" =HYPERLINK(A1)", "begins with '=', which a spreadsheet takes for a formula; write it otherwise."),
        (
            "\u00a0=HYPERLINK(A1)",
            "begins with '=', which a spreadsheet takes for a formula; write it otherwise.",
        ),
        (
            "\uff1dHYPERLINK(A1)",
            "begins with '=', which a spreadsheet takes for a formula; write it otherwise.",
        ),
        ("-2+3", "begins with '-', which a spreadsheet takes for a formula; write it otherwise."),
        ("W" * 201, "has 201 characters; 200 are the most."),
    ],
)
def test_a_name_that_cannot_be_shown_is_told_without_showing_it(tmp_path, name, sentence):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "odd")
    about = tmp_path / "odd" / "datapackage.json"
    content = json.loads(about.read_text())
    content["openCasework"]["signed_by"] = content["openCasework"]["prepared_by"] = name
    about.write_text(json.dumps(content))

    result = CliRunner().invoke(standard, ["validate", str(tmp_path / "odd")])

    assert result.exit_code == 1
    assert f"openCasework.prepared_by of datapackage.json {sentence}" in result.output


@pytest.mark.parametrize("name", ["", " ", "\u0301"])
def test_an_office_without_a_name_that_can_be_seen_is_told(tmp_path, name):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "odd")
    about = tmp_path / "odd" / "datapackage.json"
    content = json.loads(about.read_text())
    content["openCasework"]["office"]["name"] = name
    about.write_text(json.dumps(content))

    rule = "name-text" if name else "descriptor-schema"
    assert rule in {each.rule for each in validate(tmp_path / "odd").findings}


@pytest.mark.parametrize("name", ["می\u200cخواهم", "ක්\u200dෂ", "O'Brien-Llŷr", "Ω & Söhne (2)"])
def test_a_name_is_taken_as_its_script_is_spelt(tmp_path, name):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "odd")
    about = tmp_path / "odd" / "datapackage.json"
    content = json.loads(about.read_text())
    content["openCasework"]["office"]["name"] = name
    about.write_text(json.dumps(content))

    assert "name-text" not in {each.rule for each in validate(tmp_path / "odd").findings}


@pytest.mark.parametrize("title", ["\uff1dWEBSERVICE(A1)", " =WEBSERVICE(A1)", " "])
def test_a_title_of_a_table_is_no_formula_in_disguise_and_not_blank(tmp_path, title):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "odd")
    bodies = tmp_path / "odd" / "codes" / "bodies.csv"
    bodies.write_text(bodies.read_text().replace("HM Passport Office", title))

    assert "name-text" in {each.rule for each in validate(tmp_path / "odd").findings}


def test_a_body_whose_title_holds_a_bell_is_told_with_its_line(tmp_path):
    shutil.copytree(wexcombe_north.FOLDER, tmp_path / "odd")
    bodies = tmp_path / "odd" / "codes" / "bodies.csv"
    bodies.write_text(bodies.read_text().replace("HM Passport Office", "HM Passport\x07 Office"))

    (found,) = [each for each in validate(tmp_path / "odd").findings if each.rule == "name-text"]

    assert (found.file, found.row, found.column) == ("codes/bodies.csv", 4, "title")
    assert found.found == "HM Passport\\x07 Office"
