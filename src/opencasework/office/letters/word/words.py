"""The words of a Word file as HTML, and a letter as a Word file. Runs in the child."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from opencasework.office.letters import rich

SERIF, SANS = "Georgia", "Arial"  # on every machine with Word; the PDF has faces of its own
RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur", "ckb", "yi", "prs")


# --- reading ------------------------------------------------------------------------------------------


def html_of(document: Any) -> str:
    """What the body of a document says, as HTML that still has to be cleaned."""
    return "".join(_blocks(document, document.element.body))


def _blocks(document: Any, parent: Any) -> Iterator[str]:
    open_list = ""
    for element in parent.iterchildren():
        if element.tag == qn("w:tbl"):
            for row in Table(element, document).rows:
                for cell in dict.fromkeys(cell._tc for cell in row.cells):
                    yield from _blocks(document, cell)
        elif element.tag == qn("w:p"):
            paragraph = Paragraph(element, document)
            kind = _list_kind(paragraph)
            if open_list and kind != open_list:
                yield f"</{open_list}>"
            if kind and kind != open_list:
                yield f"<{kind}>"
            open_list = kind
            yield f"<li>{_inline(paragraph)}</li>" if kind else f"<p>{_inline(paragraph)}</p>"
    if open_list:
        yield f"</{open_list}>"


def _list_kind(paragraph: Paragraph) -> str:
    name = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if "list number" in name:
        return "ol"
    has_mark = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    return "ul" if has_mark or "list bullet" in name else ""


def _inline(paragraph: Paragraph) -> str:
    said = ""
    for run in paragraph._p.iter(qn("w:r")):
        words = ""
        properties = run.find(qn("w:rPr"))
        for piece in run.iterchildren():
            if piece.tag == qn("w:t"):
                words += escape(piece.text or "", quote=False)
            elif piece.tag in (qn("w:br"), qn("w:cr")):
                words += "<br>"
            elif piece.tag == qn("w:tab"):
                words += " "
        for tag, mark in (("w:b", "strong"), ("w:i", "em")):
            if words.strip() and properties is not None and properties.find(qn(tag)) is not None:
                words = f"<{mark}>{words}</{mark}>"
        said += words
    return said


# --- writing ------------------------------------------------------------------------------------------


def with_a_foot(blank: bytes) -> bytes:
    """An empty document whose pages have a foot: python-docx reads a file of its own to make one.

    The process that writes letters opens no file, so the foot is there before it begins.
    """
    document = Document(io.BytesIO(blank))
    document.sections[0].footer.is_linked_to_previous = False
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write(letter: dict[str, Any], blank: bytes, logo: bytes) -> bytes:
    """A letter as a Word file: letterhead, address, words, name.

    `letter` has title, author, office, office_lines, to_lines, right_lines, html, language, large, colour
    and footer.
    """
    document = Document(io.BytesIO(blank))
    _set_up(document, letter)
    _head(document, letter, logo)
    blocks = rich.read(letter["html"])
    counts: dict[rich.Container, int] = {}
    seen: set[rich.Container] = set()
    for block in blocks:
        _block(document, block, counts, seen)
    if letter["footer"]:
        paragraph = document.sections[0].footer.paragraphs[0]
        paragraph.add_run(letter["footer"]).font.size = Pt(9)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any, letter: dict[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(22)
    normal = document.styles["Normal"]
    normal.font.name = SANS if letter["large"] else SERIF
    normal.font.size = Pt(18 if letter["large"] else 11.5)
    normal.paragraph_format.space_after = Pt(9)
    properties = normal.element.get_or_add_rPr()
    language = properties.makeelement(qn("w:lang"), {qn("w:val"): letter["language"]})
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(language)
    about = document.core_properties
    about.title, about.author, about.comments = letter["title"][:250], letter["author"][:250], ""
    about.language = letter["language"]


def _head(document: Any, letter: dict[str, Any], logo: bytes) -> None:
    width = document.sections[0].page_width - Mm(44)
    if logo:
        document.add_paragraph().add_run().add_picture(io.BytesIO(logo), height=Mm(18))
    first = document.add_paragraph()
    name = first.add_run(letter["office"])
    name.bold, name.font.size = True, Pt(20 if letter["large"] else 14)
    name.font.color.rgb = RGBColor.from_string(letter["colour"].upper())
    for line in letter["office_lines"]:
        paragraph = document.add_paragraph(line)
        paragraph.paragraph_format.space_after = Pt(0)
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    to, right = letter["to_lines"], letter["right_lines"]
    for number in range(max(len(to), len(right))):
        left_part = to[number] if number < len(to) else ""
        right_part = right[number] if number < len(right) else ""
        paragraph = document.add_paragraph(f"{left_part}\t{right_part}")
        paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.paragraph_format.space_after = Pt(0)
    document.add_paragraph()


def _block(document: Any, block: rich.Block, counts: dict[Any, int], seen: set[Any]) -> None:
    paragraph = document.add_paragraph()
    depth, mark = 0, ""
    for outer, one in zip((None, *block.path), block.path, strict=False):
        depth += one.kind in ("li", "blockquote")
        if one.kind == "li" and outer is not None and one not in seen:
            seen.add(one)
            counts[outer] = counts.get(outer, 0) + 1
            mark = "•\t" if outer.kind == "ul" else f"{counts[outer]}.\t"
    if depth:
        paragraph.paragraph_format.left_indent = Mm(8 * depth)
        paragraph.paragraph_format.space_after = Pt(4)
    if mark:
        paragraph.paragraph_format.first_line_indent = Mm(-8)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(8 * depth))
        paragraph.add_run(mark)
    for run in block.runs:
        if run.mark is not None and run.mark.kind == "ins":
            continue  # suggested, not said
        words = "" if run.text == rich.ANCHOR else run.text
        made = paragraph.add_run("\n" if words == "\n" else words)
        made.bold, made.italic = run.strong or None, run.em or None
        if run.href and run.href not in words:
            paragraph.add_run(f" ({run.href.removeprefix('mailto:').removeprefix('tel:')})")
    if any("֐" <= letter <= "ࣿ" for run in block.runs for letter in run.text[:40]):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
