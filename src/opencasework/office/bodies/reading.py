"""Reading a table of bodies: every fault of it named, with its line, before anything is changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import zip_longest

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from opencasework.office.bodies import hours
from opencasework.office.bodies.models import NATION_NAMES, BodyContact

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_FAULTS = 10  # shown at once
MOST_DAYS = 260  # working days in a year
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,23}")
KIND = re.compile(r"[a-z][a-z_]{1,39}")
ORG_ID = re.compile(r"(GB|XI|XM)-[A-Z]{2,5}-[A-Za-z0-9-]{1,30}")
NEEDED = ("code", "name", "kind")
OF_A_BODY = (
    "code", "name", "kind", "parent", "nation", "what_for", "published_reply_target_days", "target_source",
    "which_ombudsman", "website", "org_id",
)  # fmt: skip
OF_A_CONTACT = ("contact_kind", "team", "email", "phone", "hours", "asks_for", "address")
OF_THE_OFFICE = ("notes",)  # read from an office's own list; the directory's stay in the directory
PASSED_OVER = ("verified", "redress_wait_value", "redress_wait_unit", "gss_code")


class NotReadable(Exception):
    """The file is of no use as it is; the message says where and why, a sentence for each fault."""


@dataclass(frozen=True)
class Entry:
    """One body as a table says it: its code, that of the one above it, and its facts."""

    code: str
    parent: str
    facts: dict[str, str | int | None]
    line: int = 0
    contact: dict[str, str] | None = None
    notes: str = ""

    @property
    def name(self) -> str:
        return str(self.facts["name"])


def rows_of(content: bytes, *, needed: Collection[str] = NEEDED) -> list[dict[str, str]]:
    """The rows of a CSV file by its column names, each with its line under "". Raises NotReadable."""
    if len(content) > MOST_BYTES:
        raise NotReadable(
            f"The file is larger than {MOST_BYTES // 1_000_000} MB. A directory of bodies is not."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotReadable(
            f"Line {line}: this is not UTF-8 text. In a spreadsheet, save it as “CSV UTF-8”."
        ) from error
    if "\0" in text:
        raise NotReadable("This is no text file. Save the sheet as “CSV UTF-8” and try again.")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
        columns = [name.strip().lower() for name in next(reader, [])]
        _insist_columns([name for name in columns if name], needed)
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):  # a sheet often ends in empty rows
                continue
            rows.append(_row(cells, columns, reader.line_num))
            if len(rows) > MOST_ROWS:
                raise NotReadable(f"There are more than {MOST_ROWS:,} lines. Is this the right file?")
    except csv.Error as error:
        raise NotReadable(
            f"Line {reader.line_num}: a quotation mark is missing or too many ({error})."
        ) from error
    if not rows:
        raise NotReadable("There is nothing below the first line.")
    return rows


def _delimiter(text: str) -> str:
    """What stands between the cells of the first line: a comma, or a semicolon or tab as some save it."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=lambda sign: (first.count(sign), sign == ","))


def _row(cells: list[str], columns: list[str], line: int) -> dict[str, str]:
    """One row by its columns, its line under "". Empty cells beyond the columns are nothing."""
    beyond = [cell for name, cell in zip_longest(columns, cells, fillvalue="") if not name and cell.strip()]
    if beyond and len(cells) > len(columns):
        raise NotReadable(
            f"Line {line}: it has more cells than the first line. "
            "Put words with a comma in them between quotation marks."
        )
    if beyond:
        raise NotReadable(
            f"Line {line}: “{beyond[0].strip()[:30]}” stands in a column without a name. "
            "Name the column in the first line, or take it out."
        )
    named = {name: cell for name, cell in zip_longest(columns, cells, fillvalue="") if name}
    return named | {"": str(line)}


def _insist_columns(columns: list[str], needed: Collection[str]) -> None:
    known = {*OF_A_BODY, *OF_A_CONTACT, *OF_THE_OFFICE, *PASSED_OVER}
    if not any(columns):
        raise NotReadable("The file is empty. Its first line names the columns: code, name, kind, and so on.")
    if missing := [name for name in needed if name not in columns]:
        raise NotReadable(f"The first line has no column {' and no column '.join(missing)}.")
    if strange := [name for name in columns if name not in known]:
        names = ", ".join(f"“{name[:30]}”" for name in strange)
        raise NotReadable(f"These columns are not known: {names}. Known are: {', '.join(sorted(known))}.")
    if len(set(columns)) < len(columns):
        raise NotReadable("A column stands there twice. Take one of the two out.")


def entries(
    rows: Iterable[dict[str, str]], *, known: Collection[str], may_repeat: bool = False
) -> list[Entry]:
    """The bodies of a table. `known` are codes that a parent may have besides those of the table.

    A body with several contacts stands on several lines, where it `may_repeat`.

    Raises NotReadable with every fault, up to ten.
    """
    found: list[Entry] = []
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):
        line = int(row.get("") or number)
        try:
            found.append(_entry(row, line))
        except NotReadable as fault:
            faults.append(f"Line {line}: {fault}")
    faults += _between(found, known, may_repeat=may_repeat)
    if faults:
        more = len(faults) - MOST_FAULTS
        raise NotReadable("\n".join(faults[:MOST_FAULTS]) + (f"\nAnd {more} more." if more > 0 else ""))
    return found


def _between(found: list[Entry], known: Collection[str], *, may_repeat: bool) -> list[str]:
    """Faults of rows beside each other: a code twice, a parent nobody has, a body above itself."""
    faults = []
    parents: dict[str, str] = {}
    for entry in found:
        if entry.code in parents and not (may_repeat and entry.contact):
            faults.append(f"Line {entry.line}: {entry.code} stands there twice.")
        parents.setdefault(entry.code, entry.parent)
    for entry in found:
        if entry.parent and entry.parent not in parents and entry.parent not in known:
            faults.append(f"Line {entry.line}: its parent {entry.parent} is not in the table.")
        seen, above = {entry.code}, entry.parent
        while above and above not in seen:
            seen.add(above)
            above = parents.get(above, "")
        if above == entry.code:
            faults.append(f"Line {entry.line}: {entry.code} would stand above itself.")
    return faults


def _cell(row: dict[str, str], name: str, most: int) -> str:
    lines = [" ".join(part.split()) for part in row.get(name, "").splitlines()]
    value = (
        "\n".join(line for line in lines if line)
        if name in {"address", "asks_for", "notes"}
        else " ".join(lines).strip()
    )
    if len(value) > most:
        raise NotReadable(f"{name} is longer than {most} characters.")
    if not all(sign.isprintable() or sign == "\n" for sign in value):
        raise NotReadable(f"{name} holds a control character. Write it anew.")
    return value


def _entry(row: dict[str, str], line: int) -> Entry:
    code = _cell(row, "code", 40).upper()
    if not CODE.fullmatch(code):
        raise NotReadable(f"“{code}” is no code. Use up to 24 capital letters, figures and hyphens.")
    name, kind = _cell(row, "name", 200), _cell(row, "kind", 40)
    if not name:
        raise NotReadable(f"{code} has no name.")
    if not KIND.fullmatch(kind):
        raise NotReadable(
            f"“{kind}” is no kind of body. Write it like department, service, company or housing."
        )
    nation = _cell(row, "nation", 20) or "uk"
    if nation not in NATION_NAMES:
        raise NotReadable(f"“{nation}” is no nation. Write one of {', '.join(NATION_NAMES)}.")
    org_id = _cell(row, "org_id", 40)
    if org_id and not ORG_ID.fullmatch(org_id):
        raise NotReadable(f"“{org_id}” is no org-id. It looks like GB-GOR-D10.")
    return Entry(
        code=code,
        parent=_cell(row, "parent", 24).upper(),
        facts={
            "name": name,
            "kind": kind,
            "nation": nation,
            "what_for": _cell(row, "what_for", 1000),
            "reply_target_days": _days(_cell(row, "published_reply_target_days", 20)),
            "target_source": _cell(row, "target_source", 300),
            "ombudsman": _cell(row, "which_ombudsman", 60),
            "website": _cell(row, "website", 200),
            "org_id": org_id,
        },
        line=line,
        contact=_contact(row),
        notes=_cell(row, "notes", 2000),
    )


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= MOST_DAYS:
        raise NotReadable(f"“{text}” is no number of working days. Give 1 to {MOST_DAYS}, or nothing.")
    return int(text)


def _contact(row: dict[str, str]) -> dict[str, str] | None:
    """How to reach the body, where the row says it."""
    email, phone, address = _cell(row, "email", 254), _cell(row, "phone", 40), _cell(row, "address", 500)
    if not (email or phone or address):
        if stray := next((name for name in ("team", "hours", "asks_for") if row.get(name, "").strip()), None):
            raise NotReadable(f"There is a {stray}, but no email, telephone or address it belongs to.")
        return None
    kind = _cell(row, "contact_kind", 20) or (BodyContact.Kind.CORRESPONDENCE.value)
    if kind not in BodyContact.Kind.values:
        raise NotReadable(
            f"“{kind}” is no kind of contact. Write one of {', '.join(BodyContact.Kind.values)}."
        )
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise NotReadable(f"“{email}” is no email address.") from error
    open_hours = _cell(row, "hours", 200)
    if open_hours:
        try:
            open_hours = str(hours.parse(open_hours))
        except hours.NotHours as error:
            raise NotReadable(str(error)) from error
    return {
        "kind": kind,
        "name": _cell(row, "team", 200),
        "email": email,
        "phone": phone,
        "hours": open_hours,
        "asks_for": _cell(row, "asks_for", 1000),
        "address": address,
    }
