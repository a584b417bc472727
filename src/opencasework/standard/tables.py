"""The tables of a publication and the Table Schema of each, made from the code lists.

`python -m opencasework.standard.tables` writes the schemas to schema/, where others take them from; a test
holds the files to what stands here. They use only what versions 1 and 2 of the Data Package share:
patterns, enums, keys, and missing values as plain strings.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from opencasework.standard import codelists

_MONTH = "^[0-9]{4}-(0[1-9]|1[0-2])$"
_YEAR = "^[0-9]{4}$"
_PERIOD = "^[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$"
_AREA = "^[EWSNK][0-9]{8}$"
_BODY = "^(_[TNO]|[A-Z]{2}-[A-Z0-9]+-[A-Za-z0-9._-]+(/[a-z0-9-]+)?)$"
_SHA256 = "^[0-9a-f]{64}$"
_MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"

PLACES = {  # table, the path of its file in a publication
    "counts": "data/counts.csv",
    "responses": "data/responses.csv",
    "durations": "data/durations.csv",
    **{
        name: f"codes/{name}.csv"
        for name in ("categories", "bodies", "areas", "measures", "statuses", "methods")
    },
    "releases": "releases.csv",
}
OPTIONAL = frozenset({"responses", "durations"})


def _text(name: str, title: str, description: str = "", **constraints: Any) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": "string", "title": title}
    if description:
        field["description"] = description
    return {**field, "constraints": constraints} if constraints else field


def _number(name: str, title: str, description: str, **constraints: Any) -> dict[str, Any]:
    field = {"name": name, "type": "integer", "title": title, "description": description}
    return {**field, "constraints": {**constraints, "minimum": 0}}


def _status() -> dict[str, Any]:
    codes = list(codelists.load("status"))
    return _text("status", "Status", "Why a value is empty or needs care", enum=codes)


def _listed(column: str, table: str) -> dict[str, Any]:
    return {"fields": column, "reference": {"resource": table, "fields": "code"}}


def _schema(
    fields: Sequence[Mapping[str, Any]], key: Sequence[str], *foreign: Mapping[str, Any]
) -> dict[str, Any]:
    schema = {"fields": fields, "missingValues": [""], "primaryKey": key}
    return {**schema, "foreignKeys": foreign} if foreign else schema


def _area() -> dict[str, Any]:
    return _text("area_code", "Area", "GSS code of the area the office serves", required=True, pattern=_AREA)


def _body() -> dict[str, Any]:
    says = "org-id of the body concerned; _T is the total, _N none involved, _O other"
    return _text("body", "Body", says, required=True, pattern=_BODY)


def _counts() -> dict[str, Any]:
    def coded(name: str, title: str, says: str) -> dict[str, Any]:
        return _text(name, title, says, required=True, enum=list(codelists.load(name)))

    says = "Calendar month, quarter or year: 2026-10, 2026-Q4, 2026"
    error = "Inner cells: the largest possible error from protection. Totals: a root-mean-square error"
    fields = [
        _text("period", "Period", says, required=True, pattern=_PERIOD),
        _area(),
        _text(
            "category",
            "Category",
            "What the problem is about; _T is the total, _N no category, _O other",
            required=True,
        ),
        _body(),
        coded("channel", "Channel", "How the problem arrived; _T is the total"),
        coded("outcome", "Outcome", "How it ended; _T is the total"),
        coded("measure", "Measure", "What is counted"),
        _number("value", "Count", "The protected count; empty only with status c, x or z"),
        _status(),
        _number("uncertainty", "Uncertainty", error),
    ]
    key = ["period", "area_code", "category", "body", "channel", "outcome", "measure"]
    names = {"area_code": "areas", "category": "categories", "body": "bodies", "measure": "measures"}
    foreign = [_listed(column, table) for column, table in {**names, "status": "statuses"}.items()]
    return _schema(fields, key, *foreign)


def _responses() -> dict[str, Any]:
    fields = [
        _text(
            "period", "Last month", "The twelve months that end with this one", required=True, pattern=_MONTH
        ),
        _area(),
        _body(),
        _number("n_enquiries", "Enquiries", "Sum of the published enquiries_sent of the twelve months"),
        _number("n_replied", "Replies", "Sum of the published replies_received"),
        _number("n_replied_20wd", "Replies in time", "Sum of the published replies_in_20wd"),
        _number("n_open_over_20wd", "Late", "Sum of the published enquiries_over_20wd"),
        _number(
            "median_days_5",
            "Median days",
            "Median days to a reply, rounded to 5; empty when n_replied is under 20",
        ),
        _status(),
        _number("uncertainty", "Uncertainty", "The largest root-mean-square error of the four counts"),
    ]
    foreign = (_listed("area_code", "areas"), _listed("body", "bodies"))
    return _schema(fields, ["period", "area_code", "body"], *foreign)


def _durations() -> dict[str, Any]:
    fields = [
        _text("period", "Year", "A calendar year", required=True, pattern=_YEAR),
        _area(),
        _text("category", "Category", "A level-1 category or _T", required=True),
        _number(
            "n_cases", "Cases closed", "Sum of the published cases_closed of the twelve months", minimum=20
        ),
        _number("median_days_5", "Median days", "Median days from opening to closing, rounded to 5"),
        _status(),
        _number("uncertainty", "Uncertainty", "Root-mean-square error of n_cases"),
    ]
    foreign = (_listed("area_code", "areas"), _listed("category", "categories"))
    return _schema(fields, ["period", "area_code", "category"], *foreign)


def _releases() -> dict[str, Any]:
    fields = [
        _text("release_id", "Release", "An id of its own", required=True, unique=True),
        _text("period", "Period", "What was published", required=True, pattern=_PERIOD),
        _text("table", "Table", required=True, enum=["counts", *sorted(OPTIONAL)]),
        _text("sha256", "Hash", "Of the rows of the period; empty in a withdrawal", pattern=_SHA256),
        _text("method", "Method", "Protection method", enum=list(codelists.load("method"))),
        _text("published_at", "Published", "UTC", required=True, pattern=_MOMENT),
        _text("withdraws", "Withdraws", "The release that this line takes back"),
    ]
    return _schema(fields, ["release_id"])


def _codes(*more: Mapping[str, Any], welsh: bool = True) -> dict[str, Any]:
    fields = [_text("code", "Code", required=True), _text("title", "Title", required=True)]
    if welsh:
        fields += [_text("title_cy", "Title in Welsh"), _text("description", "Description")]
    return _schema([*fields, *more], ["code"])


def schemas() -> dict[str, dict[str, Any]]:
    """The Table Schema of every table, by its name."""
    area_types = list(codelists.load("area_type"))
    return {
        "counts": _counts(),
        "responses": _responses(),
        "durations": _durations(),
        "categories": _codes(_text("parent", "Parent", "The level-1 code of a level-2 code")),
        "bodies": _codes(welsh=False),
        "areas": _codes(_text("area_type", "Type of area", enum=area_types), welsh=False),
        "measures": _codes(_text("unit", "Unit")),
        "statuses": _codes(),
        "methods": _codes(_number("base", "Base", "Small counts are rounded to multiples of it")),
        "releases": _releases(),
    }


def columns(table: str) -> tuple[str, ...]:
    """The header of a table."""
    return tuple(field["name"] for field in schemas()[table]["fields"])


def schema_files() -> dict[str, str]:
    """What stands in schema/: a file name and its text for every table."""
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }


def main() -> int:
    """Write the schemas."""
    for name, text in schema_files().items():
        Path(__file__).with_name("schema").joinpath(name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
