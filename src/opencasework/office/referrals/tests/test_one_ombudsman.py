"""Of every problem the route's panel and the ombudsman's card name the same, in every nation."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.models import NATIONS_OF, Nation
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.tests.complaining import card, case_about
from opencasework.office.routes.guide import all_routes, routes_for
from opencasework.office.routes.schemes import all_schemes, propose
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db

SHORT = {name for scheme in all_schemes().values() for name in (scheme.name, scheme.short)} | {"Adjudicator"}
NAMED = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(SHORT, key=len, reverse=True))) + r")\b")

# Who watches a whole trade, too: a step may name them for that.
SPEAK_FOR_PEOPLE = ("Consumer Council", "Transport Focus")


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace(" ,", ",").split())


def in_panel(client, case) -> dict[str, list[str]]:
    """What the panel of the route says of ombudsmen, by the name of the problem."""
    shown = client.get(reverse("case-route", args=[case.pk]), headers={"HX-Request": "true"})
    found: dict[str, list[str]] = {}
    for line in re.findall(r'<p class="ombudsman">(.*?)</p>', shown.content.decode(), re.DOTALL):
        about, _, said = words(line).removeprefix("Ombudsman: ").partition(": ")
        for each in about.split("; "):
            found.setdefault(each, []).append(said)
    return found


def on_card(client, case) -> dict[str, list[str]]:
    """What the card of the ombudsman says: whom, in which order; or why nobody."""
    found: dict[str, list[str]] = {}
    for block in card(client, case).split('<p class="strong">')[1:]:
        label, _, rest = block.partition("</p>")
        said = re.search(r'<h3>(.*?)</h3>|<p class="quiet">(.*?)</p>', rest, re.DOTALL)
        assert said is not None, label
        found.setdefault(words(label), []).append(words(said[1] or said[2]))
    return found


@pytest.mark.parametrize("nation", Nation.values)
def test_panel_and_card_name_the_same_ombudsmen_for_every_problem_where_no_body_is_named(client, nation):
    OfficeFactory(nation=nation)
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    first, *others = Category.objects.order_by("pk")
    case = CaseFactory(by=tom, category=first)
    case.issues.bulk_create(type(case.issues.get())(case=case, category=each) for each in others)

    panel, shown = in_panel(client, case), on_card(client, case)

    assert list(shown) == [each.label for each in (first, *others)]
    for label, said in shown.items():
        assert len(panel[label]) == len(said), label
        for there, here in zip(panel[label], said, strict=True):
            assert there == here or there.startswith(f"{here}. "), label


def test_what_a_route_says_beside_it_names_no_ombudsman():
    assert {each.code: each.redress for each in all_routes() if NAMED.search(each.redress)} == {}


@pytest.mark.parametrize("nation", Nation.values)
def test_a_step_of_a_route_names_no_ombudsman_that_does_not_look_at_the_problem(nation):
    wrong = [
        (route.code, category, name)
        for route in all_routes()
        for category in route.categories
        if nation in NATIONS_OF[route.nation] and route in routes_for(category, nation=nation)
        for name in NAMED.findall(" ".join([route.first, route.then, route.can]))
        if name not in SPEAK_FOR_PEOPLE and name not in names_of(category, nation)
    ]

    assert wrong == []


def names_of(category: str, nation: str) -> str:
    ways = propose(body=None, category=category, nation=nation).ways
    return " ".join(f"{way.why} {each.name} {each.short}" for way in ways for each in way.chain)


# Where no body is named: the category, the nation, who looks at it; the other way where there are two.
NOBODY_NAMED = [
    ("FAM-COURT", "sc", "SPSO"),
    ("FAM-COURT", "ni", "NIPSO"),
    ("TRA-VEH", "ni", "ICADFT PHSO-GOV"),
    ("TRA-PUBINF", "ni", "NIPSO"),
    ("HOU-EVICT", "en", ""),
    ("HOU-EVICT", "sc", ""),
    ("HOU-LEASE", "en", "PROPO / HOS"),
    ("HOU-LEASE", "wa", "PROPO / PSOW"),
    ("HOU-CLAD", "en", "HOS / PROPO"),
    ("HOU-NEWB", "en", ""),
    ("EDU-FE", "en", "OIA"),
    ("EDU-FE", "wa", "OIA"),
    ("EDU-FE", "sc", "SPSO"),
    ("EDU-SF", "en", "PHSO-GOV"),
    ("EDU-SF", "sc", "SPSO / PHSO-GOV"),
    ("EDU-SF", "ni", "NIPSO / PHSO-GOV"),
    ("UTL-INSUL", "en", ""),
    ("UTL-INSUL", "ni", ""),
    ("BEN-APP", "sc", "SPSO / ICE PHSO-GOV"),
    ("BEN-APP", "en", "ICE PHSO-GOV"),
    ("FAM-DA", "en", ""),
    ("LOC-NUIS", "en", "LGSCO / HOS"),
    ("LOC-NUIS", "wa", "PSOW"),
    ("MON-DEBT", "en", "FOS / LGSCO"),
    ("ENV-FLOOD", "en", "LGSCO / PHSO-GOV"),
    ("ENV-POLL", "en", "PHSO-GOV"),
]


@pytest.mark.parametrize(("category", "nation", "goes"), NOBODY_NAMED)
def test_where_a_problem_goes_while_nobody_is_named(category, nation, goes):
    found = propose(body=None, category=category, nation=nation)

    assert " / ".join(" ".join(each.code for each in way.chain) for way in found.ways) == goes
    assert all(way.why for way in found.ways)


# And once a body is.
NAMED_BODY = [
    ("HA", "HOU-EVICT", "en", "HOS"),
    ("LA-DISTRICT", "HOU-EVICT", "en", "LGSCO"),
    ("HA", "HOU-LEASE", "en", "HOS"),
    ("ENVAG", "ENV-FLOOD", "en", "LGSCO / PHSO-GOV"),
    ("ENVAG", "ENV-POLL", "en", "PHSO-GOV"),
    ("SLC", "EDU-SF", "sc", "PHSO-GOV"),
    ("SAAS", "EDU-SF", "sc", "SPSO"),
    ("DVLA", "TRA-VEH", "ni", "ICADFT PHSO-GOV"),
    ("SSS", "BEN-APP", "sc", "SPSO"),
    ("DWP-DIS", "BEN-APP", "sc", "ICE PHSO-GOV"),
    # Of the department in Northern Ireland ICE looks at benefits and child maintenance alone.
    ("DFC-NI", "HOU-REP", "ni", "NIPSO"),
    ("DFC-NI", "HOU-HOML", "ni", "NIPSO"),
    ("DFC-NI", "BEN-HB", "ni", "NIPSO"),
    ("DFC-NI", "OFF-DATA", "ni", "ICO"),
    ("DFC-NI", "BEN-UC", "ni", "ICE NIPSO"),
    ("DFC-NI", "FAM-CMARR", "ni", "ICE NIPSO"),
]


@pytest.mark.parametrize(("code", "category", "nation", "goes"), NAMED_BODY)
def test_where_a_problem_goes_with_a_body(code, category, nation, goes):
    found = propose(body=body(code), category=category, nation=nation)

    assert " / ".join(" ".join(each.code for each in way.chain) for way in found.ways) == goes


def test_of_the_department_in_northern_ireland_the_card_leaves_ice_out_about_housing(client):
    OfficeFactory(nation="ni")
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)

    housing = card(client, case_about("HOU-REP", "DFC-NI", tom))
    benefits = card(client, case_about("BEN-UC", "DFC-NI", tom))

    assert "Independent Case Examiner</h3>" not in housing
    assert "Northern Ireland Public Services Ombudsman</h3>" in housing
    assert "Independent Case Examiner, then NIPSO</h3>" in benefits


def looks_at(client, code: str) -> str:
    """What the page of a body says of who looks at complaints about it."""
    shown = client.get(body(code).get_absolute_url()).content.decode()
    return words(shown.partition("Who looks at complaints")[2].partition("</section>")[0])


@pytest.mark.parametrize(
    ("nation", "code", "said"),
    [
        ("en", "LA-UNITARY",
         ["1. Local Government and Social Care", "Damp and mould; Social housing repairs 1. Housing"]),
        ("ni", "DFC-NI",
         ["1. Northern Ireland Public Services Ombudsman", "Benefits and State Pension; Maintenance",
          "1. Independent Case Examiner 2. Northern"]),
        ("sc", "LA-SC", ["1. Scottish Public Services Ombudsman", "1. Scottish Information Commissioner"]),
        ("en", "DWP-UC", ["1. Independent Case Examiner 2. Parliamentary and Health Service Ombudsman"]),
    ],
)  # fmt: skip
def test_the_page_of_a_body_names_whom_the_card_proposes_by_kind_of_problem(client, nation, code, said):
    OfficeFactory(nation=nation)
    client.force_login(StaffFactory(office_manager=True))

    shown = looks_at(client, code)

    assert [each for each in said if each not in shown] == [], shown


def test_the_page_of_a_body_with_nobody_to_look_at_it_names_nobody(client):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))

    assert looks_at(client, "LA-PARISH") == ""
