"""The invented world: Wexcombe North, the people who live there, the office, and whom it writes to.

Nobody here exists. Telephone numbers are in the ranges kept for drama, addresses of mail end in .example,
postcodes begin with WX, which Royal Mail does not use.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from opencasework.office.staff.models import Role

MEMBER = "Amira Holloway"
AREA_NAME = "Wexcombe North"
AREA_CODE = "E14999999"  # kept for examples; our validator says so
DOMAIN = "wexcombe-north.example"
POSTCODE_PREFIXES = "WX3, WX4, WX5"


@dataclass(frozen=True)
class Colleague:
    """Somebody of the demonstration's office."""

    username: str
    name: str
    role: str

    @property
    def role_in_words(self) -> str:
        return Role(self.role).label.lower()


STAFF = (
    Colleague("priya", "Priya Sundaresan", Role.CASEWORKER),
    Colleague("tom", "Tom Eddowes", Role.OFFICE_MANAGER),
    Colleague("amira", MEMBER, Role.MEMBER),
    Colleague("bethan", "Bethan Rhydderch", Role.SENIOR_CASEWORKER),
    Colleague("kofi", "Kofi Adomako-Wren", Role.CASEWORKER),
    Colleague("vic", "Vic Tolland", Role.VOLUNTEER),
)
CASEWORKERS = ("priya", "bethan", "kofi")


@dataclass(frozen=True)
class LocalBody:
    """An invented body of the area, beside the directory's real departments."""

    code: str
    name: str
    kind: str
    what_for: str
    parent: str = ""


LOCAL_BODIES = (
    LocalBody(
        "L-WBC", "Wexcombe Borough Council", "council", "Housing, council tax, bins, planning", "LA-DISTRICT"
    ),
    LocalBody("L-NMCC", "Northmere County Council", "council", "Schools, social care, roads", "LA-COUNTY"),
    LocalBody("L-FENWICK", "Fenwick Homes", "landlord", "Housing association with 4,000 homes"),
    LocalBody("L-WFH", "Wexcombe and Fenwick Hospitals NHS Trust", "nhs", "Hospital care", "NHSTRUST"),
    LocalBody("L-ICB", "Northmere Integrated Care Board", "nhs", "GP and dental services"),
    LocalBody("L-POLICE", "Northmere Constabulary", "police", "Policing of the county"),
    LocalBody("L-WATER", "Wexwater", "company", "Water and sewerage"),
    LocalBody("L-POWER", "Larkmoor Energy", "company", "Gas and electricity supplier"),
    LocalBody("L-BUS", "Combe Valley Buses", "company", "Bus services"),
    LocalBody("L-BANK", "Bramling Bank", "company", "Banking"),
)
# The desks that answer members' letters; the addresses are invented, as real ones are not public.
DESKS = {
    "DWP": "mp-correspondence@dwp.example",
    "DWP-UC": "uc-mp-desk@dwp.example",
    "DWP-DIS": "disability-mp-desk@dwp.example",
    "DWP-PEN": "pensions-mp-desk@dwp.example",
    "DWP-DEBT": "debt-mp-desk@dwp.example",
    "UKVI": "mp-enquiries@ukvi.example",
    "UKVI-ASY": "asylum-mp-enquiries@ukvi.example",
    "HMPO": "mp-hotline@hmpo.example",
    "HO": "ministers@homeoffice.example",
    "HMRC": "mp-unit@hmrc.example",
    "HMRC-CB": "childbenefit-mp@hmrc.example",
    "CMS": "mp-team@childmaintenance.example",
    "DVLA": "mp-desk@dvla.example",
    "VOA": "mp-letters@voa.example",
    "HMCTS": "mp-enquiries@hmcts.example",
    "FCDO": "consular-mp@fcdo.example",
    "VETUK": "mp-letters@veterans.example",
    "L-WBC": "members@wexcombe-borough.example",
    "L-NMCC": "members@northmere.example",
    "L-FENWICK": "complaints@fenwick-homes.example",
    "L-WFH": "chief-executive@wexcombe-hospitals.example",
    "L-ICB": "members@northmere-icb.example",
    "L-POLICE": "chief-constable@northmere-police.example",
    "L-WATER": "members@wexwater.example",
    "L-POWER": "mp-line@larkmoor-energy.example",
    "L-BUS": "customer@combe-valley-buses.example",
    "L-BANK": "executive-complaints@bramling.example",
}

_FIRST = [
    "Nkechi",
    "Tadeusz",
    "Saoirse",
    "Farzana",
    "Idris",
    "Barnaby",
    "Rhoswen",
    "Jessamy",
    "Cuthbert",
    "Oriel",
    "Perpetua",
    "Jorvik",
    "Abena",
    "Lowri",
    "Winifred",
    "Cosmo",
    "Delyth",
    "Ekaterina",
    "Folasade",
    "Gethin",
    "Hyacinth",
    "Ines",
    "Jamal",
    "Kamila",
    "Leopold",
    "Maryam",
    "Nerys",
    "Osman",
    "Philippa",
    "Quentin",
    "Rosamund",
    "Sunil",
    "Thomasina",
    "Ulrich",
    "Verity",
    "Wojciech",
    "Xanthe",
    "Yusuf",
    "Zadie",
    "Ambrose",
    "Blessing",
    "Caspian",
    "Dilys",
    "Emrys",
    "Florian",
    "Giselle",
    "Hamza",
    "Imogen",
    "Joaquim",
    "Keziah",
    "Ludmila",
    "Mostyn",
    "Ngozi",
    "Ottilie",
    "Parvati",
    "Rafferty",
    "Shabnam",
    "Tiberius",
    "Una",
    "Vaughan",
    "Wanda",
    "Aled",
    "Beatrix",
    "Chidi",
    "Dorothea",
    "Efua",
    "Ffion",
    "Gwilym",
    "Henrietta",
]
_LAST = [
    "Marrowby",
    "Brindlemoor",
    "Wintergreen",
    "Lindqvale",
    "Penhallow-Jones",
    "Quillfeather",
    "Applegarth",
    "Orrin-Blake",
    "Osei-Dunmore",
    "Fairweather-Bwalya",
    "Hallowmere",
    "Lanternby",
    "Thistlewaite-Rao",
    "Ashdownley",
    "Bexcombe",
    "Carradale-Singh",
    "Dunwhistle",
    "Eversleigh-Khan",
    "Fothermere",
    "Gladwyne",
    "Harrowden",
    "Inkpenny",
    "Jessopwood",
    "Kittlebury",
    "Larchmont-Ali",
    "Merriwick",
    "Nettlefold-Diaz",
    "Oxenham-Tull",
    "Pettigrove",
    "Quennelby",
    "Rookhope",
    "Silverdale-Oyelaran",
    "Tanglewood",
    "Underhay",
    "Vellacott-Nowak",
    "Whitterby",
    "Yarrowdale",
    "Zellwood",
    "Birdsmoor",
    "Copperthwaite",
    "Drewsteign",
    "Elmhurst-Begum",
    "Farthinghoe",
    "Greenhalgh-Mensah",
    "Hollowell",
    "Ivelchester",
    "Kestrelby",
    "Lowbridge-Chen",
    "Mossgrave",
    "Northwood-Okafor",
]
_STREETS = (
    "Larkmoor Rise",
    "Tannery Court",
    "Fenwick Lane",
    "Copper Beech Way",
    "Old Mill Row",
    "Harbour View",
    "Chapel Steps",
    "Weaver's Yard",
    "Station Approach",
    "Kingfisher Close",
    "Quarry Hill",
    "Orchard Gardens",
    "Signal Box Lane",
    "Ropewalk",
    "Cloth Hall Street",
    "Bramble Bank",
    "Nine Elms Drive",
    "Watermeadow Road",
    "St Brannoc's Terrace",
    "Lower Pightle",
)
_TOWNS = ("Fenwick", "Wexcombe", "Upper Larkmoor", "Combe Abbot", "Harrow's Reach")
_ENDS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Invented:
    """A person nobody is."""

    name: str
    title: str
    lines: str
    postcode: str
    email: str
    phone: str

    @property
    def address_as(self) -> str:
        return f"{self.title} {self.name.split(maxsplit=1)[-1]}"


class Population:
    """People of the area, each different, the same for the same seed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._names: set[str] = set()

    def somebody(self) -> Invented:
        """One more person."""
        chance = self._chance
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        while name in self._names:  # 3,500 pairs, then a second first name
            name = f"{chance.choice(_FIRST)} {name}"
        self._names.add(name)
        local = name.lower().replace(" ", ".").replace("'", "")
        return Invented(
            name=name,
            title=chance.choice(("Ms", "Mrs", "Miss", "Mr", "Mr", "Mr", "Dr")),
            lines=f"{chance.randint(1, 180)} {chance.choice(_STREETS)}\n{chance.choice(_TOWNS)}",
            postcode=self.postcode(),
            email=f"{local}@post.example",
            phone=f"07700 900{chance.randint(0, 999):03d}",
        )

    def postcode(self) -> str:
        chance = self._chance
        inward = f"{chance.randint(1, 9)}{chance.choice(_ENDS)}{chance.choice(_ENDS)}"
        return f"{chance.choice(('WX3', 'WX4', 'WX5'))} {inward}"
