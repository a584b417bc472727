"""Pictures of strangers, drawn again by us as plain WebP.

Runs in the child only, behind `shut_the_doors`: a decoder that a crafted file takes over then has neither a
file to open nor a way out. What leaves is what a decoder made of pixels: no metadata, no script, no trailer.
"""

import io
import json
import resource
import time
from collections.abc import Callable, Iterator

from PIL import Image, UnidentifiedImageError

from opencasework.office.kit.first_bytes import HEIC, kind_of

from . import heic, limits
from .structure import PreviewFacts

# By what is in the file, never by its name. What may hold code (EPS, WMF, SVG) is not here.
FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", heic.FORMAT]
ORIENTATION = 0x0112  # the Exif field
BROKEN = "It is damaged, or not what it says it is."
Image.MAX_IMAGE_PIXELS = None  # ours is asked below, before anything is decoded
Image.init()  # the decoders are files too, and the doors will be shut


class CannotShow(Exception):
    """There is no picture to be had; the message is a sentence."""


def shut_the_doors() -> None:
    """From here on this process opens no file, no socket and no program, whoever is in charge of it."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def inline(named: dict[str, bytes]) -> dict[str, bytes]:
    """The pictures within the text of a mail, drawn again; without those that cannot be, or are too many."""
    drawn: dict[str, bytes] = {}
    until = time.process_time() + limits.FORMATTING_CPU_SECONDS / 2
    left = limits.INLINE_PICTURES_BYTES
    for name, content in list(named.items())[: limits.INLINE_PICTURES]:
        if time.process_time() > until:
            break
        try:
            with _opened(content) as image:
                picture = webp(_flat(image), limits.INLINE_PICTURE_PIXELS)
        except CannotShow:
            continue
        if len(picture) <= left:
            drawn[name] = picture
            left -= len(picture)
    return drawn


def facts(kind: str = "", *, total: int = 0, reason: str = "") -> bytes:
    """What a file is, as it travels: JSON of `PreviewFacts`."""
    return json.dumps(PreviewFacts(kind=kind, total=total, reason=reason)).encode()


def look_away(_page: Image.Image) -> None:
    """Look at no page."""


def preview(content: bytes, *, look: Callable[[Image.Image], None] = look_away) -> Iterator[bytes]:
    """`facts` of an image; then a small picture of it; then each page. What is no image has empty facts.

    Whoever wants to `look` for something is shown each page as it is drawn.
    Where the time runs out there are fewer pages than `total` says.
    """
    try:
        with _opened(content) as image:
            # Of an animation the first frame; a TIFF is the scan of a letter, with a page for each frame.
            total = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            first = _flat(image)
            pictures = [webp(first, limits.THUMBNAIL_PIXELS), webp(first, limits.PAGE_PIXELS)]
            yield facts("image", total=total)
            yield from pictures
            look(first)
            yield from _frames(image, total, look)
    except _NoImage:
        yield facts()
    except CannotShow as error:
        yield facts("image", reason=str(error))


def _frames(image: Image.Image, total: int, look: Callable[[Image.Image], None]) -> Iterator[bytes]:
    until = time.process_time() + limits.PREVIEW_CPU_SECONDS * 0.8
    for number in range(1, min(total, limits.PREVIEW_PAGES)):
        if time.process_time() > until:
            return
        try:
            image.seek(number)
            _insist_size(image)
            page = _flat(image)
            look(page)
            picture = webp(page, limits.PAGE_PIXELS)
        except Exception:  # every decoder has its own ways to fail; the frames before this one are good
            return
        yield picture


class _NoImage(CannotShow):
    """It is no image of a kind we draw."""


def _opened(content: bytes) -> Image.Image:
    is_heic = kind_of(content) == HEIC
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise (CannotShow(heic.UNREADABLE) if is_heic else _NoImage(BROKEN)) from error
    except Exception as error:  # every decoder has its own ways to fail
        raise CannotShow(heic.UNREADABLE if is_heic else BROKEN) from error
    _insist_size(image)
    return image


def _insist_size(image: Image.Image) -> None:
    if image.width * image.height > limits.PICTURE_PIXELS:
        raise CannotShow(f"It has more than {limits.PICTURE_PIXELS // 1_000_000} million pixels.")


def _flat(image: Image.Image) -> Image.Image:
    """Upright, in plain colours on white, and no larger than a page."""
    try:
        if image.format == "JPEG":
            image.draft("RGB", (limits.PAGE_PIXELS, limits.PAGE_PIXELS))
        image.load()
        whole = image
        if image.mode not in ("RGB", "RGBA", "L"):
            sees_through = "transparency" in image.info or image.mode in ("PA", "LA")
            whole = image.convert("RGBA" if sees_through else "RGB")
        # First in whole steps, which needs no second copy of a picture that may be half the memory we have.
        small = whole.reduce(max(1, max(whole.size) // limits.PAGE_PIXELS))
        small.thumbnail((limits.PAGE_PIXELS, limits.PAGE_PIXELS))
        upright = _upright(small, image)
        if upright.mode == "RGBA":
            white = Image.new("RGB", upright.size, "white")
            white.paste(upright, mask=upright.getchannel("A"))
            return white
        return upright.convert("RGB")
    except Exception as error:
        raise CannotShow(heic.UNREADABLE if image.format == heic.FORMAT else BROKEN) from error


def _upright(small: Image.Image, image: Image.Image) -> Image.Image:
    """Turned as the camera was held."""
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(image.getexif().get(ORIENTATION, 1))
    return small if turn is None else small.transpose(turn)


def webp(image: Image.Image, longest: int) -> bytes:
    """A picture as it leaves us, no larger than `longest` pixels. Nothing but pixels comes along."""
    copy = image.copy()
    copy.thumbnail((longest, longest))
    bare = Image.frombytes("RGB", copy.size, copy.tobytes())
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()
