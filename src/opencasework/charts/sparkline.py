"""A line small enough to stand in a table row."""

from __future__ import annotations

from collections.abc import Sequence

from opencasework.charts.svg import element, picture, polyline

MARGIN = 4.0


def sparkline(
    values: Sequence[float | None],
    *,
    title: str,
    description: str = "",
    width: float = 96,
    height: float = 26,
    name: str = "sparkline",
) -> str:
    """A line from zero with a dot at its last known value; None is a gap. Nothing known draws nothing."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    largest = max((value for _, value in known), default=0) or 1
    last = max(len(values) - 1, 1)

    def place(at: int, value: float) -> tuple[float, float]:
        across = width - MARGIN if len(values) == 1 else MARGIN + (width - 2 * MARGIN) * at / last
        return across, height - MARGIN - (height - 2 * MARGIN) * value / largest

    shapes = []
    run: list[tuple[float, float]] = []
    for at, value in enumerate([*values, None]):
        if value is not None:
            run.append(place(at, value))
        elif run:
            shapes.append(element("path", d=polyline(run), class_="chart-line chart-1", fill="none"))
            run = []
    if known:
        x, y = place(*known[-1])
        shapes.append(element("circle", cx=x, cy=y, r=2.5, class_="chart-dot chart-1"))
    return picture(
        *shapes,
        width=width,
        height=height,
        title=title,
        description=description,
        class_="chart chart-sparkline",
        name=name,
    )
