"""Disclosure control: what is done to true counts before anybody outside the office sees them.

`protect` is the method every new month is published with, `ocd-scr5` (see `scr5`). The alternatives stand in
modules of their own: `kr5` (how months were published at first), `rr5` (every cell and total rounded at
random), `suppression` (read; written on request only), `private` (differential privacy for research tables).
`folding` has what comes before any of them, `yearly` the tables of a whole year.
"""

from opencasework.standard.disclosure.cells import BASE, NamedCell
from opencasework.standard.disclosure.keyed import SHORTEST_KEY, key_id
from opencasework.standard.disclosure.kr5 import round_count
from opencasework.standard.disclosure.month import Errors
from opencasework.standard.disclosure.scr5 import (
    GRAND_TOTAL_ONLY,
    METHOD,
    PART_OF,
    Carried,
    Drawn,
    cell_uncertainty,
    draw,
    protect,
    total_uncertainty,
)

__all__ = [
    "BASE",
    "GRAND_TOTAL_ONLY",
    "METHOD",
    "PART_OF",
    "SHORTEST_KEY",
    "Carried",
    "Drawn",
    "Errors",
    "NamedCell",
    "cell_uncertainty",
    "draw",
    "key_id",
    "protect",
    "round_count",
    "total_uncertainty",
]
