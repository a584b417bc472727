"""Numbers and months as a reader meets them."""

from __future__ import annotations

from collections.abc import Sequence

from opencasework.observatory.measures import Answered, Trend
from opencasework.observatory.months import month_after
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import month_name

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
    return _("under 1%") if 0 < value < 0.005 else f"{value:.0%}"


def change(value: float | None) -> str:
    """0.12 as '+12%', with a real minus sign; None in words."""
    if value is None:
        return _("too few to say")
    per_cent = round(value * 100)
    if per_cent == 0:
        return _("no change")
    return f"+{per_cent}%" if per_cent > 0 else f"{MINUS}{-per_cent}%"


def verdict(word: str) -> str:
    """The verdict of a trend, to begin a sentence with."""
    return {
        "rising": _("Rising"),
        "falling": _("Falling"),
        "no clear change": _("No clear change"),
        "too little data": _("Too little data"),
    }[word]


def trend_sentence(found: Trend | None) -> str:
    """What a trend says and rests on: 'Rising: +12% a year (95% interval +8% to +16%), over 24 months.'"""
    if found is None or found.ratio is None or found.low is None or found.high is None:
        return _("Too little data to say whether this rises or falls.")
    yearly, low, high = (change(ratio - 1) for ratio in (found.ratio, found.low, found.high))
    sentence = _("{verdict}: {yearly} a year (95% interval {low} to {high}), over {months} months.")
    return sentence.format(
        verdict=verdict(found.verdict), yearly=yearly, low=low, high=high, months=found.months
    )


def share_sentence(found: Answered | None) -> str:
    """A share answered in time and what it rests on; that there is too little when it is so."""
    if found is None or not found.may_be_said:
        return _("Too few offices count when replies came to say which share came in time.")
    limits = found.share
    sentence = _(
        "Answered within 20 working days: {share} ({low} to {high} with chance and rounding): "
        "{part} of {whole} enquiries whose 20 working days were over, at {offices} offices."
    )
    return sentence.format(
        share=f"{limits.value:.1%}",
        low=f"{limits.low:.1%}",
        high=f"{limits.high:.1%}",
        part=count(found.in_time),
        whole=count(found.decided),
        offices=found.offices,
    )


def beside_average(value: float, average: float) -> str:
    """How a rate stands to the average, in words."""
    difference = value - average
    if abs(difference) < 0.05 * max(average, 0.1):
        return _("about the same")
    sentence = _("{difference} more") if difference > 0 else _("{difference} less")
    return sentence.format(difference=rate(abs(difference)))


def size(length: int) -> str:
    """A file's length: 1_900_000 as '1.9 MB'."""
    if length < BYTES_OF_A_KILOBYTE:
        return _("{length} bytes").format(length=length)
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
        month_name(run[0])
        if len(run) == 1
        else _("{first} to {last}").format(first=month_name(run[0]), last=month_name(run[-1]))
        for run in runs
    )
