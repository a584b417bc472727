"""What a letter in Welsh says of itself: dates, how a case ended, what was chased, boxes to tick.

Written by us and not yet read by a Welsh speaker: docs/user says so, and an office should have it read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from opencasework.office.cases.models import Outcome

MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
    "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip
DAYS = ("dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul")
ENDINGS = {
    Outcome.PUT_RIGHT: "Mae wedi cael ei gywiro.",
    Outcome.PART_PUT_RIGHT: "Mae wedi cael ei gywiro’n rhannol.",
    Outcome.MONEY_RECOVERED: "Mae’r arian wedi’i dalu.",
    Outcome.APOLOGY: "Rydych chi wedi cael ymddiheuriad.",
    Outcome.EXPLAINED: "Mae’r penderfyniad yn aros, ac mae’r rhesymau drosto wedi’u hesbonio.",
    Outcome.NOT_UPHELD: "Rhoddais eich achos ger eu bron, ac ni wnaethant newid eu penderfyniad.",
    Outcome.ADVISED: "Dywedom wrthych beth gallwch chi ei wneud nesaf eich hun.",
    Outcome.REFERRED: "Fe’i hanfonwyd ymlaen at y rhai sy’n gallu helpu.",
    Outcome.WITHDREW: "Gofynnoch i mi beidio â mynd ag ef ymhellach.",
    Outcome.LOST_TOUCH: "Nid ydym wedi gallu cael gafael arnoch.",
}
ASKED = {  # the same as asked.ENGLISH_WORDS
    "wrote": "Ysgrifennais ar {day}",
    "rang": "Gofynnodd fy swyddfa dros y ffôn ar {day}{whom}",
    "portal": "Gofynnodd fy swyddfa drwy eich porth ar-lein ar {day}{whom}",
    "above wrote": "Ysgrifennais at {body} ar {day}",
    "above rang": "Gofynnodd fy swyddfa i {body} dros y ffôn ar {day}{whom}",
    "above portal": "Gofynnodd fy swyddfa i {body} drwy eu porth ar-lein ar {day}{whom}",
    "told wrote": "Ysgrifennom at {body} ar {day}",
    "told rang": "Gwnaethom ffonio {body} ar {day}",
    "told portal": "Gwnaethom ofyn i {body} drwy eu ffurflen ar-lein ar {day}",
    "chain wrote": "ysgrifennais at {body}",
    "chain rang": "gofynnodd fy swyddfa i {body} dros y ffôn",
    "chain portal": "gofynnodd fy swyddfa i {body} drwy eu porth ar-lein",
    "chain due": "roedd eich ateb i fod i ddod",
    "chain promise": "dywedoch y byddech yn ateb erbyn {day}",
    "chain reminder": "anfonais nodyn atgoffa",
    "chain acknowledgement": "cydnabuoch ei dderbyn",
    "chain holding": "anfonasoch ateb dros dro",
    "chain partial": "anfonasoch ran o ateb",
    "came acknowledgement": "Ar {on} cydnabuoch ei dderbyn",
    "came holding": "Ar {on} anfonasoch ateb dros dro",
    "came partial": "Ar {on} anfonasoch ran o ateb, sy’n gadael y gweddill heb ei ateb",
    "by word rang": "dros y ffôn",
    "by word portal": "drwy eu porth ar-lein",
    "target": "Nod {whose} yw ateb o fewn {days} diwrnod gwaith. Daeth y rheini i ben ar {day}",
    "our rule": "Roedd eich ateb i fod i ddod erbyn {day}, {days} diwrnod gwaith ar ôl i ni ofyn",
    "due": "Roedd eich ateb i fod i ddod erbyn {day}",
    "said": "Dywedoch y byddech yn ateb erbyn {day}",
    "promised": "Ar {on} dywedoch y byddech yn ateb erbyn {day}",
    "told due": "Roedd eu hateb i fod i ddod erbyn {day}",
    "told said": "Dywedon nhw y byddent yn ateb erbyn {day}",
    "told promised": "Ar {on} dywedon nhw y byddent yn ateb erbyn {day}",
    "told paused": "Mae’r amser sydd ganddynt i ateb wedi’i atal dros dro ers {day}",
    "told will": "Dylent ateb erbyn {day}",
    "told answered": "Maent wedi dod yn ôl atom, ac rydym yn edrych ar yr hyn maent yn ei ddweud",
    "told next": "Byddwch yn clywed gennym erbyn {day}, hyd yn oed os nad oes newyddion erbyn hynny",
}
LAST_DAY = (
    "Hyd y gwyddom, {day} yw eich diwrnod olaf ar gyfer hyn: {what}. Gwiriwch ef yn erbyn eich llythyr. "
    "Chi sydd i gadw’r dyddiad hwnnw."
)
CONSENT = {
    "signed": "Mae eu cydsyniad wedi’i lofnodi, dyddiedig {day}, gyda’r llythyr hwn.",
    "spoken": "Rhoddwyd eu cydsyniad i ni ar lafar ar {day}.",
}
CHOICES = {
    "choice_transfer": "☐ Ydw, rhowch fy achos i’r aelod nesaf.",
    "choice_return": "☐ Nac ydw, anfonwch fy mhapurau yn ôl ataf.",
    "choice_destroy": "☐ Nac ydw, dinistriwch fy mhapurau.",
}


def in_words(day: date) -> str:
    """A date as a Welsh letter writes it: 7 Rhagfyr 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def chased(days: Sequence[str]) -> str:
    """Our reminders in a sentence; empty where there were none."""
    return f"Gwnaethom eu hatgoffa ar {' ac ar '.join(days)}." if days else ""
