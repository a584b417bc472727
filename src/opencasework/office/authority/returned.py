"""Signed forms that come back by themselves: the code on a scan says which form it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority.actions import keep
from opencasework.office.authority.models import Ask, Authority, ReturnedForm
from opencasework.office.authority.models.asking import AskQuerySet, read_code, read_page
from opencasework.office.bodies.models import Body
from opencasework.office.staff.models import StaffMember

# Called inside the transaction that files a form, so that the message it came with joins its case.
WHEN_FILED: list[Callable[[ReturnedForm, StaffMember], None]] = []

# Asked about a form for a colleague: that somebody else sent it, in a sentence; empty where nobody did.
WHO_SENT: list[Callable[[ReturnedForm, StaffMember], str]] = []


class CannotFile(Exception):
    """A form cannot be filed; the message says why and what to do."""


def asks_in(codes: list[str]) -> AskQuerySet:
    """The statements whose codes stand in these texts, whatever became of them."""
    return Ask.objects.filter(code__in={code for text in codes if (code := read_code(text))})


def hand_in(
    codes: list[str],
    *,
    sha256: str,
    name: str,
    media_type: str,
    message: int | None = None,
    attachment: int | None = None,
    arrived_at: datetime | None = None,
) -> list[ReturnedForm]:
    """Propose a file for every form of ours whose code stands in it. Handing it in twice changes nothing.

    A code we never printed proposes nothing; so does the same form in another file of the same message, and a
    form that is filed already or asked for no more.
    """
    proposed = []
    for ask in asks_in(codes).open():
        pages, pages_of = _pages(codes, ask)
        here = ask.returned.filter(message=message).first() if message is not None else None
        if here is not None:
            if pages_of:
                file = {"sha256": sha256, "name": name, "media_type": media_type, "attachment": attachment}
                _add_pages(here, pages, pages_of, **file)
                _give_to_signed(ask, pages, pages_of)
            continue
        form, _ = ReturnedForm.objects.get_or_create(
            ask=ask,
            sha256=sha256,
            defaults={
                "name": name[:200],
                "media_type": media_type[:100],
                "message": message,
                "attachment": attachment,
                "pages": sorted(pages | _came_before(ask, pages_of)),
                "pages_of": pages_of,
                "arrived_at": arrived_at or timezone.now(),
            },
        )
        if form.decided_at is None:
            _give_to_signed(ask, pages, pages_of)
        proposed.append(form)
    return proposed


def _pages(codes: list[str], ask: Ask) -> tuple[set[int], int]:
    """Which pages of this form are in a file, and how many it has; 0 where it has one or does not say."""
    read = [page for page in map(read_page, codes) if page[0] == ask.code]
    of = max((of for _code, _number, of in read), default=0)
    return {number for _code, number, each in read if number and each == of}, of


def _came_before(ask: Ask, pages_of: int) -> set[int]:
    """The pages of it that wait already: some scan page by page, and mail each.

    Not the one with the signature: a form has that in its own file, which is what is kept, or lacks it.
    """
    if not pages_of:
        return set()
    others = ask.returned.filter(decided_at=None, pages_of=pages_of).values_list("pages", flat=True)
    return {number for pages in others for number in pages if number != pages_of}


def _give_to_signed(ask: Ask, pages: set[int], pages_of: int) -> None:
    """What waits with the signature in its file lacks these pages no more, whatever they came with."""
    for form in ask.returned.select_for_update().filter(decided_at=None, pages_of=pages_of):
        if pages_of in form.pages:
            form.pages = sorted({*form.pages, *pages})
            form.save(update_fields=["pages"])


def _add_pages(form: ReturnedForm, pages: set[int], pages_of: int, **file: Any) -> None:
    """Another file of the same message has more of the form. What is kept is the page with the signature."""
    form = ReturnedForm.objects.select_for_update().get(pk=form.pk)
    if form.decided_at is not None or form.pages_of not in {0, pages_of}:
        return
    form.pages_of = pages_of
    is_kept_elsewhere = form.ask.returned.filter(sha256=file["sha256"]).exists()
    if form.lacks_signature and pages_of in pages:
        if is_kept_elsewhere:
            pages = pages - {pages_of}
        else:
            form.sha256, form.attachment = file["sha256"], file["attachment"]
            form.name, form.media_type = file["name"][:200], file["media_type"][:100]
    form.pages = sorted({*form.pages, *pages})
    form.save()


def file_form(form: ReturnedForm, *, given_on: date, bodies: list[Body], by: StaffMember) -> Authority | None:
    """A colleague has looked: it is signed, and these of its bodies were not struck out.

    None where somebody had decided already. Raises CannotFile.
    """
    ask = form.ask
    with transaction.atomic():
        # Two scans of one form may wait; the ask takes one authority, and none once it is withdrawn.
        if not Ask.objects.select_for_update().open().filter(pk=ask.pk).exists():
            return None
        waiting = ReturnedForm.objects.filter(pk=form.pk, decided_at=None, sha256=form.sha256)
        if not waiting.update(decided_at=timezone.now(), decided_by=by, is_filed=True):
            return None
        authority = ask.authority_given(
            basis=Authority.Basis.SIGNED,
            given_on=given_on,
            recorded_by=by,
            scan_sha256=form.sha256,
            scan_name=form.name,
            scan_type=form.media_type,
        )
        keep(authority, bodies=[*bodies], by=by)
        finish(ask, authority)
        for act in WHEN_FILED:
            act(form, by)
    return authority


def finish(ask: Ask, authority: Authority) -> None:
    """What was asked for is there: its links and its other scans are done with. Call inside a transaction."""
    now = timezone.now()
    Ask.objects.filter(pk=ask.pk).update(authority=authority, closed_at=now, asked_again_at=None)
    ask.end_links(at=now)
    ask.returned.filter(decided_at=None).update(decided_at=now)


def put_aside(form: ReturnedForm, *, by: StaffMember) -> bool:
    """It is not signed, or cannot be read. False where somebody had decided already."""
    return bool(
        ReturnedForm.objects.filter(pk=form.pk, decided_at=None).update(
            decided_at=timezone.now(), decided_by=by
        )
    )
