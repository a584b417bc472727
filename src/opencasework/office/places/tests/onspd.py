"""A small invented extract of the ONS Postcode Directory, in its real columns."""

from __future__ import annotations

import zipfile
from pathlib import Path

from opencasework.office.places import loading

# As of February 2024, and as of 2026 in the shorter NSPL: the names of the columns change with the years.
OLD = (
    "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,"
    "ctry,rgn,streg,pcon,eer,teclec,ttwa,pct,itl,statsward,oa01,casward,npark,lsoa01,msoa01,ur01ind,oac01,oa11,lsoa11,"
    "msoa11,wz11,sicbl,bua24,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,icb,oa21,lsoa21,msoa21"
)
NEW = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,nhser24cd,"
    "ctry26cd,rgn26cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl26cd,bua24cd,ruc21ind,oac21ind,"
    "lat,long,lep21cd1,lep21cd2,pfa23cd,imd20ind,icb26cd"
)
OURS, THEIRS = "E14999999", "E14001063"  # Wexcombe North, which is invented, and Aldershot
WARD, OTHER_WARD = "E05999999", "E05999998"
ROWS = [
    ("WX4 7QP", OURS, WARD),
    ("ZZ1 2AB", THEIRS, OTHER_WARD),
    ("ZZ10 2AB", THEIRS, OTHER_WARD),
    ("WX3 1AA", OURS, OTHER_WARD),
]


def sheet(rows=ROWS, *, columns: str = OLD) -> str:
    """The rows as a CSV with all its columns, most of them empty."""
    names = columns.split(",")
    lines = [columns]
    for postcode, constituency, ward in rows:
        outward, inward = postcode.split()
        known = {
            "pcd": f"{outward:<4}{inward}", "pcd7": f"{outward:<4}{inward}", "pcd2": f"{outward:<5}{inward}",
            "pcd8": f"{outward:<5}{inward}", "pcds": postcode, "dointr": "198001", "pcon": constituency,
            "pcon24cd": constituency, "osward": ward, "wd26cd": ward, "lat": "51.2", "long": "-0.7",
        }  # fmt: skip
        lines.append(",".join(f'"{known.get(name, "")}"' for name in names))
    return "\r\n".join([*lines, ""])


def archive(path: Path, *, parts: bool = False) -> Path:
    """The zip the Office for National Statistics offers: the directory, and names beside it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        if parts:
            file.writestr("Data/multi_csv/ONSPD_FEB_2024_UK_WX.csv", sheet([ROWS[0], ROWS[3]]))
            file.writestr("Data/multi_csv/ONSPD_FEB_2024_UK_ZZ.csv", sheet(ROWS[1:3]))
        else:
            file.writestr("Data/ONSPD_FEB_2024_UK.csv", sheet())
            file.writestr("Data/multi_csv/ONSPD_FEB_2024_UK_WX.csv", sheet(ROWS[:1]))
        file.writestr(
            "Documents/Ward names and codes UK as at 05_24.csv",
            f"\ufeffWD24CD,WD24NM\r\n{WARD},Quarry Hill\r\n{OTHER_WARD},Market\r\n",
        )
        file.writestr(
            "Documents/Westminster names and codes.csv",
            f"PCON24CD,PCON24NM\r\n{OURS},Wexcombe North\r\n{THEIRS},Aldershot\r\n",
        )
        file.writestr("User Guide/readme.txt", "Invented.")
    return path


def load(folder: Path) -> None:
    """Load the extract and a list of members: ZZ1 2AB is in Aldershot, whose member is Jo Ashdown."""
    members = f"name,area_gss\nJo Ashdown,{THEIRS}\n"
    for name, text in {"onspd.csv": sheet(), "members.csv": members}.items():
        (folder / name).write_text(text)
        loading.load(folder / name)
