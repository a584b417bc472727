"""Match the directory of bodies with the registers of org-ids, and write the tables that carry the result.

    python tools/org_ids.py FOLDER

FOLDER holds uk_government_organisations.csv (GOV.UK), uk_la_org_id.csv (councils), uk_local_authorities.csv
(which of them still exist) and constituency_2024_la_2023_overlap.csv. The tables are written in
office/bodies/data; what was matched by hand (the column `how` of org_ids.csv) stays.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from opencasework.office.bodies.registers import key

DATA = Path(__file__).parent.parent / "src" / "opencasework" / "office" / "bodies" / "data"
# The first letters of a council's GSS code, and the kind of council in the directory.
TYPES = {
    "E06": "LA-UNITARY", "E07": "LA-DISTRICT", "E08": "LA-MET", "E09": "LA-LONDON", "E10": "LA-COUNTY",
    "W06": "LA-WA", "S12": "LA-SC", "N09": "LA-NI", "E47": "COMBAUTH", "E12": "COMBAUTH",
}  # fmt: skip
SMALLEST_SHARE = 0.005  # of a constituency's people; less is a strip along a boundary
NATIONS = {"E": "en", "W": "wa", "S": "sc", "N": "ni"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: list[str], found: list[dict[str, str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    print(f"{name}: {len(found)} rows")


def main(folder: Path) -> None:
    government = [
        {"org_id": row["org_id"], "name": " ".join(row["name"].split()), "register": "GOV.UK"}
        for row in rows(folder / "uk_government_organisations.csv")
    ]
    # The register of org-ids still calls active some councils that have since become part of another.
    authorities = rows(folder / "uk_local_authorities.csv")
    standing = {row["gss-code"]: row["current-authority"] for row in authorities}
    councils = [
        row
        for row in rows(folder / "uk_la_org_id.csv")
        if row["active"] == "TRUE" and standing.get(row["gss_code"], "True") == "True"
    ]
    # A unitary council younger than the register: its identifier is GB-LAE and its code, as for all others.
    known = {row["gss_code"] for row in councils}
    councils += [
        {
            "org_id": f"GB-LAE-{row['local-authority-code']}",
            "name": row["official-name"],
            "gss_code": row["gss-code"],
        }
        for row in authorities
        if row["gss-code"][:3] == "E06"
        and row["current-authority"] == "True"
        and row["gss-code"] not in known
    ]
    write(
        "councils.csv",
        ["code", "name", "parent", "nation", "org_id", "gss_code"],
        [
            {
                "code": row["org_id"].removeprefix("GB-"), "name": row["name"],
                "parent": TYPES[row["gss_code"][:3]], "nation": NATIONS[row["gss_code"][0]],
                "org_id": row["org_id"], "gss_code": row["gss_code"],
            }
            for row in sorted(councils, key=lambda row: row["org_id"])
        ],
    )  # fmt: skip
    areas(folder, councils, authorities)
    registered = government + [
        {"org_id": row["org_id"], "name": row["name"], "register": "councils"} for row in councils
    ]
    registered.sort(key=lambda row: row["org_id"])
    write("registers.csv", ["org_id", "name", "register"], registered)

    match(registered)


def areas(folder: Path, councils: list[dict[str, str]], authorities: list[dict[str, str]]) -> None:
    """Write down which councils, counties among them, serve people of which constituency."""
    code_of = {row["gss_code"]: row["org_id"].removeprefix("GB-") for row in councils}
    gss_of = {row["local-authority-code"]: row["gss-code"] for row in authorities}
    county_of = {row["gss-code"]: gss_of.get(row["county-la"], "") for row in authorities}
    found: dict[str, set[str]] = {}
    for row in rows(folder / "constituency_2024_la_2023_overlap.csv"):
        if float(row["share_of_constituency_population"]) < SMALLEST_SHARE:
            continue
        for gss in (row["la_gss_2023"], county_of.get(row["la_gss_2023"], "")):
            if gss in code_of:
                found.setdefault(row["constituency_code"], set()).add(code_of[gss])
    write(
        "councils_of_areas.csv",
        ["area_code", "councils"],
        [{"area_code": area, "councils": ";".join(sorted(found[area]))} for area in sorted(found)],
    )


def match(registered: list[dict[str, str]]) -> None:
    """Write down the org-id of every body of the directory that one name of a register stands for."""
    by_key: dict[str, list[dict[str, str]]] = {}
    for row in registered:
        by_key.setdefault(key(row["name"]), []).append(row)
    names = {row["org_id"]: row["name"] for row in registered}
    by_hand = {row["code"]: row for row in rows(DATA / "org_ids.csv") if row.get("how") == "hand"}
    matched = []
    for body in rows(DATA / "bodies.csv"):
        same = by_key.get(key(body["name"]), [])
        if body["code"] in by_hand:
            org_id = by_hand[body["code"]]["org_id"]
            how = "hand"
        elif len(same) == 1:
            org_id, how = same[0]["org_id"], "name"
        else:
            continue
        matched.append({"code": body["code"], "org_id": org_id, "name_there": names[org_id], "how": how})
    write("org_ids.csv", ["code", "org_id", "name_there", "how"], matched)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
