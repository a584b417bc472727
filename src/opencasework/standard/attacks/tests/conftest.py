"""A year of the office of the tests, made once for all tests of a module: they plant weaknesses in copies."""

import pytest

from opencasework.standard.attacks.tests.planting import CASES, ENQUIRIES, YEAR
from opencasework.standard.attacks.tests.showing import BODIES, CATEGORIES, history, true_counts, write


@pytest.fixture(scope="session")
def counts():
    """A year of a busy office whose named bodies all have twenty cases and more than one category."""
    return true_counts(YEAR, categories=CATEGORIES[:3], bodies=BODIES[:4], measures=CASES, mean=2.5)


@pytest.fixture(scope="session")
def rows(counts):
    return tuple(history(counts, measures=CASES))


@pytest.fixture(scope="session")
def answered():
    """The rows of a year's enquiries of the same office, without its cases."""
    counts = true_counts(YEAR, categories=CATEGORIES[:3], bodies=BODIES[:4], measures=ENQUIRIES, mean=2.5)
    return tuple(history(counts, measures=ENQUIRIES))


@pytest.fixture
def sound(tmp_path, rows):
    """The folder of a publication in which there is nothing to find."""
    return write(tmp_path / "sound", rows)
