"""What went to a body from this office, and which of it says the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.campaigns.likeness import likeness
from opencasework.office.campaigns.wording import said, traces
from opencasework.office.cases.models import Case, CaseQuerySet
from opencasework.office.kit.once import once
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet, Letter, LetterQuerySet
from opencasework.office.routes.models import Decision
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.models import ScheduleLine

NEARLY_IDENTICAL = 0.8  # of what the shorter letter says beyond the wording stands in the other
FEWEST_OWN = 4  # traces, some six words: enough to be told by
MOSTLY_WORDING = 0.5  # of a chaser is of the office's wording where nobody wrote it anew
DAY, FIGURES = r"\d{1,2} [^\W\d_]{3,9}(?: \d{4})?", r"(?<!\S)[^\s\d]*+\d\S*"
FIELD = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")  # of a template
# What a letter has to come with from the database to be compared with others.
FOR_COMPARING = ("drafted_by", "case__owner", "case__references", "case__case_people__person__addresses")
MOST_COMPARED = 300  # of the newest letters of a month to one body
COMPARED = (Letter.Kind.ENQUIRY, Letter.Kind.CHASER)  # that ask a body something: each with its like
BULK_FROM = 5  # near-identical letters to a body in a month; one more is a bulk send

LettersOrEnquiries = TypeVar("LettersOrEnquiries", LetterQuerySet, EnquiryQuerySet)


def countable(staff: StaffMember | None) -> CaseQuerySet:
    """The cases that figures shown to this colleague are made of: never a restricted or criminal one.

    Two colleagues who compare their numbers must not learn from the difference that there is one.
    """
    cases = Case.objects.for_every_caseworker()
    return cases if staff is None else cases & Case.objects.visible_to(staff)


def _counts(staff: StaffMember | None) -> Exists:
    """That a row is of such a case: asked row by row; the list of all is as long as the office."""
    return Exists(countable(staff).filter(pk=OuterRef("case")))


def sent_to(body: Body, *, since: date, until: date, staff: StaffMember | None) -> LetterQuerySet:
    """The enquiries in writing and the chasers that left for a body in these days, or are on their way.

    Counted with what it is a part of and the other parts of that, as publications count it: the same words
    to four services of one department are a bulk that one department reads.
    """
    begin, end = _begin(since), _begin(until + timedelta(days=1))
    gone = Q(state=Letter.State.SENT, sent_at__gte=begin, sent_at__lt=end) | Q(state=Letter.State.SENDING)
    letters = Letter.objects.filter(gone, ~_went_along(), kind__in=COMPARED)
    return letters.filter(_counts(staff), to_body__in=siblings_of(body))


def _went_along(letter: str = "pk") -> Exists:
    """That a chaser left in one letter with other cases: that one is counted."""
    return Exists(ScheduleLine.objects.filter(chaser=OuterRef(letter), letter__state=Letter.State.SENT))


def siblings_of(body: Body) -> list[int]:
    """The numbers of the body, of the whole it is a part of, and of the other parts of that."""
    return once(f"siblings of body {body.pk}", body.with_siblings)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Sketch:
    """A letter as it is compared: all its words, and those that are not of the office's wording."""

    everything: frozenset[int]
    own: frozenset[int]

    def is_like(self, other: Sketch) -> bool:
        """Whether the two say the same, but for names and numbers."""
        shorter = min(len(self.own), len(other.own))
        if shorter < FEWEST_OWN:  # little beyond the wording: compare it all
            return likeness(self.everything, other.everything) >= NEARLY_IDENTICAL
        return len(self.own & other.own) >= NEARLY_IDENTICAL * shorter


def sketch(letter: Letter) -> Sketch:
    """A letter ready to be compared; for a page that compares it several times, made once."""
    return once(f"sketch of letter {letter.pk or id(letter)}", lambda: _sketched(letter))


def _sketched(letter: Letter) -> Sketch:
    of_case = _of_case(letter)
    everything, wording = _traces(letter.text, of_case), _of_wording(letter)
    about = letter.about_enquiry
    if letter.kind == Letter.Kind.CHASER and about is not None:
        # One in the office's words says what it reminds of, whether or not a copy of that follows: of two
        # different matters they are two letters.
        if len(everything & wording) >= MOSTLY_WORDING * len(everything):
            everything |= _traces(about.words, of_case)
        wording |= _of_wording(about.letter) if about.letter else frozenset()
    return Sketch(everything, everything - wording)


def _of_case(letter: Letter) -> re.Pattern[str]:
    """What is another in each letter: of whom and by whom it is, where they live, what the case is called."""
    case = letter.case
    own = [case.reference, case.title, *(number.value for number in case.references.all())]
    own += [str(staff) for staff in (case.owner, letter.drafted_by) if staff is not None]
    for link in case.case_people.all():
        person = link.person
        own += [person.full_name, person.address_as, *person.full_name.split()]
        for lived in person.addresses.all():
            own += [*lived.lines.splitlines(), lived.postcode]
    known = sorted({each.strip() for each in own if len(each.strip()) > 1}, key=len, reverse=True)
    return re.compile("|".join([rf"\b{re.escape(each)}\b" for each in known] + [DAY, FIGURES]), re.IGNORECASE)


def _of_wording(letter: Letter) -> frozenset[int]:
    return _traces(letter.wording.text, FIELD) if letter.wording else frozenset()


def _traces(text: str, but_for: re.Pattern[str]) -> frozenset[int]:
    sentences = (but_for.sub(" ", sentence) for sentence in said(text).sentences)
    return frozenset(chain.from_iterable(map(traces, sentences)))


def near_identical(letter: Letter, *, on: date, staff: StaffMember | None = None) -> list[Letter]:
    """The letters to the same body or its siblings that went this month and say the same, the newest first.

    Enquiries are compared with enquiries and chasers with chasers: a chaser repeats the words of its enquiry.
    The chasers of one enquiry are no bulk: that is its ladder. `staff` is whom the list is shown to; nobody,
    for the rule about bulk sends.
    """
    if letter.to_body is None or letter.kind not in COMPARED:
        return []
    this_month = sent_to(letter.to_body, since=on.replace(day=1), until=on, staff=staff)
    others = this_month.filter(kind=letter.kind).exclude(pk=letter.pk)
    if letter.kind == Letter.Kind.CHASER and letter.about_enquiry_id is not None:
        others = others.exclude(about_enquiry=letter.about_enquiry_id)
    read = others.select_related("wording", "case", "about_enquiry__letter__wording")
    mine = sketch(letter)
    newest = read.prefetch_related(*FOR_COMPARING).order_by("-sent_at", "-pk")[:MOST_COMPARED]
    return [other for other in newest if mine.is_like(sketch(other))]


def went_this_month(letter: Letter, *, on: date, staff: StaffMember) -> tuple[int, int]:
    """How many enquiries in writing and how many chasers went to the body or its siblings beside this one."""
    assert letter.to_body is not None  # it is asked of letters to a body
    this_month = sent_to(letter.to_body, since=on.replace(day=1), until=on, staff=staff)
    kinds = list(this_month.exclude(pk=letter.pk).values_list("kind", flat=True))
    return kinds.count(Letter.Kind.ENQUIRY), kinds.count(Letter.Kind.CHASER)


def open_on_the_matter(letter: Letter, *, staff: StaffMember) -> EnquiryQuerySet:
    """What this office has open with that body or its siblings about the same thing, as they may know."""
    if letter.to_body is None:
        return Enquiry.objects.none()
    visible = Enquiry.objects.visible_to(staff).unanswered().filter(body__in=siblings_of(letter.to_body))
    return of_category(visible, letter.category_code).exclude(letter=letter.pk).order_by("due_on", "pk")


def of_category(found: LettersOrEnquiries, code: str) -> LettersOrEnquiries:
    """Those about this category: by their issue or, without one, by any issue of their case."""
    by_case = Q(issue=None, case__issues__category__code=code)
    return found.filter(Q(issue__category__code=code) | by_case).distinct()


# --- the weekly review ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Volume:
    """What went to one body in a week, what of it said the same, and what it owes."""

    body: Body
    enquiries: int  # in writing
    chasers: int
    by_word: int  # by telephone or portal
    alike: int  # letters of that week that say the same as another of their kind to the same whole
    waiting: int
    late: int

    @property
    def letters(self) -> int:
        return self.enquiries + self.chasers


def volumes(since: date, until: date, *, staff: StaffMember, today: date) -> list[Volume]:
    """Every body written to in these days or that owes an answer, the most letters first."""
    enquiries = Enquiry.objects.filter(_counts(staff)).exclude(letter__state=Letter.State.SENDING)
    these_days = enquiries.filter(sent_on__gte=since, sent_on__lte=until).select_related("letter__wording")
    put = list(these_days.prefetch_related(*(f"letter__{each}" for each in FOR_COMPARING)))
    along = set(these_days.filter(_went_along("letter")).values_list("pk", flat=True))
    owed = Counter(enquiries.unanswered().values_list("body", flat=True))
    late = Counter(enquiries.overdue(on=today).values_list("body", flat=True))
    first, chasers = defaultdict[int, list[Letter]](list), defaultdict[int, list[Letter]](list)
    for each in put:
        if each.letter is not None and each.pk not in along:
            first[each.body_id].append(each.letter)
    for chaser in _chasers(since, until, staff=staff):
        if chaser.to_body_id is not None:
            chasers[chaser.to_body_id].append(chaser)
    found = []
    bodies = Body.objects.in_bulk({each.body_id for each in put} | owed.keys() | {*chasers})
    alike = [_alike_by_body(letters, bodies) for letters in (first, chasers)]
    for body in bodies.values():
        theirs = [each for each in put if each.body_id == body.pk]
        found.append(
            Volume(
                body=body,
                enquiries=len(first[body.pk]),
                chasers=len(chasers[body.pk]),
                by_word=len([each for each in theirs if each.written_in is None]),
                alike=sum(of_kind.get(body.pk, 0) for of_kind in alike),
                waiting=owed[body.pk],
                late=late[body.pk],
            )
        )
    return sorted(found, key=lambda each: (-each.letters, -each.late, -each.waiting, each.body.name))


def _chasers(since: date, until: date, *, staff: StaffMember) -> LetterQuerySet:
    """The chasers to a body that left from the first day to the last."""
    gone = Letter.objects.filter(kind=Letter.Kind.CHASER, state=Letter.State.SENT, to_body__isnull=False)
    theirs = gone.filter(
        _counts(staff),
        ~_went_along(),
        sent_at__gte=_begin(since),
        sent_at__lt=_begin(until + timedelta(days=1)),
    )
    with_wording = theirs.select_related("wording", "about_enquiry__letter__wording")
    return with_wording.prefetch_related(*FOR_COMPARING)


def _alike_by_body(letters: Mapping[int, list[Letter]], bodies: Mapping[int, Body]) -> dict[int, int]:
    """How many of the letters to each body say the same as another one to the whole that it is a part of."""
    wholes = {pk: bodies[pk].whole.pk for pk in letters}
    to_whole: dict[int, list[Letter]] = defaultdict(list)
    for pk, whole in wholes.items():
        to_whole[whole] += letters[pk]
    return {pk: _alike(theirs, to_whole[wholes[pk]]) for pk, theirs in letters.items()}


def _alike(letters: list[Letter], among: list[Letter]) -> int:
    """How many of the letters say the same as another one of those they are among."""
    sketches = {letter.pk: sketch(letter) for letter in [*among[:MOST_COMPARED], *letters[:MOST_COMPARED]]}
    return sum(
        any(sketches[one.pk].is_like(other) for pk, other in sketches.items() if pk != one.pk)
        for one in letters[:MOST_COMPARED]
    )


@dataclass(frozen=True)
class Decided:
    """What was decided in a week about how many cases, and which may be named where it was to do little."""

    what: str
    cases: int
    listed: list[Decision]


# For which nobody writes on: the review looks at each.
LOOKED_AT = (Decision.What.ADVISE, Decision.What.SIGNPOST, Decision.What.REFER, Decision.What.DECLINE)


def decided(since: date, until: date, *, staff: StaffMember) -> list[Decided]:
    """What was decided about cases in these days and stands, in the order of the list; a case counts once."""
    begin, end = _begin(since), _begin(until + timedelta(days=1))
    made = Decision.objects.in_force().filter(_counts(staff), at__gte=begin, at__lt=end)
    standing = list(made.prefetch_related("case", "by").order_by("at", "pk"))
    found = []
    for what in Decision.What:
        theirs = [one for one in standing if one.what == what]
        if theirs:
            found.append(Decided(str(what.label), len(theirs), theirs if what in LOOKED_AT else []))
    return found
