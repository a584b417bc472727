"""Who could take a case: partner bodies, another representative, a successor; each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import transaction

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event, Transfer
from opencasework.office.cases.numbers import nations_here
from opencasework.office.kit import tables
from opencasework.office.kit.dates import say
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.places.models import MemberKind, Nation, Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category, Transferability

ANSWER_DAYS = 10  # working days in which somebody usually says whether they take it: a proposal, not a rule
REPRESENTATIVE = "rep_"  # begins the kind of a body that is another elected member: rep_councillor
SUCCESSOR = "successor"
# Who legislates where a matter is devolved, by nation.
DEVOLVED_TO = {
    Nation.SCOTLAND: ("scotland", MemberKind.MSP, "the Scottish Parliament"),
    Nation.WALES: ("wales", MemberKind.MS, "the Senedd"),
    Nation.NORTHERN_IRELAND: ("ni", MemberKind.MLA, "the Northern Ireland Assembly"),
}
COUNCILS = ("LA-", "COUNCILHSG", "HSCT")


# Asked with the case, the body where they are one, and how the person is said to have agreed: why nothing
# about the people of the case may go there, a sentence; or nothing. Filled by a folder above.
WITHOUT_AUTHORITY: list[Callable[[Case, Body | None, str], str]] = []
# Asked of a case: why nothing covers any more what is with somebody by consent, by its number.
CONSENT_ENDED: list[Callable[[Case], dict[int, str]]] = []
# Asked before an answer is taken back: what was built on it, a sentence that says what to do; or nothing.
BUILT_ON: list[Callable[[Transfer], str]] = []
# Called inside the transaction that takes an answer back.
WHEN_TAKEN_BACK: list[Callable[[Transfer], None]] = []


class NotTakenBack(Exception):
    """Something has been built on it; the message says what, and what to do first."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take the case, and why."""

    level: str
    kind: str  # body, a kind of representative, or successor
    name: str
    reason: str
    body: Body | None = None

    @property
    def key(self) -> str:
        """What stands in a form for it."""
        return f"body:{self.body.pk}" if self.body else f"{self.kind}:{self.name}"


@lru_cache(maxsize=1)
def _devolved() -> dict[str, str]:
    rows = tables.rows("opencasework.office.tags", "categories.csv")
    return {row["code"]: row["devolved"] for row in rows}


def is_devolved(category: str, nation: str) -> bool:
    """Whether all of such problems is devolved to en, wa, sc or ni."""
    said = _where(category)
    return nation in DEVOLVED_TO and not said[0].startswith("part:") and _area(nation) in said


def is_devolved_in_part(category: str, nation: str) -> bool:
    """Whether some of such problems is devolved to en, wa, sc or ni, and some is not."""
    said = _where(category)
    if nation not in DEVOLVED_TO or not said[0].startswith("part:"):
        return False
    return _area(nation) in (said[0].removeprefix("part:"), *said[1:])


def _area(nation: str) -> str:
    return DEVOLVED_TO[Nation(nation)][0]


def _where(category: str) -> list[str]:
    """The nations it is devolved to; the first says “part:” where only some of it is, which holds for all."""
    return _devolved().get(category, "").split(";")


@lru_cache(maxsize=1)
def _partners() -> list[dict[str, str]]:
    return tables.rows("opencasework.office.cases", "partners.csv")


def candidates(case: Case) -> list[Candidate]:
    """Everybody who could take it, the likeliest first; those of the case's own level before the others."""
    office = Office.objects.filter(pk=1).first()
    categories = [issue.category for issue in case.issues.all() if not issue.outcome]
    found = [
        *_own_member(case, office),
        *_representatives(categories, office),
        *_partner_bodies(categories),
        *_successor(office),
    ]
    unique = {(each.name, each.level): each for each in reversed(found)}
    ordered = list(reversed(unique.values()))
    return sorted(ordered, key=lambda each: each.level != case.transferability)


def _own_member(case: Case, office: Office | None) -> list[Candidate]:
    """The member of where the person lives, where that is not here."""
    person = case.constituent
    postcode = person.address.postcode if person and person.address else ""
    if not office or not postcode or office.covers(postcode) is not False:
        return []
    kind = MemberKind(office.member_kind)
    name = f"Their own {short_kind(kind)}"
    reason = f"{postcode} lies outside {office.area_name}. Ask the person first."
    return [Candidate(Transferability.OTHER_REPRESENTATIVE, kind, name, reason)]


def _representatives(categories: list[Category], office: Office | None) -> list[Candidate]:
    if office is None:
        return []
    found = []
    for category in categories:
        for kind, reason in _responsible(category, office):
            known = Body.objects.filter(kind=f"{REPRESENTATIVE}{kind}").order_by("name")
            named = [
                Candidate(
                    Transferability.OTHER_REPRESENTATIVE,
                    kind,
                    body.name,
                    # Which ward or region, as the office wrote it down.
                    f"{body.what_for.rstrip('.')}. {reason}" if body.what_for else reason,
                    body,
                )
                for body in known
            ]
            article = "A" if kind == MemberKind.COUNCILLOR else "An"  # MP and the like are spelt out
            name = f"{article} {short_kind(kind)} for {office.area_name}"
            found += named or [Candidate(Transferability.OTHER_REPRESENTATIVE, kind, name, reason)]
            found += [
                Candidate(Transferability.SHARED, each.kind, each.name, each.reason, each.body)
                for each in (named or [found[-1]])
            ]
    return found


def _responsible(category: Category, office: Office) -> list[tuple[MemberKind, str]]:
    """Which representatives answer for a matter here, with the reason; none for the office's own kind."""
    devolved = _devolved().get(category.code, "").split(";")
    found: list[tuple[MemberKind, str]] = []
    if office.nation in DEVOLVED_TO:
        area, kind, where = DEVOLVED_TO[Nation(office.nation)]
        if area in devolved:
            found.append((kind, f"{category.label} is devolved: {where} answers for it."))
        elif f"part:{area}" in devolved:
            found.append((kind, f"{category.label} is devolved in part to {where}."))
        elif office.member_kind != MemberKind.MP:
            found.append((MemberKind.MP, f"{category.label} is not devolved; Westminster answers for it."))
    elif office.member_kind == MemberKind.COUNCILLOR and not _is_local(category):
        found.append((MemberKind.MP, f"{category.label} is decided nationally, not by the council."))
    if _is_local(category):
        found.append((MemberKind.COUNCILLOR, f"The council decides much of {category.label.lower()}."))
    return [(kind, reason) for kind, reason in found if kind != office.member_kind]


def _is_local(category: Category) -> bool:
    return any(code.strip().startswith(COUNCILS) for code in category.typical_bodies.split(";"))


def _partner_bodies(categories: list[Category]) -> list[Candidate]:
    """Advice bodies that the routes of the issues name; Citizens Advice for everything."""
    nations = nations_here()
    found = []
    for category in [*categories, None]:
        codes = [
            row["body"]
            for row in _partners()
            if row["nation"] in nations
            and row["category"] in ({category.code, category.group_code} if category else {""})
        ]
        reason = (
            f"They advise on {category.label.lower()}." if category else "They advise on nearly everything."
        )
        for body in Body.objects.filter(code__in=codes).order_by("name"):
            for level in (Transferability.SIGNPOST, Transferability.REFER):
                found.append(Candidate(level, "body", body.name, reason, body))
    return found


def _successor(office: Office | None) -> list[Candidate]:
    if office is None:
        return []
    name = f"The next member for {office.area_name}"
    return [
        Candidate(
            Transferability.HANDOVER, SUCCESSOR, name, "For when this member stands down; only with consent."
        )
    ]


def short_kind(kind: str) -> str:
    """MP, MSP, MS, MLA or councillor."""
    return "councillor" if kind == MemberKind.COUNCILLOR else str(kind).upper()


def answer_expected(today: date) -> date:
    """When somebody asked today should have said whether they take it."""
    return working_days_after(today, ANSWER_DAYS, nation=Office.nation_here())


def without_authority(case: Case, body: Body | None, *, consent: str) -> str:
    """Why nothing about the people of the case may go there, a sentence; empty where it may."""
    return " ".join(filter(None, (asks(case, body, consent) for asks in WITHOUT_AUTHORITY)))


# --- acts -------------------------------------------------------------------------------------------------


@transaction.atomic
def offer(
    *,
    case: Case,
    level: str,
    to_name: str,
    to_kind: str,
    consent: str,
    by: StaffMember,
    to_body: Body | None = None,
    consent_on: date | None = None,
    answer_by: date | None = None,
    offered_on: date | None = None,
) -> Transfer:
    """Record that the case was offered to somebody. Nothing is sent by this; a letter is written apart."""
    made = Transfer(
        case=case,
        level=level,
        to_body=to_body,
        to_name=to_name,
        to_kind=to_kind,
        consent=consent,
        consent_on=consent_on,
        # Nobody answers a signpost: the person goes there themselves.
        answer_by=None if level == Transferability.SIGNPOST else answer_by,
        offered_by=by,
    )
    if offered_on:
        made.offered_on = offered_on
    made.save()
    _record(made, by=by, text=f"{made.get_level_display()}: {to_name}. {made.get_consent_display()}.")
    if case.transferability != level:
        Case.objects.filter(pk=case.pk).update(transferability=level)
        case.record(
            Event.Kind.TAGGED,
            by=by,
            text=_level_said(case.transferability, level),
            urgency=case.urgency,
            sensitivity=case.sensitivity,
            transferability=level,
        )
        case.refresh_from_db()
    return made


@transaction.atomic
def answered(transfer: Transfer, *, answer: str, on: date, by: StaffMember) -> bool:
    """Record whether they took it. False when somebody had recorded an answer already."""
    waiting = Transfer.objects.unanswered().filter(pk=transfer.pk)
    # Of two people at once, the update lets one through.
    if not waiting.update(answer=answer, answered_on=on):
        return False
    transfer.refresh_from_db()
    _record(transfer, by=by, text=f"{transfer.to_name}: {transfer.get_answer_display().lower()}.")
    return True


@transaction.atomic
def take_back_answer(transfer: Transfer, *, by: StaffMember) -> bool:
    """What they answered was written down by mistake: they are asked again. False where no answer is there.

    Raises NotTakenBack where something has been built on it.
    """
    # Locked (on SQLite a write is alone anyway), so that nothing is built on it meanwhile.
    held = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if not held.is_answered or held.answered_on is None:
        return False
    reasons = [_closed_as_referred(held), *(asks(held) for asks in BUILT_ON)]
    if any(reasons):
        raise NotTakenBack(" ".join(filter(None, reasons)))
    was, on = held.answer, held.answered_on
    text = f"Taken back, it was a mistake: {held.to_name}: {held.get_answer_display().lower()}, on {say(on)}"
    Transfer.objects.filter(pk=held.pk).update(answer="", answered_on=None)
    transfer.refresh_from_db()
    _record(transfer, by=by, text=text, took_back="answer", was=was, was_on=on.isoformat())
    for act in WHEN_TAKEN_BACK:
        act(transfer)
    return True


def _closed_as_referred(transfer: Transfer) -> str:
    """Why an answer stays by which the case has been closed: what it ended as goes by who took it."""
    took_it = transfer.answer == Transfer.Answer.ACCEPTED and transfer.level in GOES_TO_THEM
    return "The case was closed since. Open it again first." if took_it and not transfer.case.is_open else ""


# Whoever takes a case in one of these ways deals with it from then on; what is shared stays ours too.
GOES_TO_THEM = frozenset({Transfer.Level.REFER, Transfer.Level.OTHER_REPRESENTATIVE, Transfer.Level.HANDOVER})


def taken(case: Case) -> Transfer | None:
    """The offer by which somebody else has the case now: once closed, it counts as referred."""
    accepted = case.transfers.filter(answer=Transfer.Answer.ACCEPTED, level__in=GOES_TO_THEM)
    return accepted.order_by("-answered_on", "-pk").first()


def _level_said(old: str, new: str) -> str:
    return f"Transferability: {Transferability(old).label}, now {Transferability(new).label}"


def _record(transfer: Transfer, *, by: StaffMember, text: str, **detail: object) -> None:
    transfer.case.record(
        Event.Kind.TRANSFER,
        by=by,
        text=text,
        transfer=transfer.pk,
        level=transfer.level,
        to_kind=transfer.to_kind,
        body=transfer.to_body.code if transfer.to_body and not transfer.to_body.is_local else "",
        answer=transfer.answer,
        **detail,
    )


def card(case: Case) -> dict[str, object]:
    """What the page of a case says of it: the offers so far and, where it could go, to whom."""
    offers = [] if case.lacks("transfers") else list(case.transfers.select_related("to_body"))
    over = {number: said for asks in CONSENT_ENDED for number, said in asks(case).items()} if offers else {}
    for each in offers:
        each.consent_ended = over.get(each.pk, "")
    could = candidates(case) if case.is_open and case.transferability != Transferability.KEEP else []
    fitting = [each for each in could if each.level == case.transferability]
    return {"transfers": offers, "could_take": fitting[:3]}
