"""Time limits: the last day of each, from the dates on a case."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.kit import tables
from opencasework.office.kit.working_days import bank_holidays
from opencasework.office.places.models import NATIONS_OF
from opencasework.office.referrals.checks import rule_of
from opencasework.office.routes.guide import all_routes, routes_for
from opencasework.office.routes.limits import all_limits, running
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import all_schemes

ADDRESS = re.compile(r"[a-z]\.[a-z]{2,}|Act \d{4}|Act \(.*\) \d{4}|NIPSO FAQ|SPSO|Library|research")
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


# Every time limit of the research on casework (its table of deadlines, November 2026), in its order.
NAMES = """
MPCORR MR SSCS CMMR CMAPP HBAPP REDET REDETDEC SSSAPP ICE ADJ HMRCAPP PHSOGOV PHSONHS NHSCOMP CHC LGSCO HOSACK
HOSS1 HOSS2 HOS SPSO PSOW NIPSO FOSWAIT FOS LEO ENERGYWAIT ENERGYO COMMSWAIT RAILWAIT RAILO IACIN IACOUT ARIN
AROUT JR JRPLAN JRNI JRSC SEND ADM EXC HOMREV HOMREVDEC HOMAPP CTREPLY CTAPP CTBAND PCNDISC PCN PCNAPP POPLA
PLAN PLANHH PLANENF S21 ACAS ET SAR DPCOMP BREACH FOI FOIIR FOISREV FOISAPP IOPC PIRC PONI CICA VRR PPO OIA
TPO DVLAMED
"""
DEADLINES = set(NAMES.split())
NOT_OF_A_CASE = {
    "MPCORR": "how long a department has to answer us is the clock of an enquiry: the body's own target",
    "BREACH": "the office's own duty as controller, from when it knows of it: docs/operator/README.md",
}
OF_OUR_OWN = {
    "LEOWAIT": "eight weeks, from the table of ombudsmen in the research on routes",
    "DVLAMEDSC": "the table has both nations in one row",
}
# Looked up since, from the pages that their rows name: what is devolved, and what the table does not have.
SINCE = """
MRNI APPNI HBNI CBMR CBAPP CTSC CTRSC CTRAPPSC CTREPLYWA CTAPPWA CTRWA HOMREVSC HOMREVWA HOMREVDECWA HOMREVNI
HSC PLACING ALN SENDNI PLANSC PLANWA PLANENFWA PLANNI PLANENFNI PCNAPPSC PCNAPPNI ETNI CICANI CICANIAPP AFCS
SERVICE BUSWAIT BUS
"""
# Kinds of problem without a route, families among them. A number may fall, and is then put down here; it does
# not grow.
WITHOUT_A_ROUTE = {"en": 24, "wa": 35, "sc": 40, "ni": 48}
# What people bring most often.
COMMON = """
BEN-HB BEN-PIP BEN-UC LOC-CTAX HOU-HOML HOU-ALLOC HOU-REP HOU-PRS HOU-EVICT EDU-SEND EDU-ADM EDU-EXCL HEA-WAIT
HEA-CARE SOC-ASSESS PLA-APP PLA-APPEAL TRA-ROAD TRA-PARK TRA-DVLAM CRI-COMP CRI-INV JUS-CIVIL JUS-LAWY
FAM-CMCALC UTL-EN UTL-WAT EMP-DISM
"""


def last_day(code: str, nation: str = "en", **dates: date) -> date | None:
    its = running(all_limits()[code], dates, nation=nation)
    return its.until if its else None


@pytest.mark.parametrize(
    ("code", "dates", "until"),
    [
        ("DL-MR", {"decision": date(2026, 11, 3)}, date(2026, 12, 3)),
        ("DL-MR", {"decision": date(2026, 1, 31)}, date(2026, 2, 28)),
        ("DL-HOS", {"final": date(2026, 3, 13)}, date(2027, 3, 13)),
        ("DL-HOSS2", {"escalated": date(2026, 2, 16)}, date(2026, 3, 16)),
        ("DL-HOSS1", {"acknowledged": date(2026, 1, 16)}, date(2026, 1, 30)),
        # Section 202(3): the twenty-one days begin with the day on which they were told.
        ("DL-HOMREV", {"received": date(2026, 6, 1)}, date(2026, 6, 21)),
        ("DL-ET", {"happened": date(2026, 6, 10)}, date(2026, 9, 9)),
        ("DL-PLANENF", {"effect": date(2026, 6, 10)}, date(2026, 6, 9)),
        ("DL-CICA", {"happened": date(2024, 2, 29)}, date(2026, 2, 28)),
        ("DL-COMMSWAIT", {"complained": date(2026, 4, 7)}, date(2026, 6, 2)),
        ("DL-COMMSWAIT", {"complained": date(2026, 4, 8)}, date(2026, 5, 20)),
        ("DL-S21", {}, date(2026, 7, 31)),
        ("DL-LEOWAIT", {"complained": date(2026, 11, 2)}, date(2026, 12, 28)),
        ("DL-DVLAMEDSC", {"decision": date(2026, 11, 3)}, date(2026, 11, 24)),
        # The later of two months from the decision and one from the certificate.
        ("DL-SEND", {"decision": date(2026, 1, 10)}, date(2026, 3, 10)),
        ("DL-SEND", {"decision": date(2026, 1, 10), "mediation": date(2026, 3, 1)}, date(2026, 4, 1)),
        # What ends in August ends on the first working day of September.
        ("DL-SEND", {"decision": date(2026, 6, 20)}, date(2026, 9, 1)),
        ("DL-SEND", {"decision": date(2026, 10, 28)}, date(2027, 1, 4)),
        # The earlier of six months from the final response and a year from the act.
        ("DL-LEO", {"final": date(2026, 6, 1), "happened": date(2025, 9, 1)}, date(2026, 9, 1)),
        # A year from the act, or from the day they knew where that was later.
        (
            "DL-LEO",
            {"final": date(2026, 10, 1), "happened": date(2025, 1, 10), "known": date(2026, 8, 20)},
            date(2027, 4, 1),
        ),
        (
            "DL-LEO",
            {"final": date(2026, 10, 1), "happened": date(2025, 1, 10), "known": date(2026, 1, 20)},
            date(2027, 1, 20),
        ),
        ("DL-JRNI", {"happened": date(2026, 3, 2)}, date(2026, 6, 2)),
        ("DL-JRSC", {"happened": date(2026, 3, 2)}, date(2026, 6, 2)),
        ("DL-FOISAPP", {"reviewed": date(2026, 3, 31)}, date(2026, 9, 30)),
        # Regulation 29 of 2020: the twenty-eight days start the day after they were told.
        ("DL-IOPC", {"decision": date(2026, 6, 1)}, date(2026, 6, 29)),
        # In Scotland and Wales, too, the first of the twenty-one days is the day they were told.
        ("DL-HOMREVSC", {"received": date(2026, 6, 1)}, date(2026, 6, 21)),
        ("DL-HOMREVWA", {"received": date(2026, 6, 1)}, date(2026, 6, 21)),
        ("DL-HOMREVNI", {"decision": date(2026, 6, 1)}, date(2026, 6, 29)),
        # Rule 6 of 2020: within the twenty-eight days that begin with the date of service.
        ("DL-PCNAPPSC", {"rejected": date(2026, 6, 1)}, date(2026, 6, 28)),
        # Four months from the first letter to the council, not from its answer.
        ("DL-CTSC", {"complained": date(2026, 2, 10)}, date(2026, 6, 10)),
        ("DL-PLANNI", {"decision": date(2026, 2, 10)}, date(2026, 6, 10)),
        ("DL-PLANENFWA", {"effect": date(2026, 6, 10)}, date(2026, 6, 9)),
        # Six months from knowing of it, and no later than twelve from the event.
        ("DL-HSC", {"known": date(2026, 6, 1), "happened": date(2025, 9, 1)}, date(2026, 9, 1)),
        # The council is silent: four months from the letter to it, and not two from a day two months on.
        ("DL-CTAPP", {"complained": date(2025, 12, 31)}, date(2026, 4, 30)),
        ("DL-CTAPPWA", {"complained": date(2026, 8, 3)}, date(2026, 12, 3)),
        ("DL-CTAPP", {"complained": date(2026, 8, 3), "final": date(2026, 8, 20)}, date(2026, 10, 20)),
        # A year from the end of the eight weeks, or from what the supplier answered.
        ("DL-ENERGYO", {"complained": date(2026, 7, 1)}, date(2027, 8, 26)),
        ("DL-ENERGYO", {"complained": date(2026, 7, 1), "final": date(2026, 8, 3)}, date(2027, 8, 3)),
        # Section 207B: later by the days that Acas had it, and no sooner than a month after the certificate;
        # the month counts where it ends later than what is so extended (Luton BC v Haque).
        (
            "DL-ET",
            {"happened": date(2026, 6, 10), "acas": date(2026, 6, 20), "acas_ended": date(2026, 7, 20)},
            date(2026, 10, 9),
        ),
        (
            "DL-ET",
            {"happened": date(2026, 6, 10), "acas": date(2026, 9, 9), "acas_ended": date(2026, 10, 21)},
            date(2026, 11, 21),
        ),
        # The Appeal Tribunal's own case: 20 June, 22 July to 22 August, and so 20 October.
        (
            "DL-ET",
            {"happened": date(2016, 6, 20), "acas": date(2016, 7, 22), "acas_ended": date(2016, 8, 22)},
            date(2016, 10, 20),
        ),
        # Told too late, it stops no clock.
        (
            "DL-ET",
            {"happened": date(2026, 6, 10), "acas": date(2026, 9, 10), "acas_ended": date(2026, 10, 1)},
            date(2026, 9, 9),
        ),
        # A holiday of any nation counts for none: 17 March is one in Northern Ireland.
        ("DL-FOI", {"requested": date(2026, 3, 2)}, date(2026, 3, 31)),
    ],
)
def test_a_limit_ends_on_the_day_the_law_or_the_body_says(code, dates, until):
    assert last_day(code, **dates) == until


def test_working_days_of_a_scottish_authority_are_those_of_scotland():
    """Good Friday is a holiday there, Easter Monday is none."""
    assert last_day("DL-FOISREV", nation="sc", decision=date(2026, 3, 2)) == date(2026, 4, 28)


def test_a_limit_waits_for_the_date_it_runs_from():
    assert last_day("DL-MR", received=date(2026, 11, 3)) is None


def test_while_acas_has_it_there_is_no_last_day_and_a_certificate_of_before_is_none():
    told = {"happened": date(2026, 6, 10), "acas": date(2026, 6, 20)}
    assert last_day("DL-ET", **told) is None
    assert last_day("DL-ET", **told, acas_ended=date(2026, 6, 19)) is None


def test_what_runs_from_silence_says_since_when_it_may_go_there():
    its = running(all_limits()["DL-CTAPP"], {"complained": date(2026, 8, 3)}, nation="en")
    assert its is not None
    assert "No final response is recorded, so it is counted from the end of the 2 months." in its.check
    assert "it may go there from Sunday 4 October 2026" in its.check


def test_a_second_end_that_may_come_sooner_is_asked_for():
    its = running(all_limits()["DL-LEO"], {"final": date(2026, 6, 1)}, nation="en")
    assert its is not None
    assert "may end sooner" in its.check


def test_the_rule_of_a_limit_with_a_second_end_names_both_ends():
    rule = rule_of(next(each for each in all_schemes().values() if each.limit == "DL-LEO"), None)
    assert "6 months from: final response dated" in rule
    assert "12 months from: it happened or they first knew of it, whichever is earlier" in rule


def test_a_day_that_the_later_month_does_not_have_is_said_to_need_a_check():
    its = running(all_limits()["DL-MR"], {"decision": date(2026, 1, 31)}, nation="en")
    assert its is not None
    assert "Check" in its.check


@given(start=DAYS, nation=st.sampled_from(["en", "wa", "sc", "ni"]))
def test_working_days_are_what_a_walk_day_by_day_finds(start, nation):
    for code in ("DL-HOSACK", "DL-HOSS1", "DL-HOSS2", "DL-RAILWAIT"):
        limit, day = all_limits()[code], start
        left = int(limit.value)
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in bank_holidays(nation, day.year)
        assert last_day(code, nation, **{limit.starts: start}) == day


@given(start=DAYS)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start):
    for limit in all_limits().values():
        if limit.unit == "months" and not limit.counting and not limit.also:
            until = last_day(limit.code, **{limit.starts: start})
            assert until is not None
            months = (until.year - start.year) * 12 + until.month - start.month
            assert months == int(limit.value)
            assert until.day == min(start.day, calendar.monthrange(until.year, until.month)[1])


@given(start=DAYS, later=st.integers(0, 400))
def test_a_later_date_never_ends_sooner(start, later):
    for limit in all_limits().values():
        if limit.starts:
            one = last_day(limit.code, **{limit.starts: start})
            other = last_day(limit.code, **{limit.starts: start + timedelta(days=later)})
            # Telecoms complaints lost two weeks on 8 April 2026.
            assert limit.code == "DL-COMMSWAIT" or (one and other and one <= other)


def test_everything_a_route_names_is_there():
    categories = {row["code"] for row in tables.rows("opencasework.office.tags", "categories.csv")}
    bodies = {row["code"] for row in tables.rows("opencasework.office.bodies", "bodies.csv")}
    codes = [route.code for route in all_routes()]
    assert codes == [f"RT-{number:02}" for number in range(1, len(codes) + 1)]
    for route in all_routes():
        assert set(route.categories) <= categories, route.code
        assert set(route.bodies) <= bodies, route.code
        assert set(route.limits) <= set(all_limits()), route.code
        assert route.nation in NATIONS_OF
        assert route.checked in {"yes", "partly", "no"}
    for limit in all_limits().values():
        assert limit.body in bodies, limit.code
        assert limit.counting == "fixed" or limit.starts in KeyDate.Kind.values


def test_every_deadline_of_a_case_is_in_the_table_and_runs_in_some_route_or_scheme():
    known = {code.removeprefix("DL-") for code in all_limits()}
    named = {code for route in all_routes() for code in route.limits}
    named |= {scheme.limit for scheme in all_schemes().values()}

    assert known == (DEADLINES - set(NOT_OF_A_CASE)) | set(OF_OUR_OWN) | set(SINCE.split())
    assert set(all_limits()) == named - {""}


def test_every_route_and_every_limit_has_a_source_and_the_day_of_the_research():
    for each in (*all_routes(), *all_limits().values()):
        assert each.source.strip(), each.code
        assert date(2026, 11, 1) <= each.as_of_day <= date(2026, 11, 28), each.code
        # What was looked up since has an address, or the law or the report that it is from.
        assert each.as_of_day <= date(2026, 11, 26) or ADDRESS.search(each.source) or each.checked == "no"


@pytest.mark.parametrize("nation", ["en", "wa", "sc", "ni"])
def test_no_more_kinds_of_problem_are_without_a_route_than_were_counted(nation):
    categories = [row["code"] for row in tables.rows("opencasework.office.tags", "categories.csv")]
    without = [code for code in categories if not routes_for(code, nation=nation)]
    assert len(without) == WITHOUT_A_ROUTE[nation], without


@pytest.mark.parametrize("nation", ["en", "wa", "sc", "ni"])
@pytest.mark.parametrize("category", COMMON.split())
def test_what_people_ask_most_often_has_a_route_everywhere(category, nation):
    assert routes_for(category, nation=nation)


# Who decides in one nation alone is named in no route of another.
FOREIGN = {
    "wa": ("LGSCO", "Housing Ombudsman", "SPSO", "NIPSO", "Planning Inspectorate", "PALS"),
    "sc": ("LGSCO", "Housing Ombudsman", "PSOW", "NIPSO", "Planning Inspectorate", "IOPC", "county court"),
    "ni": ("LGSCO", "Housing Ombudsman", "SPSO", "PSOW", "Planning Inspectorate", "IOPC", "county court"),
}


@pytest.mark.parametrize("nation", sorted(FOREIGN))
def test_a_route_of_one_nation_sends_nobody_to_who_serves_another(nation):
    for route in all_routes():
        if route.nation == nation:
            assert not [name for name in FOREIGN[nation] if name in f"{route.then} {route.redress}"], (
                route.code
            )


def test_every_body_of_a_route_serves_where_the_route_holds():
    bodies = {row["code"]: row["nation"] for row in tables.rows("opencasework.office.bodies", "bodies.csv")}
    for route in all_routes():
        if route.as_of_day > date(2026, 11, 26):
            for code in route.bodies:
                assert NATIONS_OF[bodies[code]] & NATIONS_OF[route.nation], f"{route.code} {code}"


def test_a_limit_runs_only_where_it_is_the_law():
    for nation in ("en", "wa", "sc", "ni"):
        for route in all_routes():
            assert all(nation in NATIONS_OF[limit.nation] for limit in route.clocks(nation=nation))


def test_a_route_of_another_nation_is_never_offered():
    assert [route.code for route in routes_for("HOU-DAMP", nation="sc")] == ["RT-51"]
    assert "RT-21" in [route.code for route in routes_for("HOU-DAMP", nation="en")]
    assert all("Housing Ombudsman" not in route.redress for route in routes_for("HOU-DAMP", nation="wa"))
    for route in (each for nation in ("sc", "wa", "ni") for each in routes_for("LOC-CONDUCT", nation=nation)):
        assert "LGSCO" not in route.redress


def test_what_is_devolved_goes_before_what_holds_in_several_nations():
    assert next(route.code for route in routes_for("BEN-PIP", nation="sc")) == "RT-05"


def test_a_limit_never_names_an_unknown_unit():
    units = {limit.unit for limit in all_limits().values()}
    assert units <= {"months", "years", "weeks", "calendar_days", "working_days", "school_days", "fixed_date"}
