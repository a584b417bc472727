"""Reference numbers: what they look like, how they are written, whether one has the right form, and where
they stand in a text.

A pattern is for recognising a number, not for rejecting one: an office must be able to save what is
printed on a letter. The table is `data/references.csv` (sources named in its last columns).
"""

from opencasework.office.kit.references.aloud import in_groups
from opencasework.office.kit.references.covering import COVER, apart, covered, to_cover
from opencasework.office.kit.references.kinds import (
    EXAMPLE_NINO,
    OF_A_PERSON,
    OTHER,
    Kind,
    kinds,
    look_alike,
    mask,
)
from opencasework.office.kit.references.recognising import (
    OUR_OWN,
    Found,
    found_in,
    known_by,
    pieces,
    recognised,
    same_length_upper,
)

__all__ = [
    "COVER",
    "EXAMPLE_NINO",
    "OF_A_PERSON",
    "OTHER",
    "OUR_OWN",
    "Found",
    "Kind",
    "apart",
    "covered",
    "found_in",
    "in_groups",
    "kinds",
    "known_by",
    "look_alike",
    "mask",
    "pieces",
    "recognised",
    "same_length_upper",
    "to_cover",
]
