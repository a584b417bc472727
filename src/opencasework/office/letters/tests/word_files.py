"""Word files for tests: a sound template, and ones that try to harm."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from PIL import Image


def template(*paragraphs: str, header: str = "", picture: bytes = b"") -> bytes:
    """A Word file with these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if picture:
        document.add_picture(io.BytesIO(picture))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The file with one part put in, or another in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


def text_of(content: bytes, *, header: bool = False) -> str:
    """The words of a Word file, or of its header, paragraphs by lines."""
    document = Document(io.BytesIO(content))
    part = document.sections[0].header if header else document
    return "\n".join(paragraph.text for paragraph in part.paragraphs)
