"""What is written in a case's own chaser after it was gathered: no word of it goes to nobody unseen."""

from __future__ import annotations

import re
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Draft, Event
from opencasework.office.letters.actions import Check, keep_edit
from opencasework.office.letters.fields import Way
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review.words import begun_values
from opencasework.office.letters.unsaved import as_written, form_of, words_beside
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.models import ScheduleLine

SENTENCES = re.compile(r"(?<=[.!?])\s+")


class NotTakenIn(Exception):
    """The words stay in the case's own chaser; the message says why."""


def print_of(chaser: Letter) -> str:
    """A fingerprint of its words, with what is suggested: how they are laid out is no matter."""
    return sha256(" ".join(as_written(chaser.html, chaser.text).split()).encode()).hexdigest()[:16]


def is_written_in(line: ScheduleLine) -> bool:
    """Whether somebody has changed the words of the case's own chaser since it was gathered."""
    return bool(line.chaser and line.own_words and line.own_words != print_of(line.chaser))


def _line(chaser: Letter) -> ScheduleLine | None:
    waits = ScheduleLine.objects.filter(chaser=chaser.pk, letter__state__in=["draft", "sending"])
    return waits.select_related("letter", "case").order_by("-pk").first()


def when_edited(before: Letter, after: Letter, by: StaffMember | None) -> None:
    """A chaser that goes along was changed: its case says so, once, until the words are taken in."""
    line = _line(after)
    if line is None or line.own_words != print_of(before) or line.own_words == print_of(after):
        return
    text = (
        f"Its chaser was written in after it was gathered into one letter to {line.letter.to_body}. The "
        "words do not go along until they are taken into that letter."
    )
    after.case.record(Event.Kind.NOTE, by=by, text=text, letter=after.pk)


def begun(chaser: Letter) -> list[StaffMember]:
    """Who has begun to write in it and not saved it, where that is not what it says already."""
    kept = Draft.objects.filter(form=form_of(chaser.pk)).fresh(at=timezone.now()).select_related("staff")
    return [each.staff for each in kept if words_beside(chaser, begun_values(each) or {})]


def check_on_its_page(line: ScheduleLine) -> list[Check]:
    """For the page of the case's own chaser: that what was written in it stays there, and what to press."""
    if not is_written_in(line):
        return []
    text = "What was written in it since it was gathered does not go along by itself."
    press = ("Take it into that letter", reverse("letter-words-along", args=[line.chaser_id]))
    return [Check(ok=False, text=text, press=press if line.letter.is_draft else None)]


def check_on_the_letter(line: ScheduleLine) -> list[Check]:
    """For the letter it goes along in: that there are words which that one does not have."""
    own = line.chaser
    if own is None:
        return []
    way = Way("", "Open its own chaser", own.get_absolute_url())
    which = f"{line.case.reference} of the schedule."
    if is_written_in(line):
        text = f"{which} Its own chaser was written in since it was gathered. Read it: take that in, or let "
        press = ("Take it into this letter", reverse("letter-words-along", args=[own.pk]))
        return [Check(ok=False, text=f"{text}it go by itself.", ways=(way,), press=press)]
    text = f"{which} {{}} has begun to write in its own chaser and not saved it: that does not go along."
    return [Check(ok=False, must=False, text=text.format(who), ways=(way,)) for who in begun(own)]


@transaction.atomic
def take_in(chaser: Letter, *, by: StaffMember) -> Letter:
    """Put what people wrote in a case's own chaser below the letter it goes along in, which is returned.

    That is each sentence which the chaser was not drafted with and the letter does not have; each paragraph
    begins with the number of the case, so that it goes out again with it. Raises NotTakenIn.
    """
    found = _line(chaser)
    visible = Letter.objects.visible_to(by).filter(pk=found.letter_id if found is not None else 0)
    both = [chaser.pk, *visible.values_list("pk", flat=True)]
    locked = Letter.objects.select_for_update(of=("self",)).filter(pk__in=both).order_by("pk")
    standing = {each.pk: each for each in locked}
    line = _line(chaser)
    letter = standing.get(line.letter_id) if line is not None else None
    if line is None or letter is None or not letter.is_draft or not standing[chaser.pk].is_draft:
        raise NotTakenIn("It goes along with no letter, or that one is on its way. Look again.")
    own = standing[chaser.pk]
    words = [f"{line.case.reference}: {each}" for each in _new_in(own, letter)]
    if words:
        keep_edit(letter, by=by, text="\n\n".join([letter.text, *words]))
        said = f"What was written in its chaser is in the letter to {letter.to_body} with other cases."
        own.case.record(Event.Kind.NOTE, by=by, text=said, letter=own.pk)
    ScheduleLine.objects.filter(pk=line.pk).update(own_words=print_of(own))
    return letter


def _new_in(own: Letter, letter: Letter) -> list[str]:
    """What people wrote in it, a paragraph each."""
    first = own.versions.order_by("number").first()
    drafted = {one for part in _paragraphs(first.text) for one in part} if first else set()
    new = (
        [one for one in part if one and one not in drafted and one not in letter.text]
        for part in _paragraphs(as_written(own.html, own.text))
    )
    return [" ".join(part) for part in new if part]


def _paragraphs(text: str) -> list[list[str]]:
    """The sentences of each paragraph."""
    return [SENTENCES.split(part.strip()) for part in text.split("\n")]


def say_what_stays(line: ScheduleLine, letter: Letter) -> None:
    """The letter has left: what the case's own chaser had beside it is said on the case, not lost unseen."""
    own = line.chaser
    if own is None:
        return
    said = []
    if is_written_in(line):
        said.append(
            f"What was written in its chaser in the last moment did not go with the letter to "
            f"{letter.to_body}: it is kept under who changed what."
        )
    said += [
        f"What {who} had begun to write in its chaser did not go with the letter to {letter.to_body}: for "
        "72 hours it stands beside the chaser, for them."
        for who in begun(own)
    ]
    for text in said:
        line.case.record(Event.Kind.NOTE, by=None, text=text, letter=own.pk)
