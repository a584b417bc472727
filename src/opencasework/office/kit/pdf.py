"""HTML of ours as a PDF, made in a child process that can be stopped."""

from __future__ import annotations

from opencasework.office.kit import press, printing

SECONDS_TO_PRINT = 30
# Separators of lines and paragraphs, at some of which WeasyPrint may give up the whole page; and control
# characters, such as a mail may bring along, which would be boxes.
_ENDS_OF_LINES = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - set(map(ord, "\t\n\r")))
_TIDIED = _CONTROLS | _ENDS_OF_LINES

NO_LIBRARIES = (
    "PDFs cannot be made on this machine: the Pango library is missing (Debian package "
    "libpangoft2-1.0-0). Install it, or print the page from the browser."
)


class PdfUnavailable(Exception):
    """No PDF can be made; the message says why and what to do."""


def printed(page: str, *, to_be_sealed: bool = False) -> bytes:
    """The page as a PDF, with a place for a seal where wanted.

    Raises PdfUnavailable with a sentence where the libraries are missing.
    """
    page = page.translate(_TIDIED)
    try:
        done = press.printed(page.encode(), to_be_sealed=to_be_sealed, seconds=SECONDS_TO_PRINT)
    except press.TookTooLong as error:
        raise PdfUnavailable(
            "Making the PDF took too long. Print the page from the browser instead."
        ) from error
    except printing.LibrariesMissing as error:
        raise PdfUnavailable(NO_LIBRARIES) from error
    if not done:
        raise PdfUnavailable("The PDF could not be made. Print the page from the browser instead.")
    return done


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of our own has. Those of strangers are opened in a child."""
    import pypdfium2  # large, and few ask

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)
