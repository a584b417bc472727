"""A small nation whose site is built again and again."""

from __future__ import annotations

import shutil
from pathlib import Path

from opencasework.observatory.collect.store import name_of as folder_of
from opencasework.observatory.months import months_up_to
from opencasework.observatory.places import constituencies
from opencasework.observatory.site.build import Built, build_site
from opencasework.observatory.tests.publishing import opened, publish
from opencasework.standard.descriptor import EXAMPLE_AREA

MONTHS = months_up_to("2026-10", 15)
AREAS = [*sorted(constituencies())[:11], EXAMPLE_AREA]
JOINS_LATER = sorted(constituencies())[20]


class Nation:
    """Twelve offices, one of them not on the map, and their site."""

    def __init__(self, folder: Path, front_end: Path) -> None:
        self.publications, self.site = folder / "in", folder / "site"
        self._folder, self._front_end = folder, front_end
        for number in range(len(AREAS)):
            self.publish(number, MONTHS[:-1] if number == 3 else MONTHS)

    def publish(self, number: int, months: list[str], *, called: str = "", more: int = 0) -> None:
        """An office publishes these months; `more` is how many more in the second of them."""
        counts = {
            month: opened(housing=30 + number * 2 + step + (more if step == 1 else 0), tax=12 + number)
            for step, month in enumerate(months)
        }
        area = AREAS[number] if number < len(AREAS) else JOINS_LATER
        folder = self.publications / f"office-{number}"
        publish(folder, counts, area=area, area_name=called, post=f"post/{number}")

    def publish_anew(self, number: int, months: list[str], *, more: int = 0) -> None:
        """The same in place of all it published before."""
        self.withdraw(number)
        self.publish(number, months, more=more)

    def withdraw(self, number: int) -> None:
        shutil.rmtree(self.publications / f"office-{number}")

    def build(self, *, full: bool = False) -> Built:
        return build_site([self.publications], self.site, front_end=self._front_end, full=full)

    def is_as_built_whole(self) -> bool:
        """Whether the site is, to the byte, what a machine that never saw it would build."""
        build_site([self.publications], self._folder / "anew", front_end=self._front_end, full=True)
        ours, theirs = contents(self.site), contents(self._folder / "anew")
        assert sorted(ours) == sorted(theirs)
        assert [name for name in ours if ours[name] != theirs[name]] == []
        return True


def contents(site: Path) -> dict[str, bytes]:
    return {
        file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()
    }


def office_page(number: int) -> str:
    return f"offices/{folder_of(f'post/{number}')}/"
