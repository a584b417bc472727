"""Which case a message may belong to, each with its reason; only those the colleague may know of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from opencasework.office.bodies.models import BodyContact
from opencasework.office.cases.models import Case, CasePerson, CaseQuerySet, Issue, ReferenceNumber
from opencasework.office.inbox.learning.words import STOP, stems
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting.categories import SuggestedCategory
from opencasework.office.inbox.suggesting.facts import TEXT_LOOKED_AT
from opencasework.office.inbox.suggesting.people import SuggestedPerson
from opencasework.office.kit import references
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember

MOST_CASES = 8
MOST_LOOKED_AT = 40  # earlier mails of one address, cases of one person
MOST_ENQUIRIES = 150  # of one body, the newest
STILL_MEANT = timedelta(days=365)  # for which a closed case may be what somebody writes about
CASE_REFERENCE = re.compile(r"\bOC-\d{4}-\d{5}\b", re.IGNORECASE)


@dataclass(frozen=True)
class SuggestedCase:
    """A case it may belong to, and perhaps the enquiry it answers."""

    case: Case
    reason: str
    enquiry: Enquiry | None = None


def cases(
    message: Message,
    text: str,
    people: Sequence[SuggestedPerson],
    categories: Sequence[SuggestedCategory],
    staff: StaffMember,
    *,
    guess: bool = True,
) -> list[SuggestedCase]:
    """The cases it may belong to, the most likely first. Without `guess`, what the mail answers or names."""
    visible = Case.objects.visible_to(staff).select_related("owner")
    found: dict[int, SuggestedCase] = {}
    sources: list[Iterable[SuggestedCase]] = [_answered(message, visible, staff), _named(text, visible)]
    if guess:
        # A body's mail is of nobody we help.
        sources.append([] if people else _by_enquiry(message, text, visible))
        sources.append(_by_people(message, people, categories, visible))
    for suggested in (each for source in sources for each in source):
        found.setdefault(suggested.case.pk, suggested)
    return list(found.values())[:MOST_CASES]


def _answered(message: Message, visible: CaseQuerySet, staff: StaffMember) -> Iterator[SuggestedCase]:
    proposed = message.proposal_for(staff)
    if proposed:
        yield SuggestedCase(proposed, message.proposal_reason, message.proposed_enquiry)
    if message.thread_id:
        earlier = Message.objects.filter(Q(pk=message.thread_id) | Q(thread=message.thread_id))
        for case in visible.filter(pk__in=earlier.exclude(case=None).values("case"))[:MOST_CASES]:
            yield SuggestedCase(case, "An earlier mail of this thread is on it.")


def _named(text: str, visible: CaseQuerySet) -> Iterator[SuggestedCase]:
    named = sorted({each.upper() for each in CASE_REFERENCE.findall(text)})[:MOST_CASES]
    for case in visible.filter(reference__in=named) if named else ():
        yield SuggestedCase(case, f"It names {case.reference}.")
    kinds = references.kinds()
    wanted = {
        (code, kinds[code].compact(value)) for code, value in references.found_in(text) if code in kinds
    }
    if not wanted:
        return
    numbers = ReferenceNumber.objects.filter(
        compact__in=sorted({compact for _, compact in wanted})[:MOST_LOOKED_AT], case__in=visible
    )
    for number in numbers.select_related("case__owner"):
        if (number.kind, number.compact) in wanted:
            yield SuggestedCase(number.case, f"It gives the {number.kind_name} of this case.")


def _by_enquiry(message: Message, text: str, visible: CaseQuerySet) -> list[SuggestedCase]:
    """What a body's mail may answer: an enquiry it owes, of somebody the mail names."""
    if not message.from_address:
        return []
    contacts = BodyContact.objects.filter(email__iexact=message.from_address)
    bodies = list(contacts.order_by("pk").values_list("body", flat=True)[:MOST_CASES])
    # A team that is nobody's contact has answered us before, perhaps.
    earlier = Message.objects.filter(from_address=message.from_address).exclude(case=None).order_by("-pk")
    asked = list(earlier.values_list("case", flat=True)[:MOST_LOOKED_AT])
    if not bodies and not asked:
        return []
    put = Enquiry.objects.filter(Q(case__in=asked) | Q(body__in=bodies), case__in=visible)
    put = put.filter(sent_on__lte=message.received_at.date()).select_related("case__owner", "body")
    rows = list(put.order_by("-sent_on", "-pk")[:MOST_ENQUIRIES])
    people: dict[int, list[str]] = {}
    links = CasePerson.objects.filter(case__in=[each.case_id for each in rows])
    for case, name in links.values_list("case", "person__full_name"):
        people.setdefault(case, []).append(name)
    waiting = [each for each in rows if not each.is_answered and each.case.is_open]
    scored = []
    for enquiry in rows:
        worth, reason = _answers(enquiry, message, text, people.get(enquiry.case_id, []))
        if not worth and waiting == [enquiry]:
            worth, reason = 1, f"{enquiry.body} was asked in this case alone."
        if worth:
            scored.append((worth + (enquiry in waiting), SuggestedCase(enquiry.case, reason, enquiry)))
    return [suggested for _, suggested in sorted(scored, key=lambda each: -each[0])]


def _answers(enquiry: Enquiry, message: Message, text: str, people: Sequence[str]) -> tuple[int, str]:
    """How much says that a mail answers this enquiry, and the first thing that does."""
    lowered = text.lower()
    signs: list[tuple[int, str]] = []
    name = next((each for each in people if each.lower() in lowered), "")
    if name:
        signs.append((4, f"It names {name}, for whom {enquiry.body} was asked."))
    title = " ".join(enquiry.case.title.lower().split())
    subject = " ".join(message.subject.lower().split())
    if title and title in subject:
        signs.append((4, f"Its subject is that of our letter to {enquiry.body}."))
    elif len(shared := _told(title) & _told(subject)) >= 2:
        signs.append((2, f"Its subject speaks of {', '.join(sorted(shared)[:3])}."))
    day = f"{enquiry.sent_on.day} {enquiry.sent_on:%B}".lower()
    if re.search(rf"(?<!\d){day}\b", lowered):
        signs.append((3, f"It speaks of our letter of {enquiry.sent_on.day} {enquiry.sent_on:%B}."))
    return sum(worth for worth, _ in signs), signs[0][1] if signs else ""


def _by_people(
    message: Message,
    people: Sequence[SuggestedPerson],
    categories: Sequence[SuggestedCategory],
    visible: CaseQuerySet,
) -> Iterator[SuggestedCase]:
    """The cases of those it may be from: open ones first, and among them what it speaks of."""
    if not people:
        return
    order = {suggested.person.pk: at for at, suggested in enumerate(people)}
    named = {suggested.person.pk: suggested.person.full_name for suggested in people}
    links = CasePerson.objects.filter(person__in=order).order_by("-pk").values_list("person", "case")
    of: dict[int, int] = {}
    for person, number in links[: MOST_LOOKED_AT * 2]:
        if number not in of or order[person] < order[of[number]]:
            of[number] = person
    since = message.received_at - STILL_MEANT
    theirs = list(visible.standing().filter(pk__in=of).filter(Q(closed_at=None) | Q(closed_at__gte=since)))
    # What ended is meant only where nothing of theirs goes on.
    busy = {of[case.pk] for case in theirs if case.is_open}
    theirs = [case for case in theirs if case.is_open or of[case.pk] not in busy]
    spoken = _topics(message)
    about = {suggested.category.pk: 3 - at for at, suggested in enumerate(categories)}
    fit: dict[int, float] = {}
    for on, category in Issue.objects.filter(case__in=theirs).values_list("case", "category"):
        fit[on] = max(fit.get(on, 0.0), about.get(category, 0))
    for case in theirs:
        fit[case.pk] = fit.get(case.pk, 0.0) + 2 * len(spoken & _told(case.title))
    theirs.sort(
        key=lambda case: (order[of[case.pk]], not case.is_open, -fit[case.pk], -case.opened_at.timestamp())
    )
    for case in theirs:
        state = "An open case" if case.is_open else "A closed case"
        fits = " It speaks of the same." if fit[case.pk] >= 2 and len(theirs) > 1 else ""
        yield SuggestedCase(case, f"{state} of {named[of[case.pk]]}.{fits}")


def _topics(message: Message) -> set[str]:
    return _told(f"{message.subject} {message.new_text[:TEXT_LOOKED_AT]}")


def _told(text: str) -> set[str]:
    return {word for word in stems(text) if word not in STOP and len(word) > 2}
