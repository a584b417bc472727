"""A bar with a mark for the average it stands beside."""

from __future__ import annotations

from functools import lru_cache

from opencasework.charts.svg import number, picture, words

_TITLE, _SHAPES = "\0title", "\0shapes"  # where those go; no text of a page has such a letter
THICKNESS = 9.0
MARK_WIDTH, MARK_OVERHANG = 2.5, 3.0
HEIGHT = THICKNESS + 2 * MARK_OVERHANG
_LIES, _STANDS = f'y="{number(MARK_OVERHANG)}"', f'height="{number(THICKNESS)}" rx="2"'
_TALL = number(HEIGHT)


def bar_with_average(
    value: float | None,
    *,
    average: float | None,
    largest: float,
    title: str,
    description: str = "",
    width: float = 200,
    name: str = "bar",
) -> str:
    """A bar of `value` on a scale from zero to `largest`, with a mark at `average`.

    Say the difference in words beside it. None draws no bar, or no mark. A value beyond `largest`
    fills the scale.
    """

    def reach(amount: float) -> float:
        return width * min(max(amount / largest, 0.0), 1.0) if largest > 0 else 0.0

    # Written out, for a site has a hundred thousand of them.
    shapes = ""
    if value is not None:
        shapes = f'<rect x="0" {_LIES} width="{number(reach(value))}" {_STANDS} class="chart-bar"/>'
    if average is not None:
        left = number(min(max(reach(average) - MARK_WIDTH / 2, 0.0), width - MARK_WIDTH))
        # Rounded to one decimal the mark would be 2.5 px wide only by chance.
        shapes += f'<rect x="{left}" y="0" width="{MARK_WIDTH}" height="{_TALL}" class="chart-average"/>'
    before, between, after = _around(width, name, description)
    return f"{before}{words(title)}{between}{shapes}{after}"


@lru_cache(maxsize=200)  # the bars of a site are of a few names, sizes and descriptions
def _around(width: float, name: str, description: str) -> tuple[str, str, str]:
    """What stands before the title of a picture, between that and its bar and mark, and behind them."""
    drawn = picture(
        f'<rect {_LIES} width="{number(width)}" {_STANDS} class="chart-track" x="0"/>{_SHAPES}',
        width=width,
        height=HEIGHT,
        title=_TITLE,
        description=description.replace("\0", ""),
        class_="chart chart-bar-with-average",
        name=name,
    )
    before, _, rest = drawn.partition(_TITLE)
    between, _, after = rest.rpartition(_SHAPES)
    return before, between, after
