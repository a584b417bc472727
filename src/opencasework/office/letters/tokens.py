"""Reply tokens: what a mail of ours carries so that its answer finds its case, and nothing else does."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable

from django.conf import settings

from opencasework.office.cases.models import Case
from opencasework.office.cases.moving import went_to
from opencasework.office.letters.models import Enquiry, OutgoingMail, ReplyToken

LENGTH = 32  # hex digits: 128 bits
ASKED_AT_ONCE = 500  # tokens in one query
IN_TEXT = re.compile(rf"(?<![0-9a-f])[0-9a-f]{{{LENGTH}}}(?![0-9a-f])")


def make(case_pk: int, recipient: str) -> str:
    """The token of a case for one recipient. Without the office's key nobody can make one."""
    key = bytes.fromhex(settings.HOME.key("reply"))
    message = f"{case_pk}\n{recipient.strip().lower()}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:LENGTH]


def issue(case: Case, recipient: str, *, enquiry: Enquiry | None) -> ReplyToken:
    """The token of this case for this recipient, pointing at the enquiry last put to them."""
    recipient = recipient.strip().lower()
    token, _ = ReplyToken.objects.get_or_create(
        token=make(case.pk, recipient), defaults={"case": case, "recipient": recipient}
    )
    if enquiry is not None and token.enquiry_id != enquiry.pk:
        token.enquiry = enquiry
        token.save(update_fields=["enquiry"])
    return token


def found_in(
    addresses_and_references: Iterable[str], *, issued: Collection[str] | None = None
) -> ReplyToken | None:
    """The first genuine token in the To, Delivered-To, In-Reply-To and References of a mail.

    A token that names a row but does not match its case and recipient under our key is no token. `issued` are
    the only ones to look for, where it has been asked before which there are.
    """
    for text in addresses_and_references:
        for candidate in _candidates(text):
            if issued is not None and candidate not in issued:
                continue
            token = ReplyToken.objects.select_related("case", "enquiry").filter(token=candidate).first()
            if token and hmac.compare_digest(candidate, make(token.case_id, token.recipient)):
                return token
    return None


def issued_among(texts: Iterable[str]) -> set[str]:
    """What looks like a token in these texts and names a row; one query for a batch of mails."""
    candidates = sorted({candidate for text in texts for candidate in _candidates(text)})
    issued: set[str] = set()
    for start in range(0, len(candidates), ASKED_AT_ONCE):
        named = ReplyToken.objects.filter(token__in=candidates[start : start + ASKED_AT_ONCE])
        issued.update(named.values_list("token", flat=True))
    return issued


def _candidates(text: str) -> list[str]:
    return IN_TEXT.findall(text[:10_000].lower())


def enquiry_answered(token: ReplyToken, references: Iterable[str]) -> Enquiry | None:
    """Which enquiry a mail with this token answers: the one whose mail it names, else the last one put."""
    ids = [reference.strip() for reference in references if reference.strip()]
    mail = (
        OutgoingMail.objects.filter(message_id__in=ids, letter__case__in=went_to(token.case))
        .select_related("letter__about_enquiry", "letter__enquiry")
        .first()
    )
    if mail is None:
        return token.enquiry
    assert mail.letter is not None  # it is on the case
    own: Enquiry | None = getattr(mail.letter, "enquiry", None)
    return own or mail.letter.about_enquiry or token.enquiry
