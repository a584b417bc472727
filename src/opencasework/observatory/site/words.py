"""Numbers and months as a reader meets them."""

from __future__ import annotations

from collections.abc import Sequence

from opencasework.observatory.measures import Trend
from opencasework.observatory.months import month_after, month_name

MINUS = "\N{MINUS SIGN}"
BYTES_OF_A_KILOBYTE = 1000


def count(value: int) -> str:
    """4410 as '4,410'."""
    return f"{value:,}"


def rate(value: float | None) -> str:
    """5.72 as '5.7', 0.312 as '0.31', so that small rates can still be told apart; nothing for None."""
    if value is None:
        return ""
    return f"{value:,.1f}" if value >= 1 or value == 0 else f"{value:.2f}"


def share(value: float) -> str:
    """0.094 as '9%'; less than half a per cent is not called none."""
    return "under 1%" if 0 < value < 0.005 else f"{value:.0%}"


def change(value: float | None) -> str:
    """0.12 as '+12%', with a real minus sign; None in words."""
    if value is None:
        return "too few to say"
    per_cent = round(value * 100)
    if per_cent == 0:
        return "no change"
    return f"+{per_cent}%" if per_cent > 0 else f"{MINUS}{-per_cent}%"


def trend_sentence(found: Trend | None) -> str:
    """What a trend says and rests on: 'Rising: +12% a year (95% interval +8% to +16%), over 24 months.'"""
    if found is None or found.ratio is None or found.low is None or found.high is None:
        return "Too little data to say whether this rises or falls."
    yearly, low, high = (change(ratio - 1) for ratio in (found.ratio, found.low, found.high))
    verdict = found.verdict.capitalize()
    return f"{verdict}: {yearly} a year (95% interval {low} to {high}), over {found.months} months."


def beside_average(value: float, average: float) -> str:
    """How a rate stands to the average, in words."""
    difference = value - average
    if abs(difference) < 0.05 * max(average, 0.1):
        return "about the same"
    return f"{rate(abs(difference))} {'more' if difference > 0 else 'less'}"


def size(length: int) -> str:
    """A file's length: 1_900_000 as '1.9 MB'."""
    if length < BYTES_OF_A_KILOBYTE:
        return f"{length} bytes"
    if length < BYTES_OF_A_KILOBYTE**2:
        return f"{length / BYTES_OF_A_KILOBYTE:.0f} kB"
    return f"{length / BYTES_OF_A_KILOBYTE**2:,.1f} MB"


def month_runs(months: Sequence[str]) -> str:
    """Months in order as runs: 'January 2025 to March 2025; May 2025'."""
    runs: list[list[str]] = []
    for month in months:
        if runs and month_after(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "; ".join(
        month_name(run[0]) if len(run) == 1 else f"{month_name(run[0])} to {month_name(run[-1])}"
        for run in runs
    )
