"""A small invented extract of the ONS Postcode Directory, in its real columns."""

from __future__ import annotations

from collections.abc import Sequence

from opencasework.observatory.tests.publishing import BASSETLAW, BOLTON_WEST, PRESTON

COLUMNS = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,nhser24cd,"
    "ctry26cd,rgn26cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl26cd,bua24cd,ruc21ind,oac21ind,"
    "lat,long,lep21cd1,lep21cd2,pfa23cd,imd20ind,icb26cd"
)
GUERNSEY = "L99999999"  # what stands there for a place outside the United Kingdom
ROWS = [
    ("ZZ10 2AB", PRESTON),
    ("ZZ2 4AA", BASSETLAW),
    ("ZZ2 4AB", PRESTON),
    ("WX1A 1AA", BOLTON_WEST),
    ("GX1 1AA", GUERNSEY),
    ("WX3 1AA", ""),
]


def sheet(rows: Sequence[tuple[str, str]] = ROWS, *, columns: str = COLUMNS) -> str:
    """The rows as a CSV with all its columns, most of them empty."""
    lines = [columns]
    for postcode, constituency in rows:
        known = {"pcds": postcode, "pcd7": postcode.replace(" ", "").ljust(7), "pcon24cd": constituency}
        lines.append(",".join(f'"{known.get(name, "")}"' for name in columns.split(",")))
    return "\r\n".join([*lines, ""])
