"""How each kind of number looks in running text, and which words tell it from others of the same form."""

# ruff: noqa: E501  (a table reads better across)

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_EDGE, _END = r"(?<![A-Z0-9/£€$.,+#-])", r"(?![A-Z0-9£]|[/-][A-Z0-9]|[.,][0-9])"


class Near(Enum):
    """How near its words must stand, in characters."""

    ANYWHERE = 0  # the form alone tells it
    SENTENCE = 110  # a form that is rare: the words may stand somewhere before it
    LABEL = 1  # a form that is common: the words are its label, with nothing but “is” or “number” between


@dataclass(frozen=True)
class Form:
    """What one kind looks like in text (in capitals), and the words that go with it."""

    code: str
    pattern: re.Pattern[str]
    near: Near
    words: re.Pattern[str] | None
    alone: bool  # also without words, where it is all that a text or a line of a form says
    checked: bool  # without words only where its check digit fits


def _form(
    code: str,
    pattern: str,
    near: Near = Near.ANYWHERE,
    words: str = "",
    *,
    alone: bool = False,
    checked: bool = False,
) -> Form:
    labels = re.compile(rf"(?<![A-Z0-9])(?:{words})(?![A-Z0-9])") if words else None
    return Form(code, re.compile(f"{_EDGE}(?:{pattern}){_END}"), near, labels, alone, checked)


_D = "[0-9]"
# Between the groups of a number: how people space them, and where a mail breaks its lines.
_S = r"(?:[ .-]{0,2}| ?\n ?)"
_NO = r"(?: (?:ACCOUNT|CLAIM|CASE|REGISTRATION|CUSTOMER|CLIENT|APPLICATION))? ?(?:NUMBER|NUM|NO\.?|REFERENCE|REF\.?|ID)S?"
# Letters, figures and marks with a figure in it: what a council or a force may print.
_ANY = r"(?=[A-Z/.-]*[0-9])(?=(?:[A-Z/.-]*[0-9]){3})[A-Z0-9]+(?:[/.-][A-Z0-9]+){0,4}"
_COUNCIL_TAX = r"COUNCIL TAX|C ?TAX|TRETH (?:Y )?CYNGOR|Y DRETH GYNGOR"
_HOME_OFFICE = (
    r"HOME OFFICE|SWYDDFA GARTREF|UKVI|VISAS AND IMMIGRATION|HO REF(?:ERENCE)?|IMMIGRATION|ASYLUM|"
    r"LEAVE TO REMAIN|INDEFINITE LEAVE|SETTLEMENT|EUSS|SETTLED STATUS|CASE ?WORK OFFICE|LUNAR HOUSE|PORT REF(?:ERENCE)?"
)
_COURT = r"HMCTS|COURT|TRIBUNAL|PROBATE|DIVORCE|POSSESSION|MONEY CLAIM|MYHMCTS|APPEAL"
_CIVIL_COURT = (
    r"COUNTY COURT|COURT CLAIM|MONEY CLAIMS?|MCOL|CLAIM(?: FORM)?(?: NUMBER| NO\.?)?|CCJS?|CCBC|CCMCC|BAILIFFS?|COURT|"
    r"JUDGE?MENT|WARRANT|POSSESSION(?: ORDER)?|CASE (?:NUMBER|NO\.?|REF(?:ERENCE)?)|ENFORCEMENT AGENTS?|LLYS SIROL"
)

FORMS = (
    # The form alone tells these.
    _form("NINO", rf"(?:QQ|(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]){_S}(?:{_D}{{2}}{_S}{_D}{{2}}{_S}{_D}{{2}}|{_D}{{3}}{_S}{_D}{{3}}){_S}[A-D]"),
    _form("NINO", rf"(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]){_S}(?:[0-9OIL]{{2}}{_S}[0-9OIL]{{2}}{_S}[0-9OIL]{{2}}|[0-9OIL]{{3}}{_S}[0-9OIL]{{3}})(?:{_S}[A-D])?",
          Near.LABEL, rf"NINO|NI ?NO|(?:NATIONAL INSURANCE|NAT\.? INS\.?|N\.?I\.?|YSWIRIANT GWLADOL)(?:{_NO})?|(?:RHIF )?YG"),
    _form("GWF", rf"GWF ?0{_D}{{8,9}}"),
    _form("IHSREF", rf"IHS ?{_D}{{9,12}}"),
    _form("PASSAPP", rf"(?:PEX|POD)[ -]?{_D}{{2,4}}(?:[ -]?{_D}{{2,4}}){{1,3}}"),
    _form("DRIVERGB", rf"[A-Z][A-Z9]{{4}} ?{_D}(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12][0-9]|3[01]){_D} ?[A-Z9]{{2}}[A-Z0-9]{{3}}"),
    _form("ETREF", rf"{_D}{{7}}/20{_D}{{2}}"),
    _form("IACREF", rf"(?:PA|HU|EA|DC|DA|RP|IA|LP|UI)[/-]{_D}{{5}}[/-]20{_D}{{2}}"),
    _form("IACREF", rf"UI-20{_D}{{2}}-{_D}{{6}}"),
    _form("SENDREF", rf"EH{_D}{{3}}/{_D}{{2}}/{_D}{{5}}"),
    _form("SSCSREF", rf"(?!EH)[A-Z]{{2}}{_D}{{3}}/{_D}{{2}}/{_D}{{5}}"),
    _form("ICOREF", rf"IC-{_D}{{5,6}}-[A-Z0-9]{{4}}"),
    _form("PINSREF", rf"(?:APP/)?[A-Z]{_D}{{4}}/[A-Z]/{_D}{{2}}/{_D}{{7}}"),
    _form("PLANREF", rf"{_D}{{2}}/{_D}{{4,5}}/[A-Z]{{2,5}}"),
    _form("OFFICEREF", rf"OC-{_D}{{4}}-{_D}{{5}}"),
    _form("GSS", rf"(?:E14|W07|S14|N05){_D}{{6}}"),
    _form("UAN", rf"1212-{_D}{{4}}-{_D}{{4}}-{_D}{{4}}(?:/{_D}{{2}})?"),
    _form("UPN", rf"[A-HJ-NP-RT-Z]{_D}{{11}}[0-9A-HJ-NP-RT-Z]", checked=True),
    _form("VATNO", rf"(?:GB|XI) ?{_D}{{3}} ?{_D}{{4}} ?{_D}{{2}}(?: ?{_D}{{3}})?", checked=True),
    # A rare form: the words may stand anywhere before it in the sentence.
    _form("HOREF", rf"[A-Z]{_D}{{7}}(?:/{_D}{{1,3}})?", Near.SENTENCE, _HOME_OFFICE, alone=True),
    _form("ARC", rf"[A-Z]{{3}}[ /-]?{_D}{{6,12}}(?:/[0-9A-Z]{{1,4}})?", Near.SENTENCE, rf"ARC(?:{_NO})?|APPLICATION REGISTRATION CARD(?:{_NO})?"),
    _form("BRP", rf"[A-Z]{{2,3}}X?{_D}{{6,7}}", Near.SENTENCE, r"BRP|BIOMETRIC RESIDENCE(?: PERMIT)?|RESIDENCE PERMIT"),
    _form("CAS", r"(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*[0-9])[A-Z0-9]{14}", Near.SENTENCE, rf"CAS(?:{_NO})?|CONFIRMATION OF ACCEPTANCE(?: FOR STUDIES)?"),
    _form("COS", r"C(?=[A-Z0-9]*[0-9])[A-Z0-9]{10}", Near.SENTENCE, rf"COS(?:{_NO})?|CERTIFICATE OF SPONSORSHIP"),
    _form("UAN", rf"{_D}{{4}}[ -]?{_D}{{4}}[ -]?{_D}{{4}}[ -]?{_D}{{4}}(?:/{_D}{{2}})?", Near.SENTENCE, r"UAN|UNIQUE APPLICATION(?: NUMBER)?|VISA (?:APPLICATION|REF(?:ERENCE)?|FORM)|HOME OFFICE|UKVI|E-?VISA", alone=True),
    _form("CCDREF", rf"{_D}{{4}}[ -]?{_D}{{4}}[ -]?{_D}{{4}}[ -]?{_D}{{4}}", Near.SENTENCE, _COURT),
    _form("CMS", rf"121{_D}{{9}}", Near.SENTENCE, r"CHILD MAINTENANCE(?: SERVICE)?|CMS|CYNHALIAETH PLANT"),
    _form("PRISON", rf"[A-Z]{_D}{{4}}[A-Z]{{2}}", Near.SENTENCE, r"PRISON(?:ER)?(?: NUMBER| NO)?|HMP|HMYOI|YOI|NOMIS|INMATE|CUSTODY|JAIL|REMAND|CARCHAR"),
    _form("VRM", rf"[A-Z]{{2}}{_D}{{2}} ?[A-Z]{{3}}", Near.SENTENCE, r"REGISTRATION|REG(?:\.|ISTERED)?|NUMBER ?PLATE|VEHICLE|CAR|VAN|DVLA|MOTORBIKE|PENALTY CHARGE(?: NOTICE)?|PARKING"),
    _form("PCNREF", rf"[A-Z]{{2}}{_D}{{7,8}}[0-9A-Z]?", Near.SENTENCE, rf"PCN(?:{_NO})?|PENALTY CHARGE(?: NOTICE)?|PARKING (?:TICKET|FINE|NOTICE|PENALTY)"),
    _form("SHERIFF", rf"[A-Z]{{3}}-[A-Z]{{0,2}}{_D}{{2,5}}-{_D}{{2}}", Near.SENTENCE, r"SHERIFF(?: COURT)?|COURT"),
    _form("CLAIMNO", rf"(?:{_D}{{3}}[A-Z]{{2}}{_D}{{3}}|[A-Z]{_D}{{2}}[A-Z]{{2}}{_D}{{3}}|{_D}[A-Z]{{2}}{_D}{{5}}|[A-Z0-9]{_D}[A-Z]{{2}}{_D}[A-Z]{_D}[A-Z0-9]|{_D}[A-Z]{{2}}{_D}[A-Z]{_D}[A-Z]{_D})", Near.SENTENCE, _CIVIL_COURT, alone=True),
    _form("CLAIMNO", rf"[A-Z]{{2}}{_D}{{2}}[A-Z]{_D}{{5}}|[A-Z]{{2}}-20{_D}{{2}}-{_D}{{6}}", Near.SENTENCE, _CIVIL_COURT + r"|FAMILY COURT|CHILD ARRANGEMENTS?|CAFCASS"),
    _form("CICAREF", rf"(?:[A-Z][/\\])?{_D}{{2}}[/\\]{_D}{{6}}", Near.SENTENCE, r"CICA|CRIMINAL INJUR(?:Y|IES)(?: COMPENSATION)?(?: AUTHORITY)?"),
    _form("PHSOREF", rf"[CP]-?{_D}{{6,7}}", Near.SENTENCE, r"PHSO|PARLIAMENTARY (?:AND HEALTH SERVICE )?OMBUDSMAN|HEALTH SERVICE OMBUDSMAN"),
    _form("URN", rf"{_D}{{2}}/?(?=[A-Z0-9]?[A-Z])[A-Z0-9]{{2}}/?{_D}{{5}}/?{_D}{{2}}", Near.SENTENCE, r"URN|UNIQUE REFERENCE NUMBER|CPS|CROWN PROSECUTION(?: SERVICE)?|PROSECUTION|CHARGED"),
    _form("TITLE", rf"[A-Z]{{2,4}}{_D}{{4,7}}", Near.SENTENCE, r"TITLE(?: NUMBER| NO\.?)?|LAND REGISTRY|HMLR"),
    _form("DEPTREF", rf"[A-Z]{{2,6}}/?20{_D}{{2}}/{_D}{{3,6}}", Near.SENTENCE, r"REF\.?|REFERENCE|DEPARTMENT|MINISTER|MINISTRY|LETTER|CORRESPONDENCE"),
    _form("DEPTREF", rf"[A-Z]{{2,6}}/MP/{_D}{{5,8}}", Near.SENTENCE, r"REF\.?|REFERENCE|DEPARTMENT|MINISTER|MINISTRY|LETTER|CORRESPONDENCE|ENQUIRY"),
    # Common forms, figures most of all: the words are the label of the number.
    _form("PASSPORT", rf"{_D}{{9}}|{_D}{{3}}{_S}{_D}{{3}}{_S}{_D}{{3}}", Near.LABEL, rf"PASSPORT(?:{_NO})?|PASBORT"),
    _form("NHS", rf"[3-79]{_D}{{2}}{_S}{_D}{{3}}{_S}{_D}{{4}}", Near.LABEL, rf"NHS(?:{_NO})?|GIG|HOSPITAL RECORD"),
    _form("CHI", rf"[0-3]{_D}[01]{_D}{{3}}{_S}{_D}{{4}}", Near.LABEL, rf"CHI(?:{_NO})?|COMMUNITY HEALTH INDEX(?:{_NO})?"),
    _form("HCN", rf"3{_D}{{2}}{_S}{_D}{{3}}{_S}{_D}{{4}}", Near.LABEL, rf"HCN|(?:HEALTH (?:AND|&) CARE|H ?& ?C)(?:{_NO})?"),
    _form("UTR", rf"{_D}{{5}}{_S}{_D}{{5}}K?", Near.LABEL, rf"UTR(?:{_NO})?|UNIQUE TAX ?PAYER(?:'S)?(?:{_NO})?|SELF[ -]ASSESSMENT(?:{_NO})?|(?<!COUNCIL )TAX(?:PAYER)? REF(?:ERENCE|\.)?"),
    _form("PAYEREF", rf"{_D}{{3}}/[A-Z]{{0,2}}{_D}{{2,6}}[A-Z]{{0,2}}", Near.LABEL, rf"(?:EMPLOYER(?:'S)? )?PAYE(?:{_NO})?|EMPLOYER(?:'S)?(?:{_NO})"),
    _form("VATNO", rf"(?:GB|XI)? ?{_D}{{3}} ?{_D}{{4}} ?{_D}{{2}}(?: ?{_D}{{3}})?", Near.LABEL, rf"VAT(?:{_NO})?"),
    _form("SSSREF", r"(?:SSS-?)?[A-Z0-9]{0,4}-?[0-9]{6,10}", Near.LABEL, rf"SOCIAL SECURITY SCOTLAND(?:{_NO})"),
    _form("CTAX", rf"{_D}{{6,12}}[A-Z]?|{_D}{{2,4}}(?: {_D}{{2,4}}){{1,3}}", Near.LABEL, rf"(?:{_COUNCIL_TAX})(?: BILL)?(?:{_NO}| ACCOUNT)?"),
    _form("RATESNI", rf"{_D}{{8,10}}", Near.LABEL, rf"(?:DOMESTIC )?RATES?(?: BILL)?(?:{_NO}| ACCOUNT)|LAND (?:AND|&) PROPERTY SERVICES(?:{_NO})?"),
    _form("HREG", _ANY, Near.LABEL, rf"(?:HOUSING (?:REGISTER|LIST|APPLICATION|WAITING LIST)|HOMELESS(?:NESS)?(?: CASE)?|BIDDING|HOME ?CHOICE)(?:{_NO})"),
    _form("DRIVERNI", rf"{_D}{{8}}", Near.LABEL, rf"(?:DRIVER|DRIVING LICEN[CS]E|DVA)(?:{_NO})?"),
    _form("V5C", rf"{_D}{{11}}|{_D}{{4}} {_D}{{3}} {_D}{{4}}", Near.LABEL, rf"V5C?(?:{_NO}| DOCUMENT(?:{_NO})?)?|LOG ?BOOK(?:{_NO}| DOCUMENT(?:{_NO})?)?"),
    _form("CRIMEREF", _ANY, Near.LABEL, rf"(?:CRIME|INCIDENT|POLICE|CAD|CRIME REPORT)(?:{_NO})|CRN|CAD"),
    _form("URN", rf"{_D}{{2}}/?[A-Z0-9]{{2}}/?{_D}{{5}}/?{_D}{{2}}", Near.LABEL, r"URN|UNIQUE REFERENCE NUMBER"),
    _form("ICEREF", _ANY, Near.LABEL, rf"(?:ICE|INDEPENDENT CASE EXAMINER)(?:'S)?(?:{_NO})"),
    _form("LGSCOREF", rf"{_D}{{2}}[ -]?{_D}{{3}}[ -]?{_D}{{3}}", Near.LABEL, rf"(?:LGSCO|LOCAL GOVERNMENT (?:AND SOCIAL CARE )?OMBUDSMAN)(?:'S)?(?:{_NO})?"),
    _form("HOSREF", rf"20{_D}{{7}}", Near.LABEL, rf"HOUSING OMBUDSMAN(?: SERVICE)?(?:'S)?(?:{_NO})?"),
    _form("SPSOREF", rf"20{_D}{{7}}", Near.LABEL, rf"(?:SPSO|SCOTTISH PUBLIC SERVICES OMBUDSMAN)(?:'S)?(?:{_NO})?"),
    _form("PSOWREF", rf"20{_D}{{7}}", Near.LABEL, rf"(?:PSOW|PUBLIC SERVICES OMBUDSMAN(?: FOR WALES)?)(?:'S)?(?:{_NO})?"),
    _form("NIPSOREF", rf"(?:20)?{_D}{{5,9}}", Near.LABEL, rf"(?:NIPSO|NORTHERN IRELAND (?:PUBLIC SERVICES )?OMBUDSMAN)(?:'S)?(?:{_NO})?"),
    _form("MPAN", rf"{_D}{{13}}|{_D}{{2}} {_D}{{4}} {_D}{{4}} {_D}{{3}}", Near.LABEL, rf"MPAN|(?:ELECTRICITY )?(?:SUPPLY|METER(?: POINT)?)(?:{_NO})"),
    _form("MPRN", rf"{_D}{{6,10}}", Near.LABEL, rf"MPRN|(?:GAS )?METER POINT(?:{_NO})|GAS METER(?:{_NO})"),
    _form("UPN", rf"[A-HJ-NP-RT-Z]{_D}{{11}}[0-9A-HJ-NP-RT-Z]", Near.LABEL, r"UPN|UNIQUE PUPIL NUMBER"),
    _form("EHCPREF", _ANY, Near.LABEL, rf"(?:EHCP?(?: PLAN)?|SEND)(?:{_NO})"),
    _form("SLCREF", rf"{_D}{{11}}", Near.LABEL, rf"(?:SLC|STUDENT (?:LOANS?|FINANCE)(?: COMPANY)?(?: ENGLAND| WALES)?)(?:{_NO})?"),
    _form("PLANREF", r"(?=(?:[A-Z/.-]*[0-9]){4})[A-Z0-9]{1,6}(?:[/.-][A-Z0-9]{2,8}){1,4}", Near.LABEL, rf"PLANNING(?:{_NO}| APPLICATION(?:{_NO})?)"),
    _form("GSS", rf"[EWSNK]{_D}{{8}}", Near.LABEL, r"GSS(?: CODE)?|ONS CODE|(?:WARD|CONSTITUENCY) CODE"),
)  # fmt: skip
