"""Whether a mail of which nobody knows if it left lies in a Sent folder: asked of the mail server itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from opencasework.office.inbox.connecting import CannotCollect, connection
from opencasework.office.inbox.models import Mailbox
from opencasework.office.letters import deciding
from opencasework.office.letters.mail_views import undo_tag
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

# Where a server does not say which folder it is.
CALLED_SENT = {"sent", "sent items", "sent messages", "sent mail", "eitemau a anfonwyd"}


@dataclass
class Look:
    """Where it was found, and where it was looked for."""

    found_in: str = ""
    looked_in: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def look(message_id: str, *, first: str = "") -> Look:
    """Look for a mail by its Message-ID in the Sent folders of every mailbox; `first` is asked first."""
    result = Look()
    mailboxes = sorted(Mailbox.objects.filter(enabled=True), key=lambda mailbox: mailbox.address != first)
    for mailbox in mailboxes:
        try:
            with connection(mailbox) as server:
                for folder in sent_folders(server):
                    where = f"{folder} of {mailbox.address}"
                    if _is_in(server, folder, message_id):
                        result.found_in = where
                        return result
                    result.looked_in.append(where)
        except CannotCollect as problem:
            result.problems.append(str(problem))
    return result


def sent_folders(server: IMAPClient) -> list[str]:
    """The folders with what was sent: as the server marks them, else by what they are called."""
    marked, called = [], []
    for flags, delimiter, name in server.list_folders():
        if b"\\Noselect" in flags or b"\\NonExistent" in flags:
            continue
        cut = delimiter.decode() if delimiter else "/"
        if b"\\Sent" in flags:
            marked.append(str(name))
        elif str(name).split(cut)[-1].casefold() in CALLED_SENT:
            called.append(str(name))
    return marked or called


def _is_in(server: IMAPClient, folder: str, message_id: str) -> bool:
    try:
        server.select_folder(folder, readonly=True)
        return bool(server.search(["HEADER", "Message-ID", message_id]))
    except IMAPClientAbortError:
        raise
    except IMAPClientError:  # listed, and not to be opened
        return False


@staff_who_may(May.SEND_LETTERS)
def mail_in_sent(request: StaffRequest, pk: int) -> HttpResponse:
    """Look for an uncertain mail; where it lies in a Sent folder, it has left."""
    mails = OutgoingMail.objects.visible_to(request.user).select_related("letter")
    mail = get_object_or_404(mails, pk=pk)
    assert mail.letter is not None  # one that is on no case is not found here
    if request.method != "POST" or mail.state != OutgoingMail.State.UNCERTAIN:
        return redirect("letter", mail.letter.pk)
    result = look(mail.message_id, first=mail.from_email)
    if result.found_in:
        answer = f"{request.user} found it in {result.found_in}."
        if deciding.mark_sent(mail, by=request.user, answer=answer):
            words = f"It is in {result.found_in}: it has left."
            messages.success(request, words, extra_tags=undo_tag(mail))
        return redirect(mail.letter)
    for problem in result.problems:
        messages.error(request, problem)
    if result.looked_in:
        messages.info(
            request,
            f"It is not in {', '.join(result.looked_in)}. Not every server keeps what we send there, so ask "
            "whether it came before you send it again.",
        )
    elif not result.problems:
        messages.info(request, "No mailbox here has a Sent folder to look in. Ask whether it came.")
    return redirect(mail.letter)
