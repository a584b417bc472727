"""Drafting the word that is due, for a person to read and send. Nothing here sends anything."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Event, Outcome
from opencasework.office.cases.told import Told, speakers, told, told_of
from opencasework.office.constituents import languages
from opencasework.office.constituents.models import Person
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters import asked, recipients
from opencasework.office.letters.actions import discard, keep_draft, template_of, worded
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import HOLDING_UPDATE, Enquiry, Letter, LetterTemplate
from opencasework.office.letters.unsaved import is_untouched
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Urgency
from opencasework.office.telling.forwarding import FORWARDS, answer_to, quote_below
from opencasework.office.telling.models import Word

log = logging.getLogger(__name__)

# In a day: an office that begins with this is not buried under drafts about everything it has open.
MOST_A_DAY = 25
AT_ONCE = 400  # cases looked at together
LATELY = timedelta(minutes=10)  # a line written since then may say that somebody has not heard after all
CLOSED_LATELY = timedelta(days=14)  # a case closed longer ago is not written about by itself
CLOSING_DAYS = 1  # working days that whoever closed a case has for the closing letter
IN_OWN_WORDS = "LT-UPDATE"


@dataclass(frozen=True)
class Owed:
    """A word that is due on a case."""

    case: Case
    kind: str
    since: date
    due_on: date


# --- which words are due ----------------------------------------------------------------------------------


def owed(*, on: date) -> list[Owed]:
    """Every word that is due on this day and has not been drafted, the longest silence first."""
    found = [*_on_open_cases(on), *_on_closed_cases(on)]
    silence = ("case", "kind", "since")
    made = set(Word.objects.lasting().values_list(*silence))
    ended = set(Word.objects.ended().values_list(*silence))
    drafts = Letter.objects.drafts().exclude(to_person=None).order_by()
    written = set(drafts.values_list("case", "to_person"))  # somebody is at it already
    due = [
        one
        for one in found
        if (key := (one.case.pk, one.kind, one.since)) not in made
        and (key in ended or not any((one.case.pk, person) in written for person in _hearers(one.case)))
    ]
    return sorted(due, key=lambda one: (one.kind != Word.Kind.ACKNOWLEDGEMENT, one.due_on, one.case.pk))


def _prefetched(numbers: list[int]) -> Iterator[list[Case]]:
    for start in range(0, len(numbers), AT_ONCE):
        cases = Case.objects.filter(pk__in=numbers[start : start + AT_ONCE])
        yield list(cases.prefetch_related("case_people__person", "questions"))


def _on_open_cases(on: date) -> Iterator[Owed]:
    open_cases = Case.objects.standing().open().filter(kind=Case.Kind.CASEWORK).order_by("pk")
    for cases in _prefetched(list(open_cases.values_list("pk", flat=True))):
        by_number = {case.pk: case for case in cases}
        for pk, standing in told_of(cases, today=on).items():
            if (one := _owed_of(by_number[pk], standing)) is not None:
                yield one


def _owed_of(case: Case, standing: Told) -> Owed | None:
    """An acknowledgement at once, so that it is ready in time; an update on the day it is due."""
    if standing.due_on is None:
        return None
    if standing.is_first:
        return Owed(case, Word.Kind.ACKNOWLEDGEMENT, standing.since, standing.due_on)
    return Owed(case, Word.Kind.UPDATE, standing.since, standing.due_on) if standing.is_due else None


def _on_closed_cases(on: date) -> Iterator[Owed]:
    """Cases closed lately whose people have not been told that they are."""
    nation = Office.nation_here()
    since = timezone.make_aware(datetime.combine(on - CLOSED_LATELY, time()))
    closed = Case.objects.closed().filter(closed_at__gte=since, kind=Case.Kind.CASEWORK)
    # Whom we lost touch with, and who asked us to stop, is for a person to decide about.
    closed = closed.exclude(issues__outcome__in=[Outcome.LOST_TOUCH, Outcome.WITHDREW])
    for cases in _prefetched(list(closed.order_by("pk").values_list("pk", flat=True).distinct())):
        by_number = {case.pk: case for case in cases}
        for pk, standing in told_of(cases, today=on).items():
            closed_at = by_number[pk].closed_at
            assert closed_at is not None
            day = timezone.localdate(closed_at)
            due_on = working_days_after(day, CLOSING_DAYS, nation=nation)
            if due_on <= on and not (standing.heard and standing.heard.on >= day):
                yield Owed(by_number[pk], Word.Kind.CLOSING, day, due_on)


# --- drafting them ----------------------------------------------------------------------------------------


def draft_due(today: date) -> int:
    """Draft every word that is due, up to so many a day, and return how many. A person sends them."""
    start = timezone.make_aware(datetime.combine(today, time()))
    room = MOST_A_DAY - Word.objects.filter(made_at__gte=start).count()
    return sum(prepare(one, today=today) is not None for one in owed(on=today)[: max(room, 0)])


def prepare(one: Owed, *, today: date) -> Word | None:
    """Draft one word, or put before a person that it needs care. None where it is not due any more."""
    case = Case.objects.filter(pk=one.case.pk).first()
    if case is None or (person := _whom(one, case, today=today)) is None:
        return None
    before = Word.objects.ended().filter(case=case, kind=one.kind, since=one.since).first()
    if before is not None and not _is_of_an_earlier_closing(before, case):
        return before if owe(before) else None
    drafted, why_not = None, why_by_hand(person)
    if not why_not and case.constituent and case.constituent != person:
        why_not = why_to_take_care(case.constituent)
    if not why_not and not _is_being_written(case):
        # Filled in before anything is locked: a Word file takes its time, in which nobody else could write.
        try:
            drafted = _filled_in(one, case, person, today=today)
        except TemplateProblem:
            why_not = "The office’s wording for it cannot be used; look at it under Letters, Wording."
    return _kept(one, drafted, why_not, today=today)


def _whom(one: Owed, case: Case, *, today: date) -> Person | None:
    """Who is to be told, while the word is still due."""
    if case.is_open == (one.kind == Word.Kind.CLOSING):
        return None
    standing = told(case, today=today)
    if standing is None or (case.is_open and standing.since != one.since):
        return None
    return recipients.first(case)


def _hearers(case: Case) -> set[int]:
    """Who hears for the person to whom the next word on this case is owed."""
    return speakers(case, case.constituent.pk if case.constituent else None)


def _is_being_written(case: Case) -> bool:
    return case.letters.drafts().filter(to_person__in=_hearers(case)).exists()


@transaction.atomic
def _kept(one: Owed, drafted: Letter | None, why_not: str, *, today: date) -> Word | None:
    # Locked, so that of two processes one finds it made.
    case = Case.objects.select_for_update().filter(pk=one.case.pk).first()
    if case is None or _whom(one, case, today=today) is None:
        return None
    if _is_being_written(case) or not (drafted or why_not):
        return None  # somebody is at it, or was a moment ago: a later round looks again
    word, is_new = Word.objects.get_or_create(
        case=case, person=case.constituent, kind=one.kind, since=one.since, defaults={"due_on": one.due_on}
    )
    if not is_new and word.met_at is None:
        return None
    word.letter = keep_draft(drafted, by=None) if drafted else None
    word.why_no_letter = "" if drafted else why_not[:400]
    word.made_at, word.met_at, word.is_put_away = timezone.now(), None, False
    word.save(update_fields=["letter", "why_no_letter", "made_at", "met_at", "is_put_away"])
    return word


def why_by_hand(person: Person) -> str:
    """Why nothing is drafted that one key could send to this person: a sentence; empty where it may be."""
    if care := why_to_take_care(person):
        return care
    if person.preferred_channel == Person.Channel.PHONE:
        return f"They would rather be rung{f': {person.phone}' if person.phone else ''}."
    if not person.email and person.address is None:
        return "We have neither an email nor a postal address" + (
            f"; ring {person.phone}." if person.phone else "."
        )
    return ""


def why_to_take_care(person: Person) -> str:
    """What is to be looked at before anybody is told of this person's case, whoever it is; else empty."""
    if person.safe_contact:
        return f"Check first how to reach them: {person.safe_contact}"
    if person.contact_limit:
        return f"There is a limit on contact: {person.contact_limit}"
    return ""


def _filled_in(one: Owed, case: Case, person: Person, *, today: date) -> Letter:
    """The letter with its words, unsaved. Raises TemplateProblem."""
    code, enquiry, given = _wording(one, case, today=today)
    letter = worded(
        case=case, template=template_of(code), by=None, today=today, to_person=person, about_enquiry=enquiry,
        given=given,
    )  # fmt: skip
    if code == FORWARDS and enquiry and (answer := answer_to(enquiry)):
        quote_below(letter, answer, body=enquiry.body.name)
    return letter


def _wording(one: Owed, case: Case, *, today: date) -> tuple[str, Enquiry | None, dict[str, str]]:
    """Which letter says where the case stands, about which enquiry, and what it says beyond its facts."""
    if one.kind == Word.Kind.CLOSING:
        return "LT-CLOSE", None, {}
    if one.kind == Word.Kind.ACKNOWLEDGEMENT:
        urgent = case.urgency in {Urgency.URGENT, Urgency.EMERGENCY}
        has_urgent = urgent and LetterTemplate.objects.filter(code="LT-ACK-URG").exists()
        return ("LT-ACK-URG" if has_urgent else "LT-ACK"), None, {}
    enquiries = case.enquiries.select_related("body", "letter").exclude(letter__state=Letter.State.SENDING)
    answered = enquiries.filter(answered_on__gte=one.since).order_by("-answered_on").first()
    if answered is not None:
        return FORWARDS, answered, {}
    waiting = enquiries.filter(answered_on=None).order_by("due_on", "pk").first()
    if waiting is None:
        return IN_OWN_WORDS, None, {}
    is_late = asked.awaited_until(waiting) < today and not waiting.is_paused
    if is_late and waiting.unread_reply is None:
        return HOLDING_UPDATE, waiting, {}
    language = case.constituent.language if case.constituent else languages.ENGLISH
    if language not in {languages.ENGLISH, languages.WELSH}:
        return IN_OWN_WORDS, None, {}  # the sentences below are in these two
    next_on = working_days_after(today, 20, nation=Office.nation_here())
    said = asked.so_far(waiting, next_on=next_on, language=language)
    return IN_OWN_WORDS, None, {"your_message": said}


# --- when they have heard ---------------------------------------------------------------------------------


def settle(*, word: Word | None = None) -> int:
    """Let every word be owed for as long as it has not been said: those end that were said, by whatever way,
    and those are owed again of which that has been taken back. How many changed.

    A draft that nobody touched goes with its word and comes back with it. Looked at is what is owed, and what
    had ended on cases where something was written down lately; with `word`, that one.
    """
    lately = Event.objects.filter(at__gte=timezone.now() - LATELY).order_by()
    on_them = Word.objects.filter(case__in=lately.values("case"))
    asked = [Word.objects.waiting(), on_them.ended()] if word is None else [Word.objects.filter(pk=word.pk)]
    found = [each for words in asked for each in words.select_related("letter")]
    changed = 0
    for words in _in_parts(found):
        cases = {case.pk: case for part in _prefetched([each.case_id for each in words]) for case in part}
        standing = told_of(list(cases.values()), today=timezone.localdate())
        merges = Case.objects.filter(merged_into__in=cases)
        joined = set(merges.values_list("merged_into", flat=True))
        for each in words:
            case, here = cases[each.case_id], standing.get(each.case_id)
            if here is not None and case.pk in joined:
                here = told(case, today=here.today, person=each.person_id)
            is_over = here is None or _is_over(each, case, here)
            if is_over != (each.met_at is not None):
                changed += end(each) if is_over else owe(each)
    return changed


def _in_parts(words: list[Word]) -> Iterable[list[Word]]:
    return (words[start : start + AT_ONCE] for start in range(0, len(words), AT_ONCE))


def _is_over(word: Word, case: Case, standing: Told) -> bool:
    """Whether the word is owed no more, as things stand; it may be again."""
    if case.merged_into_id or case.is_open == (word.kind == Word.Kind.CLOSING):
        return True  # closed, or taken up again, since; or the case that stands for it has the same word
    if word.letter is not None and word.letter.state == Letter.State.SENT:
        return True
    if word.letter is not None and word.letter.state == Letter.State.DISCARDED and not word.is_put_away:
        return True  # somebody has decided
    if _is_of_an_earlier_closing(word, case):
        return True
    if standing.heard is None:
        return False
    if word.kind == Word.Kind.CLOSING:
        return standing.heard.on >= word.since
    if word.kind == Word.Kind.ACKNOWLEDGEMENT:
        return True
    return standing.since > word.since or standing.heard.at > word.made_at


def _is_of_an_earlier_closing(word: Word, case: Case) -> bool:
    """Whether the case has been closed once more since: what was prepared says how it ended before.

    Of a case that others became part of nobody can tell which closing it is about.
    """
    if word.kind != Word.Kind.CLOSING or case.closed_at is None or case.closed_at <= word.made_at:
        return False
    return not case.merged_cases.exists()


@transaction.atomic
def end(word: Word) -> bool:
    """The word is owed no more, as things stand. A draft that only the machine has written goes with it."""
    if not Word.objects.waiting().filter(pk=word.pk).update(met_at=timezone.now()):
        return False
    if (letter := _untouched(word)) is not None and discard(letter):
        Word.objects.filter(pk=word.pk).update(is_put_away=True)
    return True


@transaction.atomic
def owe(word: Word) -> bool:
    """The word is owed after all, with the draft that went when it ended. False where it is owed anyway."""
    ended = Word.objects.select_for_update().exclude(met_at=None).filter(pk=word.pk).first()
    if ended is None:
        return False
    if ended.is_put_away:
        thrown_away = Letter.objects.filter(pk=ended.letter_id or 0, state=Letter.State.DISCARDED)
        thrown_away.update(state=Letter.State.DRAFT)
    Word.objects.filter(pk=ended.pk).update(met_at=None, is_put_away=False)
    return True


def when_open_again(case: Case, **_: object) -> None:
    """What was prepared about a closing went with it, by nobody's choice: it went with its word."""
    words = Word.objects.waiting().filter(case=case, kind=Word.Kind.CLOSING)
    by_itself = words.filter(letter__state=Letter.State.DISCARDED, letter__changed_by=None)
    by_itself.update(is_put_away=True)


def _untouched(word: Word) -> Letter | None:
    """Its draft, where only the machine has written it and nobody has begun to do anything with it."""
    drafts = Letter.objects.drafts().filter(pk=word.letter_id or 0, drafted_by=None, changed_by=None)
    return next((draft for draft in drafts if is_untouched(draft)), None)


@transaction.atomic
def was_told(word: Word, *, how: str, said: str, by: StaffMember) -> bool:
    """A colleague has told them by telephone or in person. False where the word was said already."""
    if not Word.objects.waiting().filter(pk=word.pk).exists():
        return False
    heading = f"Call with {word.whom}" if how == "phone" else f"Spoke to {word.whom}"
    word.case.record(
        Event.Kind.CALL,
        by=by,
        text=f"{heading}\n{said}",
        how=how,
        word=word.pk,
        **({"person": word.whom.pk} if word.whom else {}),
    )
    return end(word)


def stands(case: Case, line: Event) -> bool:
    """Whether this line of a call is what ended a word that the case owed."""
    met = Word.objects.filter(case=case, pk=line.detail["word"]).exclude(met_at=None)
    return met.exists() and not case.events.filter(kind=Event.Kind.UNDELIVERED, detail__call=line.pk).exists()


def not_told(case: Case, line: Event, by: StaffMember) -> str:
    """They have not heard by this after all: unless they have otherwise, the word is owed again."""
    case.record(
        Event.Kind.UNDELIVERED, by=by, call=line.pk, text="Taken back: they have not heard from us after all."
    )
    word = Word.objects.get(case=case, pk=line.detail["word"])
    settle(word=word)
    if Word.objects.waiting().filter(pk=word.pk).exists():
        return "Taken back: they have not heard yet."
    return "Taken back: they have not heard by this."
