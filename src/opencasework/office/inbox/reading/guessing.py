"""The charset of a text whose label is missing or lies, from the letters its languages are written in."""

import re
from collections import Counter

from . import limits

ASCII, HIGH = bytes(range(0x80)), bytes(range(0x80, 0x100))
LETTER = re.compile(rb"[A-Za-z]")
HIGH_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[\x80-\xff]{2,}(?![A-Za-z\x80-\xff])")
CYRILLIC = ("cp1251", "koi8_r", "iso8859_5", "cp866")
FREQUENT = frozenset("оеаинтсрвлі")
FEWEST_CYRILLIC = 6  # letters, from which its language shows
FEWEST_DIFFERENT = 3  # of them: a row of dots or dashes is none
FEW_HIGH_BYTES = 12  # too few for a guess by anything but the letters of one language
# The commonest characters of Chinese, in both scripts, of Japanese and of Korean.
KANA = frozenset("のにはをたがでてとしれさいるなもこまかりすあ、。")
EAST_ASIAN = {
    "gb18030": frozenset(
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能子"
        "那得于自之年过后里所家们请您信没"
    ),
    "big5": frozenset(
        "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能子"
        "那得於自之年過後裡所家們請您信沒"
    ),
    "cp932": KANA,
    "euc_jp": KANA,
    "cp949": frozenset("이다는에의을를가고하지로은니어습아있서사기해시나리자도"),
}
MARKS = "\u00a0’‘“”„‚–—…«»‹›£€§°·•©®™½¼¾¹²³´¨¸±×÷¢¥¦¬¯¶†‡‰¤"  # in the texts of all languages


def _languages(letters: str) -> list[frozenset[str]]:
    return [frozenset(each + MARKS) for each in letters.split()]


# The letters beyond a to z of each language written in a charset; where two fit as well, the first counts.
LATIN = {
    "cp1252": _languages(
        "àâæçéèêëîïôœùûüÿ äöüß áéíóúüñ¿¡ºª áàâãçéêíóôõúü àèéìíòóù æøåéò äöåé éëïóöü áéíóúýþæðö"
        " âêîôûäëïöáàéèò äöüõšž"
    ),
    "cp1250": _languages("ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîşţ čćđšž"),
    "cp1254": _languages("çğıi̇öşüâîû"),
    "cp1257": _languages("ąčęėįšųūž āčēģīķļņšūž äöüõšž"),
}
WESTERN = frozenset[str]().union(*LATIN["cp1252"])
LIKELY = [  # what is left once those are tried
    *("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "cp874"),
]


def charset_of(data: bytes) -> str:
    """The Python codec it is most likely in: that of Windows in Western Europe, unless another fits."""
    sample = data[: limits.CHARSET_SAMPLE_BYTES]
    high = sample.translate(None, ASCII)
    if len(high) <= FEW_HIGH_BYTES:
        return _cyrillic(sample) or _latin(sample, high, least=1.0) or "cp1252"
    if found := _cyrillic(sample) or _latin(sample, high, least=0.9) or _east_asian(sample):
        return found
    # Few mails need it, and it takes as long to load as all the rest of the child.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=LIKELY).best()
    return best.encoding if best else "cp1252"


def not_western(sample: bytes) -> str:
    """The charset of a text that no Western language can be, whatever its label; else empty."""
    high = len(sample.translate(None, ASCII))
    is_dense = high > FEW_HIGH_BYTES and high * 4 > len(sample)
    return _cyrillic(sample) or (_east_asian(sample) if is_dense else "")


def _cyrillic(sample: bytes) -> str:
    """The charset of a text in Cyrillic letters, however short, or empty.

    Its words are of high bytes alone, and most of its letters are the ten most frequent, in lower case: read
    in another of these charsets, capitals and rare letters prevail.
    """
    high = b"".join(word for word in HIGH_WORD.findall(sample))
    if (
        len(high) < FEWEST_CYRILLIC
        or len(set(high)) < FEWEST_DIFFERENT
        or len(high) * 5 < 4 * (len(sample) - len(sample.translate(None, HIGH)))
    ):
        return ""
    shares = {name: sum(map(FREQUENT.__contains__, high.decode(name, "replace"))) for name in CYRILLIC}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] * 2 >= len(high) else ""


def _share(data: bytes, name: str, *kinds: frozenset[str]) -> float:
    """How much of what is beyond ASCII are letters of the likeliest kind, were it in that charset."""
    counted = Counter(letter for letter in data.decode(name, "replace").lower() if letter > "\x7f")
    most = max(sum(times for letter, times in counted.items() if letter in kind) for kind in kinds)
    return most / max(1, counted.total())


def _latin(sample: bytes, high: bytes, *, least: float) -> str:
    """The charset in which one language has so many of its letters, or empty."""
    shares = {name: _share(high, name, *languages) for name, languages in LATIN.items()}
    best = max(shares, key=shares.__getitem__)
    if shares[best] >= least:
        return best
    # Several languages in one text: most of their letters are those of all.
    is_mixed = len(LETTER.findall(sample)) > 2 * len(high)
    return "cp1252" if is_mixed and _share(high, "cp1252", WESTERN) >= 0.95 else ""


def _east_asian(sample: bytes) -> str:
    """The charset of Chinese, Japanese or Korean: read in another, rare characters prevail; or empty."""
    shares = {name: _share(sample, name, common) for name, common in EAST_ASIAN.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= 0.2 else ""
