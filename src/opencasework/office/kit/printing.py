"""The child that turns a page into a PDF: HTML on standard input, PDF on standard output.

A process of its own, so that the 30 MB and the second it costs are not the office's, and so that it can
be stopped. It has no Django and no database, and may read nothing but our own print sheet and fonts,
and pictures that are in the page itself.

With `--to-be-sealed` the PDF has a place for a signature, which only the office can fill in (`sealing`). With
`--boxes` it prints nothing, and answers which characters of its input no typeface draws (`typefaces`).
"""

from __future__ import annotations

import base64
import io
import os
import select
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from opencasework.office.kit import typefaces

LIBRARIES_MISSING = 3  # exit status
TO_BE_SEALED = "--to-be-sealed"
BOXES = "--boxes"
AS_PRESS = "--press"  # stay and print page after page: see `press`
KINDS = ("", TO_BE_SEALED, BOXES)  # of order, by their number
ORDER = "!BI"  # the kind, how many bytes the page has
ANSWER = "!I"  # how many bytes the answer has; none where it could not be made
ANSWERED = b"!"  # before the boxes: there may be none
IDLE_SECONDS = 60
ROOM_FOR_A_SEAL = 4096  # bytes; a signature with its certificate takes some 800
# As they stand in the PDF until it is sealed; the same length afterwards, or every offset would be wrong.
EMPTY_RANGE = b"[0 0000000000 0000000000 0000000000]"
EMPTY_SEAL = b"<" + b"0" * ROOM_FOR_A_SEAL * 2 + b">"
PICTURE = "data:image/png;base64,"  # a logo or a signature: in the page itself
SHEETS = (Path(__file__).parent / "static" / "oc" / "dist").resolve()


class LibrariesMissing(Exception):
    """WeasyPrint or Pango is not installed."""


def main() -> int:
    """Read, print, write. Returns LIBRARIES_MISSING where WeasyPrint or Pango is not installed."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return LIBRARIES_MISSING
    if AS_PRESS in sys.argv[1:]:
        return _print_on()
    kind = sys.argv[1] if sys.argv[1:] else ""
    sys.stdout.buffer.write(done(sys.stdin.buffer.read(), kind))
    return 0


def done(ordered: bytes, kind: str) -> bytes:
    """The answer to an order: a page as a PDF, or which characters of a text are boxes on paper."""
    text = ordered.decode("utf-8")
    if kind == BOXES:
        return ANSWERED + typefaces.drawn_as_boxes(text).encode("utf-8")
    return printed(text, to_be_sealed=kind == TO_BE_SEALED)


def printed(page: str, *, to_be_sealed: bool) -> bytes:
    """The page as a PDF."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurSheets(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        def fetch(self, url: str, headers: object = None) -> object:
            if url.startswith(PICTURE):
                content = base64.b64decode(url.removeprefix(PICTURE), validate=True)
                return URLFetcherResponse(url, content, {"Content-Type": "image/png"})
            path = Path(unquote(urlsplit(url).path)).resolve()
            if urlsplit(url).scheme != "file" or not path.is_relative_to(SHEETS) or not path.is_file():
                raise ValueError("A letter loads nothing from outside.")
            if path.suffix == ".css":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "text/css"})
            return URLFetcherResponse(url, font(path), {"Content-Type": "font/ttf"})

    document = HTML(string=page, url_fetcher=OnlyOurSheets(), base_url=f"{SHEETS.as_uri()}/")
    finisher = _add_place_for_seal if to_be_sealed else None
    pdf: bytes = document.write_pdf(font_config=typefaces.all_fonts(), finisher=finisher)
    return pdf


@cache
def font(path: Path) -> bytes:
    """A font of ours, unpacked once: for each page anew, it would take three quarters of the time."""
    from fontTools.ttLib import woff2

    unpacked = io.BytesIO()
    with path.open("rb") as packed:
        woff2.decompress(packed, unpacked)
    return unpacked.getvalue()


# --- page after page --------------------------------------------------------------------------------------


def _print_on() -> int:
    """Print what is ordered, each page in a fork, until nothing was for a while or the office is gone."""
    for path in SHEETS.rglob("*.woff2"):
        font(path)
    printed("<p>a</p>", to_be_sealed=False)  # the machine's fonts are looked for once, here
    out = sys.stdout.buffer
    out.write(b"!")
    out.flush()
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        order = sys.stdin.buffer.read(struct.calcsize(ORDER))
        if len(order) < struct.calcsize(ORDER):
            break
        kind, size = struct.unpack(ORDER, order)
        answer = _in_a_fork(sys.stdin.buffer.read(size), KINDS[kind])
        out.write(struct.pack(ANSWER, len(answer)) + answer)
        out.flush()
    return 0


def _in_a_fork(ordered: bytes, kind: str) -> bytes:
    """The answer to an order; empty where it could not be made, whatever became of the fork."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(done(ordered, kind))
        except BaseException:
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(pid, 0)
    return b"" if status else answer


def _add_place_for_seal(document: Any, pdf: Any) -> None:
    """Add an empty signature field that covers the whole file (ISO 32000-1, 12.8)."""
    import pydyf

    class Plain(pydyf.Dictionary):  # type: ignore[misc]  # pydyf ships no types
        compressible = False  # its bytes are looked for and filled in, so they stand in the file as they are

    seal = Plain(
        {
            "Type": "/Sig",
            "Filter": "/Adobe.PPKLite",
            "SubFilter": "/adbe.pkcs7.detached",
            "ByteRange": EMPTY_RANGE,
            "Contents": EMPTY_SEAL,
        }
    )
    pdf.add_object(seal)
    page: Any = next(each for each in pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page")
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String("Seal"),
            "V": seal.reference,
            "P": page.reference,
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "F": 132,  # printed, and not to be moved
        }
    )
    pdf.add_object(field)
    page["Annots"] = pydyf.Array([*page.get("Annots", []), field.reference])
    # 3: there are signatures, and whoever changes the file only ever adds to it.
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([field.reference]), "SigFlags": 3})


if __name__ == "__main__":
    sys.exit(main())
