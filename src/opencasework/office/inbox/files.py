"""What came with a message: the mail as its sender laid it out, its files to download, pictures of them."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import unicodedata
from contextlib import suppress
from pathlib import PurePath

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.cases.models import Channel, Event
from opencasework.office.inbox import showing
from opencasework.office.inbox.models import Attachment, Message, blobs
from opencasework.office.inbox.previewing import picture_type
from opencasework.office.inbox.reading.reader import Reader
from opencasework.office.inbox.views import find_message
from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

log = logging.getLogger(__name__)

# Nothing in a stranger's file may act, whatever a browser makes of it.
INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
# The look of a formatted mail. The page's policy and the frame's own allow this text and no other.
FRAME_STYLE = """
body { margin: 16px; font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
img { max-width: 100%; height: auto }
table { max-width: 100%; border-collapse: collapse }
td, th { padding: 2px 6px; text-align: start; vertical-align: top }
blockquote { margin: 0 0 0 4px; padding-inline-start: 12px; border-inline-start: 3px solid #888 }
pre { white-space: pre-wrap }
"""
WEB_ADDRESS = re.compile(r"https?://[^\s\\]", re.IGNORECASE)
STYLE_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(FRAME_STYLE.encode()).digest()).decode()}'"
FRAME = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; style-src '
    f'{STYLE_HASH}"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="@theme">'
    f"<title>-</title><style>{FRAME_STYLE}</style></head><body>"
)


# --- as its sender laid it out --------------------------------------------------------------------------


@require_safe
def formatted(request: StaffRequest, pk: int) -> HttpResponse:
    """The message as its sender laid it out, cleaned, in a frame that can load and do nothing."""
    found = find_message(request, pk)
    view, cover = None, showing.cover(found, request.user)
    # A number may be laid out in pieces, so what is not shown in the text cannot be covered here.
    is_covered = bool(cover.within(f"{found.subject}\n{found.text}"))
    if found.sha256 and found.has_html and not is_covered:
        # In the child, all of it: cleaning a stranger's HTML can take any time and memory.
        with suppress(FileNotFoundError, BlobDamaged), Reader() as reader:
            view = reader.formatted(found.raw())
    context = {
        "rail": "inbox",
        "message": found,
        "cover": cover,
        "is_covered": is_covered,
        "may_open_case": _may_open_case(request, found),
        "view": view,
        "frame": _frame(request, view["html"]) if view else "",
        "pages": [link for link in view["links"] if WEB_ADDRESS.match(link["url"])] if view else [],
        "others": [link for link in view["links"] if not WEB_ADDRESS.match(link["url"])] if view else [],
    }
    response = render(request, "inbox/formatted.html", context)
    response._csp_update = {"style-src": [STYLE_HASH]}  # type: ignore[attr-defined]
    # A browser may look up the hosts of links before anybody clicks one, and the sender would learn of it.
    response["X-DNS-Prefetch-Control"] = "off"
    return response


def _frame(request: StaffRequest, shown: str) -> str:
    """The document in the frame, light or dark as the page around it is."""
    theme = request.COOKIES.get("oc_theme", "")
    return FRAME.replace("@theme", theme if theme in ("light", "dark") else "light dark") + shown


def _may_open_case(request: StaffRequest, found: Message) -> bool:
    """That the message waits for a decision, and a case is one this colleague can take."""
    return found.is_untriaged and may(request.user, May.WRITE_CASES)


# --- downloads ------------------------------------------------------------------------------------------


@require_safe
def raw(request: StaffRequest, pk: int) -> HttpResponse:
    """The message byte for byte, to open in a mail program."""
    found = find_message(request, pk)
    if not found.sha256:
        raise Http404("This message was typed in; there is no mail to download.")
    infected = _infected_in(found)
    if infected:
        return _warned(request, found, infected)
    return _download(found.sha256, f"message-{found.pk}.{_ending(found)}")


@require_safe
def attachment(request: StaffRequest, pk: int) -> HttpResponse:
    """A file that came with a message."""
    file = _file(request, pk)
    if file.is_infected:
        return _warned(request, file, [file])
    return _download(file.sha256, file.filename or f"file-{file.pk}")


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def infected_attachment(request: StaffRequest, pk: int) -> HttpResponse:
    """An infected file all the same, for somebody who manages the office and says that they are sure."""
    file = _file(request, pk)
    if request.POST.get("sure") != "yes":
        return _warned(request, file, [file], unsure=True)
    _note_taken(request, file.message, [file])
    return _download(file.sha256, f"{file.filename or f'file-{file.pk}'}.infected")


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def infected_message(request: StaffRequest, pk: int) -> HttpResponse:
    """A whole mail with something infected in it, on the same terms."""
    found = find_message(request, pk)
    if not found.sha256:
        raise Http404("This message was typed in; there is no mail to download.")
    if request.POST.get("sure") != "yes":
        return _warned(request, found, _infected_in(found), unsure=True)
    _note_taken(request, found, _infected_in(found))
    return _download(found.sha256, f"message-{found.pk}.{_ending(found)}.infected")


def _ending(found: Message) -> str:
    return "json" if found.channel == Channel.WEB else "eml"


def _file(request: StaffRequest, pk: int) -> Attachment:
    files = Attachment.objects.filter(message__in=Message.objects.visible_to(request.user))
    return get_object_or_404(files.select_related("message__case"), pk=pk)


def _infected_in(found: Message) -> list[Attachment | Message]:
    infected: list[Attachment | Message] = [each for each in found.attachments.all() if each.is_infected]
    return [found] if found.is_infected else infected


def _warned(
    request: StaffRequest,
    wanted: Attachment | Message,
    infected: list[Attachment] | list[Attachment | Message],
    *,
    unsure: bool = False,
) -> HttpResponse:
    """Instead of an infected file: its name, what was found, and who may take it out."""
    context = {
        "rail": "inbox",
        "file": wanted if isinstance(wanted, Attachment) else None,
        "message": wanted.message if isinstance(wanted, Attachment) else wanted,
        "infected": infected,
        "may_take": may(request.user, May.MANAGE_OFFICE),
        "unsure": unsure,
    }
    return render(request, "inbox/infected.html", context, status=422 if unsure else 403)


def _note_taken(
    request: StaffRequest, found: Message, infected: list[Attachment] | list[Attachment | Message]
) -> None:
    """Whoever takes an infected file out, it is known who."""
    log.warning("An infected file was taken out of message %s by staff member %s.", found.pk, request.user.pk)
    if found.case:
        names = ", ".join(dict.fromkeys(each.virus_name for each in infected))
        found.case.record(
            Event.Kind.NOTE, by=request.user, text=f"Took out an infected file that came by mail ({names})."
        )


def _download(sha256: str, name: str) -> HttpResponse:
    """Always saved, never shown: a browser must not take a stranger's file for a page of ours."""
    disposition = f'attachment; filename="{plain_name(name)}"'
    return HttpResponse(
        _stored(sha256),
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition, **INERT},
    )


def _stored(sha256: str) -> bytes:
    try:
        return blobs().read(sha256)
    except (FileNotFoundError, BlobDamaged) as error:
        raise Http404("The stored file is missing or damaged. Restore it from a backup.") from error


def plain_name(name: str) -> str:
    """A file name of plain letters, safe in a header and on any disk."""
    letters = (each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "-", "".join(letters)).strip(" .-")
    stem, ending = PurePath(plain or "file").stem[:100], PurePath(plain or "file").suffix[:12]
    return f"{stem or 'file'}{ending}"


# --- pictures of files ----------------------------------------------------------------------------------


@require_safe
def pages(request: StaffRequest, pk: int) -> HttpResponse:
    """The pages of a file one by one, as pictures we made."""
    file = _file(request, pk)
    made = list(file.pages.exclude(number=0))
    if not made:
        messages.info(request, f"{file.filename}: {file.preview_sentence}")
        return redirect("message", file.message_id)
    number = min(max(row_number(request.GET.get("page")) or 1, 1), len(made))
    context = {
        "rail": "inbox",
        "file": file,
        "message": file.message,
        "may_open_case": _may_open_case(request, file.message),
        "page": made[number - 1],
        "pages": made,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < len(made) else None,
    }
    return render(request, "inbox/pages.html", context)


@require_safe
def picture(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One page as a picture: pixels a child process drew, never the sender's bytes."""
    page = get_object_or_404(_file(request, pk).pages, number=number)
    content = _stored(page.sha256)
    return HttpResponse(
        content, content_type=picture_type(content), headers={"Content-Disposition": "inline", **INERT}
    )
