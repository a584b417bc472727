"""The post of a made-up office, as much of it as a benchmark asks for: the same seed makes the same bytes.

Sizes and forms are those of a real mailbox: most mails are 2 to 30 kB of text with its HTML beside it, a
fifth have only HTML, a third answer an earlier one and quote it, a tenth carry a file of 50 kB to 2 MB.
"""

from __future__ import annotations

import base64
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from opencasework.office.inbox.samples import OFFICE, WORDS

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
DAYS = 300  # over which the mails are spread
RARE_WORDS = 20_000  # names, places and slips of the pen, which make up much of a full-text index
SYLLABLES = re.findall(
    r"\w+", "ba be bri car cwm da den dy el fen ga glan hol ing ka len ly mar nant or pen rhos sel ton wen"
)
STYLE = (
    "<style>p.MsoNormal,li.MsoNormal{margin:0cm;font-size:11.0pt;font-family:'Calibri',sans-serif;}"
    "a:link{color:#0563C1;text-decoration:underline;}div.WordSection1{page:WordSection1;}</style>"
)


@dataclass(frozen=True)
class Sent:
    """What a later mail needs to answer this one."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender: str
    text: str


@lru_cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words and how often each is used up to it: the letters' own, and a long tail that falls off as 1/n."""
    chance = random.Random("vocabulary")
    common = re.findall(r"[a-z']{2,}", " ".join(text for _, text in WORDS["letters"]).lower())
    words = list(dict.fromkeys(common))
    words += ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(RARE_WORDS)]
    return words, list(itertools.accumulate(1 / (rank + 5) for rank in range(len(words))))


def mails(count: int, *, seed: int = 1) -> Iterator[bytes]:
    """Raw mails in the order they arrive."""
    chance = random.Random(f"post {seed}")
    earlier: list[Sent] = []
    for number in range(count):
        answered = chance.choice(earlier[-400:]) if earlier and chance.random() < 1 / 3 else None
        raw, sent = _mail(chance, f"{seed}.{number}", START + timedelta(days=DAYS * number / count), answered)
        earlier.append(sent)
        yield raw


def prose(chance: random.Random, length: int) -> str:
    """Paragraphs of running text of about so many characters."""
    words, weights = vocabulary()
    paragraphs = []
    for part in range(max(1, length // 450)):
        picked = chance.choices(words, cum_weights=weights, k=min(length // 6, 75) or 1)
        sentences = [" ".join(picked[at : at + 14]).capitalize() for at in range(0, len(picked), 14)]
        paragraphs.append(". ".join(sentences) + (f" on £{chance.randint(20, 900)}." if part % 3 else "."))
    return "\n\n".join(paragraphs)


def _mail(chance: random.Random, number: str, when: datetime, answered: Sent | None) -> tuple[bytes, Sent]:
    first, last = chance.choice(WORDS["first_names"]), chance.choice(WORDS["last_names"])
    mailbox = f"{first}.{last}{chance.randint(1, 400)}".lower().translate(str.maketrans("âŷôêî'", "ayoei-"))
    sender, domain = f"{first} {last}", chance.choice(["post.example", "mail.example", "letters.example"])
    subject, letter = chance.choice(WORDS["letters"])
    subject = f"RE: {answered.subject.removeprefix('RE: ')}" if answered else f"{subject} ({number})"
    street = f"{chance.randint(2, 180)} {chance.choice(WORDS['streets'])}"
    postcode = f"WX{chance.randint(1, 9)} {chance.randint(1, 9)}QL"
    letter = letter.format(name=sender, street=street, postcode=postcode)
    length = int(chance.lognormvariate(7.0, 0.8))  # characters of new text: half have more than 1,100
    text = f"Dear Ms Holloway,\n\n{letter}\n\n{prose(chance, min(length, 20_000))}\n\n"
    signature = f"Kind regards\n\n{sender}\n{street}\n{postcode}\nTel: 01632 960{chance.randint(100, 999)}\n"
    sent = Sent(
        f"<{number}.{chance.getrandbits(64):016x}@{domain}>",
        (*answered.references, answered.message_id)[-12:] if answered else (),
        subject,
        sender,
        f"{text}{signature}",
    )
    quoted = ""
    if answered:
        lines = "".join(f"> {line}\n" for line in answered.text.splitlines())
        quoted = f"\nOn {when:%d %B %Y} at {when:%H:%M}, {answered.sender} wrote:\n\n{lines}"
    head = _head(chance, sent, f"{_encoded(sender)} <{mailbox}@{domain}>", domain, when)
    body = _body(chance, f"{text}{signature}", quoted, number)
    return head + body, sent


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def _head(chance: random.Random, sent: Sent, sender: str, domain: str, when: datetime) -> bytes:
    hops = "".join(
        f"Received: from relay{hop}.{domain} (relay{hop}.{domain} [192.0.2.{chance.randint(1, 254)}])\r\n"
        f"\tby mx{hop}.holloway.example with ESMTPS id {chance.getrandbits(80):x}\r\n"
        f"\t(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384); {format_datetime(when)}\r\n"
        for hop in range(chance.randint(2, 4))
    )
    signature = "\r\n\t ".join(f"{chance.getrandbits(256):064x}" for _ in range(5))
    answers = ""
    if sent.references:
        listed = "\r\n ".join(sent.references)
        answers = f"In-Reply-To: {sent.references[-1]}\r\nReferences: {listed}\r\n"
    return (
        f"Delivered-To: {OFFICE}\r\n{hops}"
        f"Authentication-Results: mx.holloway.example; spf=pass smtp.mailfrom={domain};\r\n"
        f"\tdkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\r\n"
        f"\th=from:to:subject:date:message-id; b={signature}\r\n"
        f"From: {sender}\r\nTo: Amira Holloway MP <{OFFICE}>\r\nSubject: {_encoded(sent.subject)}\r\n"
        f"Date: {format_datetime(when)}\r\nMessage-ID: {sent.message_id}\r\n{answers}"
        "X-Mailer: Invented Mail 16.0\r\nMIME-Version: 1.0\r\n"
    ).encode()


def _body(chance: random.Random, text: str, quoted: str, number: str) -> bytes:
    form = chance.random()
    plain = _part("text/plain; charset=utf-8", f"{text}{quoted}".encode(), encoding="quoted-printable")
    html = _part("text/html; charset=utf-8", _html(text, quoted).encode(), encoding="quoted-printable")
    if form < 0.15:
        body = plain
    elif form < 0.35:
        body = html
    else:
        body = _multipart("alternative", [plain, html], number)
    if chance.random() < 0.1:
        size = int(50_000 * 40 ** chance.random())
        name, kind = chance.choice([("scan.pdf", "application/pdf"), ("IMG_2041.jpg", "image/jpeg")])
        file = _part(f'{kind}; name="{name}"', chance.randbytes(size), encoding="base64", name=name)
        body = _multipart("mixed", [body, file], number)
    return body


def _html(text: str, quoted: str) -> str:
    paragraphs = "".join(
        f'<p class="MsoNormal"><span lang="EN-GB" style="font-size:11.0pt">{line or "&nbsp;"}</span></p>\n'
        for line in text.splitlines()
    )
    lines = quoted.replace("> ", "").replace("\n", "<br>\n")
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="utf-8">'
        f"{STYLE}</head>\n"
        f'<body lang="EN-GB"><div class="WordSection1">\n{paragraphs}'
        f"{f'<blockquote>{lines}</blockquote>' if quoted else ''}</div></body></html>\n"
    )


def _part(content_type: str, content: bytes, *, encoding: str, name: str = "") -> bytes:
    if encoding == "base64":
        written = base64.encodebytes(content).replace(b"\n", b"\r\n")
    else:
        written = _quoted_printable(content)
    disposition = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n{disposition}\r\n"
    return head.encode() + written


def _quoted_printable(content: bytes) -> bytes:
    lines = []
    for line in content.split(b"\n"):
        rest = re.sub(rb"[^ -<>-~]", lambda found: b"=%02X" % found[0][0], line)
        while len(rest) > 75:
            at = 75 if b"=" not in rest[73:75] else 72
            lines.append(rest[:at] + b"=")
            rest = rest[at:]
        lines.append(rest)
    return b"\r\n".join(lines)


def _multipart(kind: str, parts: list[bytes], number: str) -> bytes:
    boundary = f"----=_{kind}_{number}"
    body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + body + f"--{boundary}--\r\n".encode()
