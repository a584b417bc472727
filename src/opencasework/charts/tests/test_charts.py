"""What every chart promises, whatever it is given."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.charts import (
    Event,
    Hex,
    Line,
    MapLabel,
    bar_with_average,
    draw_hex_map,
    legend,
    quantile_breaks,
    sparkline,
    trend_chart,
)
from opencasework.charts.svg import nice_step, number

SVG = "{http://www.w3.org/2000/svg}"
counts = st.integers(min_value=0, max_value=10**7) | st.floats(min_value=0, max_value=10**7)
series = st.lists(counts | st.none(), max_size=30)
names = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def read(svg: str) -> ElementTree.Element:
    """The picture as a tree, having refused whatever our policy or a browser would refuse."""
    assert "style=" not in svg
    assert "nan" not in re.sub(r">[^<]*<", "><", svg).lower()
    return ElementTree.fromstring(svg)


def classed(svg: str, name: str) -> list[ElementTree.Element]:
    return [shape for shape in read(svg).iter() if name in shape.get("class", "").split()]


def trend(lines: list[Line], **more: object) -> str:
    return trend_chart(lines, title="Cases", description="", ticks={}, **more)  # type: ignore[arg-type]


@given(first=series, label=names, title=names)
def test_a_trend_chart_can_be_drawn_of_anything(first: list[float | None], label: str, title: str) -> None:
    svg = trend_chart([Line(label, first)], title=title, description=label, ticks={0: label, 5: label})

    assert read(svg).find(f"{SVG}title").text == (title or None)  # type: ignore[union-attr]


@given(first=series, title=names)
def test_a_sparkline_can_be_drawn_of_anything(first: list[float | None], title: str) -> None:
    assert read(sparkline(first, title=title, description=title)).get("role") == "img"


@given(value=counts | st.none(), average=counts | st.none(), largest=counts)
def test_a_bar_stays_on_its_scale(value: float | None, average: float | None, largest: float) -> None:
    svg = bar_with_average(value, average=average, largest=largest, title="Rate", width=200)

    for shape in read(svg).iter(f"{SVG}rect"):
        assert float(shape.get("x", "0")) >= 0
        assert float(shape.get("x", "0")) + float(shape.get("width", "0")) <= 200.1


@given(values=st.lists(counts, max_size=40))
def test_every_place_is_drawn_once_and_in_a_class_of_the_legend(values: list[float]) -> None:
    hexes = [Hex(f"E{at}", q=at % 7, r=-(at // 7)) for at in range(len(values) + 3)]
    known = {f"E{at}": value for at, value in enumerate(values)}
    breaks = quantile_breaks(values)

    drawn = draw_hex_map(hexes, known, breaks=breaks, title="Map", description="")

    classes = classed(drawn.svg, "hex")
    assert sum(shape.get("d", "").count("z") for shape in classes) == len(hexes)
    in_legend = {f"hex-{entry.class_name}" for entry in legend(breaks)}
    assert {shape.get("class", "").split()[1] for shape in classes} <= in_legend


def test_a_trend_chart_is_drawn_as_it_was() -> None:
    svg = trend_chart(
        [Line("Housing", [0, 5, 10]), Line("Tax", [5, None, 5])],
        title="Cases a month",
        description="Two lines",
        ticks={0: "Sep 2026", 2: "Nov 2026"},
        events=[Event(0.5, "Law in force")],
        width=300,
        height=150,
        label_width=100,
    )

    assert [shape.get("d") for shape in classed(svg, "chart-line")] == ["M34 122L117 68L200 14"]
    assert [(shape.get("cx"), shape.get("cy")) for shape in classed(svg, "chart-dot")] == [
        ("200", "14"),
        ("34", "68"),
        ("200", "68"),
    ]
    assert [shape.get("d") for shape in classed(svg, "chart-event")] == ["M75.5 10L75.5 122"]
    assert [shape.text for shape in classed(svg, "chart-label")] == ["Housing 10", "Tax 5"]
    assert [shape.text for shape in classed(svg, "chart-axis")] == [
        *["0", "5", "10"],
        *["Sep 2026", "Nov 2026"],
    ]


def test_the_names_of_lines_that_end_together_do_not_cover_each_other() -> None:
    lines = [Line(name, [3, 3]) for name in ("Housing", "Tax", "Health", "Courts", "Work")]

    tops = sorted(float(label.get("y", "0")) for label in classed(trend(lines), "chart-label"))

    assert all(below - above >= 16 for above, below in pairwise(tops))


def test_a_gap_is_left_open_and_a_lone_month_between_gaps_is_a_dot() -> None:
    svg = trend([Line("Housing", [1, 2, None, 3, None, 2, 2])])

    assert len(classed(svg, "chart-line")) == 2
    assert len(classed(svg, "chart-dot")) == 2


def test_one_month_is_a_dot() -> None:
    svg = trend([Line("Housing", [4])])

    assert (len(classed(svg, "chart-line")), len(classed(svg, "chart-dot"))) == (0, 1)


@pytest.mark.parametrize("lines", [[], [Line("Housing", [])], [Line("Housing", [None, None])]])
def test_no_figures_are_said_in_words(lines: list[Line]) -> None:
    assert "No figures to show" in trend(lines)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([Line("A", [1])] * 6, "at most 5 lines"),
        ([Line("A", [1]), Line("B", [1, 2])], "equally many"),
        ([Line("A", [-1])], "below it"),
    ],
)
def test_what_would_mislead_is_refused(lines: list[Line], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        trend(lines)


def test_text_is_escaped() -> None:
    svg = trend_chart(
        [Line("<b>&", [1, 2])], title='"<script>"', description="<i>", ticks={0: "<u>"}, name='x" onload="'
    )

    assert not {"script", "b", "i", "u"} & {shape.tag.removeprefix(SVG) for shape in read(svg).iter()}
    assert not read(svg).get("onload")


def test_odd_rows_of_the_map_are_shoved_right_and_the_first_row_is_at_the_foot() -> None:
    hexes = [Hex("even", 1, -2), Hex("odd", 1, -1), Hex("right", 2, -2)]

    centres = draw_hex_map(hexes, {}, breaks=[], title="Map", description="").centres

    assert centres["odd"][0] - centres["even"][0] == 6.5
    assert centres["right"][0] - centres["even"][0] == 13
    assert centres["odd"][1] < centres["even"][1]


def test_the_chosen_place_has_a_ring_of_its_own() -> None:
    hexes = [Hex("a", 0, 0), Hex("b", 1, 0)]

    drawn = draw_hex_map(hexes, {"a": 1}, breaks=[], title="Map", description="", chosen="b")

    assert len(classed(drawn.svg, "hex-ring")) == 1
    assert [shape.get("class") for shape in classed(drawn.svg, "hex")] == ["hex hex-none", "hex hex-1"]


def test_a_place_that_is_not_on_the_map_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="E9 is not a place"):
        draw_hex_map([Hex("a", 0, 0)], {}, breaks=[], title="Map", description="", chosen="E9")


def test_words_on_the_map_end_at_their_cell() -> None:
    drawn = draw_hex_map(
        [Hex("a", 0, 0)], {}, breaks=[], title="Map", description="", labels=[MapLabel("Wales", 0, 0)]
    )

    assert [label.text for label in classed(drawn.svg, "hex-label")] == ["Wales"]


def test_the_legend_leaves_no_value_out_and_names_the_silent_places_last() -> None:
    entries = [entry.text for entry in legend([3.0, 4.3, 4.4])]

    assert entries == ["4.4 and over", "4.3", "3.0 to 4.2", "Under 3.0", "Office does not publish"]


def test_few_or_equal_values_make_fewer_classes() -> None:
    assert quantile_breaks([]) == []
    assert quantile_breaks([2, 2, 2]) == []
    assert quantile_breaks([1, 2]) == [2]
    assert quantile_breaks(range(100), decimals=0) == [20, 40, 60, 80]


@pytest.mark.parametrize(("largest", "step"), [(0, 1), (7.9, 2), (8.1, 5), (0.07, 0.02), (4410, 2000)])
def test_grid_lines_are_round_numbers(largest: float, step: float) -> None:
    assert nice_step(largest) == pytest.approx(step)


def test_a_number_that_is_not_finite_stops_the_chart() -> None:
    with pytest.raises(ValueError, match="finite"):
        number(float("nan"))


def test_too_little_data_is_neither_a_low_figure_nor_silence() -> None:
    hexes = [Hex("low", 0, 0), Hex("thin", 1, 0), Hex("silent", 2, 0)]

    drawn = draw_hex_map(hexes, {"low": 0}, breaks=[1], too_little=["thin"], title="Map", description="")

    assert {shape.get("class") for shape in classed(drawn.svg, "hex")} == {
        "hex hex-1",
        "hex hex-thin",
        "hex hex-none",
    }
    assert legend([1], too_little="Too few months")[-2].text == "Too few months"
