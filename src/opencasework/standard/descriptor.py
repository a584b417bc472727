"""The files of a publication other than its counts: descriptor, code lists used, ledger, licence, README."""

import csv
import io
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Literal

from opencasework.standard import VERSION, codelists, disclosure, tables
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Observation
from opencasework.standard.periods import last_month, months_between, months_of

CONFORMS_TO = f"https://w3id.org/open-casework-data/{VERSION}"
LICENCES = {  # the open licences a publication may carry
    "OGL-UK-3.0": (
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("Creative Commons Zero v1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
EXAMPLE_AREA = "E14999999"  # Wexcombe North, which does not exist


@dataclass(frozen=True, slots=True)
class OfficeIdentity:
    """Whose casework it is: the seat first, the person only as identifiers, no party.

    `kind` is from the code list `office_kind`; `post` is the post's id (`uk.org.publicwhip/cons/2251`);
    `identifiers` are (scheme, id) pairs such as ("parliament-member", "5173").
    """

    name: str
    kind: str
    post: str
    area_code: str
    area_name: str
    identifiers: tuple[tuple[str, str], ...] = ()

    @property
    def area_type(self) -> str:
        """The kind of area, from the code list `area_type`."""
        if self.kind == "msp" and self.area_code.startswith("S17"):
            return "sp-region"
        return codelists.load("office_kind")[self.kind].extra["Area_type"]


@dataclass(frozen=True, slots=True)
class Release:
    """One line of the ledger. A withdrawal names the release it takes back and has no hash of its own."""

    release_id: str
    period: str
    table: str
    sha256: str
    method: str
    published_at: str
    withdraws: str


RELEASE_COLUMNS = tuple(field.name for field in fields(Release))


@dataclass(frozen=True, slots=True)
class Edition:
    """What is said about a publication besides its numbers."""

    office: OfficeIdentity
    status: Literal["draft", "published"]
    synthetic: bool
    prepared_by: str
    signed_by: str | None
    created: datetime
    licence: str
    key_id: str
    measures: Sequence[str]
    floor: int = 0  # cases that an ordinary period has to have; 0 where nobody asked


def timestamp(moment: datetime) -> str:
    """A moment in UTC to the second, as the descriptor and the ledger write it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def live_releases(releases: Iterable[Release], *, table: str = "counts") -> dict[str, Release]:
    """The releases of a table in force, by period: those that no later line withdraws."""
    releases = list(releases)
    withdrawn = {release.withdraws for release in releases if release.withdraws}
    return {
        release.period: release
        for release in releases
        if release.table == table and not release.withdraws and release.release_id not in withdrawn
    }


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV after RFC 4180 in UTF-8, with line feeds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """The rows of such a CSV by column. Raises ValueError when it is not in UTF-8."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def schema_text(name: str) -> bytes:
    """One of the schema files of the standard."""
    return resources.files("opencasework.standard").joinpath("schema", name).read_bytes()


def descriptor(edition: Edition, months: Sequence[str]) -> dict[str, Any]:
    """The contents of datapackage.json for the given months, which are sorted and not empty.

    Quarters and years may stand among them.
    """
    office, last = edition.office, last_month(months[-1])
    title, path = LICENCES[edition.licence]
    # By seat, not by area: the members of one area each have a publication of their own.
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{CONFORMS_TO}/{office.area_code}/{office.post}")
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"open-casework-{office.area_code.lower()}-{identity.hex[:8]}",
        "id": identity.urn,
        "title": f"Casework of {office.name}",
        "description": f"Counts of casework in {office.area_name}, {months[0]} to {months[-1]}.",
        "version": f"{int(last[:4])}.{int(last[5:])}.0",
        "created": timestamp(edition.created),
        "conformsTo": CONFORMS_TO,
        "licenses": [{"name": edition.licence, "title": title, "path": path}],
        "contributors": [{"title": office.name}],
        "openCasework": _block(edition, months),
        "resources": _resources(),
    }


def _block(edition: Edition, months: Sequence[str]) -> dict[str, Any]:
    office = edition.office
    covered = sorted({month for period in months for month in months_of(period)})
    return {
        "standard": VERSION,
        "office": {
            "name": office.name,
            "kind": office.kind,
            "post": office.post,
            "area_code": office.area_code,
            "area_name": office.area_name,
            "identifiers": [{"scheme": scheme, "id": id} for scheme, id in office.identifiers],
        },
        "coverage": {
            "from": covered[0],
            "to": covered[-1],
            "complete": months_between(covered[0], covered[-1]) == len(covered),
        },
        "measures": list(edition.measures),
        "protection": {
            "method": disclosure.METHOD,
            "base": disclosure.BASE,
            "key_id": edition.key_id,
            "tables": ["counts"],
            **({"floor": edition.floor} if edition.floor else {}),
        },
        "codelists": dict(codelists.VERSIONS),
        "policy_messages_included": "policy_messages" in edition.measures,
        "status": edition.status,
        "synthetic": edition.synthetic,
        "prepared_by": edition.prepared_by,
        "signed_by": edition.signed_by,
    }


CODE_FILES = {  # file name in codes/, its columns; the first is the key
    name: tables.columns(name)
    for name in ("categories", "bodies", "areas", "measures", "statuses", "methods")
}


def resource(table: str) -> dict[str, Any]:
    """How datapackage.json names a table; the tables of figures have their schema in a file of its own."""
    kind = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    path = tables.PLACES[table]
    in_file = path.startswith("data/")
    schema = f"schema/{table}.schema.json" if in_file else tables.schemas()[table]
    return {"name": table, "path": path, **kind, "schema": schema}


def _resources() -> list[dict[str, Any]]:
    return [resource(table) for table in tables.PLACES if table not in tables.OPTIONAL]


def code_files(
    observations: Iterable[Observation],
    *,
    office: OfficeIdentity,
    body_titles: Mapping[str, str],
    methods: Iterable[str] = (disclosure.METHOD,),
) -> dict[str, bytes]:
    """The files in codes/, each with only the codes that the rows use."""
    categories, bodies, measures, statuses = set(), set(), set(), set()
    for row in observations:
        categories.add(row.category)
        bodies.add(row.body)
        measures.add(row.measure)
        statuses.add(row.status)
    special = codelists.load("body")

    def listed(name: str, used: Iterable[str], *extra: str) -> list[list[str]]:
        codes = [code for key, code in codelists.load(name).items() if key in used]
        return [[c.code, c.title, c.title_cy, c.description, *(c.extra[key] for key in extra)] for c in codes]

    parents = codelists.load("category")
    rows = {
        "categories": [[*row, parents[row[0]].parent] for row in listed("category", categories)],
        "bodies": [
            [code, special[code].title if code in special else body_titles[code]] for code in sorted(bodies)
        ],
        "areas": [[office.area_code, office.area_name, office.area_type]],
        "measures": listed("measure", measures, "Unit"),
        "statuses": listed("status", statuses),
        "methods": listed("method", set(methods), "Base"),
    }
    return {f"codes/{name}.csv": csv_text(CODE_FILES[name], rows[name]) for name in CODE_FILES}


def descriptor_text(edition: Edition, months: Sequence[str]) -> bytes:
    """datapackage.json as bytes."""
    return (json.dumps(descriptor(edition, months), indent=2, ensure_ascii=False) + "\n").encode()


def licence_text(edition: Edition) -> bytes:
    """LICENCE.txt: under which terms anybody may use the publication."""
    title, path = LICENCES[edition.licence]
    text = f"""\
The data in this folder is published by {edition.office.name} under the
{title} ({edition.licence}).
The full text is at {path}

You may copy, change and use it, for any purpose. Say where it came from:
"Contains casework data of {edition.office.name}, licensed under the {title}."
"""
    return text.encode()


def readme_text(edition: Edition, months: Sequence[str]) -> bytes:
    """README.md: what a person who opens the folder needs to know."""
    warnings = ""
    if edition.status == "draft":
        warnings += "\n**This is a draft. It is not signed and not for the public.**\n"
    if edition.synthetic:
        warnings += "\n**The people and numbers are made up.**\n"
    text = f"""\
# Casework of {edition.office.name}
{warnings}
Counts of casework in {edition.office.area_name} ({edition.office.area_code}), {months[0]} to
{months[-1]}, in the Open Casework Data standard {VERSION} ({CONFORMS_TO}).

- `data/counts.csv`: one row for each count; `_T` means the total over a column.
- `codes/`: what the codes in it mean.
- `releases.csv`: what was published when, with a hash of its rows. A published month never changes.
- `datapackage.json`: the same for programs.

Cases are counted by issue: one problem within a case. To protect people, counts of 1 to 4 were changed to 0
or 5, each right on average, and every total is the sum of what is shown. A row that is missing
says 0. The column `uncertainty` says how far a number may be from the truth. Please do not rank offices by
these numbers: they depend on who asks for help, and on what an office records.
"""
    return text.encode()


def office_of(block: Mapping[str, Any]) -> OfficeIdentity:
    """Whose casework it is, from the block `office` of a descriptor. Raises KeyError for what it lacks."""
    identifiers = tuple((pair["scheme"], pair["id"]) for pair in block.get("identifiers", []))
    return OfficeIdentity(
        name=block["name"],
        kind=block["kind"],
        post=block["post"],
        area_code=block["area_code"],
        area_name=block["area_name"],
        identifiers=identifiers,
    )


def read_ledger(contents: Mapping[str, bytes]) -> list[Release]:
    """The lines of the ledger among the files of a publication, oldest first; none where it has none."""
    rows = csv_rows(contents["releases.csv"]) if "releases.csv" in contents else []
    return [Release(**{name: row.get(name) or "" for name in RELEASE_COLUMNS}) for row in rows]


def load(contents: Mapping[str, bytes]) -> dict[str, Any]:
    """The descriptor among the files of a publication. Raises PublicationError where there is none."""
    try:
        about = json.loads(contents["datapackage.json"].decode("utf-8-sig"))
    except KeyError as error:
        raise PublicationError("There is no datapackage.json; give the folder that holds it.") from error
    except ValueError as error:
        raise PublicationError(f"datapackage.json is not JSON ({error}); export it again.") from error
    if not isinstance(about, dict):
        raise PublicationError("datapackage.json is not a JSON object; export it again.")
    return about
