"""The year of the office of the tests, and what it takes to plant a weakness in it."""

from opencasework.standard.attacks.tests import showing
from opencasework.standard.attacks.tests.showing import BODIES, CATEGORIES, STOCK, months_from, row
from opencasework.standard.codelists import TOTAL

YEAR = months_from("2026-01", 12)
BODY, CATEGORY = BODIES[2], CATEGORIES[0]
CASES = ("cases_opened", "cases_closed", STOCK)
ENQUIRIES = ("enquiries_sent", "replies_received", "replies_in_20wd")


def attacks(report):
    return {found.attack for found in report.findings}


def sentences(report):
    return " ".join(found.sentence for found in report.findings)


def of(rows, **wanted):
    """The one row that has these values."""
    (found,) = [one for one in rows if all(getattr(one, name) == value for name, value in wanted.items())]
    return found


def changed(one, **values):
    """A copy of a row with other values."""
    plain = {
        name: getattr(one, name) for name in ("category", "body", "measure", "value", "uncertainty", "status")
    }
    return row(one.period, **{**plain, **values})


def exactly(counts, one):
    """The true count behind a total."""
    return sum(
        count
        for cell, count in counts.items()
        if (cell.period, cell.measure) == (one.period, one.measure)
        and one.category in (TOTAL, cell.category)
        and one.body in (TOTAL, cell.body)
    )


RESPONSES = (
    "period,area_code,body,n_enquiries,n_replied,n_replied_20wd,n_open_over_20wd,median_days_5,"
    "status,uncertainty"
)


def response_line(rows, *, body=BODY, **other):
    """A line of responses.csv as it should be: sums of the published months, a median of many."""

    def over_the_year(measure):
        return sum(
            one.value for one in rows if (one.category, one.body, one.measure) == (TOTAL, body, measure)
        )

    line = {
        "period": YEAR[-1],
        "area_code": showing.AREA,
        "body": body,
        "n_enquiries": over_the_year("enquiries_sent"),
        "n_replied": over_the_year("replies_received"),
        "n_replied_20wd": over_the_year("replies_in_20wd"),
        "median_days_5": 25,
        **other,
    }
    header = [*RESPONSES.split(","), *(name for name in other if name not in RESPONSES)]
    values = [str(line.get(name, "")) for name in header]
    return {"data/responses.csv": (",".join(header) + "\n" + ",".join(values) + "\n").encode()}
