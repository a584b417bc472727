"""How much is answered within 20 working days, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.observatory.collect import collect
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.measures import Answered, share_answered
from opencasework.observatory.measures.answered import share_with_limits
from opencasework.observatory.tests.publishing import BASSETLAW, BOLTON_WEST, DWP, PRESTON, Counts, publish

REPLY_TIMES = ("cases_opened", "enquiries_sent", "replies_received", "replies_in_20wd", "enquiries_over_20wd")


def answered(in_time: int, late: int) -> Counts:
    """A month in which so many enquiries to the DWP were answered in time, and so many passed 20 days."""
    cell = ("benefits", DWP)
    return {
        (*cell, "cases_opened"): 40,
        (*cell, "enquiries_sent"): 60,
        (*cell, "replies_received"): in_time + 7,
        (*cell, "replies_in_20wd"): in_time,
        (*cell, "enquiries_over_20wd"): late,
    }


def measured(folder: Path) -> dict[str, Answered]:
    with DuckDBEngine() as engine:
        engine.load(collect([folder], workspace=folder / ".rewritten").publications)
        return share_answered(engine, first="2026-09", last="2026-10")


def test_an_enquiry_counts_once_as_answered_in_time_or_past_its_date(tmp_path: Path) -> None:
    for area in (BASSETLAW, BOLTON_WEST, PRESTON):
        months = {"2026-09": answered(20, 10), "2026-10": answered(10, 20)}
        publish(tmp_path / area, months, area=area, measures=REPLY_TIMES)

    found = measured(tmp_path)[DWP]

    assert (found.in_time, found.decided, found.offices) == (90, 180, 3)
    assert found.may_be_said
    assert found.share.value == 0.5
    # R: binom.test(90, 180) has 0.4247 to 0.5753; the rounding makes it wider.
    assert found.share.low < 0.4247 < 0.5753 < found.share.high


def test_an_office_that_does_not_count_both_is_in_neither_part(tmp_path: Path) -> None:
    publish(tmp_path / "both", {"2026-10": answered(20, 10)}, measures=REPLY_TIMES)
    one_only = {key: count for key, count in answered(50, 0).items() if key[2] != "enquiries_over_20wd"}
    publish(tmp_path / "one", {"2026-10": one_only}, area=PRESTON, measures=REPLY_TIMES[:4])

    found = measured(tmp_path)[DWP]

    assert (found.in_time, found.decided, found.offices) == (20, 30, 1)
    assert not found.may_be_said


def test_limits_without_rounding_are_those_of_r() -> None:
    # binom.test(7, 20)$conf.int; binom.test(0, 20); binom.test(20, 20)
    for part, low, high in ((7, 0.1539092, 0.5921885), (0, 0.0, 0.1684335), (20, 0.8315665, 1.0)):
        limits = share_with_limits(part, 20)
        assert (limits.low, limits.high) == (pytest.approx(low, abs=1e-7), pytest.approx(high, abs=1e-7))


@given(st.integers(1, 3000), st.data(), st.floats(0, 30))
def test_a_share_lies_within_its_limits_and_rounding_only_widens_them(
    whole: int, data: st.DataObject, rounding: float
) -> None:
    part = data.draw(st.integers(0, whole))
    exact, wider = share_with_limits(part, whole), share_with_limits(part, whole, rounding=rounding)

    assert 0 <= wider.low <= exact.low + 1e-12
    assert exact.low <= exact.value <= exact.high
    assert exact.high - 1e-12 <= wider.high <= 1


def test_of_nothing_there_is_no_share() -> None:
    with pytest.raises(ValueError, match="0 of 0 is none"):
        share_with_limits(0, 0)
