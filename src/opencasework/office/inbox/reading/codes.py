"""The QR codes on the pages of a file. Runs in the child, behind the shut doors, on pictures we have drawn.

Turned, skewed or in shadow, a code is found as long as its squares are three pixels wide.
"""

from __future__ import annotations

import zxingcpp
from PIL import Image, ImageOps

from . import limits

QR = zxingcpp.barcode_formats_from_str("QRCode")
LONGEST = 200  # characters; ours have twenty


class Codes:
    """What has been found on the pages looked at so far."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._looked_at = 0

    def look(self, page: Image.Image) -> None:
        """Look at one more page, if there is any use in it."""
        if self._looked_at >= limits.CODE_PAGES:
            return
        self._looked_at += 1
        grey = page.convert("L")
        # A photograph in shadow is read after its greys are spread; one well lit is read at once.
        for each in (grey, ImageOps.autocontrast(grey, cutoff=2)):
            found = zxingcpp.read_barcodes(each, formats=QR)
            texts = [code.text[:LONGEST] for code in found if code.valid and code.text]
            if texts:
                self.texts += [text for text in texts if text not in self.texts]
                return
