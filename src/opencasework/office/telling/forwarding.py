"""Sending a body's answer on: in plain words first, then the answer itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.letters import recipients, rich
from opencasework.office.letters.actions import keep_draft, template_of, worded
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.pack.documents import Document, documents_of
from opencasework.office.staff.models import StaffMember

LONGEST_QUOTE = 15_000  # characters
FORWARDS, FORWARDS_A_NO = "LT-FWD", "LT-FWD-NO"


@dataclass(frozen=True)
class Answer:
    """What a body answered: the reply, its words as far as we have them, and the files that came with it."""

    reply: Reply
    message: Message | None
    words: str
    files: list[Attachment]


def answer_to(enquiry: Enquiry) -> Answer | None:
    """The latest answer to an enquiry, with the message it came in; None while there is none."""
    reply = enquiry.replies.filter(kind__in=Reply.ANSWERS).first()
    if reply is None:
        return None
    message = _message_of(reply)
    if message is None:
        return Answer(reply, None, reply.note, [])
    return Answer(reply, message, words_of(message), list(message.attachments.filter(inline=False)))


def files_to_send(answer: Answer, *, by: StaffMember) -> list[Document]:
    """The files of the answer that may go out with a letter, as far as this colleague sees them."""
    offered = {one.source: one for one in documents_of(answer.reply.enquiry.case, by) if not one.refused}
    came = [f"file:{file.pk}" for file in answer.files]
    return [offered[source] for source in came if source in offered]


def _message_of(reply: Reply) -> Message | None:
    """The message a reply came in, where it stands on the case of its enquiry alone.

    A message about several cases is not sent on to one person: what it says of the others is not theirs.
    """
    case = reply.enquiry.case
    for line in case.events.filter(kind=Event.Kind.REPLY_IN):
        if line.detail.get("reply") == reply.pk and line.detail.get("message"):
            found = Message.objects.about_alone(case).filter(pk=line.detail["message"])
            return found.prefetch_related("attachments").first()
    return None


def words_of(message: Message) -> str:
    """What is new in a message, without what it quotes of ours."""
    return (message.new_text or message.text).strip()[:LONGEST_QUOTE]


def quoted(answer: Answer, *, body: str) -> tuple[str, str]:
    """What stands above their words, and their words with each line marked as theirs."""
    lines = [line.rstrip() for line in answer.words.splitlines()]
    marked = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"What {body} wrote on {in_words(answer.reply.received_on)}:", marked


def forward(
    *,
    enquiry: Enquiry,
    answer: Answer,
    summary: str,
    what_next: str,
    is_no: bool,
    quotes: bool,
    by: StaffMember,
) -> Letter:
    """Draft the letter that sends an answer on, for a person to read and send. Raises TemplateProblem."""
    codes = [FORWARDS_A_NO, FORWARDS] if is_no else [FORWARDS]
    letter = worded(
        case=enquiry.case,
        template=template_of(*codes),
        by=by,
        today=timezone.localdate(),
        to_person=recipients.first(enquiry.case),
        issue=enquiry.issue,
        about_enquiry=enquiry,
        given={"reply_summary": summary, "what_next": what_next, "options": what_next},
    )
    if quotes:
        quote_below(letter, answer, body=enquiry.body.name)
    return keep_draft(letter, by=by)


def quote_below(letter: Letter, answer: Answer, *, body: str) -> None:
    """Put their words below ours, as far as we have them: as a quotation where the letter is rich text."""
    if not answer.words:
        return
    heading, marked = quoted(answer, body=body)
    if letter.html:
        theirs = rich.from_text(answer.words)
        letter.html = rich.clean(f"{letter.html}{rich.from_text(heading)}<blockquote>{theirs}</blockquote>")
        letter.text = rich.to_text(letter.html)
    else:
        letter.text = f"{letter.text}\n\n\n{heading}\n\n{marked}"
