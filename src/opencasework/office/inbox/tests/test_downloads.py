"""Whatever was attached under whatever name comes back byte for byte, to be saved and never shown."""

from __future__ import annotations

import random
import re

import pytest
from django.urls import reverse

from opencasework.office.inbox.models import Attachment
from opencasework.office.inbox.previewing import make_previews
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from . import corpus, drawings
from .receiving import receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home"), pytest.mark.timeout(300)]

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
SOUND = {
    "picture.png": drawings.image(),
    "photo.jpg": drawings.image("JPEG", size=(300, 200)),
    "scan.tiff": drawings.scan(2),
    "moving.gif": drawings.animation(),
    "letter.pdf": drawings.pdf(2),
    "locked.pdf": drawings.pdf(password="x"),
    "page.html": b"<script>alert(document.domain)</script>",
    "drawing.svg": SVG,
    "data.xml": b"<?xml version='1.0'?><?xml-stylesheet href='#x' type='text/xsl'?><x/>",
    "program.exe": b"MZ\x90\0" + b"\0" * 200,
    "archive.zip": b"PK\3\4" + b"\0" * 60,
    "empty.txt": b"",
}
NAMES = [
    "invoice.pdf.exe",
    "invoice.exe.pdf",
    "\u200b.htaccess",
    ".htaccess",
    "web.config",
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "a\u202efdp.exe",
    "CON",
    "nul.txt",
    'a"; filename="b.html',
    "a\r\nSet-Cookie: x=y",
    "x" * 500 + ".pdf",
    "Ŵyn a defaid.docx",
    "文件.pdf",
    "name.html\0.png",
    "semi;colon,comma.txt",
    "%2e%2e%2fpasswd",
    " ",
    ".",
]
TYPES = [
    "text/html",
    "image/svg+xml",
    "application/pdf",
    "image/png",
    "application/x-sh",
    "x/y",
    "application/x-msdownload",
]


def torn(content: bytes, rng: random.Random) -> bytes:
    """Cut off, or with some bits turned round."""
    if len(content) < 2 or rng.random() < 0.4:
        return content[: rng.randrange(len(content) + 1)]
    spoilt = bytearray(content)
    for _ in range(rng.randrange(1, 9)):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def every_file() -> list[tuple[str, str, bytes]]:
    """Names, types and contents: all names, all contents, and torn ones that say they are something else."""
    rng = random.Random(20261125)
    files = [(name, "application/octet-stream", content) for name, content in SOUND.items()]
    files += [(name, rng.choice(TYPES), rng.choice(list(SOUND.values()))) for name in NAMES]
    files += [
        (rng.choice(NAMES), rng.choice(TYPES), torn(content, rng))
        for content in SOUND.values()
        for _ in range(3)
    ]
    return files


def mail(files: list[tuple[str, str, bytes]]) -> bytes:
    parts = [
        corpus.file_part(
            b"Content-Type: %s\r\nContent-Disposition: attachment;\r\n filename*=utf-8''%s"
            % (kind.encode(), "".join(f"%{byte:02X}" for byte in name.encode()).encode()),
            content,
        )
        for name, kind, content in files
    ]
    return corpus.multipart(b"b", corpus.text_part(), *parts)


def test_every_file_comes_back_byte_for_byte_and_only_to_be_saved(client):
    OfficeFactory()
    client.force_login(StaffFactory())
    files = every_file()
    message = receive(mail(files))
    make_previews(at_most=len(files))  # drawing what is broken harms nobody

    came = list(message.attachments.all())

    assert [each.sha256 for each in came] == list(_hashes(files))
    for each, (_, _, content) in zip(came, files, strict=True):
        response = client.get(reverse("message-attachment", args=[each.pk]))
        assert response.status_code == 200
        assert response.content == content
        assert response["Content-Type"] == "application/octet-stream"
        assert re.fullmatch(
            r'attachment; filename="[A-Za-z0-9_-][A-Za-z0-9._ -]{0,120}"', _disposition(response)
        )
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "Set-Cookie" not in response.headers


def test_a_page_with_all_of_them_can_be_opened_and_so_can_every_viewer(client):
    OfficeFactory()
    client.force_login(StaffFactory())
    message = receive(mail(every_file()))
    make_previews(at_most=500)

    page = client.get(reverse("message", args=[message.pk]))
    answers = {
        client.get(reverse(name, args=[each.pk, *rest])).status_code
        for each in message.attachments.all()
        for name, rest in (("attachment-pages", []), ("attachment-picture", [0]), ("attachment-picture", [1]))
    }

    assert page.status_code == 200
    assert "\u202e" not in page.content.decode()
    assert answers <= {200, 302, 404}
    assert not Attachment.objects.filter(preview_state="").exists()


def _disposition(response):
    return response["Content-Disposition"]


def _hashes(files):
    import hashlib

    return (hashlib.sha256(content).hexdigest() for _, _, content in files)
