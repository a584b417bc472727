"""Lines over time: at most five, from zero, each named at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from opencasework.charts.svg import element, nice_step, picture, plain, polyline, words

MOST_LINES = 5  # more cannot be told apart, nor named at their ends
LINE_HEIGHT = 16.0  # of a label, px
LETTER_WIDTH = 7.0  # of an average letter at 12.5 px, px
TOP, BOTTOM, LEFT = 14.0, 28.0, 34.0


@dataclass(frozen=True)
class Line:
    """One series. A value of None is a gap: nobody published then, which is not a count of none."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Event:
    """Something that happened between two points of the series, to be marked with a dashed line."""

    position: float  # in steps from the first value; 2.5 is halfway between the third and the fourth
    text: str


@dataclass(frozen=True)
class _Frame:
    """Where values land on the picture."""

    width: float
    height: float
    steps: int
    largest: float
    label_width: float

    @property
    def right(self) -> float:
        return self.width - self.label_width

    @property
    def foot(self) -> float:
        return self.height - BOTTOM

    def x(self, position: float) -> float:
        if self.steps < 2:
            return self.right
        return LEFT + (self.right - LEFT) * position / (self.steps - 1)

    def y(self, value: float) -> float:
        return self.foot - (self.foot - TOP) * value / self.largest


def trend_chart(
    lines: Sequence[Line],
    *,
    title: str,
    description: str,
    ticks: Mapping[int, str],
    events: Sequence[Event] = (),
    width: float = 600,
    height: float = 230,
    label_width: float = 160,
    format_value: Callable[[float], str] = plain,
    name: str = "trend",
    translate: Callable[[str], str] = str,
) -> str:
    """Lines from zero over equal steps of time, in px of `width` by `height`.

    `ticks` names steps under the axis; `label_width` is kept free at the right for each line's name and last
    value. Raises ValueError for more than five lines, lines of different lengths, or a value below zero.
    """
    _refuse_what_cannot_be_drawn(lines)
    known = [value for line in lines for value in line.values if value is not None]
    if not known:
        note = translate("No figures to show")
        return _empty(note, title=title, description=description, width=width, height=height, name=name)
    step = nice_step(max(known))
    grid = [step * n for n in range(int(max(known) / step + 0.999) + 1)]
    grid = grid if len(grid) > 1 else [0.0, step]
    frame = _Frame(width, height, len(lines[0].values), grid[-1], label_width)
    return picture(
        *_grid(grid, frame),
        *_ticks(ticks, frame),
        *_events(events, frame),
        *_drawn(lines, frame),
        *_labels(lines, frame, format_value),
        width=width,
        height=height,
        title=title,
        description=description,
        class_="chart chart-trend",
        name=name,
    )


def _refuse_what_cannot_be_drawn(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise ValueError(f"A trend chart shows at most {MOST_LINES} lines; it was given {len(lines)}.")
    if len({len(line.values) for line in lines}) > 1:
        raise ValueError("The lines of a trend chart must have one value for each step, so equally many.")
    if any(value is not None and value < 0 for line in lines for value in line.values):
        raise ValueError("A trend chart starts at zero; it cannot show a value below it.")


def _empty(note: str, *, title: str, description: str, width: float, height: float, name: str) -> str:
    message = element(
        "text",
        words(note),
        x=width / 2,
        y=height / 2,
        text_anchor="middle",
        class_="chart-note",
    )
    return picture(
        message,
        width=width,
        height=height,
        title=title,
        description=description,
        class_="chart chart-trend",
        name=name,
    )


def _grid(grid: Sequence[float], frame: _Frame) -> list[str]:
    shapes = []
    for value in grid:
        y = frame.y(value)
        shapes.append(element("path", d=polyline([(LEFT, y), (frame.right, y)]), class_="chart-grid"))
        shapes.append(
            element("text", words(plain(value)), x=LEFT - 8, y=y + 4, text_anchor="end", class_="chart-axis")
        )
    return shapes


def _ticks(ticks: Mapping[int, str], frame: _Frame) -> list[str]:
    def anchor(at: int) -> str:
        if frame.steps > 1 and at == 0:
            return "start"
        return "end" if frame.steps == 1 else "middle"

    return [
        element(
            "text",
            words(text),
            x=frame.x(at),
            y=frame.height - 8,
            text_anchor=anchor(at),
            class_="chart-axis",
        )
        for at, text in sorted(ticks.items())
        if 0 <= at < frame.steps
    ]


def _events(events: Sequence[Event], frame: _Frame) -> list[str]:
    shapes = []
    for event in events:
        if not 0 <= event.position <= frame.steps - 1:
            continue
        x = frame.x(event.position)
        # The words stand on the side with more room, so that they are not cut off at the edge.
        left_of_line = x > (LEFT + frame.right) / 2
        shapes.append(element("path", d=polyline([(x, TOP - 4), (x, frame.foot)]), class_="chart-event"))
        shapes.extend(
            element(
                "text",
                words(part),
                x=x - 6 if left_of_line else x + 6,
                y=TOP + 5 + row * 14,
                text_anchor="end" if left_of_line else "start",
                class_="chart-event-label",
            )
            for row, part in enumerate(_wrapped(event.text, width=frame.width / 4))
        )
    return shapes


def _drawn(lines: Sequence[Line], frame: _Frame) -> list[str]:
    shapes = []
    for place, line in enumerate(lines, start=1):
        known = [(at, value) for at, value in enumerate(line.values) if value is not None]
        if not known:
            continue
        # Consecutive steps share the difference between step and rank, so a gap starts a new stroke.
        runs = groupby(enumerate(known), key=lambda ranked: ranked[1][0] - ranked[0])
        for _, run in runs:
            points = [(frame.x(at), frame.y(value)) for _, (at, value) in run]
            if len(points) > 1:
                shapes.append(
                    element("path", d=polyline(points), class_=f"chart-line chart-{place}", fill="none")
                )
            elif points[0][0] != frame.x(known[-1][0]):
                shapes.append(
                    element(
                        "circle", cx=points[0][0], cy=points[0][1], r=2, class_=f"chart-dot chart-{place}"
                    )
                )
        at, value = known[-1]
        shapes.append(
            element("circle", cx=frame.x(at), cy=frame.y(value), r=4, class_=f"chart-dot chart-{place}")
        )
    return shapes


def _labels(lines: Sequence[Line], frame: _Frame, format_value: Callable[[float], str]) -> list[str]:
    """Each line's name and last value at its end, pushed apart so that none covers another."""
    labels = []
    for place, line in enumerate(lines, start=1):
        last = next((value for value in reversed(line.values) if value is not None), None)
        if last is not None:
            rows = _wrapped(f"{line.label} {format_value(last)}", width=frame.label_width - 14)
            labels.append((frame.y(last), place, rows))
    labels.sort()
    tops = _spread(
        [y - LINE_HEIGHT * len(rows) / 2 for y, _, rows in labels],
        [LINE_HEIGHT * len(rows) for _, _, rows in labels],
        low=0.0,
        high=frame.height,
    )
    return [
        element(
            "text",
            words(row),
            x=frame.right + 11,
            y=top + LINE_HEIGHT * at + 12,
            class_=f"chart-label chart-{place}",
        )
        for top, (_, place, rows) in zip(tops, labels, strict=True)
        for at, row in enumerate(rows)
    ]


def _spread(wanted: Sequence[float], heights: Sequence[float], *, low: float, high: float) -> list[float]:
    """Tops near those wanted (in order) for boxes that do not overlap, kept within low and high."""
    tops: list[float] = []
    free = low
    for top, height in zip(wanted, heights, strict=True):
        tops.append(max(top, free))
        free = tops[-1] + height
    limit = high
    for at in reversed(range(len(tops))):
        tops[at] = min(tops[at], limit - heights[at])
        limit = tops[at]
    return tops


def _wrapped(text: str, *, width: float) -> list[str]:
    """The text in rows of about `width` px; a word longer than a row keeps a row to itself."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and len(longer) * LETTER_WIDTH > width:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows
