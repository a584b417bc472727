"""A time limit belongs to the problem it is about, and to the body that gave the answer."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from opencasework.office.bodies.models import Body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import tables
from opencasework.office.letters import deadlines
from opencasework.office.places.models import Office
from opencasework.office.routes import keeping
from opencasework.office.routes.actions import record_date
from opencasework.office.routes.guide import all_routes, routes_for
from opencasework.office.routes.limits import all_limits
from opencasework.office.tags.models import Category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

NATIONS = {"en": "", "wa": "wales", "sc": "scotland", "ni": "ni"}
# Limits of one kind of problem, and where a letter of another kind of body starts none. Every other limit of
# a route with several categories is of all of them. From the research on routes, its table of deadlines.
ONLY = """
DL-SEND: EDU-SEND
DL-CHC: HEA-CHC
DL-OIA: EDU-HE
DL-LEO: JUS-LAWY
DL-LEOWAIT: JUS-LAWY
DL-CTREPLY: LOC-CTAX
DL-CTAPP: LOC-CTAX
DL-JRPLAN: PLA-APP
DL-PLAN: PLA-APPEAL
DL-PLANHH: PLA-APPEAL
DL-PLANSC: PLA-APPEAL
DL-PLANWA: PLA-APPEAL
DL-PLANNI: PLA-APPEAL
DL-PLACING: EDU-ADM
DL-COMMSWAIT: UTL-BB
DL-ENERGYWAIT: UTL-EN UTL-GRID
DL-ENERGYO: UTL-EN UTL-GRID
DL-VRR: CRI-INV CRI-VICT CRI-HATE
DL-FOS: MON-FRAUD MON-BANK MON-INS MON-PENS MON-DEBT
DL-FOSWAIT: MON-FRAUD MON-BANK MON-INS MON-PENS MON-DEBT
DL-ADM: EDU-ADM
DL-EXC: EDU-EXCL
DL-REDET: BEN-PIP BEN-DLA BEN-AA BEN-CARE BEN-APP
DL-SSSAPP: BEN-PIP BEN-DLA BEN-AA BEN-CARE BEN-APP
"""
PAIRS = [line.split(": ") for line in ONLY.strip().splitlines()]


def a_case(code: str, by, nation: str, body: str = ""):
    Office.objects.update(nation=nation)
    case = CaseFactory(by=by, category=Category.objects.get(code=code))
    if body:
        issue = case.issues.get()
        issue.body = Body.objects.get(code=body)
        issue.save()
    return case


def kept(case) -> set[str]:
    return set(case.last_days.values_list("limit_code", flat=True))


def all_categories() -> list[str]:
    return [row["code"] for row in tables.rows("opencasework.office.tags", "categories.csv")]


@pytest.mark.parametrize("nation", NATIONS)
def test_only_the_limits_of_a_problem_run_for_it_in_every_nation(ana, nation):
    Office.objects.update(nation=nation)
    only = {code: set(its.split()) for code, its in PAIRS}
    for code in all_categories():
        if not routes_for(code, nation=nation):
            continue
        case = CaseFactory(by=ana, category=Category.objects.get(code=code))
        for kind in {limit.starts for limit in all_limits().values() if limit.starts}:
            record_date(case=case, kind=kind, day=date(2026, 11, 2), by=ana)
        wrong = {limit for limit in kept(case) if code not in only.get(limit, {code})}
        assert not wrong, f"{code} {nation}"


@pytest.mark.parametrize("nation", NATIONS)
def test_a_nations_own_route_stands_instead_of_that_of_the_kingdom_where_it_is_devolved(nation):
    rows = {row["code"]: row["devolved"] for row in tables.rows("opencasework.office.tags", "categories.csv")}
    for code, devolved in rows.items():
        own = {each.nation for each in routes_for(code, nation=nation)}
        if NATIONS[nation] in devolved.split(";") and not devolved.startswith("part:") and nation in own:
            assert not own & {"gb", "uk"}, f"{code} {nation}"


def test_every_rule_names_a_limit_and_a_category_of_its_route():
    kinds = {row["kind"] for row in tables.rows("opencasework.office.bodies", "bodies.csv")}
    codes = {row["code"] for row in tables.rows("opencasework.office.bodies", "bodies.csv")}
    known = kinds | codes | {"council"}
    for route in all_routes():
        for limit, rules in route.limits_of:
            assert limit in route.limits, route.code
            for rule in rules:
                category, _colon, of = rule.partition(":")
                assert category in route.categories, f"{route.code} {category}"
                assert {each.lstrip("!") for each in of.split(",") if each} <= known, f"{route.code} {of}"


@time_machine.travel("2026-11-28 10:00", tick=False)
@pytest.mark.parametrize("code", ["BEN-PIP", "BEN-DLA", "BEN-AA", "BEN-CARE"])
def test_a_scottish_benefit_has_the_redetermination_alone(client, ana, code):
    case = a_case(code, ana, "sc")

    record_date(case=case, kind="decision", day=date(2026, 11, 20), by=ana)

    assert kept(case) == {"DL-REDET"}
    assert "1 January 2027" in deadlines.warning(case, on=date(2026, 11, 28))
    assert "mandatory reconsideration" not in client.get(f"/cases/{case.pk}/route/").content.decode()


@time_machine.travel("2026-11-28 10:00", tick=False)
@pytest.mark.parametrize(
    ("nation", "body", "runs"),
    [("sc", "", set()), ("sc", "SSS", {"DL-REDET"}), ("sc", "DWP-DIS", {"DL-MR"}), ("en", "", {"DL-MR"})],
)
def test_what_is_devolved_in_part_goes_by_the_body_that_is_named(client, ana, nation, body, runs):
    case = a_case("BEN-APP", ana, nation, body)

    record_date(case=case, kind="decision", day=date(2026, 11, 20), by=ana)

    assert kept(case) == runs
    shown = client.get(f"/cases/{case.pk}/route/").content.decode()
    assert ("Name the body of the problem" in shown) == (not runs)


@time_machine.travel("2026-11-28 10:00", tick=False)
@pytest.mark.parametrize(
    ("code", "nation", "kind", "body", "runs"),
    [
        ("JUS-DELAY", "en", "final", "HMCTS", set()),
        ("JUS-DELAY", "en", "known", "HMCTS", {"DL-PHSOGOV"}),
        ("JUS-LAWY", "en", "final", "", {"DL-LEO"}),
        ("EDU-TRANS", "en", "decision", "", set()),
        ("SOC-BLUE", "en", "decision", "", set()),
        ("FAM-CIC", "en", "decision", "", set()),
        ("EDU-SF", "en", "final", "SLC", set()),
        ("EDU-SF", "wa", "known", "SLC", {"DL-PHSOGOV"}),
        ("MON-DEBT", "en", "final", "FINFIRM", {"DL-FOS"}),
        ("MON-DEBT", "en", "final", "LA-DISTRICT", set()),
        ("MON-DEBT", "en", "final", "", set()),
        ("LOC-CTAX", "en", "final", "", {"DL-CTAPP"}),
        ("LOC-CTAX", "en", "complained", "", {"DL-CTAPP"}),
        ("LOC-CTAX", "wa", "complained", "", {"DL-CTAPPWA"}),
        ("UTL-EN", "en", "complained", "ENERGYSUP", {"DL-ENERGYO"}),
        ("BEN", "ni", "final", "DFC-NI", {"DL-ICE"}),
        ("BEN-ATW", "ni", "final", "", {"DL-ICE"}),
        ("TRA-PARK", "en", "rejected", "PRIVLL", {"DL-POPLA"}),
        ("LOC-NUIS", "en", "final", "HA", {"DL-HOS"}),
        ("LOC-NUIS", "en", "final", "LA-UNITARY", set()),
    ],
)
def test_a_date_starts_what_is_about_the_problem_and_its_body(ana, code, nation, kind, body, runs):
    case = a_case(code, ana, nation, body)

    record_date(case=case, kind=kind, day=date(2026, 11, 10), by=ana)

    counted = kept(case)
    if kind == "known":  # the office of a member of the Commons: the complaint is with one already
        counted |= {each for each in runs if each == keeping.TO_A_MEMBER}
    assert counted == runs


@time_machine.travel("2026-11-28 10:00", tick=False)
def test_naming_the_body_later_counts_the_day(ana):
    case = a_case("MON-DEBT", ana, "en")
    record_date(case=case, kind="final", day=date(2026, 11, 10), by=ana)
    issue = case.issues.get()

    issue.body = Body.objects.get(code="FINFIRM")
    issue.save(update_fields=["body"])

    assert kept(case) == {"DL-FOS"}


@time_machine.travel("2026-11-28 10:00", tick=False)
@pytest.mark.parametrize(("told", "stands_still"), [(date(2026, 10, 20), True), (date(2026, 11, 20), False)])
def test_a_claim_is_not_said_to_be_past_where_acas_was_told_in_time(client, ana, told, stands_still):
    case = a_case("EMP-DISM", ana, "en")
    record_date(case=case, kind="happened", day=date(2026, 8, 10), by=ana)
    assert "DL-ET" in kept(case)

    record_date(case=case, kind="acas", day=told, by=ana)

    shown = client.get(f"/cases/{case.pk}/route/").content.decode()
    assert ("the clock stands still" in shown) == stands_still
    assert ("9 November 2026" in shown) != stands_still
    assert ("DL-ET" in kept(case)) != stands_still
    assert ("?kind=acas_ended" in shown) == stands_still


@time_machine.travel("2026-11-28 10:00", tick=False)
def test_with_the_certificate_the_clock_of_a_claim_goes_on(client, ana):
    case = a_case("EMP-DISM", ana, "en")
    record_date(case=case, kind="happened", day=date(2026, 8, 10), by=ana)
    record_date(case=case, kind="acas", day=date(2026, 10, 20), by=ana)
    said = {"kind": "acas_ended", "day": "23 nov", "known_from": "the certificate"}

    client.post(f"/cases/{case.pk}/route/dates/new/", said)

    shown = client.get(f"/cases/{case.pk}/route/").content.decode()
    assert "<strong>23 December 2026</strong>" in shown
    assert "It is a month from the certificate." in shown
    assert "Employment Rights Act 1996 s.207B" in shown
    assert case.last_days.get(limit_code="DL-ET").until == date(2026, 12, 23)


@time_machine.travel("2026-11-28 10:00", tick=False)
def test_the_panel_says_since_when_a_silent_supplier_may_be_complained_of_and_until_when(client, ana):
    case = a_case("UTL-EN", ana, "en", "ENERGYSUP")
    record_date(case=case, kind="complained", day=date(2026, 7, 1), by=ana)

    shown = client.get(f"/cases/{case.pk}/route/").content.decode()

    assert "Apply to the Energy Ombudsman: <strong>26 August 2027</strong>" in shown
    assert "Unanswered, it may go there from Thursday 27 August 2026." in shown


@time_machine.travel("2026-11-28 10:00", tick=False)
def test_a_day_to_appeal_of_a_silent_council_that_is_past_is_warned_of_at_once(client, ana):
    case = a_case("LOC-CTAX", ana, "en")
    said = {"kind": "complained", "day": "3 jul 2026", "known_from": "their letter"}

    answer = client.post(f"/cases/{case.pk}/route/dates/new/", said, follow=True).content.decode()

    assert "Appeal to the Valuation Tribunal about council tax: ended on Tuesday 3 November 2026" in answer
