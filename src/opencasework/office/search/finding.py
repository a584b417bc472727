"""Finding people, cases, references, messages and letters: what one colleague may see, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Case as FirstThatFits
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.safestring import SafeString

from opencasework.office.bodies.models import Body
from opencasework.office.cases import covering
from opencasework.office.cases.models import Case, CasePerson, CaseQuerySet, Event, ReferenceNumber
from opencasework.office.cases.numbers import HIDDEN, may_read
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Letter
from opencasework.office.search import index
from opencasework.office.search.marking import READ as READ_OF_A_TEXT
from opencasework.office.search.marking import excerpt, mark, without_numbers
from opencasework.office.search.question import Question
from opencasework.office.search.sources import BY_NAME, SOURCES
from opencasework.office.search.spacing import standing
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import OwnWord, folded

# However common the words, so many of the newest matches one may see are looked at and no more.
NEWEST = 1000
READ = 300  # texts that may have a number that was looked for, the newest, are read for it
TEXTS_AT_ONCE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Item:
    """One line of the results."""

    url: str
    title: SafeString | str
    meta: SafeString | str = ""
    icon: str = ""
    pill: str = ""
    state: str = ""
    key: str = ""
    on: Any = None  # when it came about: a date or a time
    pk: int = 0  # of the person
    name: str = ""  # of the person, unmarked


@dataclass(frozen=True)
class Group:
    """The results of one kind; `more` when there are others than those shown."""

    key: str
    label: str
    items: Sequence[Item] = field(default_factory=list)
    more: bool = False


def find(question: Question, staff: StaffMember, *, limit: int, only: str = "") -> list[Group]:
    """The groups with something found, at most `limit` items each; `only` names a single group."""
    if not question.words:
        return []
    found = []
    for key, (label, look) in GROUPS.items():
        if only in {"", key}:
            items = list(look(question, staff, limit + 1))
            if items:
                found.append(Group(key, label, items[:limit], more=len(items) > limit))
    return found


def people(question: Question, staff: StaffMember) -> QuerySet[Person]:
    """Everyone with all of the words in their name, addresses, emails or telephone numbers."""
    theirs = Person.objects.visible_to(staff)
    return theirs.filter(pk__in=_owners("person", question, theirs)).order_by("-pk")


def cases(question: Question, staff: StaffMember) -> CaseQuerySet:
    """Cases by title, reference, the numbers on them, and the people on them; that very number first."""
    theirs = Case.objects.visible_to(staff)
    found = theirs.filter(pk__in=_owners("case", question, theirs))
    if question.case_number is None:
        return found.order_by("-opened_at")
    that_one = When(reference__endswith=f"-{question.case_number:05d}", then=0)
    return found.order_by(FirstThatFits(that_one, default=1), "-opened_at")


def _is_visible(staff: StaffMember) -> Exists:
    """That the row's case may be known to this colleague, asked for each of the few rows found."""
    return Exists(Case.objects.visible_to(staff).filter(pk=OuterRef("case")))


def _owners(owner: str, question: Question, among: QuerySet[Any]) -> RawSQL:
    """The people ("person") or cases ("case") with all the words, or one of the numbers, in their rows.

    The newest of those in `among`.
    """
    every_word = [_with_words(owner, [word]) for word in question.words]
    either = [_with_words(owner, [number]) for number in question.numbers]
    # SQLite reads compound selects from left to right, PostgreSQL INTERSECT first: here that is the same.
    sql = " INTERSECT ".join(f"SELECT id FROM ({part.sql}) AS word" for part in every_word)
    sql = " UNION ".join([sql, *(f"SELECT id FROM ({part.sql}) AS number" for part in either)])
    is_among = index.one_of(among, "found.id")
    sql = f"SELECT id FROM ({sql}) AS found WHERE {is_among.sql} ORDER BY id DESC LIMIT {NEWEST:d}"
    return RawSQL(sql, [param for part in [*every_word, *either, is_among] for param in part.params])


def _with_words(owner: str, words: list[str]) -> RawSQL:
    parts, params = [], []
    for source in SOURCES:
        column = getattr(source, owner)
        if column and not source.is_long:
            rows = index.matching(source, words)
            parts.append(f'SELECT {column} AS id FROM "{source.table}" WHERE id IN ({rows.sql})')
            params += rows.params
    if owner == "case":
        whom = _with_words("person", words)
        link = CasePerson._meta.db_table
        parts.append(f'SELECT case_id AS id FROM "{link}" WHERE person_id IN ({whom.sql})')
        params += whom.params
    return RawSQL(" UNION ".join(parts), params)


def _people(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    found = people(question, staff).prefetch_related("addresses", "emails", "phones")[:limit]
    theirs = CasePerson.objects.filter(_is_visible(staff), person__in=[person.pk for person in found])
    is_open = Q(case__closed_at=None)
    work = {
        pk: _work(open_cases, closed)
        for pk, open_cases, closed in theirs.values_list("person")
        .annotate(open=Count("pk", filter=is_open), closed=Count("pk", filter=~is_open))
        .order_by()
    }
    for person in found:
        facts = [_where(person, question), work.get(person.pk, "No case")]
        yield Item(
            url=person.get_absolute_url(),
            title=mark(person.full_name, question.words),
            meta=mark(". ".join(fact for fact in facts if fact), question.words),
            icon="user",
            pk=person.pk,
            name=person.full_name,
        )


def _where(person: Person, question: Question) -> str:
    """Where the person lives; their email and telephone when it may be those that were looked for."""
    parts = [str(person.address or "")]
    if "@" in question.text:
        parts += [email.address for email in person.emails.all()]
    if question.numbers:
        parts += [phone.number for phone in person.phones.all() if phone.compact.startswith(question.numbers)]
    return ", ".join(part for part in parts if part)


def _work(open_cases: int, closed: int) -> str:
    if not open_cases:
        return f"No open case, {closed} closed"
    return f"{open_cases} open case{'' if open_cases == 1 else 's'}" + (
        f", {closed} closed" if closed else ""
    )


def _cases(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    for case in cases(question, staff).for_lists()[:limit]:
        whose = case.constituent
        state = f"{case.status.label}. Next: {case.next_action}"
        if case.merged_into_id:
            state = "Part of another case, to which this leads"
        elif not case.is_open:
            state = f"Closed {case.closed_at:%B %Y}"
        yield Item(
            url=case.get_absolute_url(),
            title=mark(f"{case.reference} {case.title}", question.words),
            meta=mark(f"{whose}. {state}" if whose else state, question.words),
            icon="folder",
            on=case.opened_at,
        )


def _references(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    found = Q(pk__in=index.matching(BY_NAME["reference"], list(question.words)))
    for number in question.numbers:
        found |= Q(pk__in=index.matching(BY_NAME["reference"], [number]))
    numbers = ReferenceNumber.objects.filter(found, _is_visible(staff))
    for held in numbers.select_related("case").order_by("-pk")[:limit]:
        yield Item(
            url=held.case.get_absolute_url(),
            title=f"{held.kind_name} {held.masked if may_read(staff, held.kind, held.case) else HIDDEN}",
            meta=f"{held.case.reference} {held.case.title}",
            icon="hash",
        )


def _bodies(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    for body in Body.objects.filter(pk__in=index.matching(BY_NAME["body"], list(question.words)))[:limit]:
        yield Item(
            url=body.get_absolute_url(),
            title=mark(body.name, question.words),
            meta=body.kind,
            icon="landmark",
        )


def _newest(name: str, question: Question, among: QuerySet[M]) -> QuerySet[M]:
    """The newest of the rows of running text with all the words, or one of the numbers, in them.

    None when they are too short to look for.
    """
    source, words = BY_NAME[name], list(question.long_words)
    by_words = index.matching(source, words, newest=NEWEST, among=among) if words else None
    if not question.numbers_in_text:
        return among.none() if by_words is None else among.filter(pk__in=by_words)
    found = _with_numbers(name, question, among)
    if by_words is not None:
        found |= set(among.filter(pk__in=by_words).order_by().values_list("pk", flat=True))
    return among.filter(pk__in=found)


def _with_numbers(name: str, question: Question, among: QuerySet[M]) -> set[int]:
    """The newest rows of running text in which one of the numbers stands: asked of the index, then read."""
    source = BY_NAME[name]
    number = standing(question.numbers_in_text)
    texts = [Left(column, index.engine().LONGEST_TEXT) for column in source.texts]
    found = set()
    for rows in index.with_pieces(source, list(question.numbers_in_text), newest=READ, among=among):
        may_have = among.model._default_manager.filter(pk__in=rows).order_by().values_list("pk", *texts)
        for pk, *written in may_have.iterator(chunk_size=TEXTS_AT_ONCE):
            if any(number.search(text.lower()) for text in written):
                found.add(pk)
    return found


def _shown(cover: covering.Cover, *texts: str) -> list[str]:
    """The texts without the numbers that this colleague may not have shown, as far as they are read."""
    return [cover.over(text[:READ_OF_A_TEXT]) for text in texts]


def _letters(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    among = Letter.objects.filter(_is_visible(staff)).naming_none_hidden_from(staff)
    found = _newest("letter", question, among)
    letters = list(found.select_related("case", "to_body", "to_person").order_by("-drafted_at")[:limit])
    covers = covering.of_each([letter.case_id for letter in letters], staff)
    for letter in letters:
        subject, text = _shown(
            covers[letter.case_id], f"{letter.subject}, to {letter.recipient}", letter.text
        )
        yield Item(
            url=letter.get_absolute_url(),
            title=mark(without_numbers(subject), question.words),
            meta=excerpt(f"{letter.case.reference}: {text}", question.words, question.numbers_in_text),
            icon="pen-line",
            pill=letter.get_state_display() if letter.state == Letter.State.DRAFT else "",
            on=letter.sent_at or letter.drafted_at,
        )


def _notes(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    found = _newest("note", question, Event.objects.filter(_is_visible(staff)))
    events = list(found.select_related("case").order_by("-at")[:limit])
    covers = covering.of_each([event.case_id for event in events], staff)
    for event in events:
        (text,) = _shown(covers[event.case_id], event.text)
        yield Item(
            url=event.case.get_absolute_url(),
            title=f"{event.get_kind_display()} on {event.case.reference} {event.case.title}",
            meta=excerpt(text, question.words, question.numbers_in_text),
            icon="phone" if event.kind == Event.Kind.CALL else "notebook-pen",
            on=event.at,
        )


def _messages(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    found = _newest("message", question, Message.objects.visible_to(staff))
    messages = list(found.select_related("case").order_by("-received_at")[:limit])
    covers = covering.of_each([message.case_id for message in messages], staff)
    for message in messages:
        subject = f"{message.subject or 'No subject'}, from {message.sender}"
        subject, text = _shown(covers[message.case_id], subject, message.new_text)
        on_case = f"{message.case.reference} " if message.case else ""
        yield Item(
            url=message.case.get_absolute_url() if message.case else reverse("message", args=[message.pk]),
            title=mark(without_numbers(subject), question.words),
            meta=excerpt(on_case + text, question.words, question.numbers_in_text),
            icon="mail",
            on=message.received_at,
        )


def _own_words(question: Question, staff: StaffMember, limit: int) -> Iterator[Item]:
    """Words of the office's own, by an old name as well: each leads to the cases that carry it."""
    if not may(staff, May.WRITE_CASES):
        return
    wanted = folded(question.text)
    known = OwnWord.objects.visible_to(staff)
    named = known.filter(folded__startswith=wanted) if wanted else known.none()
    for word in named.select_related("merged_into", "category")[:limit]:
        meant = word.merged_into or word
        old = f", now “{meant}”" if word.merged_into else ""
        yield Item(
            url=reverse("tags-word", args=[meant.pk]),
            title=f"{word}{old}",
            meta=meant.stands_for or "Stands for nothing in the code list yet",
            icon="tags",
        )


GROUPS = {
    "people": ("People", _people),
    "cases": ("Cases", _cases),
    "references": ("Reference numbers", _references),
    "bodies": ("Bodies", _bodies),
    "words": ("Own words", _own_words),
    "messages": ("Messages", _messages),
    "letters": ("Letters", _letters),
    "notes": ("Notes and calls", _notes),
}
