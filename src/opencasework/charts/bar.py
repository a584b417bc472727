"""A bar with a mark for the average it stands beside."""

from __future__ import annotations

from opencasework.charts.svg import element, picture

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

    shapes = [
        element("rect", y=MARK_OVERHANG, width=width, height=THICKNESS, rx=2, class_="chart-track", x=0)
    ]
    if value is not None:
        shapes.append(
            element(
                "rect", x=0, y=MARK_OVERHANG, width=reach(value), height=THICKNESS, rx=2, class_="chart-bar"
            )
        )
    if average is not None:
        left = min(max(reach(average) - MARK_WIDTH / 2, 0.0), width - MARK_WIDTH)
        # Written out: rounded to one decimal the mark would be 2.5 px wide only by chance.
        shapes.append(
            element("rect", x=left, y=0, width=str(MARK_WIDTH), height=height, class_="chart-average")
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
