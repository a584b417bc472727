"""What somebody had typed into a letter that left, or was thrown away, before they saved it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from opencasework.office.cases import drafts
from opencasework.office.cases.models import Draft
from opencasework.office.letters import rich, suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review.words import begun_values
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import StaffRequest

WORDS = ("subject", "text", "html", "no_authority_reason")


def form_of(letter: int) -> str:
    """The name under which what is typed into the letter of this number is kept."""
    return f"letter-{letter}"


def is_untouched(letter: Letter) -> bool:
    """Whether nobody has begun to do anything with it since it was drafted, nor is typing in it."""
    touched = letter.versions, letter.steps, letter.comments, letter.enclosures
    if any(each.exists() for each in touched) or hasattr(letter, "review"):
        return False
    return not Draft.objects.filter(form=form_of(letter.pk)).fresh(at=timezone.now()).exists()


def left_over(letter: Letter, staff: StaffMember) -> dict[str, Any]:
    """What this person had typed and did not save, and when; empty where that stands there."""
    begun = drafts.begun(case=letter.case, staff=staff, form=form_of(letter.pk))
    words = words_beside(letter, begun_values(begun) or {})
    return {"text": words, "at": begun.saved_at, "form": begun.form} if begun and words else {}


def words_beside(letter: Letter, values: dict[str, str]) -> str:
    """What of these is not on the letter: the words it would send and, called by their names, short ones."""
    typed = {name: values.get(name, "").strip() for name in ("subject", "no_authority_reason")}
    typed["text"] = as_written(values.get("html", ""), values.get("text", ""))
    stands = {"text": as_written(letter.html, letter.text)}
    stands |= {name: getattr(letter, name) for name in typed if name not in stands}
    new = {name: words for name, words in typed.items() if words not in ("", stands[name])}
    said = {"subject": "Subject: ", "no_authority_reason": "Reason for writing without authority to act: "}
    return "\n\n".join(f"{said.get(name, '')}{words}" for name, words in new.items())


def as_written(html: str, text: str) -> str:
    """The plain words, with what is suggested as if it had been made."""
    return (rich.to_text(suggesting.accept(html)) if html else text).strip()


def keep_posted(letter: Letter, request: StaffRequest) -> str:
    """Keep what was posted too late, as what is typed is kept. The words of it that cannot be kept."""
    posted = {name: request.POST.get(name, "") for name in WORDS if name in request.POST}
    now = timezone.now()
    try:
        drafts.keep(case=letter.case, staff=request.user, form=form_of(letter.pk), values=posted, since=now)
    except drafts.NotKept:
        return words_beside(letter, posted)
    return ""
