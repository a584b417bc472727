"""The tables of ombudsmen: every row names what there is, and a problem goes through the right door."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.models import NATIONS_OF, Nation
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.tests.complaining import begin, card, case_about, stage
from opencasework.office.routes.limits import all_limits
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import (
    AUTHORITY,
    DEVOLVED,
    DEVOLVED_SERVICE,
    all_doors,
    all_schemes,
    propose,
    refusal,
)
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db
SCHEMES = list(all_schemes().values())
DOORS = list(all_doors())


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.code)
def test_a_scheme_names_a_body_a_limit_a_source_and_a_day_that_there_are(scheme):
    assert Body.objects.filter(code=scheme.body).exists()
    assert scheme.nation in NATIONS_OF
    assert scheme.who_sends in {"member", "person"}
    assert not scheme.limit or scheme.limit in all_limits()
    assert not scheme.wait or scheme.wait in all_limits()
    assert scheme.source
    assert scheme.checked in {"yes", "partly", "no"}
    assert date.fromisoformat(scheme.as_of) <= date(2026, 11, 28)
    if scheme.time_limit:  # counted from a day that the office can write down
        assert scheme.time_limit.starts in KeyDate.Kind.values
        assert scheme.time_limit.body == scheme.body


def test_only_what_the_government_did_needs_a_member_of_the_commons():
    assert [scheme.code for scheme in SCHEMES if scheme.needs_the_member] == ["PHSO-GOV"]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.body or door.category}-{door.nation}")
def test_every_door_opens_where_it_stands_and_leads_only_to_who_serves_there(door):
    assert set(door.opens_to) <= {"firms", "schools", "local"}
    assert not door.opens_to or not (door.body or door.first)
    assert not door.category or Category.objects.filter(code=door.category).exists()
    assert door.why
    assert door.source
    assert door.checked in {"yes", "partly", "no"}
    assert date.fromisoformat(door.as_of) <= date(2026, 11, 28)
    code = "LA-SC" if door.body == AUTHORITY else door.body
    named = Body.objects.filter(code=code).first() if code else None
    if door.body == DEVOLVED_SERVICE:
        named = BodyFactory(kind="service", nation=door.nation)
    elif door.body and named is None:
        named = BodyFactory(kind=door.body)
    for nation in sorted(NATIONS_OF[door.nation]):
        assert all(all_schemes()[code].serves(nation) for code in door.schemes)
        found = propose(body=named, category=door.category, nation=nation)
        closer = [
            other
            for other in DOORS
            if (other.body, other.category) == (door.body, door.category)
            and nation in NATIONS_OF[other.nation]
            and len(NATIONS_OF[other.nation]) < len(NATIONS_OF[door.nation])
        ]
        if not closer:
            assert tuple(scheme.code for scheme in found.chain) == door.schemes


# Body, category, the office's nation; where it goes, in order.
GOES = [
    ("DWP-UC", "BEN-UC", "en", "ICE PHSO-GOV"),
    ("", "CRI-ASB", "en", ""),
    # What is devolved goes to the ombudsman there where no body is named, and not to whom the family goes.
    ("", "BUS-RATES", "en", "ADJ PHSO-GOV"),
    ("", "BUS-RATES", "sc", "SPSO"),
    ("", "BUS-RATES", "ni", "NIPSO"),
    ("LPS-NI", "BUS-RATES", "ni", "NIPSO"),
    ("", "BUS-CHAR", "en", "PHSO-GOV"),
    ("", "BUS-CHAR", "sc", "SPSO"),
    ("", "BUS-CHAR", "ni", "NIPSO"),
    ("", "CRI-DBS", "en", "PHSO-GOV"),
    ("", "CRI-DBS", "sc", "SPSO"),
    ("", "CRI-DBS", "ni", "NIPSO"),
    ("", "CRI-CICA", "sc", "PHSO-GOV"),
    ("", "CRI-CICA", "ni", "NIPSO"),
    ("", "CRI-VICT", "sc", ""),
    ("", "CRI-VICT", "ni", ""),
    ("POLICE-SC", "CRI-VICT", "sc", "PIRC"),
    ("HA", "CRI-ASB", "en", "HOS"),
    ("LA-DISTRICT", "CRI-ASB", "en", "LGSCO"),
    ("POLICE", "CRI-ASB", "wa", "IOPC"),
    ("CMS", "FAM-CMARR", "sc", "ICE PHSO-GOV"),
    ("DFC-NI", "BEN-UC", "ni", "ICE NIPSO"),
    ("", "BEN-UC", "ni", "ICE NIPSO"),
    ("SSS", "BEN-PIP", "sc", "SPSO"),
    ("HMRC", "TAX-SVC", "wa", "ADJ PHSO-GOV"),
    ("VOA", "LOC-BAND", "en", "ADJ PHSO-GOV"),
    ("UKVI", "IMM-ILR", "ni", "PHSO-GOV"),
    ("HMPO", "IMM-PASS", "en", "PHSO-GOV"),
    ("DVLA", "TRA-DVLAM", "en", "ICADFT PHSO-GOV"),
    ("NHSTRUST", "HEA-CARE", "en", "PHSO-NHS"),
    ("GP", "HEA-GP", "en", "PHSO-NHS"),
    ("PALS", "HEA-CARE", "en", "PHSO-NHS"),
    ("CPS", "CRI-VICT", "en", "PHSO-VC"),
    ("POLICE", "CRI-VICT", "wa", "PHSO-VC"),
    ("CPS", "CRI-INV", "en", "PHSO-GOV"),
    ("LA-COUNTY", "SOC-ASSESS", "en", "LGSCO"),
    ("LA-UNITARY", "LOC-CTAX", "en", "LGSCO"),
    ("HA", "HOU-DAMP", "en", "HOS"),
    ("COUNCILHSG", "HOU-REP", "en", "HOS"),
    # A council that lets homes is a landlord first; elsewhere one ombudsman has both.
    ("LA-UNITARY", "HOU-DAMP", "en", "HOS"),
    ("LA-DISTRICT", "HOU-REP", "en", "HOS"),
    ("LA-DISTRICT", "HOU-HOML", "en", "LGSCO"),
    ("LA-SC", "HOU-DAMP", "sc", "SPSO"),
    ("LA-WA", "HOU-REP", "wa", "PSOW"),
    ("LA-NI", "HOU-DAMP", "ni", "NIPSO"),
    # A parish council has no ombudsman in England, and a community council in Wales has one.
    ("LA-PARISH", "LOC-CEM", "en", ""),
    ("LA-PARISH", "PLA-APP", "en", ""),
    ("LA-PARISH", "HOU-DAMP", "en", ""),
    ("LA-PARISH", "LOC-CEM", "wa", "PSOW"),
    ("LA-SC", "LOC-BINS", "sc", "SPSO"),
    ("HB-SC", "HEA-WAIT", "sc", "SPSO"),
    ("HA-WA", "HOU-DAMP", "wa", "PSOW"),
    ("HB-WA", "HEA-WAIT", "wa", "PSOW"),
    ("NIHE", "HOU-REP", "ni", "NIPSO"),
    ("HSCT", "HEA-WAIT", "ni", "NIPSO"),
    ("FINFIRM", "MON-FRAUD", "sc", "FOS"),
    ("ENERGYSUP", "UTL-EN", "en", "ENERGYO"),
    # A type of firm is whichever firm it is there, though the directory's is one of Great Britain.
    ("ENERGYSUP", "UTL-EN", "ni", "CONSUMERCOUNCIL-NI"),
    ("TOC", "TRA-RAIL", "ni", "CONSUMERCOUNCIL-NI"),
    ("WATERCO", "UTL-WAT", "sc", "SPSO"),
    ("WATERCO", "UTL-WAT", "ni", "NIPSO"),
    ("", "UTL-EN", "ni", "CONSUMERCOUNCIL-NI"),
    ("TELCO", "UTL-BB", "en", "COMMSO"),
    ("WATERCO", "UTL-WAT", "en", "CCW"),
    ("TOC", "TRA-RAIL", "en", "RAILO"),
    ("UNI", "EDU-HE", "en", "OIA"),
    ("POLICE", "CRI-COMP", "en", "IOPC"),
    ("POLICE-SC", "CRI-COMP", "sc", "PIRC"),
    ("PSNI", "CRI-COMP", "ni", "PONI"),
    ("HMPPS", "JUS-PRIS", "en", "PPO"),
    ("", "JUS-LAWY", "en", "LEO"),
    ("", "JUS-LAWY", "sc", ""),
    ("PRIVLL", "HOU-PRS", "en", "PROPO"),
    ("PRIVLL", "HOU-PRS", "sc", ""),
    ("", "EMP-DISM", "en", ""),
    # Personal data is the ICO's, whatever the body; freedom of information of Scottish authorities is not.
    ("DWP-UC", "OFF-DATA", "en", "ICO"),
    ("LA-UNITARY", "OFF-DATA", "en", "ICO"),
    ("LA-PARISH", "OFF-DATA", "en", "ICO"),
    ("NHSTRUST", "OFF-DATA", "en", "ICO"),
    ("POLICE", "OFF-DATA", "wa", "ICO"),
    ("HSCT", "OFF-DATA", "ni", "ICO"),
    ("FINFIRM", "OFF-DATA", "en", "ICO"),
    ("PRIVLL", "OFF-DATA", "sc", "ICO"),
    ("DWP-UC", "OFF-DATA", "sc", "ICO"),
    ("SCOTO", "OFF-DATA", "sc", "ICO"),
    ("", "OFF-DATA", "sc", "ICO"),
    ("LA-SC", "OFF-DATA", "sc", "SIC"),
    ("HB-SC", "OFF-DATA", "sc", "SIC"),
    ("SG", "OFF-DATA", "sc", "SIC"),
    ("FTS", "OFF-DATA", "sc", "SIC"),
    ("POLICE-SC", "OFF-DATA", "sc", "SIC"),
    ("RSL-SC", "OFF-DATA", "sc", "SIC"),
    ("SPSO", "OFF-DATA", "sc", "SIC"),
    ("SIC", "OFF-DATA", "sc", "ICO"),
    # A part of a body goes where the whole goes.
    ("FTT-SSCS", "BEN-APP", "en", "PHSO-GOV"),
    ("FTS", "BEN-PIP", "sc", "SPSO"),
    ("DIO", "DEF-SERV", "en", "PHSO-GOV"),
    # Whoever only stands under a department, or looks at others, has no scheme of the department's.
    ("FCA", "MON-FRAUD", "en", ""),
    ("PROFREG", "HEA-CARE", "en", ""),
    ("OFGEM", "UTL-EN", "en", ""),
    ("OFWAT", "UTL-WAT", "en", ""),
    ("OFCOM", "UTL-BB", "en", ""),
    ("CAA", "TRA-AIR", "en", ""),
    ("TRANSFOC", "TRA-BUS", "en", ""),
    ("CCW", "UTL-WAT", "en", ""),
    ("CONSUMERCOUNCIL-NI", "UTL-EN", "ni", ""),
    ("MAPS", "MON-DEBT", "en", ""),
    ("LEASE", "HOU-LEASE", "en", ""),
    ("LLAIS", "HEA-CARE", "wa", ""),
    ("TPO", "EMP-PENS", "en", ""),
    ("PPO", "JUS-PRIS", "en", ""),
    ("JACO", "JUS-DELAY", "en", ""),
    ("POL", "UTL-POST", "en", ""),
    ("FOS", "MON-FRAUD", "en", ""),
    ("VTE", "LOC-CTAX", "en", ""),
    ("MIGHELP", "IMM-ASY", "en", "PHSO-GOV"),
    # What the directory names for one of these stays.
    ("HSE", "EMP-HS", "en", "PHSO-GOV"),
    ("OFSTED", "EDU-SEND", "en", "PHSO-GOV"),
    ("ESTYN", "EDU-SEND", "wa", "PSOW"),
    ("ICE", "BEN-UC", "en", "PHSO-GOV"),
    ("NETRAIL", "TRA-RAIL", "en", "RAILO"),
    ("JCIO", "JUS-DELAY", "en", "JACO"),
]

# A body brought in from a list: its kind, what it stands under, category and nation; where it goes.
BROUGHT_IN = [
    ("housing", "MHCLG", "HOU-DAMP", "en", "HOS"),
    ("landlord", "MHCLG", "HOU-REP", "en", "HOS"),
    ("landlord", "HA", "HOU-REP", "en", "HOS"),
    ("housing", "WG", "HOU-REP", "wa", "PSOW"),
    ("police", "HO", "CRI-COMP", "en", "IOPC"),
    ("nhs", "DHSC", "HEA-WAIT", "en", "PHSO-NHS"),
    ("council", "MHCLG", "LOC-CTAX", "en", "LGSCO"),
    ("council", "LA-DISTRICT", "HOU-DAMP", "en", "HOS"),
    ("unit", "LAE-ADU", "HOU-REP", "en", "HOS"),
    ("council", "LA-PARISH", "LOC-CEM", "en", ""),
    ("local_body", "MHCLG", "LOC-CTAX", "en", "LGSCO"),
    ("university", "DFE", "EDU-HE", "en", "OIA"),
    ("company", "DESNZ", "UTL-EN", "en", "ENERGYO"),
    # No door of a category alone opens to a firm, a charity or a councillor that is no body of that kind.
    ("company", "", "ENV-POLL", "en", ""),
    ("company", "", "ENV-POLL", "sc", ""),
    ("company", "", "TRA-PARK", "en", ""),
    ("company", "", "BEN-UC", "en", ""),
    ("charity", "", "BEN-UC", "en", ""),
    ("charity", "", "BEN-UC", "ni", ""),
    ("company", "", "HOU-DAMP", "en", ""),
    ("company", "", "SOC-OPG", "en", ""),
    ("unit", "L-COMPANY", "BEN-UC", "en", ""),
    ("company", "WATERCO", "ENV-POLL", "en", "CCW"),
    ("education", "", "BEN-UC", "en", ""),
    ("rep_councillor", "", "LOC-CTAX", "en", ""),
    ("local_body", "", "ENV-POLL", "en", ""),
    ("independent_body", "", "BEN-UC", "en", ""),
    ("shop", "", "TAX-SVC", "en", ""),
    # A firm has the scheme of firms, and a private carer that of care.
    ("company", "", "UTL-WAT", "en", "CCW"),
    ("company", "", "UTL-WAT", "sc", "SPSO"),
    ("company", "", "MON-FRAUD", "en", "FOS"),
    ("company", "", "TRA-BUS", "en", "TRANSFOC"),
    ("company", "", "SOC-HOME", "en", "LGSCO"),
    ("education", "", "EDU-HE", "en", "OIA"),
    ("local_body", "", "HOU-DAMP", "en", "HOS"),
    ("company", "", "OFF-DATA", "en", "ICO"),
    ("company", "", "OFF-DATA", "sc", "ICO"),
    ("council", "LA-SC", "OFF-DATA", "sc", "SIC"),
    ("unit", "HB-SC", "OFF-DATA", "sc", "SIC"),
    ("local_office", "DWP-UC", "OFF-DATA", "sc", "ICO"),
    ("unit", "DWP-UC", "BEN-UC", "en", "ICE PHSO-GOV"),
    ("local_office", "HMRC", "TAX-SVC", "en", "ADJ PHSO-GOV"),
    ("service", "SG", "HEA-WAIT", "sc", "SPSO"),
    ("agency", "DFT", "TRA-VEH", "en", "PHSO-GOV"),
]


@pytest.mark.parametrize(("code", "category", "nation", "schemes"), GOES)
def test_a_problem_goes_to_the_right_ombudsman_and_first_to_who_comes_first(code, category, nation, schemes):
    OfficeFactory(nation=nation)
    found = propose(body=body(code) if code else None, category=category)
    assert " ".join(scheme.code for scheme in found.chain) == schemes
    assert found.why


def test_of_a_scottish_authority_the_card_asks_whether_it_is_freedom_of_information_or_their_own_data(client):
    OfficeFactory(nation="sc")
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    case = case_about("OFF-DATA", "LA-SC", tom)

    shown = card(client, case)

    assert "Is it freedom of information?" in shown
    assert "Is it about their own data?" in shown
    assert shown.index("Scottish Information Commissioner</h3>") < shown.index("Commissioner’s Office</h3>")
    asked = client.get(reverse("complaint-new", args=[case.pk])).content.decode()
    assert "Scottish Information Commissioner (proposed)" in asked
    assert "Information Commissioner’s Office (proposed)" in asked
    assert "selected" not in asked.partition('name="scheme"')[2].partition("</select>")[0]


@pytest.mark.parametrize(
    ("nation", "councils"),
    [("en", "Local Government and Social Care Ombudsman"), ("wa", "Public Services Ombudsman for Wales")],
)
def test_of_business_rates_the_card_asks_whether_it_is_the_value_or_the_bill(client, nation, councils):
    OfficeFactory(nation=nation)
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    case = CaseFactory(by=tom, category=Category.objects.get(code="BUS-RATES"))

    shown = card(client, case)

    assert "Is it about the rateable value?" in shown
    assert "Is it about the bill, a relief or arrears?" in shown
    assert "Adjudicator’s Office" in shown
    assert f"{councils}</h3>" in shown
    asked = client.get(reverse("complaint-new", args=[case.pk])).content.decode()
    assert "Adjudicator’s Office (proposed)" in asked
    assert f"{councils} (proposed)" in asked
    assert "selected" not in asked.partition('name="scheme"')[2].partition("</select>")[0]


@pytest.mark.parametrize(
    ("nation", "code", "goes"),
    [("en", "VOA", "ADJ"), ("wa", "VOA", "ADJ"), ("en", "LA-DISTRICT", "LGSCO"), ("wa", "LA-WA", "PSOW")],
)
def test_of_business_rates_with_a_body_named_there_is_one_way(nation, code, goes):
    OfficeFactory(nation=nation)
    found = propose(body=body(code), category="BUS-RATES")
    assert [way.chain[0].code for way in found.ways] == [goes]


@pytest.mark.parametrize(("nation", "code"), [("sc", "DWP-UC"), ("en", "LA-UNITARY"), ("ni", "HSCT")])
def test_elsewhere_one_commissioner_has_both(nation, code):
    OfficeFactory(nation=nation)
    found = propose(body=body(code), category="OFF-DATA")
    assert [way.last.code for way in found.ways] == ["ICO"]


def test_a_complaint_on_its_way_has_said_which_of_the_two_it_is(client):
    OfficeFactory(nation="sc")
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    case = case_about("OFF-DATA", "LA-SC", tom)
    begin(client, case, "ICO")

    shown = card(client, case)

    assert "Information Commissioner’s Office" in shown
    assert "Is it freedom of information?" not in shown


@pytest.mark.parametrize(("kind", "parent", "category", "nation", "schemes"), BROUGHT_IN)
def test_a_body_brought_in_from_a_list_goes_to_the_ombudsman_of_its_own_kind(
    kind, parent, category, nation, schemes, client
):
    OfficeFactory(nation=nation)
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    BodyFactory(code="L-COMPANY", kind="company")
    words = f"code,name,kind,parent,nation\nNEW-BODY,Wexcombe Example,{kind},{parent},{nation}\n"
    client.post("/bodies/list/", {"words": words, "take": "yes"})
    case = case_about(category, "NEW-BODY", tom)

    shown = card(client, case)

    found = propose(body=body("NEW-BODY"), category=category)
    assert " ".join(scheme.code for scheme in found.chain) == schemes
    assert (found.chain[0].name if found.chain else found.why) in unescape(shown)


def test_no_complaint_is_sent_to_the_very_body_it_is_about():
    for each in Body.objects.filter(code__in={scheme.body for scheme in SCHEMES}):
        for category in Category.objects.values_list("code", flat=True):
            for nation in sorted(NATIONS_OF.get(each.nation, {"en"})):
                found = propose(body=each, category=category, nation=nation)
                assert each.code not in {scheme.body for scheme in found.chain}, (each.code, category, nation)


@pytest.mark.parametrize("council", ["LAE-ADU"])
def test_a_council_of_the_register_goes_where_its_type_does(council):
    OfficeFactory()
    assert [each.code for each in propose(body=body(council), category="PLA-APP").chain] == ["LGSCO"]


def test_every_body_of_the_directory_with_an_ombudsman_is_led_there_in_its_own_nation():
    OfficeFactory()
    with_one = Body.objects.exclude(ombudsman="").select_related("parent")
    lost: list[tuple[str, str]] = []
    for each in with_one:
        for nation in sorted(NATIONS_OF[each.nation]):
            found = propose(body=each, category="", nation=nation)
            lost += [] if found.chain else [(each.code, nation)]
            wrong = [scheme.code for scheme in found.chain if not scheme.serves(nation)]
            assert not wrong, (each, nation, wrong)
    # Of these we know an ombudsman in one nation alone, and nobody has found who looks in the other.
    assert sorted(lost) == [("PCC", "wa"), ("PRIVLL", "ni"), ("PRIVLL", "sc")]


@pytest.mark.parametrize(
    ("scheme", "code", "category", "nation", "right"),
    [
        ("LGSCO", "LA-SC", "LOC-BINS", "sc", "Scottish Public Services Ombudsman"),
        ("SPSO", "LA-UNITARY", "LOC-BINS", "en", "Local Government and Social Care Ombudsman"),
        ("HOS", "HA-WA", "HOU-DAMP", "wa", "Public Services Ombudsman for Wales"),
        ("PHSO-GOV", "HSCT", "HEA-WAIT", "ni", "Northern Ireland Public Services Ombudsman"),
        ("PHSO-NHS", "HB-WA", "HEA-CARE", "wa", "Public Services Ombudsman for Wales"),
        ("IOPC", "PSNI", "CRI-COMP", "ni", "Police Ombudsman for Northern Ireland"),
    ],
)
def test_an_ombudsman_of_another_nation_is_refused_and_the_right_one_named(
    scheme, code, category, nation, right
):
    OfficeFactory(nation=nation)
    proposal = propose(body=body(code), category=category)
    said = refusal(all_schemes()[scheme], proposal, about=body(code).name)
    assert f"Go to the {right}." in said


def test_no_proposal_is_ever_refused():
    for nation in Nation.values:
        for category in Category.objects.exclude(parent=None).values_list("code", flat=True):
            proposal = propose(body=None, category=category, nation=nation)
            for scheme in proposal.chain:
                is_last_devolved = proposal.last is not None and proposal.last.code in DEVOLVED
                if scheme.body == "PHSO":
                    assert not is_last_devolved
                assert refusal(scheme, proposal, about="it") == ""


@pytest.mark.parametrize(("day", "weeks"), [("7 apr 2026", "8 weeks"), ("8 apr 2026", "6 weeks")])
@time_machine.travel("2026-11-23 10:00", tick=False)
def test_a_provider_that_did_not_answer_had_the_weeks_of_the_day_of_the_complaint(client, day, weeks):
    OfficeFactory()
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    case = case_about("UTL-BB", "TELCO", tom)
    stage(client, case, "TELCO", sent=day)
    assert f"No final answer within {weeks}: that ended on" in unescape(card(client, case))
