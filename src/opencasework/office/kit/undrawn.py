"""Which scripts of a text print as boxes in a PDF, said in plain words and without the text itself."""

from __future__ import annotations

import html
import re
import time

from django.utils.html import strip_tags

from opencasework.office.kit import press, typefaces
from opencasework.office.kit.printing import LibrariesMissing

SECONDS_TO_LOOK = 10
KEPT_SECONDS = 600  # what was found: somebody may install a typeface meanwhile
# The scripts people here have their names in, as they would say it, with some letters of each.
COMMON = {
    "Arab": ("Arabic, Urdu, Persian", "ابتحمپچٹڈگہیے"),
    "Deva": ("Hindi, Nepali, Marathi (Devanagari)", "अकखगतनमरलसिीु्"),
    "Guru": ("Punjabi (Gurmukhi)", "ਅਕਖਗਤਨਮਰਸਿੀੁ੍"),
    "Beng": ("Bengali, Sylheti", "অকখগতনমরসিীু্"),
    "Gujr": ("Gujarati", "અકખગતનમરસિીુ્"),
    "Taml": ("Tamil", "அகசதநமரளழிீு்"),
    "Telu": ("Telugu", "అకగతనమరసి్"),
    "Mlym": ("Malayalam", "അകഗതനമരസി്"),
    "Sinh": ("Sinhala", "අකගතනමරසි්"),
    "Hani": ("Chinese characters", "王李张張陈陳刘劉国國高橋"),
    "Hang": ("Korean", "김이박최정한글"),
    "Kana": ("Japanese", "サトウタナカー"),
    "Hira": ("Japanese", "さとうたなか"),
    "Thai": ("Thai", "กขคงมรสิี่้"),
    "Ethi": ("Amharic, Tigrinya (Ethiopic)", "አበገደሀለመሰ"),
    "Hebr": ("Hebrew, Yiddish", "אבגדהוכםשת"),
    "Grek": ("Greek", "ΑΒΓαβγάέήώς"),
    "Cyrl": ("Russian, Ukrainian, Bulgarian (Cyrillic)", "АБВабвёіїєґў"),
    "Geor": ("Georgian", "აბგდევზ"),
    "Armn": ("Armenian", "ԱԲԳաբգև"),
    "Latn": ("Vietnamese, Yoruba and other Latin letters with marks", "ệữợẹọṣŋɗ"),
}
OTHERS = {
    "Zyyy": "symbols",
    "Zinh": "marks above or below letters",
    "Zzzz": "characters of no known script",
}
TAKEN_OUT = re.compile(r"<(style|svg|head)\b.*?</\1>", re.DOTALL)

_found: dict[str, bool] = {}  # by character: whether it is a box
_found_at = 0.0


def scripts(text: str) -> list[str]:
    """The names of the scripts of which this text has characters that no typeface here draws."""
    boxes = _boxes(typefaces.not_ours(text))
    return sorted({script_of(each) for each in boxes})


def in_page(page: str) -> list[str]:
    """The same of an HTML page of ours that is to be printed."""
    return scripts(html.unescape(strip_tags(TAKEN_OUT.sub(" ", page))))


def sentence(found: list[str], *, of: str, instead: str) -> str:
    """That these scripts would be boxes in the PDF `of` something, and what to do instead; empty for none."""
    if not found:
        return ""
    return (
        f"In the PDF of {of} some characters would be boxes, as no typeface here draws them: "
        f"{'; '.join(found)}. {instead}"
    )


def script_of(character: str) -> str:
    """The name of a character's script, as somebody would say it who reads it."""
    from fontTools import unicodedata  # whole tables, for what hardly ever happens

    code = unicodedata.script(character)
    if code in COMMON:
        return COMMON[code][0]
    return OTHERS.get(code) or str(unicodedata.script_name(code)).replace("_", " ")


def missing_common() -> list[str] | None:
    """The common scripts that cannot be printed here, by name; None where nobody could say.

    It asks the press, whatever ours should have.

    Raises printing.LibrariesMissing where nothing can be printed at all.
    """
    try:
        boxes = press.boxes("".join(letters for _, letters in COMMON.values()), seconds=SECONDS_TO_LOOK)
    except press.TookTooLong:
        return None
    if boxes is None:
        return None
    return list(dict.fromkeys(name for name, letters in COMMON.values() if set(letters) & set(boxes)))


def _boxes(characters: set[str]) -> set[str]:
    """Those that the press finds no shape for; none where it cannot say."""
    global _found_at
    if not characters:
        return set()
    if time.monotonic() - _found_at > KEPT_SECONDS:
        _found.clear()
        _found_at = time.monotonic()
    if new := "".join(sorted(characters - _found.keys())):
        try:
            boxes = press.boxes(new, seconds=SECONDS_TO_LOOK)
        except (LibrariesMissing, press.TookTooLong):
            return set()  # then there is no PDF either, which is said where it is asked for
        if boxes is None:
            return set()
        _found.update({each: each in boxes for each in new})
    return {each for each in characters if _found.get(each)}
