"""Who changed what: each version of a letter's words, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from django.utils import timezone
from django.utils.safestring import SafeString

from opencasework.office.cases.models import Event
from opencasework.office.letters import apart, masking, rich, suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review.models import LetterStep, LetterVersion
from opencasework.office.staff.models import StaffMember

ONE_GO = timedelta(minutes=15)  # what one person saves within this is one version
WORDS = ("subject", "text", "html")


def keep(before: Letter, after: Letter, *, by: StaffMember | None, apart: bool = False) -> None:
    """Write down who changed the letter, and end what was approved. Call inside the transaction.

    What stands `apart` is a version of its own, however soon it comes after another of the same person.
    """
    if before.version != after.version:
        _end_approvals(before, after, by=by)
    if all(getattr(before, name) == getattr(after, name) for name in WORDS):
        return
    last = before.versions.last()
    if last is None:
        last = LetterVersion.objects.create(
            letter=before, number=1, by=before.changed_by or before.drafted_by,
            began_at=before.drafted_at, saved_at=before.drafted_at, **_words(before),
        )  # fmt: skip
    now = timezone.now()
    acted = LetterStep.objects.filter(letter=before, at__gte=last.began_at).exists()
    in_one_go = not apart and last.by == by and now - last.saved_at < ONE_GO and not acted
    if last.number > 1 and in_one_go:
        LetterVersion.objects.filter(pk=last.pk).update(saved_at=now, **_words(after))
    else:
        LetterVersion.objects.create(letter=before, number=last.number + 1, by=by, **_words(after))


def versions_for(letter: Letter, staff: StaffMember) -> list[LetterVersion]:
    """The versions that this colleague may read: not those that tell of a case they may not know of."""
    found = list(letter.versions.select_related("by"))
    hidden = apart.hidden_words(letter, staff) if found else set()
    return [one for one in found if not apart.tells(unescape("\n".join(_words(one).values())), hidden)]


def _words(letter: Letter | LetterVersion) -> dict[str, str]:
    return {name: getattr(letter, name) for name in WORDS}


def _end_approvals(before: Letter, after: Letter, *, by: StaffMember | None) -> None:
    given = LetterStep.objects.standing(before)
    if not given:
        return
    LetterStep.objects.create(letter=before, kind=LetterStep.Kind.ENDED, by=by, version=after.version)
    before.case.record(
        Event.Kind.REVIEWED, by=by, letter=before.pk, step=LetterStep.Kind.ENDED.value,
        text=f"Approval ended, the letter was changed: {after.subject}",
    )  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A version on the page of a letter's history, against the one before it."""

    version: LetterVersion
    before: LetterVersion | None
    difference: SafeString
    subject_was: str
    only_form: bool  # the words are the same, their form is not


def shown(versions: list[LetterVersion], staff: StaffMember, number: int | None = None) -> Shown | None:
    """One of the versions against the one before it, the last where no number is given."""
    found = next((v for v in reversed(versions) if number is None or v.number == number), None)
    if found is None:
        return None
    before = next((v for v in reversed(versions) if v.number < found.number), None)
    return Shown(
        version=found,
        before=before,
        difference=_shown_words(before, found, staff),
        subject_was=before.subject if before and before.subject != found.subject else "",
        only_form=bool(before and before.text == found.text and before.html != found.html),
    )


def _shown_words(before: LetterVersion | None, found: LetterVersion, staff: StaffMember) -> SafeString:
    """What differs from before or, where the words are the same, how they stand, with suggestions."""
    masks = masking.masks_of(found.letter, staff, (before or found).text, found.text)
    if before is not None and before.text == found.text and found.html:
        return masking.in_html(found.html, masks)
    hidden = [masking.in_text(each.text, masks) for each in (before or found, found)]
    return difference(*hidden)


def difference(before: str, after: str) -> SafeString:
    """Two texts as one, with what went in `<del>` and what came in `<ins>`."""
    return SafeString(suggesting.suggested(rich.from_text(before), after, by="", at=""))
