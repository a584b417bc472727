"""A bar with a mark for the average it stands beside."""

from __future__ import annotations

from opencasework.charts.svg import number, picture

THICKNESS = 9.0
MARK_WIDTH, MARK_OVERHANG = 2.5, 3.0


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
    height = THICKNESS + 2 * MARK_OVERHANG

    def reach(amount: float) -> float:
        return width * min(max(amount / largest, 0.0), 1.0) if largest > 0 else 0.0

    # Written out, for a site has a hundred thousand of them.
    bar = f'y="{number(MARK_OVERHANG)}" width="{{}}" height="{number(THICKNESS)}" rx="2" class="{{}}"'
    shapes = [f'<rect {bar.format(number(width), "chart-track")} x="0"/>']
    if value is not None:
        shapes.append(f'<rect x="0" {bar.format(number(reach(value)), "chart-bar")}/>')
    if average is not None:
        left = number(min(max(reach(average) - MARK_WIDTH / 2, 0.0), width - MARK_WIDTH))
        # Rounded to one decimal the mark would be 2.5 px wide only by chance.
        shapes.append(
            f'<rect x="{left}" y="0" width="{MARK_WIDTH}" height="{number(height)}" class="chart-average"/>'
        )
    return picture(
        *shapes,
        width=width,
        height=height,
        title=title,
        description=description,
        class_="chart chart-bar-with-average",
        name=name,
    )
