"""An office of the tests that shows whatever a test wants: sound by default, and with any weakness planted.

It writes publications by itself, without the code that offices publish with, so that a test of the attacks
does not lean on the protection it attacks. Its rounding is the simplest that is sound: one keyed draw a cell.
"""

import hmac
import json
import random
from collections import defaultdict

from opencasework.standard import codelists, disclosure
from opencasework.standard.codelists import TOTAL
from opencasework.standard.descriptor import RELEASE_COLUMNS, csv_text
from opencasework.standard.observations import HEADER, Cell, Observation, lines_hash, observe_month

AREA = "E14999999"
KEY = bytes(range(7, 39))
STOCK = "cases_open_at_end"
MEASURES = ("cases_opened", "cases_closed", STOCK, "enquiries_sent", "replies_received", "replies_in_20wd")
CATEGORIES = tuple(
    code.code for code in codelists.load("category").values() if code.level == 1 and not code.is_special
)
BODIES = ("_N", "_O", *(f"GB-GOR-D{number}" for number in range(1, 11)))


def months_from(first, count):
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, start + count)]


def true_counts(
    months=("2026-01", "2026-02"),
    *,
    categories=CATEGORIES[:5],
    bodies=BODIES[:5],
    measures=MEASURES,
    mean=2.0,
    seed=8,
):
    """True counts by cell that hang together: what is open moves by what is opened and closed."""
    chance = random.Random(seed)
    weights = {
        (category, body): mean * chance.choice([0.1, 0.3, 0.6, 1, 1, 2, 3])
        for category in categories
        for body in bodies
    }
    open_, waiting = defaultdict(int), defaultdict(int)
    counts = {}
    for month in months:
        for (category, body), weight in weights.items():
            opened = _poisson(chance, weight)
            closed = min(open_[category, body] + opened, _poisson(chance, weight))
            open_[category, body] += opened - closed
            sent = sum(chance.random() < 0.8 for _ in range(opened)) if body != "_N" else 0
            replied = sum(chance.random() < 0.6 for _ in range(waiting[category, body] + sent))
            waiting[category, body] += sent - replied
            quick = sum(chance.random() < 0.7 for _ in range(replied))
            found = dict(
                zip(MEASURES, (opened, closed, open_[category, body], sent, replied, quick), strict=True)
            )
            for measure in measures:
                counts[Cell(month, AREA, category, body, measure)] = found[measure]
    return counts


def _poisson(chance, mean):
    count, product, limit = 0, chance.random(), 2.718281828459045**-mean
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def rounded(counts, *, key=KEY):
    """Published cells: 1 to 4 become 0 or 5 by a keyed draw, the stock one rounded total, zeros left out."""
    shown = {}
    for cell in sorted(counts, key=lambda cell: (cell.period, cell.measure == "replies_in_20wd", str(cell))):
        count = counts[cell]
        if cell.measure == STOCK:
            continue
        if cell.measure == "replies_in_20wd":  # part of replies_received: drawn within it
            whole = Cell(cell.period, cell.area_code, cell.category, cell.body, "replies_received")
            if shown.get(whole, 0) < 5:
                continue
            likely = min(5, 5 * count / max(1, counts[whole])) if counts[whole] < 5 else count
        else:
            likely = count
        value = count if count >= 5 else 5 * (_uniform(key, str(cell)) * 5 < likely)
        if value:
            shown[cell] = value
    for month in {cell.period for cell in counts if cell.measure == STOCK}:
        total = sum(count for cell, count in counts.items() if cell.period == month and cell.measure == STOCK)
        down = total // 5 * 5
        up = _uniform(key, f"{month} {STOCK}") * 5 < total - down
        shown[Cell(month, AREA, TOTAL, TOTAL, STOCK)] = down + 5 * up
    return shown


def _uniform(key, name):
    return int.from_bytes(hmac.digest(key, name.encode(), "sha256")[:8], "big") / 2**64


def rows_of(shown, month, *, measures=MEASURES, area=AREA):
    """The rows of a month: its cells and all their totals, and the stock as its grand total."""
    cells = {cell: value for cell, value in shown.items() if cell.period == month and cell.category != TOTAL}
    stock = [cell for cell in shown if cell.period == month and cell.category == TOTAL]
    counted = [measure for measure in measures if measure != STOCK or not stock]
    rows = observe_month(cells, month=month, area_code=area, measures=counted)
    for cell in stock:
        rows.append(Observation(month, area, TOTAL, TOTAL, TOTAL, TOTAL, cell.measure, shown[cell], "", 5))
    return rows


def row(
    month,
    category,
    body,
    measure,
    value,
    *,
    uncertainty=None,
    status="",
    area=AREA,
    channel=TOTAL,
    outcome=TOTAL,
):
    return Observation(month, area, category, body, channel, outcome, measure, value, status, uncertainty)


def release(month, rows, *, number=1, method="ocd-scr5", withdraws=""):
    digest = "" if withdraws else lines_hash(row.line for row in rows if row.period == month)
    kind = "withdrawal" if withdraws else "counts"
    return (
        f"{month}-{kind}-{number}",
        month,
        "counts",
        digest,
        "" if withdraws else method,
        "2027-01-12T09:00:00Z",
        withdraws,
    )


def write(
    folder,
    rows,
    *,
    method="ocd-scr5",
    releases=None,
    post="uk.org.example/post/wexcombe-north",
    key=KEY,
    extra=None,
    listed=(),
):
    """Write a publication of `rows`; `releases` defaults to one line of the ledger a period."""
    periods = sorted({row.period for row in rows})
    if releases is None:
        releases = [release(period, rows, method=method) for period in periods]
    about = {
        "name": "wexcombe-north",
        "created": "2027-01-12T09:00:00Z",
        "openCasework": {
            "standard": "1.0",
            "office": {
                "name": f"Office of {post.rpartition('/')[2]}",
                "kind": "mp",
                "post": post,
                "area_code": rows[0].area_code,
                "area_name": "Wexcombe North",
                "identifiers": [],
            },
            "measures": sorted({row.measure for row in rows}),
            "protection": {"method": method, "base": 5, "key_id": disclosure.key_id(key)},
            "status": "published" if releases else "draft",
            "synthetic": True,
        },
    }
    bodies = sorted({row.body for row in rows} | set(listed))
    contents = {
        "datapackage.json": json.dumps(about).encode(),
        "data/counts.csv": "\n".join([HEADER, *sorted(row.line for row in rows), ""]).encode(),
        "codes/bodies.csv": csv_text(("code", "title"), [(code, code) for code in bodies]),
        "codes/categories.csv": csv_text(
            ("code", "title"), [(code, code) for code in sorted({row.category for row in rows})]
        ),
        "releases.csv": csv_text(RELEASE_COLUMNS, releases),
        **(extra or {}),
    }
    for name, data in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def history(counts, *, key=KEY, measures=MEASURES):
    """The rows of every month of the counts, soundly protected."""
    shown = rounded(counts, key=key)
    return [
        row
        for month in sorted({cell.period for cell in counts})
        for row in rows_of(shown, month, measures=measures)
    ]
