"""Whoever sees a sensitive case leaves a line, before they see it (P15)."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from opencasework.office.audit import looking
from opencasework.office.audit.models import Line, Trace
from opencasework.office.audit.verifying import verify
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from tests.crawling import addresses, body_of, patterns
from tests.planting import Planter
from tests.test_need_to_know import office, quiet, signed_in  # noqa: F401 (fixtures)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("home"),
    pytest.mark.timeout(int(os.environ.get("CASEWORK_CRAWL_SECONDS", "1500"))),
]

# Pages that show something of a sensitive case and leave no line, with the reason.
NO_LOOK = {
    "message-filing": "the cases to choose from, by title",
    "case-new": "the person's name, above an empty form",
    "body": "a body's page lists the enquiries put to it by title",
    "body-answers": "the same, where scripts are off",
    "partner": "a partner's page lists the cases referred to it by title",
    "inbox": "a list",
    "inbox-log": "a list",
    "inbox-selection": "a list",
}
OF_SEVERAL = {"people-compare", "household", "household-edit"}
# Addresses that name a row and never show a case.
OF_NO_CASE = (
    "accounts/", "inbox/new/", "inbox/files/", "write/", "sign/", "mailboxes/", "tags/", "letters/wording/",
    "campaigns/", "inbox/views/", "inbox/acts/", "bodies/", "partners/", "publications/", "staff/", "calls/",
    "calendar/", "today/rows/", "today/mentions/", "today/opinions/",
    "cases/openings/", "people/merges/", "chasers/ladder/", "typing/",
)  # fmt: skip


@pytest.fixture
def planted(office):  # noqa: F811
    people, owner, folder = office
    planter = Planter(signed_in(owner), owner, folder)
    return people, planter, planter.plant()


def _beside_the_list(response):
    """What a page shows, but for the inbox's list beside an open message: a list is no look."""
    text = body_of(response)
    _list, article, reading = text.partition('<article class="column"')
    return article + reading or text


@pytest.mark.crawl
def test_every_page_that_shows_a_sensitive_case_leaves_exactly_one_line(planted, monkeypatch):
    _people, planter, case = planted
    monkeypatch.setattr(looking, "FOLD", timedelta(0))
    wrong = []

    for address in addresses():
        before = set(Trace.objects.values_list("pk", flat=True))
        response = planter.client.get(address.path)
        lines = list(Trace.objects.exclude(pk__in=before).values_list("case_id", flat=True))
        # A page about several people names a sensitive case of each; no case gets two lines.
        left = 1 if address.name in OF_SEVERAL and lines and len(set(lines)) == len(lines) else len(lines)
        saves = response.headers.get("Content-Disposition", "").startswith("attachment")
        shows = bool(planter.canaries.found_in(_beside_the_list(response))) and address.takes_anything
        lists = address.name in NO_LOOK
        # A case that everybody sees names the sensitive one it is linked with, to those who may know.
        of_another = looking.case_shown(address.route, dict(address.kwargs)) not in (None, case.pk)
        due = saves or (shows and not lists and not of_another)
        if response.status_code < 300 and (left != 1 if due else left > 1):
            wrong.append(f"{address.path} ({address.name}) left {left} lines")

    assert not wrong, "\n".join(wrong)
    assert verify().is_sound


def test_every_address_that_names_a_row_says_whether_it_shows_a_case():
    naming = {route for _name, route, parameters in patterns() if parameters}
    watched = tuple(looking.prefixes())

    assert {route for route in naming if not route.startswith((*watched, *OF_NO_CASE))} == set()


def test_the_page_of_somebody_on_a_sensitive_case_is_a_look_at_it(planted):
    _people, planter, case = planted
    person = case.case_people.first().person
    Trace.objects.all()._raw_delete("default")

    planter.client.get(person.get_absolute_url())

    assert [(trace.case_id, trace.page) for trace in Trace.objects.all()] == [(case.pk, "person")]


def looked_at():
    return sorted(Trace.objects.filter(kind=Trace.Kind.VIEWED).values_list("case_id", flat=True))


def test_comparing_two_records_is_a_look_at_the_sensitive_case_of_the_second(office):  # noqa: F811
    _people, owner, _folder = office
    plain = CaseFactory(by=owner, sensitivity="SEN-1").constituent
    secret = CaseFactory(by=owner, need_to_know=True)

    signed_in(owner).get(f"/people/{plain.pk}/same-as/{secret.constituent.pk}/")

    assert looked_at() == [secret.pk]


@pytest.mark.parametrize("page", ["", "cases/"])
def test_a_page_that_names_every_case_of_somebody_is_a_look_at_each_sensitive_one(office, page):  # noqa: F811
    _people, owner, _folder = office
    plain = CaseFactory(by=owner, sensitivity="SEN-1")
    person = plain.constituent
    CaseFactory(by=StaffFactory(), person=person, need_to_know=True)  # which this one may not know of
    first = CaseFactory(by=owner, person=person, need_to_know=True)
    second = CaseFactory(by=owner, person=person, sensitivity="SEN-2")

    signed_in(owner).get(f"/people/{person.pk}/{page}")

    assert looked_at() == [first.pk, second.pk]


@pytest.mark.parametrize(
    "path",
    ["/search/?q=Bins", "/cases/?q=Bins", "/people/?q=Nia", "/inbox/new/?q=Nia", "/figures/figures.csv"],
)
def test_a_search_and_an_export_leave_one_line_each(office, path):  # noqa: F811
    people, _owner, _folder = office
    client = signed_in(people[Role.OFFICE_MANAGER])

    assert client.get(path).status_code == 200

    trace = Trace.objects.get()
    assert trace.by == people[Role.OFFICE_MANAGER]
    assert trace.kind == (Trace.Kind.EXPORTED if "csv" in path else Trace.Kind.SEARCHED)
    if "csv" not in path:
        assert trace.detail["words"] == path.partition("=")[2]


def test_a_search_for_who_is_on_the_telephone_leaves_a_line(office):  # noqa: F811
    people, _owner, _folder = office

    signed_in(people[Role.CASEWORKER]).post("/search/callers/", {"from_name": "Nia Pryce"})

    assert Trace.objects.get().detail["words"] == "Nia Pryce"


def test_a_shown_number_leaves_its_line_on_the_timeline_and_none_besides(planted):
    _people, planter, case = planted
    number = case.references.first()
    before = Line.objects.count() if verify() else 0

    planter.post("case-reference", case.pk, number.pk, status=200)

    assert verify().lines == before + 1
    assert case.events.filter(kind="seen", detail__reference=number.pk).exists()


@pytest.mark.parametrize("what", ["case", "search", "download"])
def test_what_cannot_be_written_down_is_not_shown(planted, monkeypatch, what):
    _people, planter, case = planted
    path = {
        "case": case.get_absolute_url(),
        "search": "/search/?q=Threatened",
        "download": f"/authorities/{case.authorities.exclude(scan_sha256='').get().pk}/scan/",
    }[what]

    planter.client.get("/account/")  # shows what the office has yet to say to whoever planted

    def full(*_args, **_kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(Trace.objects, "create", full)
    response = planter.client.get(path)

    assert response.status_code == 503
    assert planter.canaries.found_in(body_of(response)) == []
    assert "written down first" in response.content.decode()


def test_looks_within_ten_minutes_are_one(planted):
    _people, planter, case = planted
    Trace.objects.all()._raw_delete("default")

    for _ in range(3):
        planter.client.get(case.get_absolute_url())
    assert Trace.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        planter.client.get(case.get_absolute_url())
    assert Trace.objects.count() == 2


def test_a_case_that_is_not_sensitive_is_opened_without_a_line(office):  # noqa: F811
    people, _owner, _folder = office
    case = CaseFactory(by=people[Role.CASEWORKER], sensitivity="SEN-1")

    signed_in(people[Role.CASEWORKER]).get(case.get_absolute_url())

    assert not Trace.objects.exists()


def test_its_caseworker_and_the_member_see_who_has_looked_and_nobody_else_does(planted):
    people, planter, case = planted
    planter.post("case-naming", case.pk, person=str(people[Role.SENIOR_CASEWORKER].pk))
    signed_in(people[Role.SENIOR_CASEWORKER]).get(case.get_absolute_url())
    address = f"{case.get_absolute_url()}looks/"

    seen_by_owner = planter.client.get(address).content.decode()
    seen_by_member = signed_in(people[Role.MEMBER]).get(address).content.decode()
    refused = signed_in(people[Role.SENIOR_CASEWORKER]).get(address)

    name = str(people[Role.SENIOR_CASEWORKER])
    assert name in seen_by_owner
    assert name in seen_by_member
    assert refused.status_code == 403
