"""A letter as mails: from which address, with which papers, in how many parts, as each crosses the wire."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import formataddr, formatdate

from django.core.mail import EmailMultiAlternatives
from django.template.defaultfilters import filesizeformat, linebreaks_filter

from opencasework.office.authority import links
from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.letters import courier, tokens, undelivered
from opencasework.office.letters.actions import NotSendable, one_line
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.pack.documents import blobs
from opencasework.office.letters.pack.models import PackFile
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

# A folder above says here from which of the office's addresses a letter is written; empty for its first.
FROM: list[Callable[[Letter], str]] = []


def from_address(letter: Letter) -> str:
    """The address of ours that the other side knows from this case; else the office's first."""
    return next((found for ask in FROM if (found := ask(letter))), "") or Office.here().email


def mails_of(letter: Letter, *, by: StaffMember, send_after: datetime) -> list[OutgoingMail]:
    """The mails this letter leaves in, one for each part of its papers; unsaved."""
    enquiry = getattr(letter, "enquiry", None) or letter.about_enquiry
    sender = from_address(letter)
    token = tokens.issue(letter.case, letter.to_email, enquiry=enquiry)
    local, _, domain = sender.partition("@")
    first: OutgoingMail | None = None
    if enquiry is not None and enquiry.letter_id is not None:
        first = OutgoingMail.objects.filter(letter=enquiry.letter).exclude(letter=letter).first()
    files = list(PackFile.objects.filter(letter=letter, by_post=False))
    parts = max((file.part for file in files), default=1)
    made: list[OutgoingMail] = []
    for part in range(1, parts + 1):
        made.append(
            OutgoingMail(
                letter=letter,
                part=part,
                parts=parts,
                from_email=sender,
                to=token.recipient,
                reply_to=f"{local}+{token.token}@{domain}",
                subject=_subject(letter, part, parts),
                text=letter.text if part == 1 else _later_part(letter, part, parts),
                html=letter.html if part == 1 else "",
                letter_version=letter.version,
                message_id=f"<{token.token}.{secrets.token_hex(8)}@{domain}>",
                # What follows up an enquiry joins its thread, and a later part that of the first.
                in_reply_to=made[0].message_id if made else first.message_id if first else "",
                send_after=send_after,
                queued_by=by,
            )
        )
    return made


def _subject(letter: Letter, part: int, parts: int) -> str:
    subject = one_line(letter.subject)
    subject = subject if letter.case.reference in subject else f"{subject} [{letter.case.reference}]"
    return subject if parts == 1 else f"{subject[:220]} (part {part} of {parts})"


def _later_part(letter: Letter, part: int, parts: int) -> str:
    return (
        f"This is part {part} of {parts} of the papers with our letter “{one_line(letter.subject)}”. "
        "The letter itself is in the first mail."
    )


def enclosing(mail: OutgoingMail) -> str:
    """What the mail says of its papers, below its words; empty where it has none."""
    if mail.letter is None:
        return ""
    files = list(mail.files)
    lines = [f"- {file.name}{_facts(file)}" for file in files]
    words = "Attached:\n" + "\n".join(lines) if lines else ""
    if mail.parts > 1:
        words = f"This is mail {mail.part} of {mail.parts}.\n\n{words}".strip()
    by_post = PackFile.objects.filter(letter=mail.letter, by_post=True).values("part").distinct().count()
    if by_post and mail.part == 1:
        rest = (
            "Another part of the papers comes" if by_post == 1 else f"{by_post} more parts of the papers come"
        )
        words = f"{words}\n\n{rest} by post.".strip()
    return words


def _facts(file: PackFile) -> str:
    pages = f"{file.pages} page{'' if file.pages == 1 else 's'}, " if file.pages else ""
    return f" ({pages}{filesizeformat(file.size)})".replace("\xa0", " ")


def content_of(mail: OutgoingMail) -> bytes:
    """The mail as it crosses the wire, the same at every try but for its date.

    Raises NotSendable where a private link in it is of no use any more, or a file of it is damaged.
    """
    office = Office.here()
    sender = mail.from_email or office.email
    headers = {
        "Message-ID": mail.message_id,
        "Date": formatdate(),
        "Reply-To": mail.reply_to,
        undelivered.HEADER: undelivered.mark(mail.message_id),
    }
    if mail.in_reply_to:
        headers |= {"In-Reply-To": mail.in_reply_to, "References": mail.in_reply_to}
    text, html, signature = mail.text, mail.html, f"{office.title}\n{office.address}".strip()
    if mail.letter is not None:
        # A private link is in the mail alone, never in the letter we keep.
        try:
            text = links.put_in(text, case=mail.letter.case, person=mail.letter.to_person)
            html = links.put_in(html, case=mail.letter.case, person=mail.letter.to_person) if html else ""
        except links.DeadLink as problem:
            raise NotSendable(str(problem)) from problem
        signature = f"{office.title}\n{office.address}\nOur reference {mail.letter.case.reference}"
    papers = enclosing(mail)
    below = f"{papers}\n\n-- \n{signature}\n" if papers else f"-- \n{signature}\n"
    message = EmailMultiAlternatives(
        subject=one_line(mail.subject),
        body=f"{text}\n\n{below}",
        from_email=formataddr((one_line(office.title), sender)),
        to=[mail.to],
        headers=headers,
    )
    if html:
        message.attach_alternative(f"{html}\n{linebreaks_filter(below, autoescape=True)}", "text/html")
    _attach(message, mail.files)
    return courier.as_it_leaves(message)


def _attach(message: EmailMultiAlternatives, files: Iterable[PackFile]) -> None:
    for file in files:
        try:
            content = blobs().read(file.sha256)
        except (FileNotFoundError, BlobDamaged) as error:
            raise NotSendable(
                f"The file {file.name} that goes with it is missing or damaged. Restore it from a backup."
            ) from error
        # Never as a mail or a text of its own: the bytes that were read are the bytes that leave.
        kind = (
            file.media_type
            if not file.media_type.startswith(("text/", "message/"))
            else "application/octet-stream"
        )
        message.attach(file.name, content, kind)
