"""How messages look on the screen: rows of the list, the text with what was recognised, what is suggested."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases import covering
from opencasework.office.cases.covering import Cover
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.numbers import nations_here
from opencasework.office.constituents.models import Person, PersonEmail
from opencasework.office.inbox.body_rang import body_of
from opencasework.office.inbox.models import Attachment, Message, MessageQuerySet, Reader
from opencasework.office.inbox.reading.replies import folded_text, signs_and_quotes
from opencasework.office.inbox.suggesting import (
    TELEPHONE,
    SuggestedCase,
    SuggestedPerson,
    Suggestions,
    suggestions,
)
from opencasework.office.inbox.suggesting.days import places_in
from opencasework.office.inbox.suggesting.people import living_together
from opencasework.office.kit import around, dates, postcodes, references
from opencasework.office.kit.questions import Numbers, instances_of, rows_of
from opencasework.office.kit.working_days import is_working_day
from opencasework.office.places.models import MemberKind, Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import CASEWORK, Category

MOST_DECIDED = 2_000  # numbers of messages that stand in a query one by one
SNIPPET = 300  # characters looked at for a row of the list
RECOGNISED_IN = 100_000  # characters of a text searched for numbers and postcodes
OUR_REFERENCE = re.compile(r"\bOC-[0-9]{4}-[0-9]{5,6}\b")
GREETING = re.compile(
    r"\s*(?:dear|hello|hi|good (?:morning|afternoon|evening)|annwyl|helo)\b[^\n]{0,60}\n", re.I
)
REPLY_MARKS = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|wg|atb)\s*:\s*)+", re.I)
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)  # keeps every place, unlike upper()


# --- the list -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A message as the list shows it."""

    message: Message
    when: str
    snippet: str
    case: Case | None  # proposed, and known to whoever looks
    is_new_person: bool
    files: int
    rests: str  # until when it rests, or that it is back
    companions: int  # how many are taken together with it
    cover: Cover  # of the numbers in it
    readers: list[Reader]  # colleagues who have it open just now


def listed(messages: MessageQuerySet) -> QuerySet[Message]:
    """With what a row shows, and without the texts, which may be long."""
    return (
        messages.select_related("taken_by", "snooze")
        .without_texts()
        .annotate(start=Coalesce(NullIf(Left(F("reply_text"), SNIPPET), Value("")), Left(F("text"), SNIPPET)))
    )


def rows(messages: Iterable[Message], *, staff: StaffMember, resting: bool = False) -> list[Row]:
    """The rows of messages that were `listed`, in six more queries however many there are.

    `resting`: they are those that are snoozed, not those that wait.
    """
    found = list(messages)
    numbers = Numbers(message.pk for message in found)
    cases = Numbers({message.proposed_case_id for message in found if message.proposed_case_id})
    proposed = {case.pk: case for case in instances_of(_proposed, staff, cases)}
    known = {row["address"] for row in rows_of(_of_people, staff, numbers)}
    known |= {row["email"] for row in rows_of(_of_bodies, numbers, lasting=True)}
    files = {row["message"]: row["number"] for row in rows_of(_files, numbers, lasting=True)}
    together: dict[int, int] = {}
    if rows_of(_led_by, numbers, lasting=True):  # mostly none is
        followers = Message.objects.visible_to(staff).untriaged().filter(together__in=found).order_by()
        together = dict(followers.values_list("together").annotate(number=Count("pk")))
    readers: dict[int, list[Reader]] = {}
    since = timezone.now() - Reader.LASTS
    here = instances_of(_reading, numbers, lasting=True)
    here = [each for each in here if each.seen_at > since and each.staff_id != staff.pk]
    around.fetch_each(here, {"staff": ()})
    for reader in here:
        readers.setdefault(reader.message_id, []).append(reader)
    today, covers = timezone.localdate(), covering.of_each(map(_about, found), staff)
    return [
        Row(
            message=message,
            when=_when(message, today),
            snippet=covers[_about(message)].over(_beginning(message)),
            case=proposed.get(message.proposed_case_id or 0),
            is_new_person=bool(message.from_address)
            and message.from_address not in known
            and message.person_id is None
            and not (message.proposed_case_id or message.auto_reply or message.bulk),
            files=files.get(message.pk, 0),
            rests=_rests(message, resting=resting),
            companions=together.get(message.pk, 0),
            cover=covers[_about(message)],
            readers=readers.get(message.pk, []),
        )
        for message in found
    ]


def _beginning(message: Message) -> str:
    start: str = message.start  # type: ignore[attr-defined]
    return " ".join(GREETING.sub("", start, count=1).split())


def _about(message: Message) -> int | None:
    """The case that says who may read the numbers in a message: its own, or the one it may belong to."""
    return message.case_id or message.proposed_case_id


def cover(message: Message, staff: StaffMember) -> Cover:
    """What of the numbers in one message this colleague may not have shown."""
    about = _about(message)
    return covering.of_each([about], staff)[about]


# --- what rows ask, of the messages of these numbers ---


def _proposed(staff: StaffMember, cases: Sequence[int]) -> QuerySet[Case]:
    return Case.objects.visible_to(staff).filter(pk__in=cases).order_by()


def _addresses(numbers: Sequence[int]) -> QuerySet[Any, Any]:
    return Message.objects.filter(pk__in=numbers).exclude(from_address="").order_by().values("from_address")


def _of_people(staff: StaffMember, numbers: Sequence[int]) -> QuerySet[Any, Any]:
    """Those of people of whom this colleague may know."""
    seen = Person.objects.visible_among_few(staff).filter(pk=OuterRef("person"))
    theirs = PersonEmail.objects.filter(Exists(seen), address__in=_addresses(numbers))
    return theirs.order_by().values("address")


def _of_bodies(numbers: Sequence[int]) -> QuerySet[Any, Any]:
    return BodyContact.objects.filter(email__in=_addresses(numbers)).order_by().values("email")


def _files(numbers: Sequence[int]) -> QuerySet[Any, Any]:
    files = Attachment.objects.filter(message__in=numbers, is_original=False).order_by()
    return files.values("message").annotate(number=Count("pk"))


def _led_by(numbers: Sequence[int]) -> QuerySet[Any, Any]:
    return Message.objects.filter(together__in=numbers, decision="").order_by().values("pk")


def _reading(numbers: Sequence[int]) -> QuerySet[Reader]:
    return Reader.objects.filter(message__in=numbers).order_by("pk")


def _rests(message: Message, *, resting: bool) -> str:
    """Until when a message rests, or that it is back; empty for one that was never snoozed."""
    snooze = getattr(message, "snooze", None)
    if snooze is None:
        return ""
    return str(snooze) if resting else "Back"


def _when(message: Message, today: date) -> str:
    """08:41 today, Sun in the last six days, else 19 Nov."""
    at = timezone.localtime(message.received_at)
    if at.date() == today:
        return f"{at:%H:%M}"
    if timedelta(0) < today - at.date() < timedelta(days=7):
        return f"{at:%a}"
    return dates.short(at.date(), today=today).partition(" ")[2]


# A folder above shows here what it gathered, a row for many messages, each with its `template`.
GATHERED: list[Callable[[StaffMember], Sequence[Any]]] = []


def gathered(staff: StaffMember) -> list[Any]:
    """The rows of messages gathered into one, above those of single messages."""
    return [row for rows_of in GATHERED for row in rows_of(staff)]


@dataclass(frozen=True)
class Progress:
    """How far the inbox has been sorted since the last working day began."""

    done: int
    total: int
    since: str  # Friday


def progress(staff: StaffMember, *, waiting: int) -> Progress:
    """Counts what people decided, not what filed itself."""
    nation = Office.nation_here()
    day = timezone.localdate() - timedelta(days=1)
    while not is_working_day(day, nation):
        day -= timedelta(days=1)
    start = timezone.localtime().replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
    )
    decided = Message.objects.filter(
        direction=Message.Direction.IN, decided_at__gte=start, decided_by__isnull=False
    ).exclude(decision="")
    # By an index; who may see them is asked of these few, where there are any.
    pks = list(decided.order_by().values_list("pk", flat=True)[: MOST_DECIDED + 1])
    if len(pks) > MOST_DECIDED:
        done = decided.visible_to(staff).count()
    else:
        done = len(rows_of(_seen_of, staff, Numbers(pks)))
    return Progress(done, done + waiting, f"{day:%A}")


def _seen_of(staff: StaffMember, numbers: Sequence[int]) -> QuerySet[Any, Any]:
    return Message.objects.filter(pk__in=numbers).visible_to(staff).order_by().values("pk")


# --- the text -----------------------------------------------------------------------------------------


def recognised(text: str, *, arrived: date | None = None) -> SafeString:
    """The text in paragraphs, escaped, with reference numbers, telephone numbers and postcodes underlined.

    Days too, where it is said when the text `arrived`, from which they count.
    """
    pieces: list[str] = []
    at = 0
    for start, end in _places(text[:RECOGNISED_IN], arrived):
        pieces.append(conditional_escape(text[at:start]))
        pieces.append(format_html('<mark class="recognised">{}</mark>', text[start:end]))
        at = end
    pieces.append(conditional_escape(text[at:]))
    paragraphs = re.split(r"\n[ \t]*\n\s*", "".join(pieces).replace("\r\n", "\n").strip())
    # Every piece above is escaped; what is added here is ours.
    return mark_safe("".join(f"<p>{each.replace(chr(10), '<br>')}</p>" for each in paragraphs if each))


def _places(text: str, arrived: date | None) -> list[tuple[int, int]]:
    """Where something recognised stands, from left to right; of two that overlap the first."""
    upper = text.translate(_UPPER)
    found = [(each.start, each.end) for each in references.recognised(text)]
    found += [match.span() for match in OUR_REFERENCE.finditer(upper)]
    found += [match.span() for match in TELEPHONE.finditer(text)]
    for match in postcodes.IN_TEXT.finditer(text):
        if postcodes.found_in(match.group(0)):
            found.append(match.span())
    if arrived is not None:
        found += places_in(text, arrived)
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


@dataclass(frozen=True)
class Reading:
    """The text of a message in two parts: what is new, and what is folded away."""

    new: SafeString
    folded: SafeString
    folded_is_all: bool  # the folded part is the whole message, not only its end
    folded_signs: bool
    folded_quotes: bool


def reading(message: Message, under: Cover) -> Reading:
    """What the reading pane shows, without the numbers that are under a cover."""
    new = message.new_text
    folded = folded_text(message.text, new)
    signs, quotes = signs_and_quotes(folded)
    return Reading(
        new=recognised(under.over(new or message.text), arrived=timezone.localdate(message.received_at)),
        folded=recognised(under.over(folded)),
        folded_is_all=bool(folded) and folded == message.text,
        folded_signs=signs,
        folded_quotes=quotes,
    )


# --- who, and which case ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """What the panel beside a message says: suggestions with their reasons, and what follows from them."""

    found: Suggestions
    proposed: SuggestedCase | None  # the case it most likely belongs to
    person: Person | None  # whom it is from, where a colleague chose them or only they use the address
    others: list[SuggestedPerson]  # whom it may be from besides
    household: list[Case]  # open cases of others at the same postcode
    body: Body | None  # that rang, or one of whose contacts the address is
    usual_bodies: list[Body]  # where problems of the first suggested category usually go
    office: Office | None

    @property
    def reason(self) -> str:
        """Why it is from `person`."""
        return next((each.reason for each in self.found.people if each.person == self.person), "")

    @property
    def ward(self) -> str:
        """The ward of the postcode, where the office's own list names wards."""
        return self.office.ward_of(self.found.postcode) if self.office and self.found.postcode else ""

    @property
    def other_member(self) -> str:
        """What the button says that gives a message to somebody else's office."""
        kind = self.office.member_kind if self.office else MemberKind.MP
        return "Other cllr" if kind == MemberKind.COUNCILLOR else f"Other {kind.upper()}"

    @property
    def category(self) -> Category | None:
        """What it is most likely about."""
        return self.found.category


def beside(message: Message, *, staff: StaffMember) -> Beside:
    """What is suggested for a message, to the one who looks at it."""
    found = suggestions(message, staff)
    users = set(
        PersonEmail.objects.filter(
            address=message.from_address, person__in=[each.person for each in found.people]
        ).values_list("person", flat=True)
    )
    # Among those found, because whom a colleague chose may be somebody this one may not know of.
    person = next((each.person for each in found.people if each.person.pk == message.person_id), None)
    if person is None and message.person_id is None and len(users) == 1:
        person = next(each.person for each in found.people if each.person.pk in users)
    household = Case.objects.none()
    if there := living_together([each.person for each in found.people], found.postcode):
        theirs = CasePerson.objects.filter(person__in=there).values_list("case", flat=True)
        others = set(theirs) - {each.case.pk for each in found.cases}
        household = Case.objects.visible_to(staff).open().filter(pk__in=others)
    contact = (
        BodyContact.objects.filter(email__iexact=message.from_address).select_related("body").first()
        if message.from_address
        else None
    )
    return Beside(
        found=found,
        # A closed case only where the message answers a mail about it.
        proposed=next(
            (each for each in found.cases if each.case.is_open or each.case.pk == message.proposed_case_id),
            None,
        ),
        person=person,
        others=[each for each in found.people if each.person != person],
        household=list(household[:4]),
        usual_bodies=_usual_bodies(message.category or found.category),
        body=body_of(message) or (contact.body if contact else None),
        office=Office.if_any(),
    )


def _usual_bodies(category: Category | None) -> list[Body]:
    """Whom such a problem usually goes to in the office's nation, in the order of the code list."""
    if category is None or category.kind != CASEWORK:
        return []
    codes = [code.strip() for code in category.typical_bodies.split(";")]
    found = Body.objects.filter(code__in=codes, nation__in=nations_here())
    return sorted(found, key=lambda body: codes.index(body.code))[:3]


def title_from(message: Message) -> str:
    """A title for a case, from the subject without its Re: and Fwd:."""
    return REPLY_MARKS.sub("", message.subject).strip()[:200]
