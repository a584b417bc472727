"""Binding the papers of a letter: opened and joined in the child, laid out so that mails can carry them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.kit.first_bytes import ENOUGH, PDF, is_pdf, kind_of
from opencasework.office.kit.naming import is_named
from opencasework.office.kit.pdf import PdfUnavailable
from opencasework.office.letters import paper, signing
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import laying, limits
from opencasework.office.letters.pack.documents import blobs, signed_authorities
from opencasework.office.letters.pack.laying import Plan, Sheet
from opencasework.office.letters.pack.models import Enclosure, Pack, PackFile
from opencasework.office.letters.pack.workshop import TookTooLong, Workshop
from opencasework.office.letters.stationery import Stationery
from opencasework.office.places.models import Office

OTHER = "application/octet-stream"
LARGE = 300_000  # bytes of a PDF in which it is worth making pictures smaller
LESS_FINE = "Pictures were made less fine"
TOO_SMALL = "One mail is too small for these papers."


class PackProblem(Exception):
    """The papers cannot go out as they are; the message says why and what to do."""


@dataclass(frozen=True)
class Piece:
    """A document on its way into the pack."""

    title: str
    filename: str
    sha256: str
    size: int
    apart: bool = False


@dataclass
class Made:
    """What came of binding, before it is kept."""

    files: list[PackFile] = field(default_factory=list)
    contents: list[dict[str, object]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # a sentence for each document that does not go out
    notes: list[str] = field(default_factory=list)
    pages: int = 0


# --- what goes --------------------------------------------------------------------------------------------


def pack_of(letter: Letter) -> Pack:
    """What was said about the papers of this letter; unsaved where nothing was."""
    return Pack.objects.filter(letter=letter).first() or Pack(letter=letter)


def pieces_of(letter: Letter, pack: Pack | None = None) -> list[Piece]:
    """What goes out with it, in order: signed authority where it goes to a body, then what was chosen."""
    pack = pack or pack_of(letter)
    pieces = [
        Piece(each.title, each.filename, each.sha256, each.size, each.how == Enclosure.How.APART)
        for each in letter.enclosures.all()
    ]
    chosen = {piece.sha256 for piece in pieces}
    signed = [] if pack.without_authority else signed_authorities(letter, on=timezone.localdate())
    by_itself = [
        Piece(
            f"Authority signed by {each.person} on {each.given_on:%-d %B %Y}"[:200],
            each.scan_name or "authority.pdf", each.scan_sha256, _size(each.scan_sha256),
        )
        for each in signed
        if each.scan_sha256 not in chosen
    ]  # fmt: skip
    return by_itself + pieces


def _size(sha256: str) -> int:
    try:
        return blobs().path(sha256).stat().st_size
    except FileNotFoundError:
        return 0


def fingerprint(letter: Letter, pack: Pack, pieces: list[Piece]) -> str:
    """What a pack was made of: another one has to be made when any of this changes."""
    office = list(Office.objects.values_list())
    whole = [
        letter.version, letter.means, pack.over, timezone.localdate().isoformat(), str(office),
        # The head of the sheet, whom it names, and whether it carries the member's signature by now.
        str(list(Stationery.objects.values_list())), letter.postal_lines, signing.may_carry(letter),
        [[piece.title, piece.sha256, piece.apart] for piece in pieces],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def is_current(letter: Letter) -> bool:
    """Whether the files that are kept are what would leave now."""
    pack = pack_of(letter)
    pieces = pieces_of(letter, pack)
    if not pieces:
        return not PackFile.objects.filter(letter=letter).exists()
    return pack.made_of == fingerprint(letter, pack, pieces)


# --- making it --------------------------------------------------------------------------------------------


def made(letter: Letter) -> Pack:
    """The papers of a draft, bound now unless they are already. Call it outside a transaction.

    Raises PackProblem where they cannot be, with a sentence.
    """
    pack = pack_of(letter)
    pieces = pieces_of(letter, pack)
    wanted = fingerprint(letter, pack, pieces)
    nothing_to_do = not pieces and not PackFile.objects.filter(letter=letter).exists()
    if pack.made_of == wanted or nothing_to_do or not letter.is_draft:
        return pack
    result = _bound(letter, pack, pieces)
    with transaction.atomic():
        # Whoever sends it meanwhile sends the files that were there.
        still = Letter.objects.select_for_update().drafts().filter(pk=letter.pk).first()
        if still is None:
            raise PackProblem("This letter is not a draft any more. Open it to see where it is.")
        pack, _ = Pack.objects.get_or_create(letter=letter)
        before = list(PackFile.objects.filter(letter=letter, pages__gt=0).values_list("sha256", flat=True))
        PackFile.objects.filter(letter=letter).delete()
        for file in result.files:
            file.letter = letter
            file.save()
        pack.made_of, pack.made_at, pack.pages = wanted, timezone.now(), result.pages
        pack.contents, pack.left_out, pack.notes = result.contents, result.left_out, result.notes
        pack.save()
    for sha256 in before:  # what never left is nobody's paper; a document's own file is not touched
        if not is_named(sha256):
            blobs().delete(sha256)
    return pack


def keep_posted(letter: Letter) -> None:
    """A printed letter is about to be marked as posted: keep what was printed. Call it outside a transaction.

    Where nothing can be bound on this machine nothing is kept: better than a wrong file.
    """
    if not letter.is_draft or is_current(letter):
        return
    letter.means = Letter.Means.POST
    try:
        made(letter)
    except PackProblem:
        with transaction.atomic():
            draft = Letter.objects.select_for_update().drafts().filter(pk=letter.pk)
            if draft.exists():
                # Without what they were made of: if it is no letter by post after all, they are bound anew.
                Pack.objects.filter(letter=letter).update(made_of="")
                PackFile.objects.filter(letter=letter).delete()


def _bound(letter: Letter, pack: Pack, pieces: list[Piece]) -> Made:
    result = Made()
    if not pieces:
        return result
    by_mail = letter.means == Letter.Means.EMAIL
    limit = limits.room(limits.MAIL_BYTES - limits.MAIL_WORDS) if by_mail else limits.FILE_BYTES * 100
    if not letter.enclosures.exists():
        return _alone(letter, pieces, limit)
    with tempfile.TemporaryDirectory(dir=_spool(), prefix="pack-") as folder, Workshop(Path(folder)) as shop:
        try:
            sheets, apart = _opened(shop, letter, pieces, result, limit)
            plan = laying.lay_out(letter, shop, sheets, apart, limit, pack=pack)
        except PdfUnavailable as problem:
            raise PackProblem(str(problem)) from problem
        except TookTooLong as problem:
            raise PackProblem(
                "Binding the papers took too long. Leave out the largest, or send them with a second letter."
            ) from problem
        _keep(letter, plan, result, pack)
    return result


def _spool() -> Path:
    spool = Path(settings.HOME.spool)
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    return spool


def _alone(letter: Letter, pieces: list[Piece], limit: int) -> Made:
    """Nothing but the authority: its own file goes, with its seal where it was signed online."""
    result = Made()
    for number, piece in enumerate(pieces, start=1):
        content = _content(piece)
        kind = PDF if is_pdf(content) else kind_of(content[:ENOUGH]) or OTHER
        if len(content) > limit:
            result.left_out.append(f"{piece.title} is too large for a mail. Choose it as a document instead.")
            continue
        limit -= len(content)  # of a couple two go, in one mail
        which = "" if number == 1 else f"-{number}"
        name = f"{letter.case.reference}-authority{which}{Path(piece.filename).suffix.lower()[:6] or '.pdf'}"
        result.files.append(
            PackFile(part=1, name=name, media_type=kind, sha256=piece.sha256, size=len(content))
        )
        result.contents.append({"title": piece.title, "first": 0, "last": 0, "part": 1})
    return result


def _content(piece: Piece) -> bytes:
    try:
        return blobs().read(piece.sha256)
    except (FileNotFoundError, BlobDamaged) as error:
        raise PackProblem(
            f"The file of “{piece.title}” is missing or damaged. Restore it from a backup, or leave it out."
        ) from error


def _opened(
    shop: Workshop, letter: Letter, pieces: list[Piece], result: Made, limit: int
) -> tuple[list[Sheet], list[Sheet]]:
    """The documents as PDFs in the workshop, as fine as a mail can carry; and those that stay as they are."""
    cover = Sheet("The letter", shop.bring("letter", paper.pdf(letter)), PDF)
    sheets, apart = [cover], list[Sheet]()
    for number, piece in enumerate(pieces):
        content = _content(piece)
        if len(content) > limits.FILE_BYTES:
            millions = limits.FILE_BYTES // 1_000_000
            result.left_out.append(f"“{piece.title}” is left out: it has more than {millions} MB.")
            continue
        kind = PDF if is_pdf(content) else kind_of(content[:ENOUGH]) or OTHER
        brought = shop.bring(str(number), content)
        sheet = Sheet(piece.title, brought, kind, number, piece.filename, size=len(content))
        (apart if piece.apart else sheets).append(sheet)
    cannot = shop.open(sheets, level=0)
    for sheet, problem in cannot:
        sheets.remove(sheet)
        if sheet is cover:
            raise PackProblem("The letter itself could not be bound. Print it from the browser instead.")
        apart.append(sheet)
        result.notes.append(f"“{sheet.title}” cannot be joined and goes as a file of its own. {problem}")
    if sum(sheet.pages for sheet in sheets) > limits.PAGES:
        pages = sum(sheet.pages for sheet in sheets)
        raise PackProblem(
            f"These papers have {pages} pages; a pack may have {limits.PAGES}. "
            "Leave some out, or send them with a second letter."
        )
    result.notes += [f"“{sheet.title}”: {sheet.said}" for sheet in sheets if sheet.said]
    for level in range(1, len(limits.LEVELS)):
        total = sum(sheet.size for sheet in [*sheets, *apart])
        if total + laying.INDEX_BYTES <= limit * laying.ROOM_LEFT or (level > 1 and total > 2 * limit):
            break
        _smaller(shop, sheets, level, result)
    return sheets, apart


def _smaller(shop: Workshop, sheets: list[Sheet], level: int, result: Made) -> None:
    """Open the large ones again with their pictures less fine."""
    large = [sheet for sheet in sheets[1:] if sheet.size > LARGE]
    before = sum(sheet.size for sheet in large)
    shop.open(large, level=level)
    if large and sum(sheet.size for sheet in large) < before:
        points = limits.LEVELS[level][0]
        result.notes = [note for note in result.notes if not note.startswith(LESS_FINE)]
        result.notes.append(f"{LESS_FINE}, {points} points to the inch, to fit into a mail.")


def _keep(letter: Letter, plan: Plan, result: Made, pack: Pack) -> None:
    """Put the finished parts, and the documents of their own, where files are kept."""
    mails = letter.means == Letter.Means.EMAIL
    for part in plan.parts:
        by_post = mails and part.number > 1 and pack.over == Pack.Over.POST
        for name, kind, content, pages in part.files:
            result.files.append(
                PackFile(
                    part=part.number, by_post=by_post, name=name, media_type=kind, pages=pages,
                    sha256=blobs().put(content), size=len(content),
                )
            )  # fmt: skip
    result.contents, result.pages = plan.contents, plan.pages
    result.left_out += plan.left_out
    if mails and len(plan.parts) > 1:
        number = len(plan.parts)
        leaves = (
            f"They leave in {number} mails, each saying which part it is."
            if pack.over == Pack.Over.MAILS
            else f"The first part leaves by mail; print and post the other {number - 1}."
        )
        result.notes.insert(0, f"{TOO_SMALL} {leaves}")
