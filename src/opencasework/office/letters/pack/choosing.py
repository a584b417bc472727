"""What a caseworker says about the papers of a letter: which go, in which order, what each is called."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from django.db import models, transaction

from opencasework.office.letters.actions import keep_edit, one_line
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import limits
from opencasework.office.letters.pack.documents import Document
from opencasework.office.letters.pack.models import Enclosure, Pack
from opencasework.office.staff.models import StaffMember


class CannotChoose(Exception):
    """It cannot go out with the letter; the message says why."""


def add(letter: Letter, documents: Iterable[Document], *, by: StaffMember) -> int:
    """Let these go out with the letter, behind what is there. Returns how many are new.

    Call it outside a transaction: some are printed now. Raises CannotChoose, and adds none then.
    """
    chosen = [_chosen(letter, document, by=by) for document in documents]
    with transaction.atomic():
        _insist_draft(letter)
        there = list(letter.enclosures.all())
        new = [each for each in chosen if each.source not in {one.source for one in there}]
        _insist_room(len(there) + len(new))
        for position, each in enumerate(new, start=there[-1].position + 1 if there else 1):
            each.position = position
            each.save()
        again = [each.source for each in new]
        Pack.objects.filter(letter=letter, taken_out__source__in=again).update(taken_out={})
        _changed(letter, by=by)
    return len(new)


def _chosen(letter: Letter, document: Document, *, by: StaffMember) -> Enclosure:
    if document.refused:
        raise CannotChoose(f"“{document.title}” cannot go out. {document.refused}")
    try:
        sha256, size = document.content()
    except FileNotFoundError as error:
        raise CannotChoose(f"The file of “{document.title}” is missing. Restore it from a backup.") from error
    return Enclosure(
        letter=letter, title=document.title[:200], filename=document.filename[:200], sha256=sha256,
        size=size, source=document.source, warning=document.warning()[:300], added_by=by,
    )  # fmt: skip


@transaction.atomic
def take_out(letter: Letter, pk: int, *, by: StaffMember) -> Enclosure | None:
    """It stays here. What was taken out, None where it was out already."""
    _insist_draft(letter)
    found = letter.enclosures.filter(pk=pk).first()
    if found is None:
        return None
    found.delete()
    before = {"source": found.source, "position": found.position, "title": found.title, "how": found.how}
    Pack.objects.update_or_create(letter=letter, defaults={"taken_out": before})
    _changed(letter, by=by)
    return found


def put_back(letter: Letter, documents: Iterable[Document], *, source: str, by: StaffMember) -> str:
    """What was taken out last goes along again, where it stood. What it is called; empty where it is back.

    `source` says which document is meant: another that somebody took out since stays out.

    Call it outside a transaction, with the documents of the case. Raises CannotChoose where it may not go
    out any more.
    """
    before = Pack.objects.filter(letter=letter).values_list("taken_out", flat=True).first()
    if not before:
        return ""
    if before["source"] != source:
        raise CannotChoose("Another document was taken out since. Look at the papers.")
    document = next((each for each in documents if each.source == source), None)
    if document is None:
        raise CannotChoose(f"“{before['title']}” is not among the documents of this case any more.")
    new = _chosen(letter, document, by=by)
    new.position, new.title, new.how = before["position"], before["title"], before["how"]
    with transaction.atomic():
        _insist_draft(letter)
        if not Pack.objects.filter(letter=letter, taken_out=before).update(taken_out={}):
            return ""
        _insist_room(letter.enclosures.count() + 1)
        if not letter.enclosures.filter(source=new.source).exists():
            letter.enclosures.filter(position__gte=new.position).update(position=models.F("position") + 1)
            new.save()
        _changed(letter, by=by)
    return new.title


@transaction.atomic
def move(letter: Letter, pk: int, *, by: StaffMember, up: bool) -> None:
    """One place up or down. The first cannot go up, the last not down."""
    _insist_draft(letter)
    order = list(letter.enclosures.all())
    at = next((at for at, each in enumerate(order) if each.pk == pk), None)
    if at is None:
        return
    to = max(at - 1, 0) if up else min(at + 1, len(order) - 1)
    order.insert(to, order.pop(at))
    for position, each in enumerate(order, start=1):
        if each.position != position:
            Enclosure.objects.filter(pk=each.pk).update(position=position)
    _changed(letter, by=by)


@transaction.atomic
def describe(
    letter: Letter,
    *,
    titles: dict[int, str],
    apart: set[int],
    over: str,
    without_authority: bool,
    by: StaffMember,
) -> None:
    """What each is called, which go as files of their own, what happens where one mail is too small."""
    _insist_draft(letter)
    for each in letter.enclosures.all():
        title = one_line(titles.get(each.pk, each.title))[:200] or each.title
        how = Enclosure.How.APART if each.pk in apart else Enclosure.How.JOINED
        Enclosure.objects.filter(pk=each.pk).update(title=title, how=how)
    said = {
        "over": over if over in Pack.Over.values else Pack.Over.MAILS,
        "without_authority": without_authority,
    }
    Pack.objects.update_or_create(letter=letter, defaults=said)
    _changed(letter, by=by)


def _insist_room(number: int) -> None:
    if number > limits.DOCUMENTS:
        raise CannotChoose(f"Up to {limits.DOCUMENTS} documents go out with a letter. Leave some out.")


def _insist_draft(letter: Letter) -> None:
    # Locked: what is chosen while somebody sends it either leaves with it, or is refused.
    if not list(Letter.objects.select_for_update().drafts().filter(pk=letter.pk).values_list("pk")):
        raise CannotChoose("This letter is not a draft any more. Take it back first.")


def _changed(letter: Letter, *, by: StaffMember) -> None:
    """The letter is another one now: who read it reads it again, and an approval of it ends."""
    chosen = [[each.title, each.sha256, each.how] for each in letter.enclosures.all()]
    said = Pack.objects.filter(letter=letter).values_list("over", "without_authority").first()
    usual = said is None or said == (Pack.Over.MAILS.value, False)
    whole = json.dumps([chosen, list(said or ())])
    mark = "" if not chosen and usual else hashlib.sha256(whole.encode()).hexdigest()
    keep_edit(letter, by=by, enclosed=mark)
