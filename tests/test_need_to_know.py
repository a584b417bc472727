"""A restricted case leaks nothing to those not named on it (P12), whatever page they open."""

from __future__ import annotations

import logging
import os
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test import client as django_client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.audit import looking
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import access
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.figures.actions import gather
from opencasework.office.figures.cube import month_cube
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Partner
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory
from opencasework.office.telling.actions import draft_due as draft_due_words
from tests.crawling import Address, addresses, asks, body_of, settled
from tests.every_text import EveryText, newest_rows
from tests.planting import Planter

# A crawl asks for a thousand pages, and a busy machine takes its time.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("home"),
    pytest.mark.timeout(int(os.environ.get("CASEWORK_CRAWL_SECONDS", "1500"))),
]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """A crawl is refused a thousand times: no traceback is logged, no context of a template copied."""
    monkeypatch.setattr(django_client, "store_rendered_templates", lambda *_args, **_kwargs: None)
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


# The crawls over every address, marked `crawl`, take many minutes: `benchmarks/need_to_know.py` runs them.
OUTSIDERS = [role for role in Role if role != Role.MEMBER]


@pytest.fixture
def office(tmp_path):
    """An office with some cases everybody may see; its people by role, and who will plant."""
    OfficeFactory()
    CategoryFactory(code="HOU-DAMP")
    people = {role: StaffFactory(role=role, first_name=role.label.split()[0]) for role in Role}
    owner = StaffFactory(first_name="Ana", last_name="Lys")
    open_case = CaseFactory(by=people[Role.CASEWORKER], title="Bins not collected")
    EnquiryFactory(case=open_case, to_body=body("DWP"), sent_on=date(2026, 10, 1))
    MessageFactory(case=open_case, decision="case")
    MessageFactory(subject="Bin day")
    Partner.objects.create(body=body("CAB"), kind=Partner.Kind.ADVICE)
    gather()
    draft_due_words(timezone.localdate())
    draft_due_chasers(timezone.localdate())  # as the planter has it done: that of the open case is no trace
    return people, owner, tmp_path


def signed_in(staff: StaffMember) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def shown_to(staff: StaffMember, wanted: list[Address]) -> dict[str, str]:
    """What each of these addresses answers."""
    client = signed_in(staff)
    return {asked: settled(text) for address in wanted for asked, text in asks(client, address)}


def is_of(address: Address, case: Case) -> bool:
    """Whether it names this case, something on it, or the person it is for."""
    known = dict(address.kwargs)
    if address.route.startswith("people/<int:pk>/"):
        return known["pk"] == case.constituent.pk
    return looking.case_shown(address.route, known) == case.pk


def overviews() -> list[Address]:
    """The addresses that name no thing: lists, counts, figures, settings."""
    return [address for address in addresses() if not address.takes_anything]


LISTS = {"today", "inbox", "inbox-log", "cases", "people", "search", "figures", "chasers", "publications"}


def test_no_list_or_count_tells_a_caseworker_of_a_restricted_case(office):
    people, owner, folder = office
    lists = [address for address in overviews() if address.name in LISTS]
    assert {address.name for address in lists} == LISTS
    before = shown_to(people[Role.CASEWORKER], lists)

    planter = Planter(signed_in(owner), owner, folder)
    planter.plant()

    after = shown_to(people[Role.CASEWORKER], lists)
    assert [asked for asked, text in before.items() if text != after[asked]] == []
    assert [place for text in after.values() for place in planter.canaries.found_in(text)] == []


def test_no_page_shows_a_volunteer_or_a_caseworker_a_word_of_a_restricted_case(office):
    """Every address, with a canary in every text of the case. CI runs this one, unlike the crawls below."""
    people, owner, folder = office
    there_before = newest_rows()
    planter = Planter(signed_in(owner), owner, folder)
    filled = EveryText(planter, planter.plant(), there_before)
    filled.plant()
    assert filled.missing() == [], "Plant it, or say in tests/every_text.py why it needs no canary."
    assert filled.gone() == []

    leaks = [
        f"{role}: {asked} shows {place}"
        for role in (Role.VOLUNTEER, Role.CASEWORKER)
        for asked, text in shown_to(people[role], list(addresses())).items()
        for place in planter.canaries.found_in(text)
    ]

    assert leaks == []


@pytest.mark.crawl
def test_no_page_shows_an_outsider_anything_of_a_restricted_case(office):
    people, owner, folder = office
    for role in OUTSIDERS:  # who reads what is shown to the others: it is the same from now on
        shown_to(people[role], overviews())
    before = {role: shown_to(people[role], overviews()) for role in OUTSIDERS}

    planter = Planter(signed_in(owner), owner, folder)
    hidden = planter.plant()

    assert len(planter.canaries.used) >= 30
    secrets = planter.canaries
    secrets.used |= {hidden.reference: "the reference", "QQ778899C": "a reference number"}
    leaks: list[str] = []
    for role in OUTSIDERS:  # all of them before anybody opens a message, which the others' lists tell
        after = shown_to(people[role], overviews())
        leaks += [f"{role}: {asked} differs" for asked, text in before[role].items() if text != after[asked]]
    for role in OUTSIDERS:
        after = shown_to(people[role], list(addresses()))
        leaks += [
            f"{role}: {asked} shows {place}"
            for asked, text in after.items()
            for place in secrets.found_in(text)
        ]
    assert leaks == []


@pytest.mark.crawl
def test_its_owner_finds_every_canary(office):
    """Else the test above would find nothing because there is nothing."""
    _people, owner, folder = office
    planter = Planter(signed_in(owner), owner, folder)
    planter.plant()
    client = signed_in(owner)

    shown = "".join(body_of(client.get(address.path)) for address in addresses())

    missing = set(planter.canaries.used.values()) - set(planter.canaries.found_in(shown))
    assert missing <= {"what stands in a file"}  # a file is downloaded; that is asked for below


@pytest.mark.crawl
def test_whoever_may_not_know_of_a_case_can_do_nothing_to_it(office):
    """What is posted to anything of it is answered as for what is not there, and changes nothing."""
    people, owner, folder = office
    planter = Planter(signed_in(owner), owner, folder)
    hidden = planter.plant()
    assert hidden.constituent is not None
    its_own = [address for address in addresses() if is_of(address, hidden)]
    assert len({address.name for address in its_own}) > 70
    wrong = []

    for role in OUTSIDERS:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(people[role])
        browser.get("/account/")
        for address in its_own:
            form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
            with CaptureQueriesContext(connection) as queries:
                answer = browser.post(address.path, form).status_code
                nothing = browser.post(address.of_nothing().path, form).status_code
            changed = [each["sql"] for each in queries if each["sql"].startswith(CHANGES)]
            if answer != nothing or answer not in (403, 404, 405) or changed:
                wrong.append(f"{role}: POST {address.path} {answer}, of nothing {nothing} {changed}")

    assert wrong == []


CHANGES = ("INSERT", "UPDATE", "DELETE")


def test_a_restricted_case_enters_no_figure_that_leaves_the_office(office):
    _people, owner, _folder = office
    month = f"{timezone.localdate():%Y-%m}"
    before = month_cube(month)

    hidden = CaseFactory(by=owner, category=CategoryFactory(code="HOU-DAMP"), outcome="advised")
    gather()
    assert month_cube(month) != before
    access.restrict(hidden, by=owner)
    gather()  # nothing is published before it, nor an hour after it

    assert month_cube(month) == before


@pytest.mark.crawl
@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_search_as_somebody_types_knows_a_hidden_name(office, role):
    """Asked with the beginning of each word, and with a slip in it: no suggestion gives it away either."""
    people, owner, folder = office
    planter = Planter(signed_in(owner), owner, folder)
    planter.plant()
    client = signed_in(people[role])
    message = Message.objects.filter(case=None, proposed_case=None).latest("pk")
    searches = ["/search/", "/people/", "/cases/", "/cases/new/", f"/inbox/messages/{message.pk}/case/"]
    leaks = []

    for word, place in planter.canaries.used.items():
        if place not in SEARCHED_PLACES:
            continue
        for asked in (word[:-2], word[:5] + word[6:]):
            answers = [client.get(path, {"q": asked}, headers={"HX-Request": "true"}) for path in searches]
            answers.append(client.post("/search/callers/", {"from_name": asked}))
            leaks += [f"{place} by {asked}" for each in answers if planter.canaries.found_in(body_of(each))]

    assert leaks == []


SEARCHED_PLACES = {
    "the name",
    "the email address",
    "a number",
    "a note",
    "the subject of a mail",
    "the title",
}
