"""What keeps a letter here: a bulk send without a second person, or a schedule that cannot go as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.cases.models import Case
from opencasework.office.kit.words import begun_small
from opencasework.office.letters import stopping
from opencasework.office.letters.actions import Check
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.fields import Way
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.volumes import own_words
from opencasework.office.volumes.along import rung_about, why_not_along
from opencasework.office.volumes.counting import BULK_FROM, near_identical
from opencasework.office.volumes.gathering import may_be_named, not_to_be_asked, put_elsewhere, put_since
from opencasework.office.volumes.models import BulkRelease, ScheduleLine
from opencasework.office.volumes.naming import named_around


def checks(letter: Letter, on: date) -> list[Check]:
    """For the list of what is looked at before a letter leaves."""
    asked = not was_accepted(letter) and is_bulk(letter, on=on)
    found = [_bulk_check(letter, on)] if asked else []
    return found + schedule_checks(letter, on)


def was_accepted(letter: Letter) -> bool:
    """Whether it is in the outbox already: it is not kept back for what went after it."""
    mails = letter.mails.exclude(state=OutgoingMail.State.WITHDRAWN)
    return letter.state == Letter.State.SENDING and mails.exists()


def is_bulk(letter: Letter, *, on: date) -> bool:
    """Whether so many letters that say the same went to the body this month that one more is a bulk send.

    One about several cases is none: it goes instead of many.
    """
    return not letter.schedule.exists() and len(near_identical(letter, on=on)) >= BULK_FROM


def release_of(letter: Letter) -> BulkRelease | None:
    """What was said for sending it all the same; None where nothing was, or the words have changed since.

    It is as good for a letter that goes by post after all.
    """
    said = BulkRelease.objects.select_related("asked_by", "agreed_by").filter(letter=letter.pk).first()
    versions = {letter.version_by(means) for means in Letter.Means.values}
    return said if said is not None and said.version in versions else None


def _bulk_check(letter: Letter, on: date) -> Check:
    said = release_of(letter)
    if said is not None and said.is_agreed:
        return Check(ok=True, text=f"A bulk send that {said.asked_by} and {said.agreed_by} stand for")
    assert letter.to_body is not None  # else nothing is counted
    whole = letter.to_body.whole
    whom = str(whole) if whole == letter.to_body else f"{whole} and its parts, as {letter.to_body} is,"
    what = "chasers" if letter.kind == Letter.Kind.CHASER else "letters"
    many = f"{BULK_FROM} or more {what} that say the same went to {whom} this month."
    if said is None:
        ask = "Gather them into one, or say why this goes too; somebody else has to agree."
    else:
        ask = f"Somebody else than {said.asked_by} has to agree to one more."
    return Check(ok=False, text=f"{many} {ask}")


def news_of_others(mail: OutgoingMail, since: datetime) -> str:
    """What is new on a case of the schedule since the letter was sent off: which it is, and what keeps the
    letter here. Not in its own words: the sentence goes on the timeline of another case.
    """
    letter = mail.letter
    lines = letter.schedule.select_related("case", "chaser__to_body") if letter is not None else []
    for line in lines:
        case = line.case.survivor
        came = stopping.line_since(case, since, sent_by=mail.queued_by)
        if came is not None and letter is not None:
            why = why_not_along(line, letter, timezone.localdate())
            what = f"{came.get_kind_display()}. {why}".strip()
            return f"Since it was sent off, on {line.case.reference} of the schedule: {what}"[:450]
        if said := stopping.untold(case, since, mail.queued_by):
            return f"On {line.case.reference} of the schedule: {begun_small(said)}"
    return ""


def _one_by_now(letter: Letter, lines: Sequence[ScheduleLine]) -> list[Check]:
    """That two cases of the letter became one since they were gathered: it would ask twice for one answer,
    and once they are told apart nobody could say what it asked for which.
    """
    times = Counter([letter.case_id, *(line.case_id for line in lines)])
    twice = sorted({line.case.reference for line in lines if times[line.case_id] > 1})
    return [_gather_again(letter, f"{each} stands for two cases of this letter by now.") for each in twice]


def _gathered_later(lines: Sequence[ScheduleLine], on: date) -> list[Check]:
    """That it did not leave on a day on which the other cases were not in it yet."""
    gathered = max((timezone.localdate(line.gathered_at) for line in lines), default=on)
    if on >= gathered:
        return []
    text = f"Its cases were gathered on {in_words(gathered)}. Give that day or a later one."
    return [Check(ok=False, text=text)]


def _why_not_asked(line: ScheduleLine, letter: Letter) -> str:
    """Why a case that is put without a chaser of its own is not to be asked about now; empty where it is."""
    if line.chaser_id is not None or letter.to_body is None or letter.state == Letter.State.SENT:
        return ""
    leaving = put_elsewhere(letter).filter(case=line.case_id, letter__state=Letter.State.SENDING)
    if leaving.exists():  # on which case that stands, not everybody may know who reads this
        return "It stands in another letter to them, which is on its way."
    still = not_to_be_asked(letter.to_body, letter.category_code).filter(case=line.case_id).first()
    if still is None:
        since = put_since(line, letter)
        return (
            f"It was put to {since.body} on {in_words(since.sent_on)}, since it was gathered."
            if since
            else ""
        )
    if still.is_leaving:
        return "Its own letter to them is on its way."
    if still.is_paused:
        return "The clock of its own enquiry stands still."
    return "They have sent a reply to read."


def _gather_again(letter: Letter, why: str) -> Check:
    way = Way("", "Gather them again", reverse("letter-gathering", args=[letter.pk]))
    return Check(ok=False, text=f"{why} Gather the cases again.", ways=(way,))


def schedule_checks(letter: Letter, on: date) -> list[Check]:
    """Whether every case of the schedule may be named, and the body told of its person."""
    if letter.to_body is None:
        return []
    lines = list(letter.schedule.select_related("case", "chaser__to_body"))
    named = {line.case_id for line in lines}
    theirs = Case.objects.filter(pk__in=named)
    allowed = set(may_be_named(letter.case, theirs).values_list("pk", flat=True)) if named else set()
    found = _one_by_now(letter, [line for line in lines if line.case_id in allowed])
    found += _gathered_later(lines, on)
    if any(each.reference in letter.text for each in named_around(letter) if each.case_id not in named):
        text = "It has words about a case that it does not put. Take them out, or gather the cases again."
        found.append(Check(ok=False, text=text))
    for line in lines:
        case = line.case
        if case.pk not in allowed:  # its number stands in the letter; nothing more is said of it here
            text = "A case of the schedule can no longer be named in a letter about others. Take it out."
            found.append(Check(ok=False, text=text))
        elif not case.is_open:
            text = f"{case.reference} of the schedule is closed. Gather the cases again, without it."
            found.append(Check(ok=False, text=text))
        elif case.reference not in letter.text:  # else it would get a clock for what nobody asked
            text = f"{case.reference} of the schedule is not in the letter any more."
            found.append(Check(ok=False, text=f"{text} Gather the cases again, with it or without it."))
        elif not gate.is_open(case, letter.to_body, on=on):
            said, label, url = gate.asking_again(case, letter.to_body, on=on)
            text = f"{case.reference} of the schedule: {begun_small(said)} Ask for it, or take the case out."
            found.append(Check(ok=False, text=text, ways=(Way("", label, url),)))
        elif said := why_not_along(line, letter, on) or _why_not_asked(line, letter):
            found.append(_gather_again(letter, f"{case.reference} of the schedule. {said}"))
        elif held := rung_about(line, letter, on):
            found.append(replace(held, text=f"{case.reference} of the schedule. {held.text}"))
        else:
            found += own_words.check_on_the_letter(line)
    if lines and all(not check.must for check in found):
        found.append(Check(ok=True, text=f"Authority covers all {len(lines)} cases of the schedule"))
    return found
