"""Makes the pictures of what came in: small ones for the reading pane, pages for the viewer.

An attachment that waits is a row; a worker claims it with an update that only one can win. It is drawn in the
child, never in a request.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from opencasework.office.authority import returned
from opencasework.office.authority.models import Ask
from opencasework.office.cases.models import Case
from opencasework.office.inbox.models import Attachment, Message, PreviewPage, blobs
from opencasework.office.inbox.reading import limits
from opencasework.office.inbox.reading.reader import Preview, Reader
from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.kit.first_bytes import PDF, kind_of
from opencasework.office.kit.steps import step

AT_MOST = 50  # files a turn
LEASE = timedelta(
    minutes=2
)  # far longer than the child may take; a worker that dies gives its file back then
TRIES = 3
State = Attachment.PreviewState
PNG = b"\x89PNG\r\n\x1a\n"


def make_previews(*, now: datetime | None = None, at_most: int = AT_MOST) -> int:
    """Draw the files that wait, the latest first. Returns how many have a preview now."""
    made = 0
    # In the order of the index of those that wait: by their number, SQLite would look through all files.
    waiting = Attachment.objects.filter(preview_due_at__lte=now or timezone.now()).order_by("-preview_due_at")
    with Reader(wall_seconds=limits.PREVIEW_WALL_SECONDS) as reader:
        for file in waiting[:at_most]:
            if not _claim(file, now or timezone.now()):
                continue
            step()
            if not _known_already(file):
                _keep(file, _preview(file, reader))
            file.refresh_from_db(fields=["preview_state"])
            made += file.preview_state == State.MADE
    return made


def _claim(file: Attachment, now: datetime) -> bool:
    """Of two workers one gets it, for as long as its lease."""
    return bool(
        Attachment.objects.filter(pk=file.pk, preview_due_at=file.preview_due_at).update(
            preview_due_at=now + LEASE, preview_tries=F("preview_tries") + 1
        )
    )


def _known_already(file: Attachment) -> bool:
    """The same content was drawn before: a logo that comes with every mail of a body."""
    twin = Attachment.objects.filter(sha256=file.sha256, preview_due_at=None).order_by().first()
    if twin is None:
        return False
    known = Q(returned__sha256=file.sha256) | Q(files__sha256=file.sha256)
    _claim_for_case(file, Ask.objects.filter(known).distinct())
    _note(file, twin.preview_state, twin.preview_kind, twin.preview_total, twin.preview_reason)
    return True


def _preview(file: Attachment, reader: Reader) -> Preview:
    if file.preview_tries >= TRIES:  # whoever tried before died of it
        return _none("Making a preview failed too often.")
    if file.size > limits.PREVIEW_BYTES:
        return _none(f"It is larger than {limits.PREVIEW_BYTES // 1_000_000} MB.")
    with suppress(FileNotFoundError, BlobDamaged):
        return reader.preview(blobs().read(file.sha256))
    return _none("The stored file is missing or damaged.")


def _none(reason: str) -> Preview:
    return Preview({"kind": "", "total": 0, "reason": reason})


def _keep(file: Attachment, preview: Preview) -> None:
    facts = preview.facts
    pictures = [preview.small, *preview.pages] if preview.pages else []
    hashes = blobs().put_many(pictures)
    step()
    rows = [
        PreviewPage(source=file.sha256, number=number, sha256=sha256, width=size[0], height=size[1])
        for number, (sha256, size) in enumerate(
            zip(hashes, (picture_size(each) for each in pictures), strict=True)
        )
    ]
    with transaction.atomic():
        # Another worker may have drawn the same content for another mail meanwhile; either will do.
        PreviewPage.objects.bulk_create(rows, ignore_conflicts=True)
        state = State.MADE if rows else State.CANNOT
        _note(file, state, facts["kind"], facts["total"], facts["reason"])
        _propose(file, preview.codes, kind=facts["kind"])
        step()


def _propose(file: Attachment, codes: list[str], *, kind: str) -> None:
    """A file with the code of a form of ours is proposed as that form, signed. A person looks and decides."""
    if not codes:
        return
    # What is beside the letter's one PDF is its own originals: the same form, proposed once.
    if not file.is_infected:
        returned.hand_in(
            codes,
            sha256=file.sha256,
            name=file.shown_name,
            media_type=PDF if kind == "pdf" else kind_of(blobs().read(file.sha256)),
            message=file.message_id,
            attachment=file.pk,
            arrived_at=file.message.received_at,
        )
    _claim_for_case(file, returned.asks_in(codes))


def _claim_for_case(file: Attachment, asks: QuerySet[Ask]) -> None:
    """A message with a form of ours is the business of those who may know of its case, whoever sent it.

    That holds wherever it is (`Message.objects.visible_to`). While it waits it is proposed for that case,
    unless it is for one as private; what the reply token of a stranger says does not stand against a form.
    """
    forms = list(asks)
    if not forms:
        return
    file.forms.add(*forms)
    message = Message.objects.filter(pk=file.message_id, decision="").select_related("proposed_case").first()
    if message is None:
        return
    proposed = message.proposed_case
    if claim(message, asks):
        Message.objects.filter(pk=message.pk, decision="", proposed_case=proposed).update(
            proposal=message.proposal,
            proposed_case=message.proposed_case,
            proposed_enquiry=message.proposed_enquiry,
            proposal_reason=message.proposal_reason,
        )


def claim(message: Message, asks: QuerySet[Ask]) -> bool:
    """Propose it for the most private case of these forms, unless it is for one as private. Not saved."""
    forms = list(asks.select_related("case").order_by("pk"))
    if not forms:
        return False
    case = max((ask.case for ask in forms), key=_privacy)
    proposed = message.proposed_case
    is_strangers = message.proposal == Message.Proposal.STRANGER
    if proposed is not None and not is_strangers and _privacy(proposed) >= _privacy(case):
        return False
    message.proposal, message.proposed_case = Message.Proposal.UNVERIFIED, case
    message.proposed_enquiry = message.proposed_enquiry if proposed == case else None
    message.proposal_reason = f"It has an authority form of {case.reference}."
    return True


def _privacy(case: Case) -> tuple[bool, str]:
    """The more of it, the fewer may know of the case."""
    return case.is_restricted, case.sensitivity


def _note(file: Attachment, state: str, kind: str, total: int, reason: str) -> None:
    Attachment.objects.filter(pk=file.pk).update(
        preview_state=state,
        preview_kind=kind,
        preview_total=total,
        preview_reason=reason[:300],
        preview_due_at=None,
    )


def picture_size(picture: bytes) -> tuple[int, int]:
    """The width and height of a picture the child drew, from its first bytes."""
    if picture.startswith(PNG):
        width, height = struct.unpack("!LL", picture[16:24])
        return width, height
    width, height = struct.unpack("<HH", picture[26:30])  # a WebP of the simple kind
    return width & 0x3FFF, height & 0x3FFF


def picture_type(picture: bytes) -> str:
    """What kind of picture it is. The child draws two."""
    return "image/png" if picture.startswith(PNG) else "image/webp"
