"""In whose area a postcode lies: looked up in a file made from the ONS Postcode Directory.

Beside the database, because its 2.7 million rows are nobody's data and change four times a year: a header of
JSON, then records of eleven bytes in order (the postcode, the numbers of its constituency and of its ward in
the header), some 30 MB. A look-up reads twenty-odd records of it.
"""

from __future__ import annotations

import csv
import json
import os
import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from django.conf import settings

from opencasework.office.kit import postcodes
from opencasework.office.places.models import MemberKind, Office

MAGIC = b"OCPLACES1\n"
LENGTH = struct.Struct(">I")  # of the header
RECORD = struct.Struct(">7sHH")
NOWHERE = 0xFFFF  # no ward, no constituency


@dataclass(frozen=True)
class Loaded:
    """The directory in use."""

    path: Path
    source: str  # the name of the file it was made from
    postcodes: int
    begins: int  # byte of the first record
    constituencies: tuple[str, ...]
    wards: tuple[str, ...]
    names: dict[str, str]


@dataclass(frozen=True)
class Place:
    """Where a postcode lies."""

    postcode: str
    constituency: str  # GSS code, or empty
    ward: str  # GSS code, or empty
    area_name: str  # of the kind of area the office has
    member_name: str  # who represents it, where a list of members is loaded
    member_phone: str = ""  # and of their office, where the list has it


def folder() -> Path:
    """Where the files are; in the home folder of the office."""
    path: Path = settings.HOME.root / "places"
    return path


def loaded() -> Loaded | None:
    """The directory in use; None where there is none, or it cannot be read."""
    path = folder() / "postcodes"
    try:
        stamp = path.stat()
    except OSError:
        return None
    return _opened(path, (stamp.st_ino, stamp.st_mtime_ns), stamp.st_size)


@lru_cache(maxsize=4)
def _opened(path: Path, _changed: tuple[int, int], size: int) -> Loaded | None:
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return None
        header = json.loads(file.read(LENGTH.unpack(file.read(LENGTH.size))[0]))
        begins = file.tell()
    return Loaded(
        path=path,
        source=header["source"],
        postcodes=(size - begins) // RECORD.size,
        begins=begins,
        constituencies=tuple(header["constituencies"]),
        wards=tuple(header["wards"]),
        names=header["names"],
    )


def padded(postcode: str) -> bytes:
    """As the directory writes and orders it: seven characters, the second half at the end."""
    compact = postcode.replace(" ", "").upper()
    return f"{compact[:-3]:<4}{compact[-3:]}".encode("ascii", "replace")


def _found(directory: Loaded, postcode: str) -> tuple[str, str] | None:
    """The codes of constituency and ward; None for a postcode that is not in it."""
    wanted = padded(postcode)
    low, high = 0, directory.postcodes
    with directory.path.open("rb", buffering=0) as file:
        while low < high:
            middle = (low + high) // 2
            record = os.pread(file.fileno(), RECORD.size, directory.begins + middle * RECORD.size)
            there, constituency, ward = RECORD.unpack(record)
            if there == wanted:
                return _name(directory.constituencies, constituency), _name(directory.wards, ward)
            low, high = (middle + 1, high) if there < wanted else (low, middle)
    return None


def _name(codes: tuple[str, ...], number: int) -> str:
    return "" if number == NOWHERE else codes[number]


def place_of(postcode: str, *, office: Office) -> Place | None:
    """Where a normalised postcode lies; None where no directory is loaded, or it does not have it."""
    directory = loaded()
    codes = _found(directory, postcode) if directory else None
    if directory is None or codes is None:
        return None
    constituency, ward = codes
    area = ward if office.member_kind == MemberKind.COUNCILLOR else constituency
    name = directory.names.get(area) or constituency_names().get(area, "")
    return Place(postcode, constituency, ward, name, *members().get(area, ("", "")))


def covers(postcode: str, *, office: Office) -> bool | None:
    """Whether a normalised postcode lies in the member's area; None when that is not known.

    The directory says so for members of the Commons and for councillors. It does not know the areas of the
    other parliaments: for these, and for a postcode it does not have, the office's own list counts.
    """
    if office.member_kind in (MemberKind.MP, MemberKind.COUNCILLOR):
        place = place_of(postcode, office=office)
        area = place and (place.ward if office.member_kind == MemberKind.COUNCILLOR else place.constituency)
        if area:
            return area == office.area_code
    return office.covers(postcode)


@lru_cache(maxsize=1)
def constituency_names() -> dict[str, str]:
    """The names of the constituencies of the UK Parliament, by code."""
    text = (
        resources.files("opencasework.office.places")
        .joinpath("data", "constituencies.csv")
        .read_text("utf-8")
    )
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def members() -> dict[str, tuple[str, str]]:
    """Who represents each area, by its code, and their telephone, as far as a list of members was loaded."""
    path = folder() / "members.json"
    try:
        stamp = path.stat()
        return _members(path, (stamp.st_ino, stamp.st_mtime_ns))
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=4)
def _members(path: Path, _changed: tuple[int, int]) -> dict[str, tuple[str, str]]:
    found: dict[str, str | list[str]] = json.loads(path.read_text("utf-8"))
    # A list that was loaded before telephones were kept has names alone.
    return {area: (said, "") if isinstance(said, str) else (said[0], said[1]) for area, said in found.items()}


def forget() -> None:
    """Something new was loaded: a clock that ticks slowly may not tell."""
    _opened.cache_clear()
    _members.cache_clear()


def first_in(text: str, *, besides: str = "") -> str:
    """The first postcode in a text that does not stand in `besides`; empty when there is none."""
    own = set(postcodes.found_in(besides))
    return next((each for each in postcodes.found_in(text) if each not in own), "")
