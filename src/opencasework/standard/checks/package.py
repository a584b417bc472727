"""Is the descriptor what the standard asks for, and are its files there?"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from opencasework.standard import VERSION, codelists
from opencasework.standard.checks.tables import MOST_ROWS, Table
from opencasework.standard.descriptor import EXAMPLE_AREA, schema_text
from opencasework.standard.disclosure import METHOD
from opencasework.standard.files import is_inside
from opencasework.standard.rules import Finding, finding
from opencasework.standard.tables import PLACES

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

DESCRIPTOR = "datapackage.json"
LARGEST_JSON = 2_000_000  # bytes; the descriptor of a hundred years is far smaller
_AREA = "openCasework.office.area_code"


def read_descriptor(contents: Mapping[str, bytes]) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The descriptor, or None with the finding that says why there is none."""
    if DESCRIPTOR not in contents:
        message = "There is no datapackage.json at the top; give the folder that holds it."
        return None, [finding("descriptor-missing", message, file=DESCRIPTOR)]
    try:
        about = parsed(contents[DESCRIPTOR])
    except (ValueError, RecursionError) as error:
        message = f"datapackage.json is not JSON in UTF-8 ({error}); export the publication again."
        return None, [finding("descriptor-json", message, file=DESCRIPTOR)]
    if not isinstance(about, dict):
        message = "datapackage.json is not a JSON object; export the publication again."
        return None, [finding("descriptor-json", message, file=DESCRIPTOR, found=type(about).__name__)]
    return about, []


@cache
def _validator(schema: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # a quarter of a second, so only when something is checked

    return Draft202012Validator(json.loads(schema_text(schema)))


def check_descriptor(about: dict[str, Any]) -> list[Finding]:
    """Breaches of the JSON Schema of the descriptor."""
    return schema_findings(about, "datapackage.schema.json", "descriptor-schema", DESCRIPTOR)


def schema_findings(data: Any, schema: str, rule: str, file: str) -> list[Finding]:
    """What in `data`, read from the JSON file `file`, does not fit a schema of the standard."""
    # The first of very many, not all: to describe a breach takes a thousand times as long as to write one.
    errors = sorted(islice(_validator(schema).iter_errors(data), MOST_ROWS), key=_place)
    return [_schema_finding(error, rule, file) for error in errors]


def _place(error: "ValidationError") -> tuple[list[str], str]:
    return [str(step) for step in error.absolute_path], str(error.validator)


def parsed(data: bytes) -> Any:
    """What a JSON file of a publication holds. Raises ValueError for one that is no JSON or is too large."""
    if len(data) > LARGEST_JSON:
        raise ValueError(f"it has {len(data):,} bytes, at most {LARGEST_JSON // 1_000_000} MB make sense")
    return json.loads(data.decode("utf-8-sig"))


def _schema_finding(error: "ValidationError", rule: str, file: str) -> Finding:
    place = ".".join(str(step) for step in error.absolute_path)
    where = f"{place} of {file}" if place else file
    found, allowed = "", ""
    wanted: Any = error.validator_value
    match error.validator:
        case "required":
            there: Any = error.instance
            missing = [name for name in wanted if name not in there]
            allowed = ", ".join(missing)
            message = f"{where} lacks {allowed}; add it."
        case "enum":
            found, allowed = str(error.instance), ", ".join(wanted)
            message = f"{where} is {found!r}; write one of {allowed}."
        case "contains":
            allowed = wanted["properties"]["name"]["const"]
            message = f"{where} does not name the table {allowed}; add it."
        case "type":
            allowed = str(wanted)
            found = json.dumps(error.instance)[:60]
            message = f"{where} is {found}; its type has to be {allowed}."
        case _:
            found, allowed = str(error.instance)[:60], str(wanted)
            message = f"{where} is {found!r}; it does not fit {error.validator} {allowed}."
    return finding(rule, message, file=file, column=place, found=found, allowed=allowed)


def check_files(about: Mapping[str, Any], contents: Mapping[str, bytes]) -> Iterator[Finding]:
    """Every file named is inside the publication, in its place, and there."""
    for resource in about["resources"]:
        name, path = resource["name"], resource["path"]
        if not is_inside(path) or path != PLACES.get(name, path):
            allowed = PLACES.get(name, "a path inside the publication")
            message = f"The table {name} is said to be at {path}; it belongs at {allowed}."
            yield finding("file-place", message, file=DESCRIPTOR, found=path, allowed=allowed)
        named = [path, resource["schema"]] if isinstance(resource.get("schema"), str) else [path]
        for file in named:
            if is_inside(file) and file not in contents:
                message = f"{file} is named in datapackage.json and is not there; add it."
                yield finding("file-missing", message, file=file)


def check_notes(about: Mapping[str, Any]) -> Iterator[Finding]:
    """What is no fault but has to be known, such as a draft; and protection switched off."""
    block = about["openCasework"]
    if block["standard"] != VERSION:
        found = block["standard"]
        message = f"The publication follows version {found}; it was checked against {VERSION}."
        yield finding("standard-version", message, file=DESCRIPTOR, found=found, allowed=VERSION)
    signed_by = block["signed_by"] or ""
    if signed_by.strip().casefold() == block["prepared_by"].strip().casefold():
        message = f"{signed_by} both prepared and signed the publication; a second person has to sign."
        yield finding("signature", message, file=DESCRIPTOR, found=signed_by)
    if block["status"] == "draft":
        yield finding("draft", "This is a draft; it is not for the public.", file=DESCRIPTOR)
    if block["synthetic"]:
        yield finding("synthetic", "The people and numbers are made up.", file=DESCRIPTOR)
    if block["office"]["area_code"] == EXAMPLE_AREA:
        message = f"{EXAMPLE_AREA} is Wexcombe North, an area for examples that does not exist."
        yield finding("example-area", message, file=DESCRIPTOR)
    yield from _check_profile(block)
    yield from _check_protection(about)
    if block["protection"]["method"] == "none" and not block["synthetic"]:
        message = f"Protection is switched off for real people; publish with {METHOD}."
        yield finding("unprotected", message, file=DESCRIPTOR, found="none", allowed=METHOD)


def _check_profile(block: Mapping[str, Any]) -> Iterator[Finding]:
    """What a publication of this kind of office has besides; made-up offices need no identifiers."""
    office = block["office"]
    profile = codelists.load("office_kind")[office["kind"]]
    prefixes, schemes = profile.extra["Area_prefixes"].split(), profile.extra["Schemes"].split()
    area = office["area_code"]
    if area[:3] not in prefixes:
        allowed = f"a code that begins with {' or '.join(prefixes)}"
        message = f"{area} is not an area that a {profile.title} serves; write {allowed}."
        yield finding("profile-area", message, file=DESCRIPTOR, column=_AREA, found=area, allowed=allowed)
    found = {each["scheme"] for each in office["identifiers"]}
    if not block["synthetic"] and not found & set(schemes):
        message = f"The office has no identifier by which others know it; give one of {', '.join(schemes)}."
        yield finding(
            "profile-identifier",
            message,
            file=DESCRIPTOR,
            column="openCasework.office.identifiers",
            found=", ".join(sorted(found)),
            allowed=", ".join(schemes),
        )


def _check_protection(about: Mapping[str, Any]) -> Iterator[Finding]:
    """Every table of figures is said to be protected, by lists of codes that are known here."""
    block = about["openCasework"]
    covered = block["protection"]["tables"]
    for name in (each["name"] for each in about["resources"]):
        if PLACES.get(name, "").startswith("data/") and name not in covered:
            message = f"openCasework.protection.tables does not name {name}; protect the table and name it."
            column, allowed = "openCasework.protection.tables", f"{', '.join([*covered, name])}"
            yield finding(
                "protection-tables",
                message,
                file=DESCRIPTOR,
                column=column,
                found=", ".join(covered),
                allowed=allowed,
            )
    for name, version in block.get("codelists", {}).items():
        known = codelists.VERSIONS.get(name, "")
        if version > known:
            message = (
                f"The code list {name} is that of {version}, and here that of {known or 'the standard'} is "
                "known; codes added since are not found."
            )
            yield finding("codelist-version", message, file=DESCRIPTOR, found=version, allowed=known)


_LISTS = {"categories": "category", "measures": "measure", "statuses": "status", "methods": "method"}


def check_titles(tables: Mapping[str, Table]) -> Iterator[Finding]:
    """A code keeps the meaning it has in the standard."""
    for name, table in tables.items():
        known = codelists.load(_LISTS[name]) if name in _LISTS else {}
        for line, record in table.records():
            code = known.get(record["code"])
            if code is not None and record["title"] != code.title:
                file = f"codes/{name}.csv"
                message = (
                    f"{code.code} in line {line} of {file} is {record['title']!r}; write {code.title!r}."
                )
                yield finding(
                    "code-title",
                    message,
                    file=file,
                    row=line,
                    column="title",
                    found=record["title"],
                    allowed=code.title,
                )
