"""A text as the words it is compared by: small letters, without endings, without marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

WORD = re.compile(r"[^\W_]+(?:[&'’][^\W_]+)*")
LONGEST_WORD = 30  # characters; what is longer is no word
# What says nothing about a subject, in English and Welsh.
_STOP = """
a about after again all also am an and any are as at be because been before being but by can cannot cant
could couldnt did didnt do does doesnt doing dont down even ever every for from get getting give go going
got had has hasnt have havent having he her here hers him his how i if im in into is isnt it its ive just
let like made make may me might mine more most much must my myself never no nobody nor not nothing now of
off on once one only or other our ours out over own please put said same say says she should since so some
someone still such take than thank thanks that thats the their them then there these they thing things
this those to told too two up us very was wasnt we well went were werent what when where which while who
why will with wont would wouldnt yet you your yours dear sir madam regards sincerely faithfully hello hi
mr mrs ms miss mp msp councillor kind best wishes many need want know tell told ask asked writing write
help year years month months week weeks day days time today yesterday last next first new old good three four
five six seven eight nine ten people person way back able really mae yn y yr a ac i o ar am fy ein eich eu
ei mi ni chi ond wedi ddim dim ers gan gyda dwi rwy rydw rydym bod oes sydd sy ydy yw hyn hwn hon annwyl
diolch oherwydd
"""
STOP = frozenset(_STOP.split())
# Common words a letter away from a word of the code list: nobody meant tired by tried, or saving by saying.
_SPELT_RIGHT = """
above accept admit advice affect agreed allow alone although angry answer arent attached aware badly became
become began begin behind being better beyond breast bring broken brother camper careful carry chance change
cheese clearly climbing close corner couple course crates cross crying derek differ doubt drawn early eight
either enough entire even event exact except excuse exist expect explain fault finally flight friend front
further gorfod gravel great guess hadnt happy havent heart heavy hoping idea insult issue itself kind known
large later least leave likely listen lives local longer lovely lying matter merch methu middle minute moment
morning muddle muscle myself nearly neither notice often other owner partly party past patience person place
please point possible properly proud quick quiet quite rated rather reach really reason remain rover saying
scared second series severe shake sharp short should shouldve since sister small sorry sound spelt spite
stand start state still strange supply sure surely sworn taken taped their there theyre third though thought
through tired together toward treat tried trust under until upset usual visit waste weather whether white
whole willing without woman women worth wouldve wrist write wrong young youve
"""
SPELT_RIGHT = frozenset(_SPELT_RIGHT.split())


def tokens(text: str, *, keep_case: bool = False) -> list[str]:
    """The words of a text in order, in small letters and without apostrophes: don’t and dont are one."""
    found = []
    for match in WORD.finditer(text):
        word = (match[0] if keep_case else match[0].lower()).replace("’", "'")
        word = word.removesuffix("'s").removesuffix("'S").replace("'", "")
        if word and len(word) <= LONGEST_WORD:
            found.append(word)
    return found


def stem(word: str) -> str:
    """The word without the ending of number or tense: evicted, evicting and evicts are evict."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 4
            and re.search("[aeiouy]", word[: -len(ending)])
        ):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 5 and word.endswith("e") else word


def stems(text: str) -> list[str]:
    """The words of a text, each without its ending."""
    return [stem(word) for word in tokens(text)]


def features(subject: str, text: str) -> Counter[str]:
    """What a message is learned by: its words and pairs of neighbours, those of the subject twice."""
    counted: Counter[str] = Counter()
    for part, times in ((subject, 2), (text, 1)):
        for feature in _of(tokens(part)):
            counted[feature] += times
    return counted


def _of(found: Iterable[str]) -> Iterator[str]:
    before = ""
    for word in found:
        if word in STOP or word.isdigit():
            before = ""
            continue
        stemmed = stem(word)
        yield stemmed
        if before:
            yield f"{before} {stemmed}"
        before = stemmed
