"""The suite lets a sound publication pass, breaks plain suppression, and says so in sentences."""

import json
import shutil
from dataclasses import replace

import pytest

from opencasework.standard.attacks import audit
from opencasework.standard.attacks.tests.planting import (
    sentences,
)
from opencasework.standard.attacks.tests.showing import (
    KEY,
    STOCK,
    write,
)
from opencasework.standard.attacks.tests.suppressed import fixture, suppressed_rows
from opencasework.standard.files import PublicationError


def test_a_sound_year_passes_every_attack(sound, counts, tmp_path):
    report = audit([sound], key=KEY)

    assert report.findings == ()
    assert report.passed
    assert report.narrowest == 4
    assert report.exact == 0
    assert report.attacked > 200
    assert [one.attack for one in report.tried] == [f"A{number}" for number in range(1, 14)]


def test_with_the_true_counts_only_truly_small_cells_are_judged(sound, counts):
    report = audit([sound], truth=counts)

    published = {cell: count for cell, count in counts.items() if cell.measure != STOCK}
    assert report.passed
    assert report.attacked == sum(0 < count < 5 for count in published.values())


def test_plain_suppression_is_broken(tmp_path):
    """The test of the test: what most people do gives up more than half of what it hides."""
    counts = fixture()
    folder = write(tmp_path / "suppressed", suppressed_rows(counts), method="suppression")

    report = audit([folder], truth=counts)

    assert not report.passed
    assert report.narrowest == 0
    assert report.attacked == 141
    assert report.exact >= report.attacked / 2
    assert "can be worked out exactly" in sentences(report)


def test_what_is_worked_out_is_what_was_counted(tmp_path):
    """The cells that suppression gives up are not only claimed: they are the true ones."""
    from opencasework.standard.attacks.bounds import bounds
    from opencasework.standard.attacks.equations import equations
    from opencasework.standard.attacks.view import gather

    counts = fixture()
    folder = write(tmp_path / "suppressed", suppressed_rows(counts), method="suppression")
    (office,) = gather([folder])
    system = equations(office)
    found = bounds(system.system)

    months = [index for index, one in enumerate(system.unknowns) if "Q" not in one.key[0]]
    for index in months:
        true = counts[system.unknowns[index].cell]
        assert found.lower[index] <= true <= found.upper[index]


def test_no_sentence_names_a_true_count(tmp_path):
    counts = fixture()
    folder = write(tmp_path / "suppressed", suppressed_rows(counts), method="suppression")

    first = next(found for found in audit([folder], truth=counts).findings if found.attack == "A1")

    cell = first.cells[0]
    assert cell.category in first.sentence
    assert f" {counts[cell]} " not in first.sentence.replace(str(len(first.cells)), "")


def test_a_method_the_suite_cannot_attack_is_not_vouched_for(tmp_path, rows):
    report = audit([write(tmp_path / "other", rows, method="magic")])

    assert not report.passed
    assert "cannot vouch for it" in sentences(report)


def test_a_folder_of_publications_is_audited_whole(tmp_path, sound, rows):
    shutil.copytree(sound, tmp_path / "all" / "now")
    shutil.copytree(sound, tmp_path / "all" / "kept")

    report = audit(tmp_path / "all")

    assert report.passed
    assert next(one for one in report.tried if one.attack == "A6").outcome == "passed"


def test_what_is_no_publication_gets_a_sentence(tmp_path):
    with pytest.raises(PublicationError, match="There is no publication in"):
        audit(tmp_path)
    with pytest.raises(PublicationError, match="nothing to audit"):
        audit([])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"value": 10**30}, "which no office can"), ({"period": "2026-13"}, "no month, quarter or year")],
)
def test_rows_no_equation_can_be_made_of_get_a_sentence(tmp_path, rows, changes, sentence):
    weak = [replace(rows[0], **changes), *rows[1:]]

    with pytest.raises(PublicationError, match=sentence):
        audit([write(tmp_path / "weak", weak)])


def test_a_publication_that_says_nothing_of_protection_is_taken_at_its_word(tmp_path, rows):
    """Without a method its counts are exact, so every small one is laid open."""
    folder = write(tmp_path / "bare", rows, releases=[])
    descriptor = folder / "datapackage.json"
    about = json.loads(descriptor.read_text(encoding="utf-8"))
    about["openCasework"]["protection"] = None
    descriptor.write_text(json.dumps(about), encoding="utf-8")

    report = audit([folder])

    assert report.attacked == 0  # nothing shown is 1 to 4, and it does not say that 0 and 5 hide anything
