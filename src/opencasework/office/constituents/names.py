"""Reading names as people mean them: in any order, script and spelling."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import permutations

from opencasework.office.kit.spelling import slips

LONGEST = 300  # characters
SHORTEST_JOINED = 6  # letters of two parts written as one: “Leo” is not “Le O”
MOST_PARTS = 12  # of one name; nobody is told apart by the thirteenth
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "rev", "revd", "prof", "cllr"})
# Letters with a stroke or without a dot do not come apart in Unicode, so they are listed.
UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´", ""))
# Names that are one name: short forms, and spellings that differ by who wrote them down. The first of each
# stands for all.
_ONE_NAME = """
alexander alex alec sandy alasdair alistair alastair | alexandra alexa sandra sasha | andrew andy drew |
anthony tony antony | barbara barb babs | benjamin ben benny | catherine katherine kathryn cathy kathy
kate katie cath catriona | charles charlie chas | christine christina chris tina | christopher kit |
daniel dan danny | david dave davy dafydd dai dewi | deborah debbie deb debra | dorothy dot dottie |
edward ed eddie ted teddy ned | elizabeth elisabeth liz lizzie beth betty bess eliza libby | emily em |
frances fran | francis frank | frederick fred freddie | geoffrey geoff jeffrey jeff | george georgie |
gerald gerry jerry | gillian gill jill | gregory greg | harold harry hal | henry hank | isabel isabelle
isobel izzy bella | jacob jake | jacqueline jackie | james jim jimmy jamie | janet jan | jennifer jen
jenny | jonathan jon jonny | john jack johnny | joseph joe joey | joshua josh | judith judy | kenneth ken
kenny | laurence lawrence larry | leonard len lenny | margaret maggie meg peggy marged megan madge | mary
maria marie mair mairi moira molly | matthew matt mathew | maureen mo | michael mike mick mickey micky |
mohammed muhammad mohammad mohamed muhammed mohamad mohd | nathan nathaniel nat | nicholas nick nicky
nicolas | nicola nikki | oliver ollie | pamela pam | patricia pat patsy trish tricia | patrick paddy |
peter pete | philip phillip phil | rachel rachael | raymond ray | rebecca becky becca | richard rick ricky
dick rich | robert rob bob bobby robbie bert | ronald ron ronnie | rosemary rosie | samuel sam sammy |
samantha samanta | sarah sara sally | stanley stan | stephen steven steve stefan | susan sue susie suzanne
| terence terry | theresa teresa tess | thomas tom tommy tomos | timothy tim | valerie val | victoria
vicky vicki tori | vincent vince | vivienne viv | walter wally | william will bill billy liam gwilym wil |
zachary zac zak | agnieszka aga | aleksandra ola | katarzyna kasia | malgorzata gosia | stanislaw staszek
| tadeusz tadek | yusuf yousef youssef yousuf | ahmed ahmad | hussein hussain husain | ibrahim ebrahim |
fatima fatma fatimah | aisha ayesha aysha | abdul abdel abd
"""


def _one_names() -> dict[str, str]:
    groups = [line.split() for line in _ONE_NAME.split("|")]
    return {name: group[0] for group in groups for name in group}


ONE_NAME = _one_names()


def fold(text: str) -> str:
    """In lower case and without the accents of Latin letters: “Siân Tŷ” is “sian ty”.

    Marks of other scripts stay: in many of them they are vowels.
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(APOSTROPHES))
    return "".join(c for c in apart if not "\u0300" <= c <= "\u036f").translate(UNDECOMPOSED)


def parts(name: str) -> list[str]:
    """The parts of a name, folded, without titles; signs and pictures between them are not parts."""
    words = "".join(
        character if unicodedata.category(character)[0] in "LMN" else " " for character in fold(name)
    ).split()
    return [word for word in words if word not in TITLES][:MOST_PARTS] or words[:MOST_PARTS]


@cache
def one_name(part: str) -> str:
    """The name that stands for this one and its short forms: bob is robert."""
    return ONE_NAME.get(part, part)


def key(name: str) -> str:
    """What two spellings of one name have in common: its parts, short forms read out, in alphabetical order.

    “Bob O'Brien”, “O’BRIEN, Robert” and “Mr Robert Obrien” have one key. Empty for a name without a letter.
    """
    return " ".join(sorted({one_name(part) for part in parts(name[:LONGEST])}))


@lru_cache(maxsize=100_000)
def is_slip(one: str, other: str) -> bool:
    """Whether two parts are one but for a slip of the pen: one in four letters, two in eight."""
    shorter = min(len(one), len(other))
    most = 0 if shorter < 4 else 1 if shorter < 8 else 2
    return one == other or (most > 0 and slips(one, other, most=most) <= most)


SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")


@cache
def sound(part: str) -> str:
    """Roughly how a part sounds: its first letter and its consonants, without vowels and doubles."""
    first, rest = part[:1], part[1:].replace("ph", "f").replace("ck", "k")
    coded = "".join(character for character in rest.translate(SOUNDS) if character not in "aeiouyhw")
    thinned = "".join(c for c, before in zip(coded, " " + coded, strict=False) if c != before)
    return first + thinned[:4]


def alike(one: str, other: str) -> str:
    """How two keys are alike: "same", "part" (one has a name more), "slip" (spelt alike), or "" for not.

    A surname in common is not enough: at least two parts must be found in the other.
    """
    if not one or not other:
        return ""
    if one == other:
        return "same"
    fewer, more = sorted((one.split(), other.split()), key=len)
    if len(fewer) < 2:
        return ""
    left, has_slip = list(more), False
    for part in fewer:
        match = part if part in left else next((each for each in left if is_slip(part, each)), None)
        if match is None:
            return ""
        has_slip = has_slip or match != part
        left.remove(match)
    return "slip" if has_slip else "part"


def is_joined(one: str, other: str) -> bool:
    """Whether two keys are one name but for a part written together in one and apart in the other.

    “Abdulrahman Khan” and “Abd al-Rahman Khan”, “O Neill” and “O’Neill”. Of what they do not share, the one
    has a single part and the other two or three.
    """
    mine, theirs = one.split(), other.split()
    whole, apart = sorted(
        ([each for each in mine if each not in theirs], [each for each in theirs if each not in mine]),
        key=len,
    )
    if len(whole) != 1 or len(apart) not in {2, 3}:
        return False
    [together] = whole
    length = sum(map(len, apart))
    if abs(len(together) - length) > 2 or len(together) < SHORTEST_JOINED:
        return False
    return any(is_slip(together, "".join(order)) for order in permutations(apart))
