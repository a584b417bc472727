"""What was signed, as one sealed PDF: the words, the signature, and how it came about."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from opencasework.office.authority import new_address, typed_names, wording
from opencasework.office.authority.actions import keep, scans
from opencasework.office.authority.models import Authority, SignLink
from opencasework.office.authority.returned import finish
from opencasework.office.authority.signing.forms import HEIGHT, WIDTH
from opencasework.office.bodies.models import Body
from opencasework.office.kit import sealing, undrawn
from opencasework.office.kit.pdf import printed
from opencasework.office.kit.visitors import address_of
from opencasework.office.places.models import Office


@dataclass(frozen=True)
class Said:
    """What the person answered, page by page, ready to be signed."""

    address: str
    added: str
    bodies: list[Body]
    any_body: bool
    other: str
    name: str
    drawn: str

    @property
    def named(self) -> list[str]:
        """Every organisation in words, the person's own among them."""
        return [*(body.name for body in self.bodies), *([self.other] if self.other else [])]


def said_in(link: SignLink) -> Said:
    """The answers of a link as they stand; what was never answered is empty."""
    answers = link.answers
    check, bodies, other = (answers.get(page, {}) for page in ("check", "bodies", "other"))
    ticked = bodies.get("bodies", [])
    return Said(
        address=check.get("address", ""),
        added=check.get("added", ""),
        bodies=[body for body in link.ask.bodies.all() if str(body.pk) in ticked],
        any_body=link.ask.covers_any_body and "any" in ticked,
        other=other.get("other", "") if bodies.get("someone_else") else "",
        name=bodies.get("name", ""),
        drawn=bodies.get("drawn", ""),
    )


def parts_of(link: SignLink, said: Said) -> list[wording.Part]:
    """The exact words, in the language in force."""
    return wording.parts(link.ask, Office.here(), bodies=said.named, any_body=said.any_body, added=said.added)


def fingerprint_of(link: SignLink, said: Said) -> str:
    """Of all that is read before it is signed, in the language in force: words, name, address and drawing."""
    read = [wording.as_text(parts_of(link, said)), said.name, said.address, said.drawn]
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()


def boxes_in(link: SignLink, said: Said) -> str:
    """The scripts of which some characters would be boxes in the sealed statement; empty where none would."""
    words = [wording.as_text(parts_of(link, said)), said.name, said.address]
    return "; ".join(undrawn.scripts("\n".join(words)))


def drawn_path(drawn: str) -> str:
    """A drawn signature as an SVG path, of whole numbers alone."""
    strokes = json.loads(drawn) if drawn else []
    return " ".join(
        "M"
        + " L".join(f"{int(x)} {int(y)}" for x, y in stroke)
        # A dot is a stroke too.
        + (f" L{int(stroke[0][0]) + 1} {int(stroke[0][1])}" if len(stroke) == 1 else "")
        for stroke in strokes
    )


def evidence_of(
    request: HttpRequest, link: SignLink, said: Said, *, at: datetime, language: str
) -> dict[str, Any]:
    """How it was signed, as the PDF and the case show it."""
    text = wording.as_text(parts_of(link, said))
    return {
        "name": said.name,
        "signed_at": at.isoformat(timespec="seconds"),
        "address": said.address,
        "device": request.headers.get("User-Agent", "")[:300],
        "ip": address_of(request),
        "language": language,
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "drawn": bool(said.drawn),
        "other": said.other,
        "added": said.added,
        "moved": new_address.is_new(said.address, link.ask.person),
        "boxes": boxes_in(link, said),
        "ask": link.ask.code,
    }


def sealed_pdf(link: SignLink, said: Said, evidence: dict[str, Any]) -> bytes:
    """The statement as one sealed PDF. Raises PdfUnavailable."""
    office = Office.here()
    page = render_to_string(
        "authority/printed/signed.html",
        {
            "ask": link.ask,
            "office": office,
            "said": said,
            "parts": parts_of(link, said),
            "evidence": evidence,
            "signed_at": timezone.localtime(datetime.fromisoformat(evidence["signed_at"])),
            "path": drawn_path(said.drawn),
            "width": WIDTH,
            "height": HEIGHT,
            "fingerprint": sealing.fingerprint(),
        },
    )
    return sealing.sealed(printed(page, to_be_sealed=True), office=f"Office of {office.title}")


def sign(link: SignLink, said: Said, evidence: dict[str, Any]) -> Authority | None:
    """Seal it, keep it, and put it on the case. None where it was signed meanwhile, or the link withdrawn.

    Raises PdfUnavailable; nothing has happened then.
    """
    sha256 = scans().put(sealed_pdf(link, said, evidence))  # on the disk before any row names it
    ask, now = link.ask, timezone.now()
    with transaction.atomic():
        # Of two that press at once the update lets one through: the link is good once.
        usable = SignLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=now)
        # What was answered stands in the PDF now, and nowhere else.
        unused = usable.filter(ask__authority=None, ask__closed_at=None)
        if not unused.update(used_at=now, answers={}):
            return None
        authority = ask.authority_given(
            basis=Authority.Basis.ONLINE,
            problem=ask.problem if not said.added else f"{ask.problem}\n\n{said.added}",
            statement=said.other and f"They may also speak to: {said.other}",
            covers_any_body=said.any_body,
            given_on=timezone.localdate(now),
            scan_sha256=sha256,
            scan_name=f"signed-{ask.code[:4]}.pdf",
            scan_type="application/pdf",
            evidence=evidence,
            name_doubted=typed_names.is_another(said.name, ask.person),
            is_to_see=True,
        )
        keep(authority, bodies=list(said.bodies), by=None)
        finish(ask, authority)
    return authority
