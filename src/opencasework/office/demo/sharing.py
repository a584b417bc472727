"""The office's own words, and cases offered to others, in the fictional office."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases import transfers
from opencasework.office.cases.models import Case, CaseWord, Transfer
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category, OwnWord, Transferability, Urgency

# Word, what it stands for, who made it (nobody: it came with an import), days since it was last used.
WORDS = (
    ("UC", "", "tom", 1),
    ("Universal credit", "", "", 40),
    ("mould", "HOU-DAMP", "priya", 2),
    ("Mould ", "", "tom", 30),
    ("black mould", "HOU-DAMP", "priya", 9),
    ("urgent!!", "", "", 12),
    ("bailiffs", Urgency.EMERGENCY.value, "kofi", 20),
    ("Passports", "", "", 5),
    ("library campaign 2021", "", "", 700),
    ("Mrs B follow up", "", "", 420),
)
# What each is put on: cases with an issue in this group, so many of them.
USED_ON = {
    "UC": ("BEN", 9), "Universal credit": ("BEN", 4), "mould": ("HOU", 6), "black mould": ("HOU", 3),
    "urgent!!": ("BEN", 3), "Passports": ("IMM", 2), "Mrs B follow up": ("LOC", 1),
}  # fmt: skip
COUNCILLORS = (
    ("CLLR-BRINDLE", "Cllr Ash Brindle", "Fenwick ward"),
    ("CLLR-OKOYE", "Cllr Mina Okoye", "Cloth Hall ward"),
)


def tell(today: date) -> None:
    """Put own words on cases, and offer some cases to others."""
    staff = {colleague.username: colleague for colleague in StaffMember.objects.all()}
    _words(today, staff)
    _transfers(today)


def _words(today: date, staff: dict[str, StaffMember]) -> None:
    for text, means, maker, days in WORDS:
        category = Category.objects.filter(code=means).first()
        if OwnWord.objects.filter(word=text.strip()).exists() or OwnWord.objects.meaning(text):
            continue
        word = OwnWord.objects.create(
            word=text.strip(),
            category=category,
            level="" if category else means,
            made_by=staff.get(maker),
            made_at=_moment(today - timedelta(days=days + 30)),
        )
        group, most = USED_ON.get(text, ("", 0))
        cases = Case.objects.filter(issues__category__code__startswith=group).distinct().order_by("pk")[:most]
        used = _moment(today - timedelta(days=days))
        CaseWord.objects.bulk_create([CaseWord(case=case, word=word, added_at=used) for case in cases])


def _transfers(today: date) -> None:
    """One taken, one declined, one late and one still open to an answer."""
    advice = Body.objects.get(code="CAB")
    for code, name, ward in COUNCILLORS:
        Body.objects.create(
            code=code, name=name, kind="rep_councillor", what_for=ward, nation="en", is_local=True
        )
    cases = Case.objects.open().exclude(owner=None).exclude(sensitivity="SEN-4").order_by("-opened_at")[:4]
    told = (
        (Transferability.REFER, advice.name, "body", advice, Transfer.Consent.SIGNED, 30, "accepted"),
        (Transferability.OTHER_REPRESENTATIVE, "Cllr Ash Brindle", "councillor", None,
         Transfer.Consent.VERBAL, 21, "declined"),
        (Transferability.OTHER_REPRESENTATIVE, "Cllr Mina Okoye", "councillor", None,
         Transfer.Consent.VERBAL, 18, ""),
        (Transferability.SHARED, advice.name, "body", advice, Transfer.Consent.SIGNED, 3, ""),
    )  # fmt: skip
    for case, (level, name, kind, body, consent, days, answer) in zip(cases, told, strict=False):
        assert case.owner is not None
        on = today - timedelta(days=days)
        made = transfers.offer(
            case=case, level=level, to_name=name, to_kind=kind, to_body=body, consent=consent, consent_on=on,
            offered_on=on, answer_by=transfers.answer_expected(on), by=case.owner,
        )  # fmt: skip
        if answer:
            transfers.answered(made, answer=answer, on=on + timedelta(days=6), by=case.owner)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(11)))
