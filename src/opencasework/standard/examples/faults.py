"""One fault for every rule: what to do to the valid example so that the validator has to find it.

The tests plant every one of these and docs/standard/rules.md lists them. What each changes is in faults/
for a person to read, as a patch; `casework standard new FOLDER --fault RULE` writes the broken publication
itself.
"""

import difflib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencasework.standard.examples import a_year, wexcombe_north

PATCHES = Path(__file__).with_name("faults")
_SHOWN = 30  # lines of a change to a file
COUNTS = "data/counts.csv"
RESPONSES = "data/responses.csv"
_FIRST = "2026-07,E14999999,_N,_N,_T,_T,policy_messages,310,,0"  # the first row of the example


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to break `rule`: `says` tells a reader what `change` does to a copy of the valid `example`."""

    rule: str
    says: str
    change: Callable[[Path], None]
    example: Path = wexcombe_north.FOLDER


def plant(fault: Fault, folder: Path) -> None:
    """Write the valid example to `folder`, which must not exist yet, and break it."""
    shutil.copytree(fault.example, folder)
    fault.change(folder)


def patch_of(fault: Fault, folder: Path) -> str:
    """What a fault changes, as `diff -u` shows it; `folder` is where it was planted."""
    if not folder.is_dir():
        return f"# {fault.says}: there is no folder, but a file that begins {folder.read_bytes()[:24]!r}\n"
    lines = [f"# {fault.says}\n"]
    names = {
        path.relative_to(root).as_posix()
        for root in (fault.example, folder)
        for path in root.rglob("*")
        if path.is_file()
    }
    for name in sorted(names):
        lines += _difference(fault.example, folder, name)
    return "".join(lines)


def _difference(example: Path, folder: Path, name: str) -> list[str]:
    old, new = example / name, folder / name
    if not new.exists():
        return [f"--- {name}\n", "+++ /dev/null\n", "# The file is not there.\n"]
    if new.read_bytes() == old.read_bytes():
        return []
    try:
        text = new.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = f"{new.read_bytes()!r}\n"
    before = old.read_text(encoding="utf-8").splitlines(keepends=True)
    after = [line if line.endswith("\n") else f"{line}\n" for line in text.splitlines(keepends=True)]
    lines = list(difflib.unified_diff(before, after, f"{example.name}/{name}", f"broken/{name}", n=1))
    more = len(lines) - _SHOWN
    return lines if more <= 0 else [*lines[:_SHOWN], f"# ... and {more} lines more\n"]


def patch_name(fault: Fault) -> str:
    """The file in faults/ that shows a fault: `value-integer-2.patch` is the second of its rule."""
    same = [each for each in FAULTS if each.rule == fault.rule]
    return f"{fault.rule}-{same.index(fault) + 1}.patch"


def _replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{file} of the example does not hold {old!r}.")
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _first_row(old: str, new: str) -> Callable[[Path], None]:
    return _replace(COUNTS, _FIRST, _FIRST.replace(old, new, 1))


def _add_row(row: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / COUNTS).open("a", encoding="utf-8") as stream:
            stream.write(row + "\n")

    return change


def _write(file: str, data: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / file).write_bytes(data)

    return change


def _remove(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def _damage_zip(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"PK\x03\x04 a zip file cut short")


def _describe(**block: Any) -> Callable[[Path], None]:
    """Change the openCasework block; a dict changes what is inside."""

    def change(folder: Path) -> None:
        path = folder / "datapackage.json"
        about = json.loads(path.read_text(encoding="utf-8"))
        for name, value in block.items():
            if isinstance(value, dict):
                about["openCasework"][name].update(value)
            else:
                about["openCasework"][name] = value
        path.write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return change


def _sort_backwards(folder: Path) -> None:
    header, *rows = (folder / COUNTS).read_text(encoding="utf-8").splitlines()
    text = "\n".join([header, *reversed(rows), ""])
    (folder / COUNTS).write_text(text, encoding="utf-8")


def _response(column: str, text: str, *, fewer_than: int = 10**9) -> Callable[[Path], None]:
    """Change the last row of the reply times that has fewer replies than that."""

    def change(folder: Path) -> None:
        path = folder / RESPONSES
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        names = header.split(",")
        for place in reversed(range(len(rows))):
            fields = rows[place].split(",")
            if int(fields[names.index("n_replied")]) < fewer_than:
                fields[names.index(column)] = text
                rows[place] = ",".join(fields)
                path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
                return
        raise ValueError(f"{RESPONSES} of the example has no row with so few replies.")

    return change


def _many_wrong_rows(folder: Path) -> None:
    with (folder / COUNTS).open("a", encoding="utf-8") as stream:
        stream.writelines(f"2026-07,E14999999,_N,_N,_T,_T,policy_messages,-{n},,0\n" for n in range(1_001))


_FEED = Path(__file__).with_name("registry")
_NORTH = "wexcombe-north.example/open-casework/datapackage.json"
_OPENED = "E14999999,benefits,GB-GOR-D10,_T,_T,cases_opened"
_IN_TIME = "E14999999,benefits,GB-GOR-D10,_T,_T,replies_in_20wd"
_TOPIC = "2025,E14999999,benefits.pip,_T,_T,_T,cases_opened"

FAULTS = (
    Fault("unreadable", "A zip file that was cut short", _damage_zip),
    Fault("descriptor-missing", "datapackage.json is gone", _remove("datapackage.json")),
    Fault("descriptor-json", "datapackage.json ends too early", _write("datapackage.json", b'{"name": ')),
    Fault("descriptor-json", "datapackage.json is a list", _write("datapackage.json", b"[]")),
    Fault(
        "descriptor-schema",
        "The office is of a kind that does not exist",
        _describe(office={"kind": "mayor"}),
    ),
    Fault("descriptor-schema", "A publication without a signature", _describe(signed_by=None)),
    Fault(
        "descriptor-schema",
        "A licence that is not open",
        _replace("datapackage.json", '"name": "OGL-UK-3.0"', '"name": "all-rights-reserved"'),
    ),
    Fault("signature", "Signed by who prepared it", _describe(signed_by="Ben Example")),
    Fault("standard-version", "A later version, 1.9", _describe(standard="1.9")),
    Fault("profile-area", "An area of the Commons for an MSP", _describe(office={"kind": "msp"})),
    Fault("profile-identifier", "A real office known by nothing", _describe(synthetic=False)),
    Fault(
        "file-place", "The counts outside the folder", _replace("datapackage.json", '"data/c', '"../data/c')
    ),
    Fault("file-missing", "counts.csv is gone", _remove(COUNTS)),
    Fault("file-missing", "The ledger is gone", _remove("releases.csv")),
    Fault("not-csv", "A PDF under the name counts.csv", _write(COUNTS, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")),
    Fault("not-csv", "A spreadsheet under the name counts.csv", _write(COUNTS, b"PK\x03\x04\x14\0\x06\0")),
    Fault(
        "not-csv", "A file in Latin-1", _write("codes/areas.csv", "code,title\nx,Wêxcombe".encode("latin-1"))
    ),
    Fault("csv-header", "The column value is called count", _replace(COUNTS, ",value,", ",count,")),
    Fault("csv-fields", "A row without its last field", _first_row("310,,0", "310,")),
    Fault(
        "formula-cell",
        "A title that calls somewhere",
        _replace("codes/bodies.csv", "HM Passport Office", "=WEBSERVICE(A1)"),
    ),
    Fault(
        "name-text",
        "An office whose name is a formula",
        _describe(office={"name": "=HYPERLINK(A1)"}),
    ),
    Fault(
        "name-text",
        "A name that is read from right to left from its middle on",
        _replace("datapackage.json", '"area_name": "Wexcombe North"', '"area_name": "Wexcombe \\u202ehtroN"'),
    ),
    Fault(
        "name-text",
        "An area whose name is a character that nobody sees",
        _replace("datapackage.json", '"area_name": "Wexcombe North"', '"area_name": "\\u200b"'),
    ),
    Fault("more-rows", "A thousand and one rows with a negative count", _many_wrong_rows),
    Fault("codelist-version", "A list of the year 2999", _describe(codelists={"category": "2999-Q1"})),
    Fault(
        "code-title",
        "Housing under the code of benefits",
        _replace("codes/categories.csv", "benefits,Benefits and State Pension", "benefits,Housing"),
    ),
    Fault("rows-unsorted", "The rows stand backwards", _sort_backwards),
    Fault("period-format", "A month in words", _first_row("2026-07", "July 2026")),
    Fault("period-future", "A month that is not over", _first_row("2026-07", "2999-07")),
    Fault("area-format", "An area by its name", _first_row("E14999999", "Wexcombe North")),
    Fault("area-office", "A row of another area", _first_row("E14999999", "E14001063")),
    Fault("category-code", "The office's own code", _first_row("_N,_N", "BEN-UC,_N")),
    Fault("category-level", "A level-2 category in a month", _first_row("_N,_N", "benefits.pip,_N")),
    Fault(
        "category-sensitive",
        "Domestic abuse by itself",
        _replace(COUNTS, "2025,E14999999,benefits.pip,", "2025,E14999999,family.domestic-abuse,"),
        a_year.FOLDER,
    ),
    Fault("body-format", "A body by its initials", _replace(COUNTS, "GB-GOR-D10", "DWP")),
    Fault("channel-code", "A channel that is not listed", _first_row("_T,_T,policy", "fax,_T,policy")),
    Fault("outcome-code", "An outcome that is not listed", _first_row("_T,policy", "won,policy")),
    Fault("outcome-measure", "An outcome of policy messages", _first_row("_T,policy", "apology,policy")),
    Fault("measure-code", "A measure that is not listed", _first_row("policy_messages", "petitions")),
    Fault("measure-undeclared", "The descriptor names one measure", _describe(measures=["cases_opened"])),
    Fault("policy-category", "Policy messages about tax", _first_row("_N,_N", "tax,_N")),
    Fault("policy-category", "Policy messages by body", _first_row("_N,_N", "_N,GB-GOR-D10")),
    Fault("status-code", "The status r: nothing is ever revised", _first_row("310,,0", "310,r,0")),
    Fault("value-integer", "A negative count", _first_row("310", "-310")),
    Fault("value-integer", "A share instead of a count", _first_row("310", "31.0")),
    Fault("value-status", "No value, and no word why", _first_row("310,,0", ",,")),
    Fault("value-status", "A value that is said to be confidential", _first_row("310,,0", "310,c,0")),
    Fault("uncertainty-integer", "A value without its uncertainty", _first_row("310,,0", "310,,")),
    Fault("duplicate-key", "The first row once more", _add_row(_FIRST)),
    Fault(
        "code-unlisted", "A body without a title", _replace("codes/bodies.csv", "GB-GOR-D10", "GB-GOR-D99")
    ),
    Fault(
        "total-mismatch",
        "One more than the parts",
        _replace(COUNTS, ",_N,_T,_T,_T,policy_messages,310", ",_N,_T,_T,_T,policy_messages,311"),
    ),
    Fault(
        "total-missing",
        "A measure without its total",
        _replace(COUNTS, "2026-07,E14999999,_T,_T,_T,_T,policy_messages,310,,5\n", ""),
    ),
    Fault(
        "period-sum",
        "A quarter that is not its months",
        _add_row("2026-Q3,E14999999,_T,_T,_T,_T,policy_messages,726,,5"),
    ),
    Fault(
        "small-count",
        "A true count of 3 as it was",
        _replace(COUNTS, f"2026-07,{_OPENED},32,,0", f"2026-07,{_OPENED},3,,0"),
    ),
    Fault(
        "part-whole",
        "More replies in time than replies",
        _replace(COUNTS, f"2025-12,{_IN_TIME},14,,0", f"2025-12,{_IN_TIME},20,,0"),
        a_year.FOLDER,
    ),
    Fault(
        "topic-sum",
        "A topic larger than the heading it is part of",
        _replace(COUNTS, f"{_TOPIC},140,,5", f"{_TOPIC},500,,5"),
        a_year.FOLDER,
    ),
    Fault(
        "topic-sum",
        "Topics that leave three cases of their heading",
        _replace(COUNTS, f"{_TOPIC},140,,5", f"{_TOPIC},284,,5"),
        a_year.FOLDER,
    ),
    Fault(
        "stock-cell",
        "The cases open at the end by category and body",
        _add_row("2026-07,E14999999,benefits,GB-GOR-D10,_T,_T,cases_open_at_end,60,,0"),
    ),
    Fault(
        "uncertainty-wrong",
        "A bound that helps to undo the rounding",
        _replace(COUNTS, "policy_messages,310,,5", "policy_messages,310,,0"),
    ),
    Fault(
        "protection-tables",
        "Protection that does not cover the durations",
        _describe(protection={"tables": ["counts", "responses"]}),
        a_year.FOLDER,
    ),
    Fault(
        "unprotected",
        "Exact counts of real people",
        _describe(synthetic=False, protection={"method": "none"}),
    ),
    Fault(
        "window-months",
        "Twelve months of which eleven are not there",
        _response("period", "2025-11"),
        a_year.FOLDER,
    ),
    Fault(
        "window-number",
        "A median to the day",
        _response("median_days_5", "23"),
        a_year.FOLDER,
    ),
    Fault(
        "window-sum",
        "A window counted separately",
        _response("n_enquiries", "123456"),
        a_year.FOLDER,
    ),
    Fault(
        "median-few",
        "A median of no reply at all",
        _response("median_days_5", "10", fewer_than=20),
        a_year.FOLDER,
    ),
    Fault("coverage", "A month more than there is", _describe(coverage={"to": "2026-10"})),
    Fault(
        "ledger-format", "A hash that is none", _replace("releases.csv", ",counts,", ",counts,not-a-hash-")
    ),
    Fault("ledger-hash", "A number changed after it was published", _first_row("310", "315")),
    Fault(
        "ledger-missing",
        "A month taken out of the ledger",
        _replace("releases.csv", "\n2026-07-counts-1,2026-07", "\n2025-07-counts-1,2025-07"),
    ),
    Fault(
        "registry-schema",
        "A feed with an address that is not on the web",
        _replace("registry.json", "https://wexcombe-north.example/", "file:///home/"),
        _FEED,
    ),
    Fault(
        "registry-entry",
        "A publication that stands in the feed twice",
        _replace("registry.json", "wexcombe-south.example/casework.zip", _NORTH),
        _FEED,
    ),
    Fault("draft", "A draft", _describe(status="draft", signed_by=None)),
    Fault("synthetic", "The example as it is", lambda folder: None),
    Fault("example-area", "The example as it is", lambda folder: None),
)


def main() -> int:
    """Write faults/ anew."""
    shutil.rmtree(PATCHES, ignore_errors=True)
    PATCHES.mkdir()
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            planted = Path(folder) / "broken"
            plant(fault, planted)
            (PATCHES / patch_name(fault)).write_text(patch_of(fault, planted), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
