"""What the pages of the office cost beside a plain list: that of a case with its cards, My day, the lists.

    .venv/bin/python -m benchmarks.case_page [--cases 2000] [--rounds 60]
    .venv/bin/python -m benchmarks.case_page --cases 10000 --chased       and the chaser of each is drafted
    .venv/bin/python -m benchmarks.case_page --home DIR [--rounds 60]     100,000 cases, 1,000,000 messages
    .venv/bin/python -m benchmarks.case_page --database postgresql --home DIR

Each page is asked for in this process through the office's own middleware, signed in as a caseworker, in turn
with the list, each time of another case. The list is Django alone: 50 rows, a template, the middleware that
`startproject` writes, signed in too. Of the processor's time, that of PostgreSQL's server included: the clock
tells more of what else is running. Without a home: so many cases of one owner, all late. The home is filled
where it is not yet (`benchmarks.large_office`), and kept.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from benchmarks import large_office
from benchmarks.report import Row, report
from tests.services.postgresql import PostgreSQL

MEDIAN, P95 = 4, 8  # times the plain list
CARDS = ("case-route", "case-enquiries", "case-ombudsman", "case-partners", "case-authorities")
PAGES = ("/", "/?whose=waiting", "/inbox/", "/cases/", "/chasers/")  # My day, and the lists beside it
# And in a large office; the middle of each address is filled in.
OTHERS = (
    "/?whose=team",
    "/cases/?show=team",
    "/cases/?show=closed",
    "/cases/?show=all",
    "/letters/",
    "/calls/",
    "/authority/review/",
    "/review/letters/",
    "/people/",
    "/people/{person}/",
    "/people/{person}/messages/",
    "/bodies/{body}/",
    "/inbox/messages/{waiting}/",
    "/search/?q={name}",
    "/search/?q=universal+credit",
    "/search/?q={reference}",
)
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


def main(cases: int, messages: int, rounds: int, home: Path, *, is_kept: bool, is_chased: bool) -> int:
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # as in an office: with it every query is written down
    if is_kept:
        large_office.fill(home, cases=cases, messages=messages)
    else:
        from django.core.management import call_command

        from benchmarks.chasing import TODAY, fill
        from opencasework.office.chasing.actions import draft_due_chasers

        call_command("migrate", verbosity=0)
        fill(cases)
        if is_chased:
            draft_due_chasers(TODAY)
    pages, plain = measured(rounds, OTHERS if is_kept else ())
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


def asked_for(client: Any, others: Sequence[str], numbers: Sequence[int]) -> dict[str, Callable[[int], Any]]:
    """What is measured: how each page is asked for, given the number of a case."""
    from django.urls import reverse

    def part(name: str, pk: int) -> Any:
        return client.get(reverse(name, args=[pk]), headers={"HX-Request": "true"})

    def counts(_pk: int) -> Any:
        return client.get(reverse("rail-counts"), headers={"HX-Request": "true"})

    def case(pk: int) -> Any:
        return client.get(reverse("case", args=[pk]))

    def page(address: str, pk: int) -> Any:
        return client.get(filled(address, pk))

    for pk in numbers:  # not while the clock runs
        for address in others:
            filled(address, pk)
    return {
        "the page of a case, its panel of routes in it": case,
        **{f"its card {name}": partial(part, name) for name in CARDS},
        "the counts of the rail": counts,
        **{address: partial(page, address) for address in (*PAGES, *others)},
    }


@cache
def filled(address: str, pk: int) -> str:
    """The address with what belongs to the case of this number put into it."""
    from opencasework.office.bodies.models import Body
    from opencasework.office.cases.models import Case, CasePerson
    from opencasework.office.inbox.models import Message

    if "{" not in address:
        return address
    of_case = CasePerson.objects.filter(case=pk).select_related("person")[0]
    waiting = Message.objects.untriaged().values_list("pk", flat=True)
    return address.format(
        person=of_case.person_id,
        name=of_case.person.full_name.split()[0],
        reference=Case.objects.get(pk=pk).reference,
        body=Body.objects.exclude(kind="council").order_by("pk")[pk % 40].pk,
        waiting=waiting[pk % 100] if waiting else 0,
    )


def measured(
    rounds: int, others: Sequence[str]
) -> tuple[dict[str, tuple[list[float], list[int]]], list[float]]:
    """Milliseconds of the processor and queries of each page, and of the plain list, in turn."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from opencasework.office.cases.models import Case
    from opencasework.office.config.start import COLLECT_AFTER
    from opencasework.office.staff.models import StaffMember

    client = Client(SERVER_NAME="localhost")
    owner = StaffMember.objects.get(username="owner")
    client.force_login(owner)
    theirs = Case.objects.open().filter(owner=owner)
    numbers = list(theirs.values_list("pk", flat=True)[:rounds])
    addresses = asked_for(client, others, numbers)
    found: dict[str, tuple[list[float], list[int]]] = {name: ([], []) for name in addresses}
    plain: list[float] = []
    for name, ask in addresses.items():  # what is loaded at the first time only
        assert ask(numbers[0]).status_code == 200, name
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
    began = busy()
    act()
    return (busy() - began) * 1000


def busy() -> float:
    """Seconds of the processor that this process has had, and PostgreSQL's for it."""
    server = _server()
    return time.process_time() + (int(server.read_text().split()[0]) / 1e9 if server else 0)


@cache
def _server() -> Path | None:
    """Where the kernel says how long the session's server process has been at work."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    return Path(f"/proc/{number}/schedstat")


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
    asked.add_argument("--home", type=Path, help="of a large office, which is filled there once and kept")
    asked.add_argument("--cases", type=int)
    asked.add_argument("--messages", type=int, default=1_000_000)
    asked.add_argument("--chased", action="store_true", help="the chasers of all are drafted; without a home")
    asked.add_argument("--rounds", type=int, default=60)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = asked.parse_args()
    with contextlib.ExitStack() as resources:
        home = chosen.home or Path(
            resources.enter_context(tempfile.TemporaryDirectory(prefix="oc-case-page-"))
        )
        home.mkdir(parents=True, exist_ok=True)
        os.environ |= large_office.environment(home)
        if chosen.database == "postgresql":
            kept = home / "postgresql" if chosen.home else None
            os.environ |= resources.enter_context(PostgreSQL(durable=True, kept_in=kept)).environment()
        count = chosen.cases or (100_000 if chosen.home else 2_000)
        ended = main(
            count, chosen.messages, chosen.rounds, home,
            is_kept=bool(chosen.home), is_chased=chosen.chased,
        )  # fmt: skip
    sys.exit(ended)
