"""Which documents of a case may go out with a letter. Folders above add theirs to `DOCUMENTS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority
from opencasework.office.cases.models import Case
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import apart, paper
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack.models import Enclosure
from opencasework.office.staff.models import StaffMember


def blobs() -> BlobStore:
    """Where the office keeps files."""
    return BlobStore(settings.HOME.blobs)


@dataclass(frozen=True)
class Document:
    """A document of a case, as somebody may choose it."""

    source: str  # which it is: "file:12"
    title: str  # what an index would call it
    filename: str
    facts: str  # where it is from, for the one who chooses
    at: datetime
    content: Callable[
        [], tuple[str, int]
    ]  # its hash and size in bytes; made when it is chosen, where it must be
    warning: Callable[[], str]  # why to look at it twice; empty where nothing was found
    refused: str = ""  # why it cannot go out; empty where it can


# Each gives the documents of a case that this colleague may see.
DOCUMENTS: list[Callable[[Case, StaffMember], Iterable[Document]]] = []

# Each says of a text whose else it seems to be, as far as this colleague may know; empty where nobody's.
WHOSE: list[Callable[[str, Case, StaffMember], str]] = []

OF_SEVERAL = "It went about several cases at once"


def documents_of(case: Case, staff: StaffMember) -> list[Document]:
    """All documents of a case that may go out with a letter, the newest first."""
    found = [each for source in DOCUMENTS for each in source(case, staff)]
    return sorted(found, key=lambda document: document.at, reverse=True)


def our_papers(case: Case, staff: StaffMember) -> Iterable[Document]:
    """The letters that left, and what was signed."""
    sent = Letter.objects.visible_to(staff).filter(case=case, state=Letter.State.SENT)
    for letter in sent.select_related("case", "to_body", "to_person", "to_contact", "about_enquiry"):
        alone = apart.for_its_case(letter)
        facts, refused = "Our letter", ""
        if alone is None:
            refused = (
                f"{OF_SEVERAL}, and its words about the others cannot be told from those about this one."
            )
        elif alone is not letter:
            facts = f"Our letter. {OF_SEVERAL}: this copy leaves the others out."
        yield Document(
            source=f"letter:{letter.pk}",
            title=f"Our letter of {_day(letter.sent_at)} to {letter.recipient}"[:200],
            filename=f"{case.reference}-letter-{letter.pk}.pdf",
            facts=facts,
            at=letter.sent_at or letter.drafted_at,
            content=lambda letter=letter: _letter_content(letter),  # type: ignore[misc]
            warning=lambda letter=alone or letter: _letter_warning(letter, staff),  # type: ignore[misc]
            refused=refused,
        )
    for authority in Authority.objects.visible_to(staff).filter(case=case).exclude(scan_sha256=""):
        colour, state = authority.state(on=timezone.localdate())
        yield Document(
            source=f"authority:{authority.pk}",
            title=f"Authority signed by {authority.person} on {authority.given_on:%-d %B %Y}"[:200],
            filename=authority.scan_name or "authority.pdf",
            facts=f"Authority. {state}",
            at=authority.recorded_at,
            content=lambda authority=authority: (  # type: ignore[misc]
                authority.scan_sha256,
                blobs().path(authority.scan_sha256).stat().st_size,
            ),
            warning=str,
            refused="It is not in force any more." if colour == "late" else "",
        )


def _letter_content(letter: Letter) -> tuple[str, int]:
    """The letter as it left; where it put other cases too, a copy without them, made anew."""
    alone = apart.for_its_case(letter)
    assert alone is not None  # else it is refused
    content = paper.pdf(letter) if alone is letter else paper.on_paper(alone)
    return blobs().put(content), len(content)


def _letter_warning(letter: Letter, staff: StaffMember) -> str:
    text = f"{letter.subject}\n{letter.text}"
    found = [said for whose in WHOSE if (said := whose(text, letter.case, staff))]
    return " ".join(filter(None, [*found[:1], paper.boxes_in(letter)]))


def names_others(enclosure: Enclosure) -> bool:
    """Whether it is the whole of a letter about several cases, chosen before that could not be."""
    kind, _, pk = enclosure.source.partition(":")
    if kind != "letter":
        return False
    whole = Letter.objects.filter(pk=pk, pdf_sha256=enclosure.sha256).select_related("case", "about_enquiry")
    return any(apart.for_its_case(letter) is not letter for letter in whole)


def _day(at: datetime | None) -> str:
    return f"{timezone.localdate(at):%-d %B %Y}" if at else "an unknown day"


def signed_authorities(letter: Letter, *, on: date) -> list[Authority]:
    """What goes with this letter by itself: about each constituent the newest authority in writing that
    covers the body it goes to. One file that says it about several goes once.
    """
    if letter.to_body is None:
        return []
    covering = gate.covering(letter.case, letter.to_body, on=on).written()
    by_file = {each.scan_sha256: each for each in gate.about_each(covering.exclude(scan_sha256=""))}
    return list(by_file.values())


DOCUMENTS.append(our_papers)
