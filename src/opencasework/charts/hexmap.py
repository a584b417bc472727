"""A map on which every place is one hexagon of the same size (pointy-top, odd-r)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencasework.charts.svg import element, number, picture, plain, words

CELL_WIDTH = 13.0  # px between neighbours in a row
FILL = 0.94  # of the cell; the rest is the gap between neighbours
ROW = 0.75  # rows lie three quarters of a hexagon's height apart
HEIGHT_TO_WIDTH = 1.1547  # of a pointy-top hexagon, 2 / sqrt(3)
MARGIN = 4.0
TOO_LITTLE, NOT_PUBLISHING = "thin", "none"  # classes of places without a figure


@dataclass(frozen=True)
class Hex:
    """A place and its cell. `q` counts columns to the right, `r` rows upwards, as in a HexJSON file."""

    code: str
    q: int
    r: int

    def __hash__(self) -> int:
        """Quick, since a text keeps its own."""
        return hash(self.code)


@dataclass(frozen=True)
class MapLabel:
    """Words on the map, set with one end at a cell (in the hexes' own coordinates)."""

    text: str
    q: float
    r: float
    anchor: str = "end"  # or "start": which end of the words stands at the cell


@dataclass(frozen=True)
class HexMap:
    """A drawn map, with what a page's script needs to read it.

    `centres` says where each place is, in px; `ring` is the path of a ring around a centre at 0, 0.
    """

    svg: str
    centres: Mapping[str, tuple[float, float]]
    ring: str
    width: float
    height: float


@dataclass(frozen=True)
class LegendEntry:
    """One class of the map: its CSS name (`1` is the lowest) and the values it holds, in words."""

    class_name: str
    text: str


def quantile_breaks(values: Collection[float], *, classes: int = 5, decimals: int = 1) -> list[float]:
    """The rising lower limits of classes 2 and up, so that each class holds about equally many of the values.

    Limits are rounded to `decimals`; values too few or too alike to fill the classes give fewer.
    """
    ordered = sorted(values)
    limits = (ordered[len(ordered) * n // classes] for n in range(1, classes) if ordered)
    rounded = sorted({round(limit, decimals) for limit in limits})
    return [limit for limit in rounded if limit > round(ordered[0], decimals)]


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Which class a value falls in, 1 for below the first of the rising breaks."""
    return 1 + bisect_right(breaks, value)


def legend(
    breaks: Sequence[float],
    *,
    decimals: int = 1,
    too_little: str = "",
    not_publishing: str = "",
    format_value: Callable[[float], str] | None = None,
    translate: Callable[[str], str] = str,
) -> list[LegendEntry]:
    """The classes from the highest down, in words, with the places that do not publish last.

    `too_little` names the places that publish, but not enough to be compared, where there are any.
    `translate` turns each English sentence, its `{names}` still in it, into the reader's language.

    With no breaks there is one class, which holds every figure.
    """

    def write(value: float) -> str:
        return format_value(value) if format_value else f"{value:,.{decimals}f}"

    smallest = 10.0**-decimals
    under = translate("Under {limit}").format(limit=write(breaks[0])) if breaks else translate("Any figure")
    entries = [LegendEntry("1", under)]
    for at, limit in enumerate(breaks):
        if at == len(breaks) - 1:
            text = translate("{limit} and over").format(limit=write(limit))
        elif breaks[at + 1] - smallest > limit + smallest / 2:
            text = translate("{first} to {last}").format(
                first=write(limit), last=write(breaks[at + 1] - smallest)
            )
        else:
            text = write(limit)
        entries.append(LegendEntry(str(at + 2), text))
    without = [LegendEntry(TOO_LITTLE, too_little)] if too_little else []
    silent = not_publishing or translate("Office does not publish")
    return [*reversed(entries), *without, LegendEntry(NOT_PUBLISHING, silent)]


def draw_hex_map(
    hexes: Sequence[Hex],
    values: Mapping[str, float],
    *,
    breaks: Sequence[float],
    title: str,
    description: str,
    chosen: str = "",
    too_little: Collection[str] = (),
    labels: Sequence[MapLabel] = (),
    name: str = "map",
    shapes: Sequence[str] | None = None,
) -> HexMap:
    """Draw a map of the values, one <path> per class, with a ring around the chosen place.

    A hex without a value is drawn as not publishing, or as having too little where it is among `too_little`;
    neither is the lowest class. `shapes` are those of `hex_shapes`, where they are drawn already. Raises
    ValueError when `chosen` is not on the map.
    """
    place = _placing(tuple(hexes))
    centres = place.centres
    if chosen and chosen not in centres:
        raise ValueError(f"{chosen} is not a place on this map.")
    drawn = [*(hex_shapes(hexes, values, breaks=breaks, too_little=too_little) if shapes is None else shapes)]
    if chosen:
        drawn.append(element("path", d=_hexagon(*centres[chosen]), class_="hex-ring", fill="none"))
    for label in labels:
        x, y = place.centre(label.q, label.r)
        drawn.append(
            element("text", words(label.text), x=x, y=y + 4, text_anchor=label.anchor, class_="hex-label")
        )
    svg = picture(
        *drawn,
        width=place.width,
        height=place.height,
        title=title,
        description=description,
        class_="chart chart-hexmap",
        name=name,
    )
    return HexMap(svg, centres, ring=_hexagon(0, 0), width=place.width, height=place.height)


def hex_shapes(
    hexes: Sequence[Hex],
    values: Mapping[str, float],
    *,
    breaks: Sequence[float],
    too_little: Collection[str] = (),
) -> Sequence[str]:
    """The places of a map, one <path> per class, which are the same in every language."""
    hexagons = _placing(tuple(hexes)).hexagons
    members: dict[str, list[str]] = defaultdict(list)
    for hex_ in hexes:
        if hex_.code in values:
            members[str(class_of(values[hex_.code], breaks))].append(hex_.code)
        else:
            members[TOO_LITTLE if hex_.code in too_little else NOT_PUBLISHING].append(hex_.code)
    return [
        element("path", d="".join(hexagons[code] for code in members[key]), class_=f"hex hex-{key}")
        for key in sorted(members, reverse=True)
    ]


def legend_key(class_name: str) -> str:
    """A small hexagon in a class's colour, to stand beside its words in a legend."""
    size = CELL_WIDTH + 3
    return element(
        "svg",
        element("path", d=_hexagon(size / 2, size / 2), class_=f"hex hex-{class_name}"),
        class_="chart-key",
        width=size,
        height=size,
        viewBox=f"0 0 {number(size)} {number(size)}",
        aria_hidden="true",
    )


def describe(
    values: Mapping[str, float], *, places: int, unit: str, translate: Callable[[str], str] = str
) -> str:
    """A sentence for those who cannot see the map, in the reader's language as `legend` is."""
    if not values:
        return translate("None of {places} places has a figure.").format(places=places)
    sentence = translate(
        "{known} of {places} places have a figure, from {low} to {high} {unit}. The table holds them all."
    )
    low, high = plain(min(values.values())), plain(max(values.values()))
    return sentence.format(known=len(values), places=places, low=low, high=high, unit=unit)


@lru_cache(maxsize=4)  # the layouts of a site, drawn a hundred times each
def _placing(hexes: tuple[Hex, ...]) -> _Placing:
    return _Placing(hexes)


class _Placing:
    """Turns cells into px, with the first column at the left margin and the highest row at the top."""

    def __init__(self, hexes: Sequence[Hex]) -> None:
        self._left = min((_column(hex_.q, hex_.r) for hex_ in hexes), default=0.0)
        self._top = max((hex_.r for hex_ in hexes), default=0)
        right = max((_column(hex_.q, hex_.r) for hex_ in hexes), default=0.0)
        bottom = min((hex_.r for hex_ in hexes), default=0)
        self.width = (right - self._left + 1) * CELL_WIDTH + 2 * MARGIN
        tall = CELL_WIDTH * HEIGHT_TO_WIDTH
        self.height = (self._top - bottom) * tall * ROW + tall + 2 * MARGIN
        self.centres = {hex_.code: self.centre(hex_.q, hex_.r) for hex_ in hexes}
        self.hexagons = {code: _hexagon(*centre) for code, centre in self.centres.items()}

    def centre(self, q: float, r: float) -> tuple[float, float]:
        tall = CELL_WIDTH * HEIGHT_TO_WIDTH
        x = MARGIN + (_column(q, r) - self._left + 0.5) * CELL_WIDTH
        y = MARGIN + (self._top - r) * tall * ROW + tall / 2
        return round(x, 1), round(y, 1)


def _column(q: float, r: float) -> float:
    """Where a cell lies in its row; odd rows are shoved right by half a cell."""
    return q + 0.5 * (int(r) % 2)


def _hexagon(x: float, y: float) -> str:
    half = CELL_WIDTH * FILL / 2
    tall = CELL_WIDTH * FILL * HEIGHT_TO_WIDTH
    slope, side = number(tall / 4), number(tall / 2)
    across = number(half)
    outline = f"l{across} {slope}v{side}l-{across} {slope}-{across}-{slope}v-{side}z"
    return f"M{number(x)} {number(y - tall / 2)}{outline}"
