"""The second look: whose letters need whose eyes before they leave, and whether they have had them."""

from __future__ import annotations

from opencasework.office.bodies.models import BodyContact
from opencasework.office.letters import rich
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review.models import TO_A_MINISTER, LetterStep, Look, LookRule
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.permissions import May, may

SENIORS = {Role.SENIOR_CASEWORKER, Role.OFFICE_MANAGER, Role.MEMBER}
_SAID = {
    Look.COLLEAGUE: "a colleague has to approve it",
    Look.SENIOR: "a senior caseworker, the office manager or the member has to approve it",
    Look.MEMBER: "the member has to approve it",
}


def rules() -> dict[str, str]:
    """The look that is needed, by whose letter it is; without those that need none."""
    return dict(LookRule.objects.exclude(look=Look.NONE).values_list("whose", "look"))


def set_rules(wanted: dict[str, str]) -> None:
    """Set the office's rules; whose is not named keeps what was set."""
    for whose, look in wanted.items():
        LookRule.objects.update_or_create(whose=whose, defaults={"look": look})


def writers(letter: Letter) -> set[StaffMember]:
    """Everybody whose words it holds; of one a machine drafted, whoever has the case."""
    of_versions = letter.versions.exclude(by=None).select_related("by")
    found = {letter.drafted_by, letter.changed_by, *(version.by for version in of_versions)} - {None}
    found = found or {letter.sent_by, letter.case.owner} - {None}
    return {one for one in found if one is not None}


def needed(letter: Letter) -> set[tuple[StaffMember, str]]:
    """Who wrote in it and what look their words need, by the office's rules."""
    here = rules()
    if not here:
        return set()
    wrote = writers(letter)
    asked = {(one, here[one.role]) for one in wrote if one.role in here}
    if TO_A_MINISTER in here and _goes_to_a_minister(letter):
        asked |= {(one, here[TO_A_MINISTER]) for one in wrote if one.role != Role.MEMBER}
    return asked


def _goes_to_a_minister(letter: Letter) -> bool:
    """By its wording, or because it goes to the head or the next level up of a department."""
    if letter.template is not None and letter.template.to_minister:
        return True
    contact = letter.to_contact
    above = (BodyContact.Kind.ESCALATION, BodyContact.Kind.HEAD)
    is_above = contact is not None and contact.kind in above
    return is_above and letter.to_body is not None and letter.to_body.kind == "department"


def suffices(approver: StaffMember, *, of: StaffMember, look: str) -> bool:
    """Whether this one's approval is the look that the words of `of` need. Nobody approves their own."""
    if approver == of or not may(approver, May.SEND_LETTERS):
        return False
    if look == Look.MEMBER:
        return approver.role == Role.MEMBER
    return look == Look.COLLEAGUE or approver.role in SENIORS


def missing(letter: Letter) -> set[tuple[StaffMember, str]]:
    """The looks that the letter, as it stands, still needs."""
    wanted = needed(letter)
    if not wanted:
        return set()
    given = LetterStep.objects.standing(letter)
    if any(step.by is None for step in given):
        return set()
    return {
        (one, look)
        for one, look in wanted
        if not any(step.by and suffices(step.by, of=one, look=look) for step in given)
    }


def approve_fixed_words(letter: Letter) -> None:
    """The words are the office's own, and nobody wrote in them: they need no second look while they stand."""
    if rules():
        LetterStep.objects.create(
            letter=letter, kind=LetterStep.Kind.APPROVED, by=None, version=letter.version
        )


def said(wanted: set[tuple[StaffMember, str]]) -> str:
    """What is missing, as a sentence; empty where nothing is."""
    if not wanted:
        return ""
    strictest = max((look for _one, look in wanted), key=list(Look.values).index)
    return f"A second look is needed: {_SAID[Look(strictest)]} as it stands."


def checks(letter: Letter) -> list[tuple[bool, str]]:
    """What is looked at before it leaves: whether it is well, and how that is said."""
    found = []
    if suggested := rich.pending(letter.html):
        count = "1 suggestion waits" if len(suggested) == 1 else f"{len(suggested)} suggestions wait"
        found.append((False, f"{count} for an answer. Accept or reject before it goes."))
    if needed(letter):
        problem = said(missing(letter))
        found.append((not problem, problem or "Somebody else has approved it as it stands"))
    return found
