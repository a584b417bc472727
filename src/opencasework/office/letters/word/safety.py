"""What a Word file or a picture must be like before anybody takes it apart. Runs in the child."""

from __future__ import annotations

import io
import re
import warnings
import zipfile

from lxml import etree
from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin  # noqa: F401  # loaded while files can be opened

from opencasework.office.letters.word import limits

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PICTURES = ("PNG", "JPEG", "GIF")
# Programs, other files and other documents within the file, and what Word fetches when it opens one.
_UNWANTED = re.compile(
    r"(?i)(vbaproject|activex|/embeddings/|oleobject|altchunk|afchunk|\.bin$|\.exe$|\.docx?m?$)"
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIELD = re.compile(
    r"(?i)\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|LINK|IMPORT|EMBED|DATABASE|MACROBUTTON)\b"
)
# docxtpl's own: the fact would stand for the paragraph, run, row or cell, where Word shows nothing of it.
_IN_PLACE_OF = re.compile(r"\{\{(?:tr|tc|p|r) |\{%\s*(?:colspan|cellbg|hm|vm)\b")
_FETCHES = ("http://", "https://", "mailto:", "tel:")
_NO_FILE = "This is not a Word file (.docx). Save it from Word as “Word document (.docx)” and try again."


class Refused(Exception):
    """The file is not taken; the message says why and what to do."""


def look_through(content: bytes) -> None:
    """Raise Refused for a file that is no plain Word document, or that costs too much to open."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _look_at_parts(packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refused(_NO_FILE) from error


def _look_at_parts(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if len(parts) > limits.PARTS:
        raise Refused(f"This file has {len(parts):,} parts; {limits.PARTS:,} are allowed.")
    names = [part.filename for part in parts]
    if "[Content_Types].xml" not in names or "word/document.xml" not in names or len(set(names)) < len(names):
        raise Refused(_NO_FILE)
    if unwanted := [name for name in names if _UNWANTED.search(name) or ".." in name or name.startswith("/")]:
        raise Refused(
            f"There is something in this file that can run or be opened by itself ({unwanted[0][:60]}). "
            "Take macros, embedded files and controls out, and save it again."
        )
    left, xml_left = limits.UNPACKED_BYTES, limits.XML_BYTES
    for part in parts:
        content = _unpacked(packed, part, left)
        left -= len(content)
        if part.filename.lower().endswith((".xml", ".rels")):
            xml_left -= len(content)
            if xml_left < 0:
                raise Refused("There is too much text in this file for a letter. Use a shorter one.")
            _look_at_xml(part.filename, content)
        elif "/media/" in part.filename:
            size_of_picture(content)


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """The content of a part. What the file says of its own size counts for nothing: it is measured."""
    with packed.open(part) as stream:
        content = stream.read(left + 1)
    tight = len(content) > limits.RATIO_FROM_BYTES and len(content) > limits.RATIO * max(
        part.compress_size, 1
    )
    if len(content) > left or tight:
        raise Refused("This file unpacks to far more than a letter can be. Save it from Word anew.")
    return content


def _look_at_xml(name: str, content: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(_NO_FILE) from error
    if root.getroottree().docinfo.doctype:
        raise Refused("There are entities defined in this file. Save it from Word anew.")
    if name == "[Content_Types].xml" and MAIN not in [each.get("ContentType") for each in root]:
        raise Refused("This is a Word file of another kind, such as one with macros. Save it as .docx.")
    _look_at_fields(root)
    if found := _IN_PLACE_OF.search("".join(root.itertext())):
        raise Refused(
            f"“{found.group().strip()}” in this file would print a blank instead of a fact. "
            "Write two braces and the field, nothing else."
        )
    if name.lower().endswith(".rels"):
        for each in root:
            target, outside = each.get("Target", ""), each.get("TargetMode") == "External"
            link = each.get("Type", "").endswith("/hyperlink")
            if outside and not (link and target.lower().startswith(_FETCHES)):
                raise Refused(
                    f"Word would fetch something from outside when this file is opened ({target[:60]}). "
                    "Put pictures into the file itself, and take the link to a template out."
                )


def _look_at_fields(root: etree._Element) -> None:
    """Raise Refused for a field of Word's own that opens a file, asks another program or runs something.

    Word may cut the words of a field into pieces, so they are read in one.
    """
    said = "".join(each.text or "" for each in root.iter(f"{W}instrText"))
    said += " ".join(each.get(f"{W}instr", "") for each in root.iter(f"{W}fldSimple"))
    if found := _FIELD.search(said):
        raise Refused(
            f"There is a field in this file by which Word reaches outside it ({found.group().upper()}). "
            "Take it out and save the file again."
        )


def size_of_picture(content: bytes) -> None:
    """Raise Refused for a picture of a kind we do not take, or of too many points. Nothing is drawn."""
    with opened(content):
        pass


def opened(content: bytes) -> Image.Image:
    """A picture, not yet drawn. Raises Refused."""
    Image.MAX_IMAGE_PIXELS = None  # measured below, before anything is drawn
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=PICTURES)
    except Exception as error:
        raise Refused("A picture has to be a PNG, a JPEG or a GIF. Save it as PNG and try again.") from error
    points = picture.width * picture.height
    if points > limits.PICTURE_PIXELS:
        raise Refused(
            f"A picture here has {points / 1e6:.0f} million points; "
            f"{limits.PICTURE_PIXELS / 1e6:.0f} million are the most. Make it smaller and try again."
        )
    return picture
