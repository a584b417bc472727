"""Finding a place by the first half of a postcode: which constituencies lie in "S10" or "SW1A"."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path

from opencasework.observatory.places import constituencies
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.standing import Coming
from opencasework.postcodes import WHERE_FROM, NotLoadable, directory

FILE = "places/postcodes.json"
ATTRIBUTION = (
    "Contains Royal Mail data © Royal Mail copyright and database right, and National Statistics data © "
    "Crown copyright and database right, licensed under the Open Government Licence v3.0."
)
INWARD = 3  # characters at the end of a postcode: "2TN"

Districts = Mapping[str, Sequence[str]]  # codes of constituencies, by district


@dataclass(frozen=True)
class District:
    """A district and the codes of the constituencies it lies in."""

    name: str
    areas: Sequence[str]


def read_districts(path: Path) -> Districts:
    """The districts of a postcode directory, each with the constituencies it lies in, by their codes.

    Raises NotLoadable when the file is none, or is from before the constituencies of 2024.
    """
    found: dict[str, set[str]] = defaultdict(set)
    with directory(path) as postcodes:
        for row in postcodes.rows():
            if row.constituency in constituencies():
                found[row.postcode[:-INWARD].strip()].add(row.constituency)
    if not found:
        raise NotLoadable(
            f"{path.name} has no postcode in a constituency of 2024; it is older, or empty. {WHERE_FROM}"
        )
    return {district: sorted(found[district]) for district in sorted(found, key=_in_order)}


def area_of(district: str) -> str:
    """Its letters: "S" of "S10", "SW" of "SW1A"."""
    return "".join(takewhile(str.isalpha, district))


def _in_order(district: str) -> tuple[str, int, str]:
    """S2 before S10."""
    area = area_of(district)
    number = "".join(takewhile(str.isdigit, district[len(area) :]))
    return area, int(number or 0), district


def areas_of(districts: Districts) -> list[str]:
    """The postcode areas there are, in order."""
    return [area for area, _ in groupby(districts, key=area_of)]


def list_of_areas(figures: Figures) -> Mapping[str, object]:
    """The page of all postcode areas."""
    return {"areas": areas_of(figures.districts)}


def page_of_area(figures: Figures, area: str) -> Mapping[str, object]:
    """The page of one: its districts, and the places each lies in."""
    districts = [District(name, codes) for name, codes in figures.districts.items()]
    return {"area": area, "districts": districts, "places": constituencies()}


def write_districts(districts: Districts, coming: Coming) -> None:
    """What the script looks up: the codes of places, and for each district which of them."""
    codes = sorted({code for each in districts.values() for code in each})
    numbers = {code: number for number, code in enumerate(codes)}
    told = {
        "places": codes,
        "districts": {district: [numbers[code] for code in each] for district, each in districts.items()},
    }
    coming.put(FILE, (json.dumps(told, separators=(",", ":")) + "\n").encode())
