"""PDFs of one page with a line on it, that stand for whatever somebody has on paper."""

from __future__ import annotations

from io import BytesIO

import pydyf


def page_of(words: str) -> bytes:
    """A one-page PDF with these words."""
    page = pydyf.Stream()
    page.begin_text()
    page.set_font_size("F1", 14)
    page.set_text_matrix(1, 0, 0, 1, 60, 760)
    page.show_text_string(words)
    page.end_text()
    document = pydyf.PDF()
    font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "Name": "/F1", "BaseFont": "/Helvetica"})
    document.add_object(page)
    document.add_object(font)
    document.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page", "Parent": document.pages.reference, "MediaBox": pydyf.Array([0, 0, 595, 842]),
                "Contents": page.reference, "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})}),
            }
        )
    )  # fmt: skip
    out = BytesIO()
    document.write(out)
    return out.getvalue()
