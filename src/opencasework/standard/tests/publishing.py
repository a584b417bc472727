"""An office of the tests and its counts, with sound defaults: a test states only what matters to it."""

from datetime import UTC, date, datetime

from opencasework.standard.publication import Cell, OfficeIdentity, add_month

KEY = b"a key for tests, 32 bytes long.."
AREA = "E14999999"
OFFICE = OfficeIdentity(
    name="Office of Ana Example MP",
    kind="mp",
    post="uk.org.example/post/wexcombe-north",
    area_code=AREA,
    area_name="Wexcombe North",
    identifiers=(("example-member", "1"),),
)
BODY_TITLES = {"GB-GOR-D10": "Department for Work and Pensions", "GB-GOR-D8": "Home Office"}
TODAY = date(2026, 11, 22)


def cell(category="benefits", body="GB-GOR-D10", measure="cases_opened", month="2026-10", area_code=AREA):
    return Cell(month, area_code, category, body, measure)


def counts_of(month="2026-10"):
    """A month with a bit of everything: large, small and no counts."""
    return {
        cell(month=month): 31,
        cell("immigration", "GB-GOR-D8", month=month): 12,
        cell("immigration", "_N", month=month): 3,
        cell("housing", "_O", month=month): 2,
        cell("tax", "_N", month=month): 0,
        cell("immigration", "GB-GOR-D8", "cases_closed", month=month): 9,
        cell("_N", "_N", "policy_messages", month=month): 140,
    }


def publish(out, *, month="2026-10", counts=None, **changes):
    """Publish a month of the office of the tests; `changes` are the arguments that differ."""
    arguments = {
        "office": OFFICE,
        "month": month,
        "counts": counts_of(month) if counts is None else counts,
        "body_titles": BODY_TITLES,
        "key": KEY,
        "status": "published",
        "prepared_by": "Ben Example",
        "signed_by": "Ana Example",
        "created": datetime(2026, 11, 12, 9, tzinfo=UTC),
        "synthetic": True,
        "today": TODAY,
    }
    return add_month(out, **{**arguments, **changes})


def files_of(folder):
    """Every file in a folder with its bytes, to see what changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
