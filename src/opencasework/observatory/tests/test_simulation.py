"""Simulated offices are valid, marked, repeatable publications."""

from __future__ import annotations

from pathlib import Path

import pytest

from opencasework.observatory.places import constituencies
from opencasework.observatory.simulate import simulate
from opencasework.standard.publication import read
from opencasework.standard.validate import validate


def every_file(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_every_simulated_publication_is_valid_and_says_it_is_synthetic(publications: Path) -> None:
    for folder in sorted(publications.iterdir()):
        publication = read(folder)

        assert validate(folder).ok
        assert publication.synthetic
        assert publication.office.name.startswith("Simulated office ")
        assert publication.office.area_code in constituencies()


def test_the_same_seed_gives_the_same_bytes(publications: Path, tmp_path: Path) -> None:
    simulate(6, 14, 3, tmp_path / "again", until="2026-10")

    assert every_file(tmp_path / "again") == every_file(publications)


def test_another_seed_gives_other_figures(publications: Path, tmp_path: Path) -> None:
    simulate(1, 14, 4, tmp_path / "other", until="2026-10")

    counts = (tmp_path / "other" / "office-001" / "data" / "counts.csv").read_bytes()
    assert counts != (publications / "office-001" / "data" / "counts.csv").read_bytes()


def test_one_more_office_leaves_the_others_as_they_were(publications: Path, tmp_path: Path) -> None:
    simulate(7, 14, 3, tmp_path / "more", until="2026-10")

    assert every_file(tmp_path / "more" / "office-006") == every_file(publications / "office-006")


def test_some_offices_join_late_or_miss_months(tmp_path: Path) -> None:
    made = simulate(25, 6, 1, tmp_path / "country", until="2026-10")

    months = {len(office.months) for office in made.offices}
    assert len(months) > 1
    assert min(months) >= 1


@pytest.mark.parametrize(
    ("offices", "months", "complaint"), [(0, 3, "1 to that many"), (651, 3, "650"), (3, 0, "at least 1")]
)
def test_impossible_simulations_are_refused(
    offices: int, months: int, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=complaint):
        simulate(offices, months, 1, tmp_path / "country")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")

    with pytest.raises(ValueError, match="already holds something"):
        simulate(1, 1, 1, tmp_path)


def test_councillors_share_invented_wards_and_one_office_in_a_hundred_is_attacked(tmp_path: Path) -> None:
    made = simulate(1, 13, 5, tmp_path / "country", until="2026-10", councillors=2)

    wards = [read(tmp_path / "country" / f"councillor-00{number}").office for number in (1, 2)]
    assert {(ward.kind, ward.area_type, ward.area_code) for ward in wards} == {
        ("councillor", "ward", "E05990001")
    }
    assert all(validate(tmp_path / "country" / office.folder).ok for office in made.offices)
    assert len(made.attacked) == 1
    assert "possible values" in next(iter(made.attacked.values()))
