"""Documents of every kind, for the tests of what goes out with a letter."""

from __future__ import annotations

import base64
import io
import random

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases.models import Case
from opencasework.office.inbox.models import Attachment, blobs
from opencasework.office.inbox.tests.factories import MessageFactory

# A photograph of 64 by 48 points as an iPhone keeps it: what opens it here cannot write one.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAF8AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "AA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw"
    "AAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFz"
    "wIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAA"
    "Av////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAGdtZGF0AAAAWygBr1i/MNzXAO2w"
    "0ltGkG7OI3xHnm9ScFWDaHxO42UhgvzWrwxqT0ETKTIPPCKAbEVuzpbpGIGTk5yKDesPId5KRlM5f9ERSdDE3nhMn78vUl6i"
    "+EkK8xnIwv8="
)


def pdf(pages: int = 1, *, words: str = "Decision notice", password: str = "", script: bool = False) -> bytes:
    """A PDF of so many A4 pages with a line of text on each."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number in range(1, pages + 1):
            page = made.add_blank_page(page_size=(595, 842))
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            page.obj.Contents = made.make_stream(
                f"BT /F1 12 Tf 60 760 Td ({words}, page {number}) Tj ET".encode()
            )
        if script:
            act = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
            made.Root.OpenAction = act
        lock = pikepdf.Encryption(owner=password, user=password) if password else None
        made.save(out, encryption=lock) if lock else made.save(out)
    return out.getvalue()


def noise(width: int, height: int, grain: int = 4) -> Image.Image:
    """A picture that no compression makes small, the less the finer its grain (in points)."""
    wide, high = width // grain, height // grain
    small = Image.frombytes("RGB", (wide, high), random.Random(1).randbytes(wide * high * 3))
    return small.resize((width // 4 * 4, height // 4 * 4), Image.Resampling.BICUBIC)


def photo(
    width: int = 1200, height: int = 1600, *, kind: str = "JPEG", quality: int = 95, grain: int = 4
) -> bytes:
    """A photograph."""
    out = io.BytesIO()
    if width * height > 40_000_000:  # where the number of points is the point: quickly written
        Image.new("RGB", (width, height), "white").save(out, kind, compress_level=1)
    else:
        noise(width, height, grain).save(out, kind, quality=quality)
    return out.getvalue()


def scans(pages: int, *, width: int = 1654, height: int = 2339, quality: int = 95, grain: int = 4) -> bytes:
    """A PDF of scanned pages, each a picture that fills it."""
    picture = photo(width, height, quality=quality, grain=grain)
    out = io.BytesIO()
    with pikepdf.new() as made:
        for number in range(pages):
            page = made.add_blank_page(page_size=(595, 842))
            drawn = pikepdf.Stream(
                made, picture + bytes([number % 256]) * 8, Type=Name.XObject, Subtype=Name.Image,
                Width=width // 4 * 4, Height=height // 4 * 4, ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8, Filter=Name.DCTDecode,
            )  # fmt: skip
            page.obj.Resources = Dictionary(XObject=Dictionary(Im0=drawn))
            page.obj.Contents = made.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        made.save(out)
    return out.getvalue()


def file_on(case: Case, content: bytes, name: str, **given: object) -> Attachment:
    """A file that came with a message of the case's constituent."""
    person = case.constituent
    message = given.pop("message", None) or MessageFactory(
        case=case, decision="case", person=person, from_address=person.email or "a@b.example"
    )
    return Attachment.objects.create(
        message=message, position=message.attachments.count(), filename=name, size=len(content),
        content_type="application/octet-stream", sha256=blobs().put(content), **given,
    )  # fmt: skip


def signed(case: Case, content: bytes | None = None, **given: object) -> None:
    """An authority in writing on the case, with its scan."""
    sha256 = blobs().put(content or pdf(words="I agree that Amira Holloway MP acts for me"))
    AuthorityFactory(case=case, signed=True, scan_sha256=sha256, **given)
