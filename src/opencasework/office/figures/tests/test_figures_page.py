"""The figures page: every number opens what it counts, as far as one may see it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape

import pytest

from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.actions import share
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

NOVEMBER = datetime(2026, 11, 3, 12, tzinfo=UTC)
AT = "/figures/?to=2026-11"


@pytest.fixture
def ana(client):
    staff = StaffFactory()
    client.force_login(staff)
    return staff


def numbers(page: str) -> dict[str, int]:
    """Every number of the page that is a link, by its address."""
    return {
        unescape(url): int(number)
        for url, number in re.findall(r'<a href="(/figures/cases/[^"]+)">(\d+)</a>', page)
    }


def test_every_number_opens_as_many_cases_as_it_says(client, ana):
    CaseFactory(by=ana, at=NOVEMBER, body=body("DWP"))
    CaseFactory(by=ana, at=NOVEMBER, category=CategoryFactory(code="HOU-DAMP"), channel="phone")
    CaseFactory(by=ana, at=NOVEMBER, outcome="put-right")
    CaseFactory(by=ana, at=datetime(2026, 2, 3, 12, tzinfo=UTC))

    linked = numbers(client.get(AT).content.decode())

    assert len(linked) > 8
    for url, number in linked.items():
        page = client.get(url).content.decode()
        assert f": {number}." in page, url
        assert len(re.findall("data-row", page)) == number, url


def test_the_months_before_and_after_are_left_out(client, ana):
    CaseFactory(by=ana, at=datetime(2025, 11, 30, 12, tzinfo=UTC), title="A year before")
    CaseFactory(by=ana, at=datetime(2025, 12, 1, 12, tzinfo=UTC))

    linked = numbers(client.get(AT).content.decode())

    assert {number for number in linked.values()} == {1}


def test_a_hidden_case_is_neither_shown_nor_counted_for_those_not_named_on_it(client, ana):
    senior = StaffFactory(senior=True)
    hidden = CaseFactory(by=senior, at=NOVEMBER, title="Canary refuge")
    share(case=hidden, need_to_know=True, shared_with=[], by=senior)
    CaseFactory(by=ana, at=NOVEMBER)

    pages = [client.get(AT).content.decode()]
    pages += [client.get(url).content.decode() for url in numbers(pages[0])]

    assert set(numbers(pages[0]).values()) == {1}
    for page in pages:
        assert "Canary" not in page
        assert hidden.reference not in page
        assert str(hidden.constituent) not in page


def test_an_erased_case_is_still_counted_and_said_to_be_gone(client, ana):
    case = CaseFactory(by=ana, at=NOVEMBER)
    gather()
    case.case_people.all().delete()
    case.delete()

    page = client.get("/figures/cases/?measure=cases_opened").content.decode()

    assert "it is no longer kept" in page


def test_who_may_not_see_figures_is_told_who_can_help(client):
    client.force_login(StaffFactory(volunteer=True))

    for address in ["/figures/", "/figures/cases/", "/figures/figures.csv"]:
        assert client.get(address).status_code == 403


def test_the_download_has_the_same_counts_and_no_formula(client, ana):
    BodyFactory(code="X1", name='=HYPERLINK("http://evil.example")')
    CaseFactory.create_batch(2, by=ana, at=NOVEMBER, body=BodyFactory(code="X2", name="+44 Homes"))
    CaseFactory(by=ana, at=NOVEMBER, body=body("X1"))

    text = client.get("/figures/figures.csv?to=2026-11").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["count"]) for row in rows) == Fact.objects.count() == 3
    assert {row["body name"] for row in rows} == {'\'=HYPERLINK("http://evil.example")', "'+44 Homes"}


def test_the_number_of_queries_does_not_grow_with_the_facts(client, ana, django_assert_max_num_queries):
    client.get(AT)
    for _ in range(2):
        CaseFactory.create_batch(4, by=ana, at=NOVEMBER, outcome="explained")
        gather()

        with django_assert_max_num_queries(26):
            client.get(AT)
        with django_assert_max_num_queries(16):
            client.get("/figures/cases/?measure=cases_opened")


@pytest.mark.parametrize(
    "asked", ["to=2026-13", "to=x", "to=", "from=1&to=2", "category=<b>&measure=x", "page=x"]
)
def test_an_address_somebody_made_up_is_answered_all_the_same(asked, client, ana):
    CaseFactory(by=ana)

    assert client.get(f"/figures/?{asked}").status_code == 200
    page = client.get(f"/figures/cases/?{asked}")
    assert page.status_code == 200
    assert b"<b>" not in page.content
