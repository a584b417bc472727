"""What a letter needs to go: authority for the body, or the person's word for whoever acts for them."""

from __future__ import annotations

from datetime import date, datetime

from opencasework.office.authority import gate, speaking
from opencasework.office.letters.fields import Way
from opencasework.office.letters.leaving import Check
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember

OR_SAY_WHY = "Ask for it, or give the reason why the letter goes without."
OR_ASK_THEM = "Ask them and write it down, or give the reason why the letter goes without."


def lacks_authority(letter: Letter, *, on: date) -> bool:
    """Whether it goes to a body that no authority on the case covers on that day, or to somebody on the case
    whom its constituents have not agreed to.
    """
    return _lacks(letter, _standing(letter, on=on), on=on)


def may_lack_it(letter: Letter) -> bool:
    """Whether it goes to anybody but those the case is for."""
    person = letter.to_person
    return letter.to_body_id is not None or (person is not None and speaking.is_outside(letter.case, person))


def asking(letter: Letter, *, on: date) -> tuple[str, str, str] | None:
    """What is said where it lacks authority, the words of the way on, and where that leads; else None."""
    found = _standing(letter, on=on)
    return _asking(letter, found, on=on) if _lacks(letter, found, on=on) else None


def check(letter: Letter, *, on: date) -> Check:
    """Whether it may go to whom it is for."""
    if not may_lack_it(letter):
        return Check(ok=True, text="Goes to the constituent; no authority is needed")
    found = _standing(letter, on=on)
    if not _lacks(letter, found, on=on):
        return Check(ok=True, text=found.said if found else f"Authority covers {letter.to_body}")
    if letter.no_authority_reason:
        what = (
            f"{found.said}. Nothing says that they agreed"
            if found
            else f"No authority covers {letter.to_body}"
        )
        return Check(ok=True, text=f"{what}; the reason is on record")
    said, label, url = _asking(letter, found, on=on)
    text = f"{found.said}. {said} {OR_ASK_THEM}" if found else f"{said} {OR_SAY_WHY}"
    return Check(ok=False, text=text, ways=(Way("", label, url),))


def _lacks(letter: Letter, found: speaking.Standing | None, *, on: date) -> bool:
    if letter.to_body is not None:
        return not gate.is_open(letter.case, letter.to_body, on=on)
    return found is not None and bool(found.lacking)


def _asking(letter: Letter, found: speaking.Standing | None, *, on: date) -> tuple[str, str, str]:
    if letter.to_body is not None:
        return gate.asking_again(letter.case, letter.to_body, on=on)
    assert found is not None  # what lacks authority goes to a body or to somebody on the case
    return found.missing, *found.way


def record_override(letter: Letter, *, by: StaffMember | None, at: datetime) -> None:
    """It left without authority, with its reason: see `gate.record_override`."""
    gate.record_override(
        case=letter.case, body=letter.to_body, person=letter.to_person, letter=letter.pk,
        reason=letter.no_authority_reason, by=by, at=at,
    )  # fmt: skip


def _standing(letter: Letter, *, on: date) -> speaking.Standing | None:
    """How whoever it goes to stands; None for a body and for those the case is for."""
    person = letter.to_person
    if person is None or not speaking.is_outside(letter.case, person):
        return None
    return speaking.standing(letter.case, person, on=on)
