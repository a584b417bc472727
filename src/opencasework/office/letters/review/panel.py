"""What the page of a letter shows about its reading: steps, suggestions, comments, and what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from opencasework.office.letters import apart, masking, paper, rich
from opencasework.office.letters.models import Letter, LetterComment, LetterStep
from opencasework.office.letters.review import actions, looks, screen
from opencasework.office.letters.review.models import Look
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.permissions import May, may

Kind = LetterStep.Kind


@dataclass(frozen=True)
class Stage:
    """One of the steps above the letter: done, the one it stands at, or still to come."""

    name: str
    who: str
    when: datetime | None = None
    state: str = ""  # done, now, or nothing


@dataclass(frozen=True)
class Suggested:
    """A suggestion with its author, as the list beside the letter shows it."""

    id: str
    who: str
    when: datetime | None
    removed: str
    added: str

    @property
    def is_break(self) -> bool:
        """Without words: only the end of a paragraph."""
        return not self.removed.strip() and not self.added.strip()


def context(letter: Letter, staff: StaffMember, *, after: str = "") -> dict[str, Any]:
    """All of it, for the page of one letter and one reader; `after` is the suggestion to go on with."""
    review = actions.current(letter)
    suggestions = _suggestions(letter, staff)
    current = _current(suggestions, after)
    comments = _comments(letter, staff)
    standing = LetterStep.objects.standing(letter) if letter.is_draft else []
    missing = looks.missing(letter) if letter.is_draft else set()
    open_comments = [one for one in comments if one.resolved_at is None]
    mine = bool(review and review.waits_for == staff)
    writes = may(staff, May.WRITE_CASES)
    may_approve = (
        letter.is_draft and (mine or bool(missing)) and actions.may_approve(letter, staff)
        and not any(step.by == staff for step in standing)
    )  # fmt: skip
    steps = LetterStep.objects.in_force(letter)
    return {
        "body_html": paper.with_signature(
            screen.on_screen(letter, staff, open_comments, current=current), paper.place_of_signature()
        ),
        "stages": _stages(letter, review, steps, standing, missing),
        "review": review,
        "waits_for_me": mine,
        "may_approve": may_approve,
        "signs": may_approve and _goes_to_the_member(staff, missing),
        "approvals": standing,
        "approval_ended": _ended(steps),
        "look_missing": looks.said(missing),
        "readers": actions.readers(letter, by=staff) if letter.is_draft and writes else [],
        "may_send_back": letter.is_draft and writes and (mine or may_approve),
        "may_take_back": writes and actions.can_take_back(letter, by=staff),
        "sent_back": _sent_back(steps, review),
        "suggestions": suggestions,
        "current_suggestion": current,
        "comments": open_comments,
        "resolved_comments": [one for one in comments if one.resolved_at is not None],
        "open_count": len(suggestions) + len(open_comments),
        "places": _places(letter, staff) if letter.is_draft else [],
        "has_history": letter.versions.count() > 1,
        "suggests": mine and letter.drafted_by != staff,
        "asked_note": _asked_note(steps),
    }


def _current(suggestions: list[Suggested], after: str) -> str:
    """The suggestion Y and N are about: the one asked for, else the first."""
    known = [one.id for one in suggestions]
    return after if after in known else (known[0] if known else "")


def _goes_to_the_member(staff: StaffMember, missing: set[tuple[StaffMember, str]]) -> bool:
    return staff.role != Role.MEMBER and any(look == Look.MEMBER for _one, look in missing)


def _comments(letter: Letter, staff: StaffMember) -> list[LetterComment]:
    """What was said about the letter; not of words that they may not read, see `apart.hidden_words`."""
    first = LetterComment.objects.filter(letter=letter, answers=None)
    found = list(first.select_related("by", "resolved_by").prefetch_related("replies__by"))
    hidden = apart.hidden_words(letter, staff) if found else set()
    if not hidden:
        return found
    # Of words that stand there no more, nobody can tell whether they were about that case.
    there = " ".join(letter.text.split())
    return [
        one
        for one in found
        if one.quote in there
        and not apart.tells("\n".join([one.text, *(each.text for each in one.replies.all())]), hidden)
    ]


def _suggestions(letter: Letter, staff: StaffMember) -> list[Suggested]:
    waiting = rich.pending(letter.html)
    names = screen.names(one.by for one in waiting)
    words = [word for one in waiting for word in (one.removed, one.added)]
    masks = masking.masks_of(letter, staff, *words) if waiting else []
    return [
        Suggested(
            one.id,
            names.get(one.by, "Somebody"),
            when(one.at),
            masking.in_text(one.removed, masks),
            masking.in_text(one.added, masks),
        )
        for one in waiting
    ]


def when(at: str) -> datetime | None:
    """The time written into a suggestion; None where it cannot be read."""
    try:
        return parse_datetime(at)
    except ValueError:
        return None


def _places(letter: Letter, staff: StaffMember) -> list[str]:
    """The paragraphs a comment may be about, where nobody can mark words: by how they begin."""
    text = masking.in_text(letter.text, masking.masks_of(letter, staff))
    paragraphs = [line.strip() for line in text.split("\n") if len(line.strip()) > 20]
    return [paragraph[:120] for paragraph in paragraphs][:60]


def _ended(steps: list[LetterStep]) -> LetterStep | None:
    """The last act, where it ended an approval: somebody changed what had been approved."""
    acts = [step for step in steps if step.kind in {*LetterStep.APPROVALS, Kind.ENDED}]
    return acts[-1] if acts and acts[-1].kind == Kind.ENDED else None


def _sent_back(steps: list[LetterStep], review: Any) -> LetterStep | None:
    return steps[-1] if steps and steps[-1].kind == Kind.BACK and review is None else None


def _asked_note(steps: list[LetterStep]) -> str:
    """What whoever passed it on last wrote beside."""
    asked = [step for step in steps if step.kind in {Kind.PASSED, Kind.SIGNATURE}]
    return asked[-1].note if asked else ""


def _stages(
    letter: Letter, review: Any, steps: list[LetterStep], standing: list[LetterStep], missing: set[Any]
) -> list[Stage]:
    """Drafted, read by a colleague, signed by the member where they are asked or needed, sent."""
    found = [Stage("Drafted", str(letter.drafted_by or "Automatic"), letter.drafted_at, "done")]
    approved = next((s for s in reversed(standing) if s.kind == Kind.APPROVED), None)
    signed = next((s for s in reversed(standing) if s.kind == Kind.SIGNED), None)
    if not letter.is_draft:
        approvals = [s for s in steps if s.kind in LetterStep.APPROVALS]
        approved = next((s for s in reversed(approvals) if s.kind == Kind.APPROVED), None)
        signed = next((s for s in reversed(approvals) if s.kind == Kind.SIGNED), None)
    reading = bool(review and not review.for_signature)
    if approved:
        found.append(Stage("Review", str(approved.by or "Fixed words"), approved.at, "done"))
    elif reading:
        found.append(Stage("Review", str(review.waits_for), review.asked_at, "now"))
    elif missing or not (signed or (review and review.for_signature)):
        now = letter.is_draft and not (review and review.for_signature)
        found.append(Stage("Review", "", None, "now" if now else "done" if not letter.is_draft else ""))
    wanted = any(look == Look.MEMBER for _one, look in missing)
    if signed:
        found.append(Stage("Sign", str(signed.by), signed.at, "done"))
    elif review and review.for_signature:
        found.append(Stage("Sign", str(review.waits_for), review.asked_at, "now"))
    elif wanted:
        found.append(Stage("Sign", "", None))
    left = letter.state == Letter.State.SENT
    ready = letter.is_draft and not review and bool(standing) and not missing
    if ready:
        found = [s if s.state != "now" else Stage(s.name, s.who, s.when, "done") for s in found]
    state = "done" if left else "now" if ready or letter.state == Letter.State.SENDING else ""
    found.append(
        Stage("Send", str(letter.sent_by) if letter.sent_by and not letter.is_draft else "",
              letter.sent_at, state)
    )  # fmt: skip
    return found
