"""What the page of a case costs with the cards it fetches, and My day and two lists, beside a plain list.

    .venv/bin/python -m benchmarks.case_page [--cases 2000] [--rounds 60]

Each page is asked for in this process through the office's own middleware, signed in as a caseworker, in turn
with the list, each time of another case. The list is Django alone: 50 rows, a template, the middleware that
`startproject` writes, signed in too. Of the processor's time: the clock tells more of what else is running.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from benchmarks.report import Row, report
from tests.services.environment import DUMMY_SECRETS

MEDIAN, P95 = 4, 8  # times the plain list
CARDS = ("case-route", "case-enquiries", "case-ombudsman", "case-partners", "case-authorities")
PAGES = ("/", "/inbox/", "/cases/")  # My day, and the lists beside it
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "benchmarks.case_page.OwnAddresses",
]
LIST = """<ul>{% for case in cases %}<li><a href="/cases/{{ case.pk }}/">{{ case.reference }}</a>
{{ case.title }} {{ case.owner }} {{ case.next_action }} {{ case.next_action_on }}</li>{% endfor %}</ul>"""


def main(cases: int, rounds: int) -> int:
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # as in an office: with it every query is written down
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from benchmarks.chasing import fill

    fill(cases)
    pages, plain = measured(rounds)
    rows = []
    for name, (times, queries) in pages.items():
        median, p95 = statistics.median(times), worst(times)
        by_list, by_worst = median / statistics.median(plain), p95 / worst(plain)
        said = f"{median:.0f} ms, 95 of 100 {p95:.0f} ms; {by_list:.1f} × and {by_worst:.1f} × the list; "
        counted = str(queries[0]) if len(set(queries)) == 1 else f"{min(queries)} to {max(queries)}"
        good = by_list <= MEDIAN and by_worst <= P95
        rows.append(Row(name, f"{said}{counted} queries", f"≤ {MEDIAN} × and {P95} ×", good))
    list_said = f"{statistics.median(plain):.1f} ms, 95 of 100 {worst(plain):.1f} ms"
    report([*rows, Row("a plain list of 50 cases", list_said, "", good=True)])
    return int(not all(row.good for row in rows))


def worst(times: list[float]) -> float:
    """The time within which 95 of 100 are done."""
    return statistics.quantiles(times, n=20)[-1]


def measured(rounds: int) -> tuple[dict[str, tuple[list[float], list[int]]], list[float]]:
    """Milliseconds of the processor and queries of each page, and of the plain list, in turn."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings
    from django.urls import reverse

    from opencasework.office.cases.models import Case
    from opencasework.office.config.start import COLLECT_AFTER
    from opencasework.office.staff.models import StaffMember

    client = Client(SERVER_NAME="localhost")
    client.force_login(StaffMember.objects.get(username="owner"))
    numbers = list(Case.objects.values_list("pk", flat=True)[:rounds])

    def card(name: str, pk: int) -> Any:
        return client.get(reverse(name, args=[pk]), headers={"HX-Request": "true"})

    def counts(_pk: int) -> Any:
        return client.get(reverse("rail-counts"), headers={"HX-Request": "true"})

    def page(address: str, _pk: int) -> Any:
        return client.get(address)

    addresses: dict[str, Callable[[int], Any]] = {
        "the page of a case": lambda pk: client.get(reverse("case", args=[pk])),
        **{f"its card {name}": partial(card, name) for name in CARDS},
        "the counts of the rail": counts,
        **{address: partial(page, address) for address in PAGES},
    }
    found: dict[str, tuple[list[float], list[int]]] = {name: ([], []) for name in addresses}
    plain: list[float] = []
    for ask in addresses.values():  # what is loaded at the first time only
        assert ask(numbers[0]).status_code == 200
    with override_settings(MIDDLEWARE=MIDDLEWARE):  # taken up at the first request
        by_itself = Client(SERVER_NAME="localhost")
        by_itself.cookies = client.cookies
        assert b"OC-2026" in by_itself.get("/plain/").content
    gc.collect()  # what filled the office; then as every process of an office begins
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    for pk in numbers:
        plain.append(taken(lambda: by_itself.get("/plain/")))
        for name, ask in addresses.items():
            found[name][0].append(taken(partial(ask, pk)))
    for name, ask in addresses.items():
        for pk in numbers[:5]:
            with CaptureQueriesContext(connection) as queries:
                ask(pk)
            found[name][1].append(len(queries))
    return found, plain


def taken(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


class OwnAddresses:
    """Middleware that answers with the addresses of this file."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.urlconf = urls()
        return self.get_response(request)


@cache
def urls() -> Any:
    """The plain list at its address, as somebody would write it in an afternoon."""
    from django.contrib.auth.decorators import login_required
    from django.http import HttpResponse
    from django.template import Context, Template
    from django.urls import path

    from opencasework.office.cases.models import Case

    template = Template(LIST)

    @login_required
    def plain(request: Any) -> HttpResponse:
        cases = Case.objects.select_related("owner").order_by("-pk")[:50]
        return HttpResponse(template.render(Context({"cases": cases})))

    return (path("plain/", plain),)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--cases", type=int, default=2_000)
    asked.add_argument("--rounds", type=int, default=60)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="oc-case-page-") as home:
        os.environ |= {
            **DUMMY_SECRETS,
            "CASEWORK_HOME": home,
            "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
        }
        ended = main(chosen.cases, chosen.rounds)
    sys.exit(ended)
