"""What a publication holds besides its counts: optional tables, and descriptions made from the rest.

For other people's tools each table of figures gets a CSVW description beside it (W3C, Model for Tabular Data
and Metadata on the Web) and the whole a DCAT-AP 3 catalogue. Nothing is said in them that the descriptor does
not say, and all addresses are relative, so that a publication can be copied to any place on the web.
"""

import csv
import io
import json
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from opencasework.standard import tables
from opencasework.standard.descriptor import (
    RELEASE_COLUMNS,
    Release,
    csv_text,
    live_releases,
    resource,
    schema_text,
)
from opencasework.standard.periods import months_of, months_to, parts_of

CATALOGUE = "catalog.jsonld"
_DESCRIPTOR = "datapackage.json"
_EU = "http://publications.europa.eu/resource/authority"
_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def complete(contents: Mapping[str, bytes], out: Path, *, withdrawn: str = "") -> dict[str, bytes]:
    """Add what the publication in `out` holds already beside its counts, and what is made from the rest.

    `contents` are the files about to be written, by their names in the publication. `withdrawn` is a period
    that is taken out of the counts now: what the other tables say of it goes with it.
    """
    full = dict(contents)
    about = json.loads(full[_DESCRIPTOR])
    for table in sorted(tables.OPTIONAL):
        place = tables.PLACES[table]
        if place not in full and (out / place).is_file():
            full[place] = (out / place).read_bytes()
        if place in full and table not in {each["name"] for each in about["resources"]}:
            about["resources"].append(resource(table))
            about["openCasework"]["protection"]["tables"].append(table)
    _take_out_what_lost_its_months(full, about["created"], withdrawn)
    full[_DESCRIPTOR] = _json(about)
    for table, place in tables.PLACES.items():
        if place.startswith("data/") and place in full:
            full[f"schema/{table}.schema.json"] = schema_text(f"{table}.schema.json")
            full[f"{place}-metadata.json"] = _json(csvw(table, about))
    full[CATALOGUE] = _json(catalogue(about, full))
    return full


def _take_out_what_lost_its_months(full: dict[str, bytes], moment: str, withdrawn: str) -> None:
    """Withdraw reply times and durations of the `withdrawn` period, and those made of months that went."""
    months = {line.partition(",")[0] for line in full["data/counts.csv"].decode().splitlines()[1:]}
    rows = csv.DictReader(io.StringIO(full["releases.csv"].decode("utf-8-sig")))
    releases = [Release(**row) for row in rows]
    for table in sorted(tables.OPTIONAL & {name for name, place in tables.PLACES.items() if place in full}):
        header, *lines = full[tables.PLACES[table]].decode("utf-8-sig").splitlines()
        periods = {line.partition(",")[0] for line in lines}
        lost = {
            period
            for period in periods
            if period == withdrawn or not months.issuperset(window_of(period, months))
        }
        if not lost:
            continue
        kept = [line for line in lines if line.partition(",")[0] not in lost]
        full[tables.PLACES[table]] = "\n".join([header, *kept, ""]).encode()
        for period, live in live_releases(releases, table=table).items():
            if period in lost:
                number = 1 + sum(each.withdraws != "" and each.period == period for each in releases)
                name = f"{period}-{table}-withdrawal-{number}"
                releases.append(Release(name, period, table, "", "", moment, live.release_id))
    full["releases.csv"] = csv_text(RELEASE_COLUMNS, [list(astuple(each)) for each in releases])


def window_of(period: str, shown: Collection[str]) -> list[str]:
    """What stands behind a period of responses.csv (the last of twelve months) or durations.csv (a year).

    Of a year its quarters, where they are among the periods `shown` and its months are not.
    """
    if len(period) == 7:
        return months_to(period)
    return parts_of(period, shown) or months_of(period)


def _json(data: Any) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def csvw(table: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """The CSVW description of a table of figures, which stands beside its file."""
    schema = tables.schemas()[table]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": Path(tables.PLACES[table]).name,
        "dc:title": f"{about['title']}: {table}",
        "dc:license": {"@id": about["licenses"][0]["path"]},
        "dc:conformsTo": {"@id": about["conformsTo"]},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tableSchema": {
            "columns": [_csvw_column(field) for field in schema["fields"]],
            "primaryKey": schema["primaryKey"],
        },
    }


def _csvw_column(field: Mapping[str, Any]) -> dict[str, Any]:
    limits = field.get("constraints", {})
    column: dict[str, Any] = {"name": field["name"], "titles": field["name"], "dc:title": field["title"]}
    if "description" in field:
        column["dc:description"] = field["description"]
    datatype: dict[str, Any] = {"base": field["type"]}
    if "minimum" in limits:
        datatype["minimum"] = limits["minimum"]
    if "enum" in limits:
        datatype["format"] = "|".join(limits["enum"])
    elif "pattern" in limits:
        datatype["format"] = limits["pattern"].removeprefix("^").removesuffix("$")
    column["datatype"] = datatype if len(datatype) > 1 else field["type"]
    return {**column, "required": True} if limits.get("required") else column


def catalogue(about: Mapping[str, Any], contents: Mapping[str, bytes]) -> dict[str, Any]:
    """The DCAT-AP catalogue: one dataset, with a distribution for each table of figures."""
    office = about["openCasework"]["office"]
    publisher = {"@type": "foaf:Agent", "foaf:name": office["name"]}
    dataset = {
        "@id": about["id"],
        "@type": "dcat:Dataset",
        "dct:title": _english(about["title"]),
        "dct:description": _english(about["description"]),
        "dct:identifier": about["id"],
        "dct:publisher": publisher,
        "dct:modified": _typed(about["created"], "dateTime"),
        "dcat:version": about["version"],
        "dcat:keyword": [_english("casework"), _english("public services"), _english(office["area_name"])],
        "dcat:theme": {
            "@id": f"{_EU}/data-theme/GOVE",
            "@type": "skos:Concept",
            "skos:prefLabel": _english("Government and public sector"),
        },
        "dct:spatial": {
            "@id": f"http://statistics.data.gov.uk/id/statistical-geography/{office['area_code']}",
            "@type": "dct:Location",
        },
        "dct:temporal": _temporal(about["openCasework"]["coverage"]),
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/MONTHLY", "@type": "dct:Frequency"},
        "dct:conformsTo": {"@id": about["conformsTo"], "@type": "dct:Standard"},
        "dct:language": {"@id": f"{_EU}/language/ENG", "@type": "dct:LinguisticSystem"},
        "dcat:distribution": [
            _distribution(table, about)
            for table, place in tables.PLACES.items()
            if place.startswith("data/") and place in contents
        ],
    }
    return {
        "@context": _CONTEXT,
        "@id": CATALOGUE,
        "@type": "dcat:Catalog",
        "dct:title": _english(about["title"]),
        "dct:description": _english(about["description"]),
        "dct:publisher": publisher,
        "dct:modified": _typed(about["created"], "dateTime"),
        "dct:license": _licence(about),
        "dcat:dataset": dataset,
    }


def _distribution(table: str, about: Mapping[str, Any]) -> dict[str, Any]:
    place = tables.PLACES[table]
    media_type = "http://www.iana.org/assignments/media-types/text/csv"
    return {
        "@id": f"{place}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _english(f"{about['title']}: {table}"),
        "dcat:accessURL": {"@id": place},
        "dcat:downloadURL": {"@id": place},
        "dct:license": _licence(about),
        "dct:format": {"@id": f"{_EU}/file-type/CSV", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": media_type, "@type": "dct:MediaType"},
        "dct:conformsTo": {"@id": about["conformsTo"], "@type": "dct:Standard"},
    }


def _licence(about: Mapping[str, Any]) -> dict[str, str]:
    return {"@id": about["licenses"][0]["path"], "@type": "dct:LicenseDocument"}


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": f"xsd:{kind}"}


def _temporal(coverage: Mapping[str, str]) -> dict[str, Any]:
    first, last = coverage["from"], coverage["to"]
    days = monthrange(int(last[:4]), int(last[5:]))[1]
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _typed(f"{first}-01", "date"),
        "dcat:endDate": _typed(f"{last}-{days}", "date"),
    }
