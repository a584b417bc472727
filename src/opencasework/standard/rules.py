"""The rules a publication is checked against, each with the level of a breach. docs/standard lists them."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, how grave a breach is, and what it asks for."""

    id: str
    level: Level
    says: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of a rule, or something worth knowing. `row` is the line in the file; the header is line 1."""

    level: Level
    rule: str
    file: str
    row: int | None
    column: str
    message: str
    found: str
    allowed: str


_RULES = (
    Rule(
        "unreadable",
        "error",
        "There is a folder, an undamaged zip file or workbook, or an address on the public web.",
    ),
    Rule("descriptor-missing", "error", "datapackage.json stands at the top."),
    Rule("descriptor-json", "error", "datapackage.json is a JSON object in UTF-8."),
    Rule(
        "descriptor-schema", "error", "datapackage.json fits schema/datapackage.schema.json of the standard."
    ),
    Rule("signature", "error", "Somebody other than who prepared a publication signs it."),
    Rule("standard-version", "warning", "The publication follows a version of the standard known here."),
    Rule("profile-area", "warning", "The area is of a sort that an office of this kind serves."),
    Rule("profile-identifier", "warning", "The office has an identifier in a scheme of its profile."),
    Rule("file-place", "error", "Each table stands where the standard puts it, inside the publication."),
    Rule("file-missing", "error", "Every file that datapackage.json names is there."),
    Rule("not-csv", "error", "A table is a CSV file in UTF-8."),
    Rule("csv-header", "error", "The header of a table is exactly the one in the standard."),
    Rule("csv-fields", "error", "Every row has as many fields as the header."),
    Rule("formula-cell", "error", "No cell is a formula: a spreadsheet that opens the table would run it."),
    Rule(
        "name-text",
        "error",
        "A name has 1 to 200 characters, all of which can be seen, and begins like no formula.",
    ),
    Rule("more-rows", "error", "After 1,000 wrong rows of a table the others are counted, not listed."),
    Rule("codelist-version", "warning", "The open code lists are of a version known here."),
    Rule("code-title", "warning", "A code of the standard has the title that it has there."),
    Rule("rows-unsorted", "warning", "The rows of counts.csv are sorted."),
    Rule("period-format", "error", "A period is a month, a quarter or a year: 2026-10, 2026-Q4, 2026."),
    Rule("period-future", "error", "A period is over."),
    Rule("area-format", "error", "An area is a GSS code: E, W, S, N or K and eight digits."),
    Rule("area-office", "error", "Every row is of the area that the office serves."),
    Rule("category-code", "error", "A category is a code of the list `category`."),
    Rule("category-level", "error", "Level-2 categories appear in rows of a whole year only."),
    Rule("category-sensitive", "error", "A sensitive level-2 category is counted in its parent alone."),
    Rule("body-format", "error", "A body is an org-id, _T, _N or _O."),
    Rule("channel-code", "error", "A channel is a code of the list `channel`."),
    Rule("outcome-code", "error", "An outcome is a code of the list `outcome`."),
    Rule("outcome-measure", "error", "Outcomes other than _T stand with cases_closed only."),
    Rule("measure-code", "error", "A measure is a code of the list `measure`."),
    Rule("measure-undeclared", "error", "Every measure in the rows is named in openCasework.measures."),
    Rule(
        "policy-category",
        "error",
        "Policy messages, and only they, stand under the category _N, and under no body.",
    ),
    Rule("status-code", "error", "A status is empty or a code of the list `status`."),
    Rule("value-integer", "error", "A value is a whole number, 0 or more."),
    Rule("value-status", "error", "A value is empty exactly when the status is c, x or z."),
    Rule("uncertainty-integer", "error", "A value has an uncertainty, a whole number, 0 or more."),
    Rule("duplicate-key", "error", "No two rows have the same dimensions."),
    Rule("code-unlisted", "error", "Every area, category and body in the rows has a title in codes/."),
    Rule("total-mismatch", "error", "A row with _T is the sum of the rows it stands for."),
    Rule("total-missing", "error", "Every measure has a total over everything in every period."),
    Rule("period-sum", "error", "A quarter or year is the sum of its published months or quarters."),
    Rule("small-count", "error", "No count from 1 to 4 is shown."),
    Rule(
        "part-whole",
        "error",
        "Under ocd-scr5 replies within 20 working days are never more than the replies of the same cell.",
    ),
    Rule(
        "topic-sum",
        "error",
        "Level-2 categories add up to no more than their parent, and leave nothing of it or 5 and more.",
    ),
    Rule("stock-cell", "error", "Under ocd-scr5 cases_open_at_end is shown as its total alone."),
    Rule("uncertainty-wrong", "error", "The uncertainty is worked out as the standard says."),
    Rule("protection-tables", "error", "openCasework.protection names every table of figures."),
    Rule("unprotected", "error", "Counts of real people are protected."),
    Rule("window-months", "error", "All twelve months behind a reply time or a duration are published."),
    Rule("window-number", "error", "Counts of reply times and durations are whole, medians go in fives."),
    Rule("window-sum", "error", "A count of reply times or durations is the sum of its published months."),
    Rule("median-few", "error", "A median has 20 or more enquiries or cases behind it."),
    Rule("coverage", "error", "openCasework.coverage agrees with the months in the rows."),
    Rule("ledger-format", "error", "A line of the ledger has an own id, a period, a hash or a withdrawal."),
    Rule("ledger-hash", "error", "The rows of a published period have the hash in the ledger."),
    Rule("ledger-missing", "error", "Every period of a signed publication is in the ledger."),
    Rule("registry-schema", "error", "A registry feed fits schema/registry.schema.json of the standard."),
    Rule("registry-entry", "error", "A publication stands once in a feed, last valid when it was seen."),
    Rule("draft", "note", "A draft is not for the public."),
    Rule("synthetic", "note", "A synthetic publication is made up."),
    Rule("example-area", "note", "E14999999 (Wexcombe North) is an area for examples."),
)
RULES = {rule.id: rule for rule in _RULES}


def finding(
    rule: str,
    message: str,
    *,
    file: str = "",
    row: int | None = None,
    column: str = "",
    found: object = "",
    allowed: str = "",
) -> Finding:
    """A finding of the level that its rule has."""
    return Finding(RULES[rule].level, rule, file, row, column, _shown(message), _shown(str(found)), allowed)


def _shown(text: str) -> str:
    """Text of others with what cannot be shown written out, so that it does nothing to a screen or a log."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
