"""The child that turns a page into a PDF: HTML on standard input, PDF on standard output.

A process of its own, so that the 30 MB and the second it costs are not the office's, and so that it can
be stopped. It has no Django and no database, and may read nothing but our own fonts.
"""

from __future__ import annotations

import sys
from pathlib import Path

LIBRARIES_MISSING = 3  # exit status
FONTS = Path(__file__).parent.parent / "kit" / "static" / "oc" / "dist" / "fonts"


def main() -> int:
    """Read, print, write. Returns LIBRARIES_MISSING where WeasyPrint or Pango is not installed."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError):
        return LIBRARIES_MISSING

    class OnlyOurFonts(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        def fetch(self, url: str, headers: object = None) -> object:
            scheme, _, name = url.partition(":")
            path = FONTS / name
            if scheme != "oc-font" or path.parent != FONTS or not path.is_file():
                raise ValueError("A letter loads nothing from outside.")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})

    page = sys.stdin.buffer.read().decode("utf-8")
    document = HTML(string=page, url_fetcher=OnlyOurFonts(), base_url="oc-font:")
    sys.stdout.buffer.write(document.write_pdf(font_config=FontConfiguration()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
