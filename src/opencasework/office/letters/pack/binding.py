"""Joining what has been opened: bookmarks, and a number on every page. Runs in the child only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle

SIZE = 8  # points, of the number on a page
WIDTH = 0.56  # of a letter of Helvetica, on average, to its size


def bind(part: dict[str, Any], *, mark: str, total: int) -> None:
    """Write one part: its pieces one after the other, each with its bookmark, each page with its number."""
    with pikepdf.new() as pdf:
        marks: list[tuple[str, int]] = []
        for piece in part["pieces"]:
            marks.append((piece["title"], len(pdf.pages)))
            with pikepdf.open(piece["pdf"]) as source:
                pdf.pages.extend(source.pages[piece["from"] : piece["to"]])
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in marks)
        font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
            )
        )
        for at, page in enumerate(pdf.pages):
            _number(pdf, page, f"{mark}   {part['first'] + at} of {total}", font)
        pdf.Root.PageMode = Name.UseOutlines
        pdf.docinfo["/Title"] = part["title"]
        pdf.remove_unreferenced_resources()
        pdf.save(part["out"], object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _number(pdf: pikepdf.Pdf, page: pikepdf.Page, words: str, font: pikepdf.Object) -> None:
    """Write its number at the foot of a page, on white, however the page is turned."""
    box = Rectangle(page.trimbox)
    turned = int(page.obj.get(Name.Rotate, 0)) % 180 != 0
    wide, high = (box.height, box.width) if turned else (box.width, box.height)
    length = len(words) * SIZE * WIDTH
    left = max(wide - length - 24, 0)
    drawn = (
        f"q 1 1 1 rg {left - 4:.1f} 8 {length + 8:.1f} {SIZE + 5} re f "
        f"0.2 0.2 0.2 rg BT /F0 {SIZE} Tf {left:.1f} 12 Td ({_escaped(words)}) Tj ET Q"
    )
    form = pikepdf.Stream(
        pdf,
        drawn.encode("cp1252", "replace"),
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, round(wide, 2), round(high, 2)]),
        Resources=Dictionary(Font=Dictionary(F0=font)),
    )  # fmt: skip
    page.add_overlay(form, box)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def cut(source: str, at: int, targets: list[str]) -> list[int]:
    """Cut a PDF in two after its page of that number; the sizes of both in bytes."""
    with pikepdf.open(source) as pdf:
        for target, pages in zip(targets, (pdf.pages[:at], pdf.pages[at:]), strict=True):
            with pikepdf.new() as half:
                half.pages.extend(pages)
                half.remove_unreferenced_resources()
                half.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return [Path(target).stat().st_size for target in targets]
