"""`casework disclosure audit`: sentences, JSON, and an exit status a timer can act on."""

import base64
import json

import pytest
from click.testing import CliRunner

from opencasework.standard.attacks.cli import disclosure
from opencasework.standard.attacks.tests.showing import (
    BODIES,
    CATEGORIES,
    KEY,
    history,
    row,
    true_counts,
    write,
)

MEASURES = ("cases_opened",)


def run(*arguments):
    return CliRunner().invoke(disclosure, ["audit", *map(str, arguments)])


@pytest.fixture(scope="module")
def rows():
    counts = true_counts(categories=CATEGORIES[:3], bodies=BODIES[:3], measures=MEASURES)
    return history(counts, measures=MEASURES)


@pytest.fixture
def sound(tmp_path, rows):
    return write(tmp_path / "sound", rows)


@pytest.fixture
def weak(tmp_path, rows):
    return write(tmp_path / "weak", [*rows, row("2026-01", CATEGORIES[4], BODIES[1], "cases_opened", 3)])


def test_a_sound_publication_may_be_published(sound):
    result = run(sound)

    assert result.exit_code == 0
    assert "No attack got through: this may be published." in result.output
    assert "The narrowest interval has 5 possible values" in result.output
    assert "attacked in" in result.output


def test_a_weak_one_is_refused_in_a_sentence(weak):
    result = run(weak, "--cells")

    assert result.exit_code == 1
    assert "This must not be published: A1" in result.output
    assert f"cases_opened of {CATEGORIES[4]} with {BODIES[1]} in 2026-01" in result.output


def test_the_report_is_json_on_request(weak):
    result = run(weak, "--json")

    report = json.loads(result.output)
    assert result.exit_code == 1
    assert report["passed"] is False
    assert report["narrowest"] == 0
    assert {found["attack"] for found in report["findings"]} >= {"A1"}
    assert report["findings"][0]["cells"][0]["measure"] == "cases_opened"


@pytest.mark.parametrize("kept", [KEY, KEY.hex().encode() + b"\n"], ids=["bytes", "as an office keeps it"])
@pytest.mark.parametrize(
    "found", [KEY, KEY.hex().encode(), base64.b64encode(KEY)], ids=["raw", "hex", "base64"]
)
def test_the_key_is_looked_for_and_never_printed(tmp_path, rows, kept, found):
    key = tmp_path / "key"
    key.write_bytes(kept)
    leaking = write(tmp_path / "leaking", rows, extra={"notes.txt": found})

    result = run(leaking, "--key-file", key)

    assert result.exit_code == 1
    assert "A12" in result.output
    assert KEY.hex() not in result.output


def test_what_is_no_publication_gets_a_sentence(tmp_path):
    result = run(tmp_path)

    assert result.exit_code == 2
    assert result.stderr.startswith("There is no publication in")
