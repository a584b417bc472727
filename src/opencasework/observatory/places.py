"""The 650 constituencies the map is made of. Sources and licences: `data/README.md`."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from opencasework.charts import Hex, MapLabel

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0 and Parliamentary "
    "information licensed under the Open Parliament Licence v3.0. Contains OS data © Crown copyright and "
    "database right. Includes data by mySociety (CC-BY-4.0) and Open Innovations (MIT)."
)
# Set beside each nation, in the layout's own cells; England needs no name to be found.
MAP_LABELS = (
    MapLabel("Scotland", 50.2, 0),
    MapLabel("Northern", 41.9, -12, anchor="start"),
    MapLabel("Ireland", 41.4, -13, anchor="start"),
    MapLabel("Wales", 45.6, -28),
)


@dataclass(frozen=True)
class Place:
    """One constituency. `population` counts usual residents at the censuses of 2021 (Scotland: 2022)."""

    code: str
    name: str
    name_welsh: str
    country: str
    region: str
    population: int


@cache
def constituencies() -> dict[str, Place]:
    """All constituencies by GSS code, in alphabetical order of their English names."""
    text = files(__package__).joinpath("data/constituencies_2024.csv").read_text("utf-8")
    places = [
        Place(
            code=row["code"],
            name=row["name"],
            name_welsh=row["name_welsh"],
            country=row["country"],
            region=row["region"],
            population=int(row["population_census"]),
        )
        for row in csv.DictReader(text.splitlines())
    ]
    return {place.code: place for place in sorted(places, key=lambda place: place.name)}


@cache
def _councils() -> dict[str, list[str]]:
    text = files(__package__).joinpath("data/constituency_2024_la_2023_overlap.csv").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["constituency_code"], []).append(row["la_name"])
    return found


def councils_of(place: Place) -> list[str]:
    """The councils a constituency lies in, wholly or in part; none for a place not on the map."""
    return _councils().get(place.code, [])


@cache
def hexes() -> tuple[Hex, ...]:
    """The map's cells, one to a constituency."""
    layout = json.loads(files(__package__).joinpath("data/uk-constituencies-2024.hexjson").read_text("utf-8"))
    return tuple(Hex(code, cell["q"], cell["r"]) for code, cell in layout["hexes"].items())
