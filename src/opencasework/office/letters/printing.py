"""The child that turns a page into a PDF: HTML on standard input, PDF on standard output.

A process of its own, so that the 30 MB and the second it costs are not the office's, and so that it can
be stopped. It has no Django and no database, and may read nothing but our own print sheet and fonts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

LIBRARIES_MISSING = 3  # exit status
SHEETS = (Path(__file__).parent.parent / "kit" / "static" / "oc" / "dist").resolve()


def main() -> int:
    """Read, print, write. Returns LIBRARIES_MISSING where WeasyPrint or Pango is not installed."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError):
        return LIBRARIES_MISSING

    class OnlyOurSheets(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        def fetch(self, url: str, headers: object = None) -> object:
            path = Path(unquote(urlsplit(url).path)).resolve()
            if urlsplit(url).scheme != "file" or not path.is_relative_to(SHEETS) or not path.is_file():
                raise ValueError("A letter loads nothing from outside.")
            kind = "text/css" if path.suffix == ".css" else "font/woff2"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    page = sys.stdin.buffer.read().decode("utf-8")
    document = HTML(string=page, url_fetcher=OnlyOurSheets(), base_url=f"{SHEETS.as_uri()}/")
    sys.stdout.buffer.write(document.write_pdf(font_config=FontConfiguration()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
