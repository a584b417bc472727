"""What came in for a case, as documents that may go out with a letter; and whose they seem to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from opencasework.office.cases.models import Case, ReferenceNumber
from opencasework.office.constituents import names
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Attachment, Message, blobs
from opencasework.office.inbox.showing import OUR_REFERENCE
from opencasework.office.inbox.texts import text_of_file
from opencasework.office.kit import references, undrawn
from opencasework.office.kit.pdf import printed
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack.documents import Document
from opencasework.office.letters.participants import participants
from opencasework.office.staff.models import StaffMember

SMALL_PICTURE = 20_000  # bytes; what is smaller within a text is a logo
MOST_NAMES = 400  # of one text that are looked up
NAME = re.compile(r"\b[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+){1,2}")

NOT_OF_THE_CASE = "It came from somebody who is not on this case."
SOMEBODY_ELSES_NUMBER = "A reference number in it belongs to another constituent."
NAMES_ANOTHER = "It names another constituent."
ANOTHER_OF_OURS = "It has a case number of ours that is not this person’s."
SEVERAL_CASES = "It came with a message about several cases."
ON_ANOTHER_CASE = "The same file is on a case of another constituent."
INFECTED = "the scanner found something harmful in it."


def documents_of(case: Case, staff: StaffMember) -> Iterable[Document]:
    """The messages of a case and their files, as far as this colleague may see them."""
    messages = Message.objects.visible_to(staff).filter(case__in=case.family)
    for message in messages.newest_first().prefetch_related("attachments", "parts"):
        day = f"{timezone.localdate(message.received_at):%-d %B %Y}"
        said = f"{message.get_channel_display()} of {day} from {message.sender}"
        for file in message.attachments.all():
            if file.is_original or (file.inline and file.size < SMALL_PICTURE):
                continue
            yield Document(
                source=f"file:{file.pk}",
                title=(file.shown_name or "A file without a name")[:200],
                filename=file.shown_name or "file",
                facts=f"{file.kind}. {said}",
                at=message.received_at,
                content=lambda file=file: (file.sha256, blobs().path(file.sha256).stat().st_size),  # type: ignore[misc]
                warning=lambda file=file: file_warning(file, case, staff),  # type: ignore[misc]
                refused=f"It is infected: {INFECTED}" if file.is_infected else "",
            )
        if message.text.strip() and message.state == Message.State.READ:
            yield Document(
                source=f"message:{message.pk}",
                title=f"{said}: {message.subject}"[:200] if message.subject else said[:200],
                filename=f"{case.reference}-message-{message.pk}.pdf",
                facts="The message itself",
                at=message.received_at,
                content=lambda message=message: _printed(message),  # type: ignore[misc]
                warning=lambda message=message: _printed_warning(message, case, staff),  # type: ignore[misc]
            )


def _printed(message: Message) -> tuple[str, int]:
    """The words of a message on paper."""
    content = printed(_page(message))
    return blobs().put(content), len(content)


def _page(message: Message) -> str:
    paragraphs = [part for part in message.text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return render_to_string("inbox/enclosed_message.html", {"message": message, "paragraphs": paragraphs})


def _printed_warning(message: Message, case: Case, staff: StaffMember) -> str:
    """Why to look at it before it leaves; also where some of its words cannot be read on our paper."""
    instead = "Print it from the mail program instead, or type what matters."
    boxes = undrawn.sentence(undrawn.in_page(_page(message)), of="this message", instead=instead)
    return " ".join(filter(None, [_first(message_warnings(message, case, staff)), boxes]))


def _first(found: Iterator[str]) -> str:
    return next(found, "")


# --- whose it seems to be -----------------------------------------------------------------------------------


def file_warning(file: Attachment, case: Case, staff: StaffMember) -> str:
    """Why somebody should look at it before it leaves: it may be another constituent's. Empty without reason.

    Nobody is named, and nobody counts of whom this colleague may not know.
    """
    return _first(_file_warnings(file, case, staff))


def _file_warnings(file: Attachment, case: Case, staff: StaffMember) -> Iterator[str]:
    yield from message_warnings(file.message, case, staff, look_inside=False)
    twins = Attachment.objects.filter(sha256=file.sha256).exclude(message=file.message)
    elsewhere = Case.objects.visible_to(staff).filter(
        messages__in=twins.values("message"), case_people__isnull=False
    )
    if elsewhere.exclude(case_people__person__in=_people(case)).exists():
        yield ON_ANOTHER_CASE
    yield from _in_text(text_of_file(file), case, staff)


def message_warnings(
    message: Message, case: Case, staff: StaffMember, *, look_inside: bool = True
) -> Iterator[str]:
    """The same, of a message."""
    if message.parts.exists():
        yield SEVERAL_CASES
    address = message.from_address
    theirs = message.person_id in _people(case) or (address and address in participants(case))
    if address and not theirs:
        yield NOT_OF_THE_CASE
    if look_inside:
        yield from _in_text(f"{message.subject}\n{message.text}", case, staff)


def text_warning(text: str, case: Case, staff: StaffMember) -> str:
    """Why to look at a text of ours before it leaves: it tells of another constituent. Empty where not."""
    return _first(_in_text(text, case, staff))


def _people(case: Case) -> list[int]:
    return [link.person_id for link in case.case_people.all()]


def _in_text(text: str, case: Case, staff: StaffMember) -> Iterator[str]:
    """Numbers and names of others in a text, of people this colleague may know of, and our case numbers."""
    if not text:
        return
    own = _people(case)
    kinds = references.kinds()
    found = {kinds[code].compact(value) for code, value in references.found_in(text)}
    visible = Case.objects.visible_to(staff).exclude(pk__in=case.family)
    numbers = ReferenceNumber.objects.filter(compact__in=found, case__in=visible)
    if found and numbers.exclude(person__in=own).exclude(case__case_people__person__in=own).exists():
        yield SOMEBODY_ELSES_NUMBER
    keys = {names.key(name) for name in _names_in(text)} - {""}
    people = Person.objects.visible_to(staff).filter(name_key__in=keys, case_people__isnull=False)
    if keys and people.exclude(pk__in=own).exists():
        yield NAMES_ANOTHER
    # A body quotes our letter about several cases. Of one they may not know of it is said as of none at all.
    ours = set(OUR_REFERENCE.findall(text))
    theirs = Q(pk__in=case.family) | Q(pk__in=visible.filter(case_people__person__in=own).values("pk"))
    known = Case.objects.filter(theirs, reference__in=ours).values_list("reference", flat=True)
    if ours and ours - set(known):
        yield ANOTHER_OF_OURS


def _names_in(text: str) -> list[str]:
    """What may be a name in a text: two or three words with capitals, and each two of three."""
    found: dict[str, None] = {}
    for match in NAME.finditer(text[:200_000]):
        words = match[0].split(" ")
        for start in range(len(words) - 1):
            for end in range(start + 2, len(words) + 1):
                found.setdefault(" ".join(words[start:end]))
        if len(found) > MOST_NAMES:
            break
    return list(found)[:MOST_NAMES]


def wrong_with(sha256: str) -> str:
    """What the scanner found in this file by now; empty where it found nothing."""
    infected = any(file.is_infected for file in Attachment.objects.filter(sha256=sha256))
    return INFECTED if infected else ""


# --- for the outbox -----------------------------------------------------------------------------------------


def news_of(case: Case, since: datetime, staff: StaffMember | None) -> str:
    """What has come for a case that nobody has decided about yet, for whoever sent a letter on it."""
    waiting = Message.objects.untriaged().filter(
        proposed_case__in=case.family, received_at__gt=since, auto_reply=False, machine=""
    )
    if staff is not None:
        waiting = waiting.visible_to(staff)
    if not waiting.exclude(proposal=Message.Proposal.STRANGER).exists():
        return ""
    return "Since it was sent off a message came that may be about this case. It waits in the inbox."


def our_address_for(letter: Letter) -> str:
    """The address of ours at which the case was last written to; empty for the office's first."""
    written = Message.objects.filter(
        case__in=letter.case.family, direction=Message.Direction.IN, mailbox__enabled=True
    )
    theirs = written.filter(from_address=letter.to_email.strip().lower())
    last = (theirs.newest_first().first() or written.newest_first().first()) if letter.to_email else None
    return last.mailbox.address if last and last.mailbox else ""
