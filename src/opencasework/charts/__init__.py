"""Charts as SVG text from plain numbers: pure functions that know nothing of Django or of casework.

Colour, font and stroke come from CSS classes, so that one chart serves light and dark, screen and print,
under a policy that allows no inline style. Every chart carries a <title> and a <desc>; put a table of the
same numbers beside it.
"""

from opencasework.charts.bar import bar_with_average
from opencasework.charts.hexmap import (
    Hex,
    HexMap,
    LegendEntry,
    MapLabel,
    describe,
    draw_hex_map,
    hex_shapes,
    legend,
    legend_key,
    quantile_breaks,
)
from opencasework.charts.sparkline import sparkline
from opencasework.charts.trend import Event, Line, trend_chart

__all__ = [
    "Event",
    "Hex",
    "HexMap",
    "LegendEntry",
    "Line",
    "MapLabel",
    "bar_with_average",
    "describe",
    "draw_hex_map",
    "hex_shapes",
    "legend",
    "legend_key",
    "quantile_breaks",
    "sparkline",
    "trend_chart",
]
