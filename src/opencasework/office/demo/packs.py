"""A letter with its papers, ready to be read; and one that stopped because the body has written meanwhile."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.cases.models import Case
from opencasework.office.demo.drawn_pdf import page_of
from opencasework.office.demo.lives import Office
from opencasework.office.inbox.enclosing import documents_of
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail
from opencasework.office.letters.pack import choosing

FILES = (
    ("Notice of 10 November.pdf", "Notice (an invented document of the demonstration office)"),
    ("Rent statement.pdf", "Rent statement (an invented document of the demonstration office)"),
)
WORDS = "Dear colleague,\n\nI have had no answer to my letter. Please write this week.\n\nYours sincerely,"
STOPPED = "Since it was sent off: Reply in. They say that the decision is being looked at again."


def tell(office: Office) -> None:
    """On the two first cases that wait for a body which somebody's signature covers."""
    today = office.today
    waiting = Enquiry.objects.unanswered().filter(case__need_to_know=False).order_by("sent_on", "pk")
    told: list[Case] = []
    for enquiry in waiting.select_related("case__owner", "body", "letter__to_contact"):
        case = enquiry.case
        written = gate.covering(case, enquiry.body, on=today).written().exclude(scan_sha256="")
        if case in told or case.owner is None or not written.exists():
            continue
        if not told:
            _with_papers(case, enquiry, office)
        else:
            _stopped(case, enquiry, office)
            return
        told.append(case)


def _draft(case: Case, enquiry: Enquiry, office: Office) -> Letter:
    letter = actions.worded(
        case=case,
        template=actions.template_of("LT-DEPT"),
        by=case.owner,
        today=office.today,
        to_body=enquiry.body,
        to_contact=enquiry.contact or actions.best_contact(enquiry.body),
        issue=enquiry.issue,
    )
    return actions.keep_draft(letter, by=case.owner)


def _with_papers(case: Case, enquiry: Enquiry, office: Office) -> None:
    assert case.owner is not None
    message = (
        Message.objects.filter(case=case, direction=Message.Direction.IN).order_by("received_at").first()
    )
    if message is None:
        return
    for position, (name, words) in enumerate(FILES, start=message.attachments.count()):
        content = page_of(words)
        Attachment.objects.create(
            message=message, position=position, filename=name, content_type="application/pdf", size=len(content),
            sha256=BlobStore(settings.HOME.blobs).put(content),
        )  # fmt: skip
    letter = _draft(case, enquiry, office)
    files = [each for each in documents_of(case, case.owner) if each.title in dict(FILES)]
    choosing.add(letter, files, by=case.owner)


def _stopped(case: Case, enquiry: Enquiry, office: Office) -> None:
    assert case.owner is not None
    letter = _draft(case, enquiry, office)
    letter.text = WORDS
    letter.save(update_fields=["text"])
    mail = outbox.queue(letter, by=case.owner, now=timezone.now() - timedelta(hours=1))
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.STOPPED, answer=STOPPED)
