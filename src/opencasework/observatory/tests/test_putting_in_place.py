"""What has changed takes its place in the site that stands there; the rest is not touched."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable

import pytest

from opencasework.observatory.site.standing import Coming
from opencasework.observatory.tests.nation import MONTHS, Nation, contents, office_page


def test_a_page_changed_by_hand_to_one_of_the_same_size_and_date_is_made_anew(nation: Nation) -> None:
    page = nation.site / "methods/index.html"
    looked = page.stat()
    page.write_bytes(page.read_bytes().replace(b"e", b"a"))
    os.utime(page, ns=(looked.st_atime_ns, looked.st_mtime_ns))

    assert nation.build().is_new
    assert nation.is_as_built_whole()


def test_a_file_that_was_put_there_is_gone(nation: Nation) -> None:
    (nation.site / "offices" / "mine").mkdir()
    (nation.site / "offices" / "mine" / "mine.html").write_text("mine")

    nation.build()

    assert not (nation.site / "offices" / "mine").exists()


def test_what_was_put_in_the_way_of_a_page_is_gone(nation: Nation) -> None:
    (nation.site / "methods/index.html").unlink()
    (nation.site / "methods/index.html").mkdir()
    (nation.site / "methods/index.html/mine").write_text("mine")
    shutil.rmtree(nation.site / "bodies")
    (nation.site / "bodies").write_text("mine")

    nation.build()

    assert nation.is_as_built_whole()


def test_a_file_that_comes_out_the_same_is_not_touched(nation: Nation) -> None:
    before = {name: (nation.site / name).stat() for name in contents(nation.site)}
    data = contents(nation.site)
    nation.publish(3, MONTHS)

    nation.build()

    after = contents(nation.site)
    same = [name for name in after if after[name] == data.get(name)]
    assert {"methods/index.html", "static/observatory.css", office_page(4) + "index.html"} <= set(same)
    assert [name for name in same if (nation.site / name).stat() != before[name]] == []


def test_a_site_that_was_put_half_in_place_is_whole_after_the_next_build(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    nation.publish(3, MONTHS)
    with monkeypatch.context() as killed:
        killed.setattr(os, "replace", failing_after(30, os.replace))
        with pytest.raises(KeyboardInterrupt):
            nation.build()

    nation.build()

    assert nation.is_as_built_whole()


def failing_after(calls: int, replace: Callable[..., None]) -> Callable[..., None]:
    left = iter(range(calls))

    def replaced(*given: object) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace(*given)

    return replaced


def test_until_all_that_has_changed_is_made_the_site_stays(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(nation.site)
    nation.publish(3, MONTHS)
    seen: list[bool] = []
    take = Coming.take_places

    def noted(self: Coming, *given, **more):  # type: ignore[no-untyped-def]
        seen.append(contents(nation.site) == before)
        return take(self, *given, **more)

    monkeypatch.setattr(Coming, "take_places", noted)

    nation.build()

    assert seen == [True]


def test_while_one_builds_another_waits(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    may_begin: list[bool] = []
    take = Coming.take_places

    def noted(self: Coming, *given, **more):  # type: ignore[no-untyped-def]
        with nation.site.with_name(".site.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                may_begin.append(True)
            except BlockingIOError:
                may_begin.append(False)
        return take(self, *given, **more)

    monkeypatch.setattr(Coming, "take_places", noted)
    nation.publish(3, MONTHS)

    nation.build()

    assert may_begin == [False]
