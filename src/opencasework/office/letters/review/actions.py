"""Passing a draft on, sending it back, approving it, and what is said about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases import access
from opencasework.office.cases.models import Event
from opencasework.office.letters import actions, filling, rich, suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review import history, looks
from opencasework.office.letters.review.models import LetterComment, LetterReview, LetterStep, Look
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.permissions import May, may

GOOD_FOR = timedelta(hours=24)  # as elsewhere at the desk; the message offers it for 20 seconds
Kind = LetterStep.Kind


class NotDone(Exception):
    """The act cannot be done; the message says why and what to do."""


def readers(letter: Letter, *, by: StaffMember) -> list[StaffMember]:
    """The colleagues it may be passed on to: those who see the case and may write in it."""
    return [one for one in access.seers(letter.case) if one != by and may(one, May.WRITE_CASES)]


def current(letter: Letter) -> LetterReview | None:
    """With whom the draft is, if with anybody."""
    if not letter.is_draft:
        return None
    return (
        LetterReview.objects.filter(letter=letter)
        .exclude(waits_for=None)
        .select_related("waits_for", "asked_by")
        .first()
    )


def _locked(letter: Letter) -> Letter:
    """The draft, alone for this transaction. Raises NotDone where it is none any more."""
    held = Letter.objects.select_for_update().filter(pk=letter.pk).first()
    if held is None or not held.is_draft:
        raise NotDone("This letter is not a draft any more. Look at the letter to see where it is.")
    return held


def _step(
    letter: Letter,
    kind: str,
    *,
    by: StaffMember,
    text: str,
    to: StaffMember | None = None,
    note: str = "",
    at: datetime | None = None,
) -> LetterStep:
    """One line in the letter's own record and one on the timeline of its case. One act has one `at`."""
    step = LetterStep.objects.create(
        letter=letter, kind=kind, by=by, to=to, note=note[:500], version=letter.version,
        at=at or timezone.now(),
    )  # fmt: skip
    lines = f"{text}: {letter.subject}" + (f"\n{note}" if note else "")
    letter.case.record(Event.Kind.REVIEWED, by=by, text=lines, letter=letter.pk, step=str(kind))
    return step


def _hand(letter: Letter, to: StaffMember | None, *, by: StaffMember, for_signature: bool = False) -> None:
    LetterReview.objects.update_or_create(
        letter=letter,
        defaults={
            "waits_for": to, "for_signature": for_signature, "asked_by": by, "asked_at": timezone.now(),
        },
    )  # fmt: skip


@transaction.atomic
def pass_on(letter: Letter, *, to: StaffMember, by: StaffMember, note: str = "") -> None:
    """Give a draft to a colleague to read, or to the member for signature. Raises NotDone."""
    letter = _locked(letter)
    if to not in readers(letter, by=by):
        raise NotDone("Choose a colleague who sees this case and may change it.")
    signature = to.role == Role.MEMBER
    _hand(letter, to, by=by, for_signature=signature)
    if signature:
        _step(letter, Kind.SIGNATURE, by=by, to=to, note=note, text=f"With {to} for signature")
    else:
        _step(letter, Kind.PASSED, by=by, to=to, note=note, text=f"Passed on to {to} to read")


@transaction.atomic
def send_back(letter: Letter, *, by: StaffMember, reason: str) -> None:
    """Give a draft back to its writer and say why; approvals of it end. Raises NotDone."""
    letter = _locked(letter)
    with_whom = current(letter)
    has_it = with_whom is not None and with_whom.waits_for == by
    if not has_it and not may_approve(letter, by):
        raise NotDone("Whoever has this letter to read sends it back. Leave a comment instead.")
    if not reason.strip():
        raise NotDone("Say what has to change, so that the writer knows.")
    writer = letter.drafted_by or letter.case.owner
    _hand(letter, None, by=by)
    _step(letter, Kind.BACK, by=by, to=writer, note=reason.strip(), text="Sent back")


def may_approve(letter: Letter, staff: StaffMember) -> bool:
    """Whether this one's approval would be a second look at it at all."""
    return may(staff, May.SEND_LETTERS) and looks.writers(letter) != {staff}


@transaction.atomic
def approve(letter: Letter, *, by: StaffMember, version: str) -> StaffMember | None:
    """Approve the words as read: `version` says which. Approving twice changes nothing.

    Returns the member where it went on to them for signature. Raises NotDone where it has changed meanwhile,
    where suggestions or gaps are left in it, or where nobody but `by` has written in it.
    """
    letter = _locked(letter)
    _insist_as_read(letter, version, then="approve it")
    if not may_approve(letter, by):
        raise NotDone("These are your own words. A second look is somebody else’s.")
    if any(step.by == by for step in LetterStep.objects.standing(letter)):
        with_whom = current(letter)  # passed on to them once more, though they have approved these words
        return _on_to_the_member(letter, by=by) if with_whom and with_whom.waits_for == by else None
    if by.role == Role.MEMBER:
        given = _step(letter, Kind.SIGNED, by=by, text="Approved for signature")
    else:
        given = _step(letter, Kind.APPROVED, by=by, text="Approved")
    return _on_to_the_member(letter, by=by, at=given.at)


@transaction.atomic
def sign(letter: Letter, *, by: StaffMember, version: str) -> None:
    """The member signs the words as read, their own too. Signing twice changes nothing.

    Raises NotDone where `by` is not the member, it has changed meanwhile, or suggestions or gaps are left.
    """
    letter = _locked(letter)
    if not may(by, May.SIGN_LETTERS):
        raise NotDone(f"You may not {May.SIGN_LETTERS.value}. Pass the letter to the member.")
    _insist_as_read(letter, version, then="sign it")
    if any(step.kind == Kind.SIGNED and step.by == by for step in LetterStep.objects.standing(letter)):
        return
    _step(letter, Kind.SIGNED, by=by, text="Signed")
    _hand(letter, None, by=by)


def _insist_as_read(letter: Letter, version: str, *, then: str) -> None:
    """Raise NotDone where the words are not those that were read, or are not ready to leave."""
    if version != letter.version:
        who = letter.changed_by or "Somebody"
        raise NotDone(f"{who} changed this letter after you opened it. Read it again, then {then}.")
    if rich.pending(letter.html):
        raise NotDone("Accept or reject the suggestions first: they are no part yet of what leaves.")
    if gaps := filling.gaps(f"{letter.subject}\n{letter.text}"):
        raise NotDone(f"Fill in or take out first: {', '.join(gaps)}")


def _on_to_the_member(letter: Letter, *, by: StaffMember, at: datetime | None = None) -> StaffMember | None:
    """What is next: the member, where their look is needed too, else its writer."""
    wanted = any(look == Look.MEMBER for _one, look in looks.missing(letter))
    member = next((one for one in readers(letter, by=by) if one.role == Role.MEMBER), None)
    if wanted and member is not None:
        _hand(letter, member, by=by, for_signature=True)
        _step(letter, Kind.SIGNATURE, by=by, to=member, at=at, text=f"With {member} for signature")
        return member
    _hand(letter, None, by=by)
    return None


def can_take_back(letter: Letter, *, by: StaffMember) -> bool:
    """Whether the last act on this draft was this one's, and not so long ago: nothing has followed it."""
    steps = LetterStep.objects.in_force(letter) if letter.is_draft else []
    if not steps or steps[-1].kind == Kind.ENDED or steps[-1].version != letter.version:
        return False
    return steps[-1].by == by and timezone.now() - steps[-1].at < GOOD_FOR


@transaction.atomic
def take_back(letter: Letter, *, by: StaffMember) -> None:
    """Passing on, sending back or approving was a mistake: the draft is with whom it was. Raises NotDone."""
    letter = _locked(letter)
    if not can_take_back(letter, by=by):
        raise NotDone(
            "That cannot be taken back any more: somebody has gone on with it, or a day has passed."
        )
    _step(letter, Kind.TAKEN, by=by, text="Taken back")
    acts = [step for step in LetterStep.objects.in_force(letter) if step.kind != Kind.ENDED]
    before = acts[-1] if acts and acts[-1].kind in {Kind.PASSED, Kind.SIGNATURE} else None
    LetterReview.objects.filter(letter=letter).update(
        waits_for=before and before.to, for_signature=bool(before and before.kind == Kind.SIGNATURE),
        asked_by=before.by if before else by, asked_at=before.at if before else timezone.now(),
    )  # fmt: skip


@transaction.atomic
def answer_suggestion(letter: Letter, *, suggestion: str, accept: bool, version: str, by: StaffMember) -> str:
    """Take up or turn down one suggestion, or all where none is named. Returns the one that follows it.

    Raises NotDone where the letter has changed meanwhile or nothing of the kind is there.
    """
    letter = _locked(letter)
    waiting = [one.id for one in rich.pending(letter.html)]
    if version != letter.version:
        raise NotDone("This letter was changed after you opened it. Read it again, then answer.")
    if not waiting or (suggestion and suggestion not in waiting):
        raise NotDone("This suggestion was answered already.")
    answered = suggesting.accept if accept else suggesting.reject
    html = answered(letter.html, suggestion)
    if not html:
        raise NotDone("Then nothing would be left of the letter. Discard it instead.")
    actions.keep_edit(letter, by=by, apart=True, html=html, text=rich.to_text(html))
    if not suggestion:
        return ""
    after = waiting[waiting.index(suggestion) + 1 :] + waiting[: waiting.index(suggestion)]
    return after[0] if after else ""


@transaction.atomic
def bring_back(letter: Letter, *, number: int, version: str, by: StaffMember) -> None:
    """The words of an earlier version stand again. Raises NotDone.

    `version` says which words were read; without it this is an Undo: one step, and of one's own.
    """
    letter = _locked(letter)
    versions = {one.number: one for one in history.versions_for(letter, by)}
    last = letter.versions.select_related("by").last()
    is_next = last is not None and (last.number, last.by) == (number + 1, by)
    if number not in versions or not (version == letter.version if version else is_next):
        raise NotDone("This letter was changed meanwhile. Look at who changed what, and choose a version.")
    words = {name: getattr(versions[number], name) for name in history.WORDS}
    actions.keep_edit(letter, by=by, apart=True, **words)


# --- comments -----------------------------------------------------------------------------------------


@transaction.atomic
def comment(
    letter: Letter, *, by: StaffMember, text: str, quote: str = "", answers: LetterComment | None = None
) -> LetterComment:
    """Say something about the letter, about some of its words, or in answer to a comment. Raises NotDone."""
    if not text.strip():
        raise NotDone("Write the comment.")
    if not letter.is_draft:
        raise NotDone("This letter is not a draft any more. Look at the letter to see where it is.")
    said = LetterComment.objects.create(
        letter=letter,
        by=by,
        text=text.strip()[:1000],
        quote="" if answers else actions.one_line(quote)[:200],
        answers=(answers.answers or answers) if answers else None,
    )
    if answers is None:
        letter.case.record(
            Event.Kind.REVIEWED, by=by, letter=letter.pk, step="comment",
            text=f"Commented on the letter: {letter.subject}\n{said.text}",
        )  # fmt: skip
    return said


def resolve(comment: LetterComment, *, by: StaffMember, resolved: bool = True) -> None:
    """Say that a comment is dealt with, or that it is not after all."""
    LetterComment.objects.filter(pk=comment.pk).update(
        resolved_by=by if resolved else None, resolved_at=timezone.now() if resolved else None
    )
