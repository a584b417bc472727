"""A build takes over what has not changed since the last one, and comes to the same bytes as a whole one."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, Template

from opencasework.observatory.collect import judging
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.measures import trend
from opencasework.observatory.site import issues_here, maps, memory
from opencasework.observatory.site.rendering import Renderer
from opencasework.observatory.site.standing import MARK
from opencasework.observatory.tests.nation import AREAS, MONTHS, Nation, contents, office_page
from opencasework.standard.descriptor import EXAMPLE_AREA

RISING = ["rising", 12, 15, 900, 2.0, 1.5, 2.5, None]  # a trend that is nobody's

Rendered = list[str]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Rendered:
    """The pages that were made and not taken over, by their folders."""
    made: Rendered = []
    render = Renderer.render

    def noted(self: Renderer, page) -> str:  # type: ignore[no-untyped-def]
        made.append(page.path)
        return render(self, page)

    monkeypatch.setattr(Renderer, "render", noted)
    return made


def test_with_nothing_new_the_site_stays_as_it_stands(nation: Nation, rendered: Rendered) -> None:
    before = nation.site.stat().st_ino

    built = nation.build()

    assert (built.is_new, rendered, nation.site.stat().st_ino) == (False, [], before)
    assert built.pages == len(list(nation.site.rglob("*.html")))
    assert nation.is_as_built_whole()


def test_a_month_more_of_one_office_changes_what_says_so(nation: Nation, rendered: Rendered) -> None:
    nation.publish(3, MONTHS)

    assert nation.build().is_new

    # The map, the issues and every average have changed; what is said of other offices has not.
    assert {"", "issues/housing/", f"places/{AREAS[3]}/", office_page(3), "offices/"} <= set(rendered)
    assert office_page(4) not in rendered
    assert "methods/" not in rendered
    assert nation.is_as_built_whole()


def test_the_newest_month_of_one_office_makes_no_page_of_another_place_anew(
    nation: Nation, rendered: Rendered
) -> None:
    before = contents(nation.site)
    nation.publish(3, MONTHS)

    nation.build()

    others = [area for area in AREAS if area != AREAS[3]]
    assert not [path for path in rendered if any(area in path for area in others)]
    after = contents(nation.site)
    of_others = [name for name in after if name.endswith(".html") and any(area in name for area in others)]
    assert len(of_others) == len(others) * 3 * 2  # a page and two frames, in two languages
    # Whole pages stay to the byte where no average stands, the others but for the table with the average.
    frames = [name for name in of_others if "embed/" in name and "issues" not in name]
    assert len(frames) == len(of_others) / 3
    assert [name for name in frames if after[name] != before[name]] == []
    assert [name for name in of_others if without_rows(after[name]) != without_rows(before[name])] == []
    assert nation.is_as_built_whole()


def without_rows(page: bytes) -> bytes:
    """A page without the rows that have the average of others in it."""
    return re.sub(rb'<tbody id="by-issue">.*?</table>', b"", page, flags=re.DOTALL)


def test_of_the_files_of_all_offices_only_the_month_that_came_is_put_in_order(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_order: list[str] = []
    write = DuckDBEngine.write_months

    def noted(self, question, files):  # type: ignore[no-untyped-def]
        put_in_order.extend(files)
        write(self, question, files)

    monkeypatch.setattr(DuckDBEngine, "write_months", noted)
    nation.publish(3, MONTHS)

    nation.build()

    assert put_in_order == MONTHS[-1:]
    assert nation.is_as_built_whole()


def test_an_area_that_is_called_otherwise_is_so_in_every_month(nation: Nation) -> None:
    shutil.rmtree(nation.publications / "office-11")
    nation.publish(11, MONTHS, called="Wexcombe and Marsh")

    nation.build()

    (file,) = (nation.site / "data").glob("counts-by-month-place-and-issue*.csv")
    assert file.read_text().count("Wexcombe and Marsh") >= len(MONTHS)
    assert nation.is_as_built_whole()


@pytest.mark.parametrize("damage", [b"", None], ids=["torn", "gone"])
def test_damaged_rows_of_a_month_are_put_in_order_anew(nation: Nation, damage: bytes | None) -> None:
    (kept,) = (nation.site / "data").glob(f"*-{MONTHS[0]}*.parquet")
    kept.unlink() if damage is None else kept.write_bytes(kept.read_bytes()[:200])
    nation.publish(3, MONTHS)

    nation.build()

    assert nation.is_as_built_whole()


def test_a_template_that_was_made_ready_before_is_not_made_ready_again(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_ready: list[str] = []
    compiled = Environment.compile

    def noted(self, source, name=None, *more, **how):  # type: ignore[no-untyped-def]
        made_ready.append(name)
        return compiled(self, source, name, *more, **how)

    monkeypatch.setattr(Environment, "compile", noted)
    nation.publish(3, MONTHS)

    assert nation.build().is_new
    assert made_ready == []
    assert nation.is_as_built_whole()


def test_a_map_is_drawn_once_for_both_languages(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    shapes = maps.hex_shapes

    def noted(hexes, values, **how):  # type: ignore[no-untyped-def]
        drawn.append(len(values))
        return shapes(hexes, values, **how)

    monkeypatch.setattr(maps, "hex_shapes", noted)
    nation.publish(3, MONTHS)

    nation.build()

    pages = [page for page in contents(nation.site).values() if b'class="map-reader"' in page]
    assert len(drawn) == len(pages) / 2


def test_what_all_views_of_an_issue_show_is_rendered_once_in_each_language(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Rendered = []
    render = Template.render

    def noted(self, *given, **named):  # type: ignore[no-untyped-def]
        made.append(self.name)
        return render(self, *given, **named)

    monkeypatch.setattr(Template, "render", noted)
    nation.publish(3, MONTHS)

    nation.build()

    assert made.count("explore.html") > 4
    for part in ("issues", "trend", "data"):
        assert made.count(f"explore_{part}.html") == made.count("explore.html") / 4
    assert nation.is_as_built_whole()


def test_the_bars_of_a_place_are_drawn_once_for_its_page_its_frame_and_both_languages(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = issues_here.bar_with_average

    def noted(value, **how):  # type: ignore[no-untyped-def]
        drawn.append(how["name"])
        return draw(value, **how)

    monkeypatch.setattr(issues_here, "bar_with_average", noted)
    nation.publish(3, MONTHS)

    nation.build()

    pages = [page for name, page in contents(nation.site).items() if re.search(r"places/E\d+/", name)]
    assert len(drawn) == sum(page.count(b"chart-bar-with-average") for page in pages) / 4
    assert len(drawn) > len(AREAS)
    assert nation.is_as_built_whole()


def test_an_old_month_that_comes_late_leaves_the_charts_of_other_places(
    nation: Nation, rendered: Rendered
) -> None:
    shutil.rmtree(nation.publications / "office-3")
    nation.publish(3, MONTHS[1:-1])
    nation.build()
    rendered.clear()
    shutil.rmtree(nation.publications / "office-3")
    nation.publish(3, MONTHS[:-1])

    nation.build()

    assert f"embed/places/{AREAS[3]}/" in rendered
    assert f"embed/places/{AREAS[4]}/" not in rendered
    assert f"places/{AREAS[4]}/" not in rendered
    assert nation.is_as_built_whole()


def test_an_office_that_is_gone_is_gone_from_every_page(nation: Nation) -> None:
    shutil.rmtree(nation.publications / "office-5")

    nation.build()

    assert not (nation.site / "places" / AREAS[5]).exists()
    assert not (nation.site / office_page(5)).exists()
    assert nation.is_as_built_whole()


def test_most_offices_gone_at_once_begins_the_rows_again(nation: Nation) -> None:
    for number in range(2, 9):
        shutil.rmtree(nation.publications / f"office-{number}")

    nation.build()

    assert nation.is_as_built_whole()


def test_an_office_off_the_map_changes_only_what_is_said_of_it(nation: Nation, rendered: Rendered) -> None:
    shutil.rmtree(nation.publications / "office-11")
    nation.publish(11, MONTHS[:-2])

    nation.build()

    assert f"places/{EXAMPLE_AREA}/" in rendered
    assert {f"places/{area}/" for area in AREAS[:11]}.isdisjoint(rendered)
    assert nation.is_as_built_whole()


CHANGES: dict[str, Callable[[Nation], None]] = {
    "a newest month": lambda nation: nation.publish(3, MONTHS),
    "a correction of an old month": lambda nation: nation.publish_anew(4, MONTHS, more=7),
    "the newest month withdrawn": lambda nation: nation.publish_anew(5, MONTHS[:-1]),
    "an old month withdrawn": lambda nation: nation.publish_anew(6, [*MONTHS[:3], *MONTHS[4:]]),
    "a new office": lambda nation: nation.publish(len(AREAS), MONTHS),
    "an office that is gone": lambda nation: nation.withdraw(7),
    "a month that comes back": lambda nation: nation.publish(5, MONTHS),
    "a correction off the map": lambda nation: nation.publish_anew(11, MONTHS, more=40),
}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_one_after_the_other_the_site_is_as_built_whole(
    nation: Nation, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SETTLED_SECONDS", 0.0)  # files are known by how they lie there
    chance = random.Random(seed)

    for _turn in range(4):
        name = chance.choice(list(CHANGES))
        if name == "an office that is gone" and not (nation.publications / "office-7").exists():
            name = "a newest month"
        CHANGES[name](nation)
        nation.build()

        assert nation.is_as_built_whole(), name


def test_a_nation_that_nobody_wrote_to_is_not_read(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "SETTLED_SECONDS", 0.0)
    nation.build()
    read: list[str] = []
    monkeypatch.setattr(judging, "read_files", noting(read, judging.read_files))
    nation.publish(3, MONTHS)

    nation.build()

    assert set(read) == {"office-3"}
    assert nation.is_as_built_whole()


def noting(read: list[str], read_files: Callable[[Path], dict[str, bytes]]):  # type: ignore[no-untyped-def]
    def noted(path: Path) -> dict[str, bytes]:
        read.append(path.name)
        return read_files(path)

    return noted


def test_with_other_templates_everything_is_made_anew(
    nation: Nation, rendered: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "made_with", lambda: "another version")

    built = nation.build()

    assert built.is_new
    assert len(rendered) == built.pages
    assert nation.is_as_built_whole()


def test_asked_for_in_full_everything_is_made_anew(nation: Nation, rendered: Rendered) -> None:
    built = nation.build(full=True)

    assert built.is_new
    assert len(rendered) == built.pages


def of_built(change: Callable[[dict], object]) -> Callable[[Path], None]:  # type: ignore[type-arg]
    def damage(place: Path) -> None:
        told = json.loads(place.read_text())
        change(told)
        place.write_text(json.dumps(told))

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: place.unlink(),
        lambda place: place.write_text(""),
        lambda place: place.write_text(place.read_text()[:-20]),
        lambda place: place.write_bytes(b"\xff\x00"),
        lambda place: place.write_text("[]"),
        of_built(lambda told: told.pop("files")),
        of_built(lambda told: told.update(pages=None)),
        of_built(lambda told: told.update(trends={"x": [1]})),
        of_built(lambda told: told.update(rows="0" * 32)),
        of_built(lambda told: told.update(trends=dict.fromkeys(told["trends"], RISING))),
    ],
    ids=[
        *("gone", "empty", "torn", "no-text", "a-list", "no-files", "no-pages", "no-trend", "other-rows"),
        "other-trends",
    ],
)
def test_a_damaged_memory_is_left_aside(nation: Nation, damage: Callable[[Path], None]) -> None:
    damage(nation.site.with_name(".site.built.json"))
    nation.publish(3, MONTHS)

    nation.build()

    assert nation.is_as_built_whole()


@pytest.mark.parametrize("damage", [b"", b"DUCK", None], ids=["empty", "torn", "gone"])
def test_damaged_rows_are_loaded_anew(nation: Nation, damage: bytes | None) -> None:
    rows = nation.site.with_name(".site.rows.duckdb")
    rows.unlink() if damage is None else rows.write_bytes(rows.read_bytes()[:5_000] + damage)
    nation.publish(3, MONTHS)

    nation.build()

    assert nation.is_as_built_whole()


@pytest.mark.parametrize(
    "name", ["index.html", "data/quality/index.html", "feed.xml", "static/observatory.css"]
)
@pytest.mark.parametrize("gone", [True, False])
def test_a_file_of_the_site_that_was_changed_by_hand_is_made_anew(
    nation: Nation, name: str, *, gone: bool
) -> None:
    (nation.site / name).unlink() if gone else (nation.site / name).write_text("changed")

    assert nation.build().is_new
    assert nation.is_as_built_whole()


def test_places_are_not_fitted_again_for_one_of_them(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[int] = []
    fit = trend.fit

    def noted(counts, *more):  # type: ignore[no-untyped-def]
        fitted.append(len(counts))
        return fit(counts, *more)

    monkeypatch.setattr(trend, "fit", noted)
    nation.publish(3, MONTHS)

    nation.build()

    assert [number for number in fitted if number <= len(MONTHS)] == [len(MONTHS)]


def test_what_is_kept_says_nothing_of_anybody(nation: Nation) -> None:
    told = json.loads(nation.site.with_name(".site.built.json").read_text())

    by_page = ("pages", "pieces", "others", "files")
    assert set(told) == {
        "seal",
        "version",
        "whole",
        "rows",
        "trends",
        "postcodes",
        "templates",
        "months",
        "looks",
        *by_page,
    }
    assert {len(mark) for kind in by_page for mark in told[kind].values()} == {MARK}
    assert nation.site.with_name(".site.built.json").stat().st_mode & 0o077 == 0
