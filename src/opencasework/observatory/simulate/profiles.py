"""What simulated offices are like: volumes, issues, seasons, bodies.

These are assumptions for invented figures, set down with the project's study of casework; none is a finding.
Bodies are real so that codes join as they would; everything said about them here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.standard import codelists

NO_BODY, OTHER_BODIES = codelists.NONE, codelists.OTHER
SHARE_WITHOUT_ENQUIRY = 0.38  # of cases: answered, signposted, or fixed by phone
ENQUIRIES_PER_CASE = 1.5  # over all cases


@dataclass(frozen=True)
class Profile:
    """A kind of office: issues opened and policy messages a year, and each issue's share, per cent."""

    name: str
    casework: int
    policy_messages: int
    shares: dict[str, int]


# Level-1 categories by the code offices use; each column adds up to 100.
_SHARES = {
    "IMM": (6, 14, 33),
    "HOU": (9, 15, 20),
    "BEN": (13, 12, 11),
    "HEA": (11, 10, 7),
    "LOC": (11, 8, 5),
    "TRA": (8, 6, 3),
    "EDU": (7, 7, 4),
    "PLA": (7, 4, 2),
    "CRI": (5, 5, 4),
    "UTL": (6, 4, 2),
    "SOC": (4, 3, 2),
    "TAX": (3, 2, 1),
    "FAM": (2, 2, 1),
    "JUS": (1, 2, 2),
    "MON": (1, 1, 1),
    "EMP": (1, 1, 0),
    "ENV": (3, 1, 0),
    "BUS": (1, 1, 0),
    "DEF": (1, 1, 0),
    "FOR": (0, 1, 2),
}


def _column(at: int) -> dict[str, int]:
    return {code: shares[at] for code, shares in _SHARES.items()}


QUIET = Profile("quiet", 900, 1_100, _column(0))
TYPICAL = Profile("typical", 2_600, 2_200, _column(1))
INNER_CITY = Profile("inner city", 6_500, 3_500, _column(2))
PROFILES = (QUIET, TYPICAL, INNER_CITY)
# What people take to a councillor: the street, the bins, the planning notice, the flat.
COUNCILLOR = Profile(
    "councillor",
    180,
    60,
    dict.fromkeys(_SHARES, 0)
    | {"HOU": 24, "TRA": 22, "ENV": 18, "PLA": 14, "LOC": 12, "SOC": 4, "EDU": 3, "CRI": 3},
)

# Of the replies, how many come within 20 working days; over all government it was 79 of 100 in 2023, and
# invented here for each body.
IN_TIME = {
    "GB-GOR-D10": 0.86,
    "GB-GOR-D12": 0.7,
    "GB-GOR-D16": 0.62,
    "GB-GOR-D1419": 0.58,
    "GB-GOR-OT554": 0.66,
    "GB-GOR-EA66": 0.9,
    "GB-GOR-EA74": 0.88,
}
IN_TIME_ELSEWHERE = 0.79

LONDON = "London"
WEIGHTS_IN_LONDON = (2, 38, 60)
WEIGHTS_ELSEWHERE = (32, 55, 13)

# January to December; 100 is an average month.
SEASON = (118, 104, 112, 96, 98, 102, 99, 82, 108, 110, 106, 65)

# On top of the season, for issues with a calendar of their own: month number to factor.
OWN_SEASON = {
    "UTL": {11: 1.25, 12: 1.4, 1: 1.4, 2: 1.3, 6: 0.8, 7: 0.75, 8: 0.75},
    "EDU": {3: 1.4, 6: 1.2, 8: 0.9, 9: 1.5, 12: 0.8},
    "ENV": {11: 1.4, 12: 1.4, 1: 1.4, 2: 1.3},
    "IMM": {5: 1.15, 6: 1.2, 7: 1.2},
    "TAX": {1: 1.5, 2: 1.1},
    "LOC": {3: 1.3, 4: 1.2},
    "BEN": {10: 1.15, 11: 1.1},
}

BODY_TITLES = {
    "GB-GOR-D6": "Department for Education",
    "GB-GOR-D9": "Department for Transport",
    "GB-GOR-D10": "Department for Work and Pensions",
    "GB-GOR-D12": "Department of Health and Social Care",
    "GB-GOR-D16": "Home Office",
    "GB-GOR-D17": "Ministry of Defence",
    "GB-GOR-D18": "Ministry of Justice",
    "GB-GOR-D25": "HM Revenue & Customs",
    "GB-GOR-D108": "Ofgem",
    "GB-GOR-D1315": "Foreign, Commonwealth & Development Office",
    "GB-GOR-D1419": "Ministry of Housing, Communities and Local Government",
    "GB-GOR-EA39": "Planning Inspectorate",
    "GB-GOR-EA66": "HM Passport Office",
    "GB-GOR-EA73": "HM Courts & Tribunals Service",
    "GB-GOR-EA74": "Driver and Vehicle Licensing Agency",
    "GB-GOR-EA199": "Environment Agency",
    "GB-GOR-EA570": "Driver and Vehicle Standards Agency",
    "GB-GOR-OT554": "UK Visas and Immigration",
    "GB-GOR-PB27": "Student Loans Company",
}

# To whom enquiries about an issue go, as shares; what is missing from 1 goes to local and other bodies.
BODIES = {
    "IMM": {"GB-GOR-OT554": 0.75, "GB-GOR-EA66": 0.2, "GB-GOR-D16": 0.05},
    "HOU": {"GB-GOR-D1419": 0.1},
    "BEN": {"GB-GOR-D10": 0.85},
    "HEA": {"GB-GOR-D12": 0.15},
    "LOC": {"GB-GOR-D1419": 0.05},
    "TRA": {"GB-GOR-EA74": 0.35, "GB-GOR-D9": 0.2, "GB-GOR-EA570": 0.1},
    "EDU": {"GB-GOR-D6": 0.25, "GB-GOR-PB27": 0.05},
    "PLA": {"GB-GOR-EA39": 0.15},
    "CRI": {"GB-GOR-D16": 0.15},
    "UTL": {"GB-GOR-D108": 0.15},
    "SOC": {},
    "TAX": {"GB-GOR-D25": 1.0},
    "FAM": {"GB-GOR-D10": 0.8, "GB-GOR-EA73": 0.2},
    "JUS": {"GB-GOR-EA73": 0.6, "GB-GOR-D18": 0.4},
    "MON": {},
    "EMP": {},
    "ENV": {"GB-GOR-EA199": 0.6},
    "BUS": {"GB-GOR-D25": 0.3},
    "DEF": {"GB-GOR-D17": 1.0},
    "FOR": {"GB-GOR-D1315": 1.0},
}


def categories() -> dict[str, str]:
    """The standard's level-1 categories by the code offices use for them."""
    return {
        code.extra["Office_code"]: code.code
        for code in codelists.load("category").values()
        if code.level == 1 and code.extra["Office_code"] in _SHARES
    }


def shares_of_bodies(category: str) -> dict[str, float]:
    """How the cases of one issue (office code) divide over bodies, `_N` and `_O` included; adds up to 1."""
    named = {body: share * (1 - SHARE_WITHOUT_ENQUIRY) for body, share in BODIES[category].items()}
    others = 1 - SHARE_WITHOUT_ENQUIRY - sum(named.values())
    rest = {OTHER_BODIES: others} if others > 1e-9 else {}
    return {NO_BODY: SHARE_WITHOUT_ENQUIRY, **named, **rest}
