"""The few lines of SVG writing that every chart shares."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from itertools import count


def number(value: float) -> str:
    """A coordinate with at most one decimal, as short as it can be written.

    Raises ValueError for a value that is not finite: a browser would drop the whole shape without a word.
    """
    if not math.isfinite(value):
        raise ValueError(f"A chart was given {value}; it draws finite numbers only.")
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, *children: str, **attributes: str | float) -> str:
    """One element. Children are markup already; attribute values are escaped here.

    A trailing underscore lets an attribute be a Python keyword (`class_`); other underscores become hyphens.
    An empty text leaves the attribute out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def words(text: str) -> str:
    """Text made safe to stand inside an element."""
    return escape(text, quote=False)


def picture(
    *shapes: str, width: float, height: float, title: str, description: str, class_: str, name: str = ""
) -> str:
    """The outer <svg>, named by its title and described by its description for those who cannot see it.

    `name` makes the ids on the page unlike those of another chart on it; by default it is the class.
    """
    name = name or class_.split()[-1]
    return element(
        "svg",
        element("title", words(title), id=f"{name}-title"),
        element("desc", words(description), id=f"{name}-desc") if description else "",
        *shapes,
        xmlns="http://www.w3.org/2000/svg",
        class_=class_,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc" if description else "",
    )


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Path data through the points in order."""
    return "".join(
        f"{'M' if first == 0 else 'L'}{number(x)} {number(y)}"
        for first, (x, y) in zip(count(), points, strict=False)
    )


def nice_step(largest: float, *, steps: int = 4) -> float:
    """The distance between grid lines, 1, 2 or 5 times a power of ten, that takes `steps` to `largest`."""
    if largest <= 0:
        return 1.0
    rough = largest / steps
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * 0.999)


def plain(value: float) -> str:
    """A number for a reader: thousands separated, no decimals it does not need."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)
