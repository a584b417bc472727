"""What is new in a reply: the text without the mail it quotes and without the signature.

The whole text is kept besides. So where a rule is unsure it keeps: words that are shown twice cost a glance,
words that are folded away may be the ones that mattered.
"""

import re

from mailparser_reply import EmailReplyParser
from mailparser_reply.parser import EmailMessage

from . import limits
from .phrases import FORWARDED, HEADERS, OLD_MESSAGE, QUOTING, SENT_FROM, WROTE

STARTS_ATTRIBUTION = re.compile(
    r"\s{0,8}(?:-{3,6} )?(?:On|Ar|Le|Am|El|Op|Il|Em|W dniu|Dnia|Den|In (?:article|message))\b"
)
ATTRIBUTION = re.compile(rf"\s*(?:-{{3,6}} )?\w.{{4,300}}(?<!\w)(?:{WROTE})(?!\w).{{0,200}}:\s*$")
# Right above marked lines, a time of day tells it in any language, with an address or a date in figures.
ANY_ATTRIBUTION = re.compile(r".{0,400}[:：][\s\u200e\u200f\u202a-\u202e\u2066-\u2069]*$")
WHOSE_OR_DATE = re.compile(
    r"<[^<>\s]{1,100}@[^<>\s]{1,100}>|\([^()\s]{1,100}@[^()\s]{1,100}\)"
    r"|(?<!\d)\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4}(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)"
)
# Right above them, a name and nothing more does: "Ana Reyes wrote:", "Quoting Ana Reyes <ana@mail.example>:".
NAMED_ATTRIBUTION = re.compile(
    rf"(?:-{{3,6}} )?(?:[^\W\d_][^:]{{1,80}}\s(?:{WROTE})|(?:{QUOTING}) [^:]{{2,120}})\s?:\s*$"
    r"|\d{4}/\d{1,2}/\d{1,2} [^:]{1,80}<[^<>\s]{1,100}@[^<>\s]{1,100}>$"
)
# In hyphens, the old mail below it marked or not: "---- On Tue, 3 Nov 2026, Ana Reyes wrote ----".
RULED_ATTRIBUTION = re.compile(rf"\s*-{{2,8}} ?\S.{{2,200}}(?<!\w)(?:{WROTE}) ?-{{2,8}}$")
MOST_NAME_WORDS = 6
TIME_OF_DAY = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
# Some telephones go on in the same line. Then only an address in brackets tells it from a sentence.
ATTRIBUTION_AND_MORE = re.compile(rf"\s*On\b.{{4,200}}<[^<>@\s]+@[^<>\s]+>\s*(?:{WROTE}):\s")
# Without marked lines below it, "On … wrote:" needs a date or an address to be more than a sentence.
WHEN_OR_WHO = re.compile(r"\d|@")
STARTS_OLD_MESSAGE = re.compile(
    rf"[>\s*]*-{{2,}}\s*(?:{OLD_MESSAGE})\s*-{{2,}}|(?:{FORWARDED})\s?[:：]\s*$", re.IGNORECASE
)
PASSES_ON = re.compile(
    rf"\s*-{{2,}}\s*(?:Forwarded message|Neges wedi'i hanfon ymlaen)\s*-{{2,}}|(?:{FORWARDED})\s?[:：]\s*$",
    re.IGNORECASE,
)
# The line a ticket system cuts at. Where an answer stands below it all the same, it is only a line.
REPLY_ABOVE = re.compile(
    r"\W*(?:please )?(?:(?:type|write|enter) your )?reply above this line\W*$"
    r"|\W*Atebwch uwchben y llinell hon\W*$",
    re.IGNORECASE,
)
ANY_HEADER = "|".join(HEADERS.values())
KIND_OF_HEADER = "|".join(f"(?P<{kind}>{names})" for kind, names in HEADERS.items())
HEADER_LINE = re.compile(
    rf"[\s*]*(?:{KIND_OF_HEADER})(?:\s?/\s?(?:{ANY_HEADER}))?\s?(?::\**\s|：)", re.IGNORECASE
)
RULE = re.compile(r"\s*(?:[_*=-]{10,}|(?:[_*=-] ){9,}[_*=-])\s*$")
RULED_WITH = ("_", "*", "=", "-")
# "-----Original-Nachricht-----", whatever the words and the language.
TITLED_RULE = re.compile(r"\s*-{4,30} ?[^\W\d_][^\n]{2,40}[^\W\d_] ?-{4,30}$")
SENT_FROM_LINE = re.compile(rf"(?:{SENT_FROM})(?!\w).{{0,120}}$")
SIGNATURE_MARK = re.compile(r"--\s*$|__\s*$")
SIGN_OFF = re.compile(
    r"(?:with )?(?:(?:kind|kindest|best|warm|warmest|many) )?(?:regards|wishes|thanks)|thank you"
    r"|all the best|yours(?: (?:sincerely|faithfully|truly))?|sincerely|cheers"
    r"|cofion(?: gorau| cynnes| caredig)?|(?:yr eiddoch )?yn (?:gywir|ddiffuant|bur)|dymuniadau gorau"
    r"|(?:gyda )?diolch(?: yn fawr)?|hwyl(?: fawr)?|mit freundlichen grüßen|viele grüße|cordialement"
    r"|bien à vous|un saludo|saludos|atentamente|z poważaniem|pozdrawiam|cordiali saluti"
    r"|met vriendelijke groet(?:en)?|atenciosamente|(?:com os |os )?melhores cumprimentos|cumprimentos"
    r"|saludos cordiales|distinti saluti|cu stim[aă]|cu respect|serdecznie pozdrawiam|z wyrazami szacunku"
    r"|(?:مع )?(?:خالص |أطيب )?(?:التحية|تحياتي|التحيات)|والسلام(?: عليكم)?|نیک تمنائیں|آپ کا مخلص|آپ کی مخلص"
    r"|শুভেচ্ছান্তে|ধন্যবাদান্তে",
    re.IGNORECASE,
)
# Where nothing near the end begins like this, the library finds no signature that would be cut.
MAY_SIGN = re.compile(
    r"^(?:> ?)*[ \t]*(?:[-_]{2}|sent from|get outlook|best|kind regards|thanks|thank you|all the|regards)",
    re.IGNORECASE | re.MULTILINE,
)
CONFIDENTIAL = re.compile(
    r"(?:this|the) (?:e-?mail|message|communication|transmission)\b.{0,300}\b(?:confidential|privileged)"
    r"|mae'r (?:e-?bost|neges) h[wo]n\b.{0,300}\bgyfrinachol",
    re.IGNORECASE | re.DOTALL,
)
# A person may say that a mail is confidential. Only lawyers say for whom it was intended.
FOR_WHOM = re.compile(
    r"intended (?:only|solely|recipient)|addressee|in error|to whom it is addressed"
    r"|cyfeiriwyd ato|derbynnydd",
    re.IGNORECASE,
)
# What stands below the rules at the end of the mail of councils and departments, a paragraph of it or a line.
SMALL_PRINT = re.compile(
    r"(?:this|the) (?:e-?mail|message|communication|footnote|original of this"
    r"|(?:information|contents?)[^.]{0,20} (?:in|of) this)\b[^.]{0,250}"
    r"\b(?:confidential|privileged|personal to the sender|scanned|swept|virus)"
    r"|if\s+you\s+(?:have\s+)?receive[ds]?\s+(?:this|it)(?:\s+e-?mail|\s+message)?\s+in\s+error"
    r"|intended\s+(?:only|solely|recipient)"
    r"|intended\s+for\s+the\s+(?:addressee|named)|(?:scanned|swept|screened|checked)\b[^.]{0,80}\bvirus"
    r"|via the gsi\b|(?:e-?mail|messages)\b[^.]{0,120}\bmay be (?:\w+ )?(?:monitored|recorded|logged)"
    r"|monitors all \w* ?e-?mail|right to monitor|secure means of communication"
    r"|(?:opinions|views)\b[^.]{0,60}(?:expressed|of the author)|notify\s+the\s+(?:sender|system manager)"
    r"|^\W*(?:the system manager|disclaimer)\W*$|do not reply to this e-?mail"
    r"|in line with the data protection act",
    re.IGNORECASE,
)
SURELY_SMALL_PRINT = re.compile(r"\b(?:confidential|privileged|scanned|swept)\b", re.IGNORECASE)
# As Lotus Notes puts From, Sent, To, cc and Subject, each in a line and what it is in the next.
NOTES_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4} \d{1,2}:\d{2}\b")
LONGEST_NOTES_HEADERS = 20  # lines, of which most are empty
LONGEST_DISCLAIMER_CHARACTERS = 3_000
AFTERTHOUGHT = re.compile(r"(?im)^\s*(?:p\.?\s?s\b|o\.?n\b)")
CUT = re.compile(r"[<\[(]\s?(?:\.{2,5}|…|snip(?:ped)?|cut)\s?[>\])]$", re.IGNORECASE)  # of what they quote
MARKED = (">", " >")  # how a line that is quoted begins
LONGEST_REST = 20  # characters of a marked line that stand alone in the next
SHORTEST_FULL_LINE = 72
LONGEST_ATTRIBUTION_LINES = 4
SHORTEST_BROKEN_LINE = 40  # characters
LONGEST_SIGN_OFF_LINES = 10
LONGEST_SIGN_OFF_CHARACTERS = 500
LONGEST_SIGNATURE_CHARACTERS = 2_000
LONGEST_LINE = 1_000  # beyond this the library's patterns take too long
LONGEST_TEXT_FOR_LIBRARY = 20_000


def new_text(text: str) -> str:
    """The part of a plain-text body its sender wrote this time. Never empty unless the body is."""
    whole = text.strip()
    if len(whole) > limits.REPLY_CHARACTERS:
        return whole
    lines = [line.rstrip() for line in whole.split("\n")]
    lines = _without_quotation(_without_seal(lines))
    lines = without_signature(_without_disclaimer(_without_small_print(lines)))
    fresh = "\n".join(_without_closing(lines)).strip()
    fresh = _without_sign_off(fresh)
    return re.sub(r"\n{3,}", "\n\n", fresh) or whole


def folded_text(text: str, new: str) -> str:
    """What is to be folded away beside `new`, so that between the two nothing of `text` is lost.

    The rest of it, where the new words come first; else all of it, and empty where nothing was left out.
    """
    if not new or new.strip() == text.strip():
        return ""
    return text.removeprefix(new) if text.startswith(new) else text


def passed_on(text: str) -> tuple[str, str]:
    """From whom a mail is that somebody passed on in this text, and what is new in it; empty: nothing is."""
    lines = [line.rstrip().lstrip("> ") for line in text.split("\n")]
    for index, line in enumerate(lines):
        if ("--" in line or line.endswith((":", "："))) and PASSES_ON.match(line):
            rest = "\n".join(lines[index + 1 :]).strip().split("\n")
            heads = next((at for at, each in enumerate(rest) if not each), len(rest))
            sender = next((each for each in rest[:heads] if _is_from(each)), "")
            return sender, new_text("\n".join(rest[heads:]))
    return "", ""


def _is_from(line: str) -> bool:
    found = HEADER_LINE.match(line)
    return found is not None and found.lastgroup == "from"


def unquoted(text: str) -> str:
    """A text without the mail quoted at its end: "On … wrote:" and below it nothing but marked lines.

    All of it where nothing else would be left. Unlike `new_text` it leaves the signature, and an address.
    """
    written = text.rstrip().split("\n")
    lines = [line.rstrip() for line in written]
    end = len(lines)
    while end and (not lines[end - 1] or lines[end - 1].startswith(">")):
        end -= 1
    if end == len(lines):
        return text
    for start in range(max(0, end - LONGEST_ATTRIBUTION_LINES), end):
        if any(lines[:start]) and start + _attribution_lines(lines, start) == end:
            return "\n".join(written[:start]).rstrip()
    return text


def signs_and_quotes(folded: str) -> tuple[bool, bool]:
    """Whether what is folded away holds a signature or the like, and whether it quotes."""
    lines = [line.rstrip() for line in folded.split("\n") if line.strip()]
    own = _without_quotation(lines)
    return bool(own), len(own) < len(lines)


def _without_seal(lines: list[str]) -> list[str]:
    """Without what PGP puts around a text that it signs: two lines and more above it, its signature below."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" not in lines:
        return lines
    start = lines.index("-----BEGIN PGP SIGNED MESSAGE-----")
    end = next(
        (i for i in range(start, len(lines)) if lines[i].startswith("-----BEGIN PGP SIG") and i > start), 0
    )
    close = next((i for i in range(end, len(lines)) if lines[i].startswith("-----END PGP SIG")), 0)
    text = next((i for i in range(start, len(lines)) if not lines[i]), end)
    return [*lines[:start], *lines[text:end], *lines[close + 1 :]] if start < end < close else lines


def _without_quotation(lines: list[str]) -> list[str]:
    kept: list[str] = []
    index = 0
    has_marks = _marks_below(lines, 0)
    while index < len(lines):
        line = lines[index]
        if not line:
            kept.append(line)
            index += 1
            continue
        length = _attribution_lines(lines, index, has_marks=has_marks)
        if _starts_old_message(lines, index):
            break
        if "lin" in line.lower() and REPLY_ABOVE.match(line):
            if any(kept):
                break
            index += 1
        elif length and _quotes_next(lines, index + length):
            index += length
        elif length and WHEN_OR_WHO.search(" ".join(lines[index : index + length])):
            if any(kept) or not _marks_below(lines, index + length):
                break  # an old mail that is not marked line by line
            index += length
        elif line.startswith(MARKED) or (has_marks and _is_rest_of_marked(lines, index)):
            index += 1
        else:
            kept.append(line)
            index += 1
    return kept


def _marks_below(lines: list[str], index: int) -> bool:
    return any(line.startswith(MARKED) for line in lines[index:])


def _is_rest_of_marked(lines: list[str], index: int) -> bool:
    """Whether a line belongs to marked ones around it: it says that some were cut, or ends a broken one."""
    line = lines[index]
    if line[:1] in "<[(" and CUT.match(line):
        return _marks_below(lines[: index + 3], index) or _marks_below(lines[:index], max(0, index - 2))
    if not 0 < index < len(lines) - 1 or len(line) > LONGEST_REST or not line[:1].islower():
        return False
    above, below = lines[index - 1], lines[index + 1]
    was_full = len(above) + len(line) >= SHORTEST_FULL_LINE and above[-1:] not in ".!?:"
    return was_full and above.startswith(MARKED) and below.startswith(MARKED)


# Most lines of most mails are none of what is looked for here, and a word or a sign of it is found ten times
# as fast as the whole of it: so each pattern below is asked only where what it cannot do without stands.


def _starts_old_message(lines: list[str], index: int) -> bool:
    """Whether an old mail that is not marked line by line begins with this line, which is not empty."""
    line = lines[index]
    if ("--" in line or line.endswith((":", "："))) and STARTS_OLD_MESSAGE.match(line):
        return True
    if line.endswith("--") and RULED_ATTRIBUTION.match(line):
        return True
    if "@" in line and _starts_notes_headers(lines, index):
        return True
    return _starts_old_headers(lines, index) or ("<" in line and bool(ATTRIBUTION_AND_MORE.match(line)))


def _attribution_lines(lines: list[str], index: int, *, has_marks: bool = True) -> int:
    """How many lines "On … wrote:" takes here: 0 when it is not one. Mail programs wrap it."""
    if not lines[index]:
        return 0
    begins = STARTS_ATTRIBUTION.match(lines[index])
    joined = ""
    # In a language whose attributions begin with the day, nothing but the whole line gives it away.
    for count, line in enumerate(
        lines[index : index + (LONGEST_ATTRIBUTION_LINES if begins else 1)], start=1
    ):
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > 600:
            break
        is_one = joined.endswith(":") and ATTRIBUTION.match(joined)
        if is_one and (begins or ("@" in joined and re.search(r"\d", joined))):
            return count
    return (_lines_above_marks(lines, index) or _name_above_marks(lines, index)) if has_marks else 0


def _name_above_marks(lines: list[str], index: int) -> int:
    """Whether a line of its own says, without a date, whose words the marked lines below it are: 0 or 1."""
    line = lines[index]
    is_one = (
        line.endswith((":", ">")) and len(line.split()) <= MOST_NAME_WORDS and NAMED_ATTRIBUTION.match(line)
    )
    return int(bool(is_one and not (index and lines[index - 1]) and _quotes_next(lines, index + 1)))


def _lines_above_marks(lines: list[str], index: int) -> int:
    """How many lines say, in whatever language, whose words and from when the marked lines below them are."""
    said = ""
    for count, line in enumerate(lines[index : index + LONGEST_ATTRIBUTION_LINES], start=1):
        said = f"{said} {line}".strip()
        if not line or line.startswith(">"):
            break
        if (":" in said or "：" in said) and ANY_ATTRIBUTION.match(said):
            found = (
                WHOSE_OR_DATE.search(said) and TIME_OF_DAY.search(said) and _quotes_next(lines, index + count)
            )
            return count if found else 0
        # Only a line that a program broke goes on: a long one that begins its paragraph and ends no sentence.
        if line.endswith("<"):
            continue
        if len(line) < SHORTEST_BROKEN_LINE or line[-1] in ".!?" or (index and lines[index - 1]):
            break
    return 0


def _quotes_next(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 3] if line), "")
    return following.startswith(MARKED)


def _starts_old_headers(lines: list[str], index: int) -> bool:
    """Outlook puts From, Sent, To and Subject in front of the mail it quotes, often under a rule."""
    may_be_rule = lines[index].lstrip()[:1] in RULED_WITH
    is_titled = may_be_rule and bool(TITLED_RULE.match(lines[index]))
    if is_titled or (may_be_rule and RULE.match(lines[index])):
        following = next((i for i in range(index + 1, min(index + 3, len(lines))) if lines[i]), None)
        if following is None:
            return False
        index = following
    has_colon = ":" in lines[index] or "：" in lines[index]
    first = HEADER_LINE.match(lines[index]) if has_colon else None
    if first is None:
        return False
    block = lines[index : index + 7]
    kinds = {found.lastgroup for line in block if (found := HEADER_LINE.match(line))}
    if is_titled or first.lastgroup == "from":
        return len(kinds) >= 3
    # Some begin with the date. People head letters so too, but without an address.
    return kinds >= {"from", "sent", "to", "subject"} and any("@" in line for line in block)


def _starts_notes_headers(lines: list[str], index: int) -> bool:
    """Lotus Notes puts who wrote, and when, in front of the mail it quotes, then To, cc and Subject."""
    if "Subject" not in (block := lines[index : index + LONGEST_NOTES_HEADERS]):
        return False
    block = [line for line in block if line]
    if "To" not in block or "cc" not in block:
        return False
    above = block[: block.index("To")]
    return bool(above) and any(map(NOTES_DATE.match, above)) and block.index("cc") < block.index("Subject")


def _without_small_print(lines: list[str]) -> list[str]:
    """Cut what stands below a rule at the end, where most of its paragraphs are a lawyer's or a scanner's."""
    end = len(lines)
    left = LONGEST_DISCLAIMER_CHARACTERS
    for index in range(len(lines) - 1, 0, -1):
        if (left := left - len(lines[index]) - 1) < 0:
            break
        if lines[index].lstrip()[:1] not in RULED_WITH or not RULE.match(lines[index]):
            continue
        below = "\n".join(lines[index + 1 : end]).strip()
        paragraphs = [each for each in below.split("\n\n") if each.strip()]
        if 2 * sum(bool(SMALL_PRINT.search(each)) for each in paragraphs) < len(paragraphs):
            break
        if AFTERTHOUGHT.search(below):
            break
        end = index
    cut = "\n".join(lines[end:])
    is_sure = SURELY_SMALL_PRINT.search(cut) or len(SMALL_PRINT.findall(cut)) > 1
    return lines[:end] if is_sure and any(lines[:end]) else lines


def _without_disclaimer(lines: list[str]) -> list[str]:
    """Cut the paragraph about confidentiality at the end, with what follows it and the rule above it."""
    said = next((index for index, line in enumerate(lines) if line), len(lines))
    left = LONGEST_DISCLAIMER_CHARACTERS
    first = len(lines)
    while first > said + 1 and (left := left - len(lines[first - 1]) - 1) >= 0:
        first -= 1
    for index in range(first, len(lines)):
        if not lines[index] or (lines[index - 1] and not RULE.match(lines[index - 1])):
            continue
        rest = "\n".join(lines[index:])
        paragraph = rest.partition("\n\n")[0]
        if CONFIDENTIAL.match(paragraph) and FOR_WHOM.search(paragraph) and not AFTERTHOUGHT.search(rest):
            lines = lines[:index]
            break
    end = len(lines)
    while end > said and (not lines[end - 1] or RULE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _without_closing(lines: list[str]) -> list[str]:
    """Cut "Yours sincerely" and the name below: a line of its own, then only short ones that say nothing."""
    for index in range(len(lines) - 1, max(0, len(lines) - LONGEST_SIGN_OFF_LINES - 4), -1):
        if SIGN_OFF.fullmatch(lines[index].strip(" ,.!")) and any(lines[:index]):
            below = [line for line in lines[index + 1 :] if line]
            name_only = all(len(line.split()) <= 6 and line[-1] not in ".?!:" for line in below)
            if 1 <= len(below) <= LONGEST_SIGN_OFF_LINES and name_only:
                return lines[:index]
    return lines


def without_signature(lines: list[str]) -> list[str]:
    below = sum(map(len, lines))  # characters in what follows a line
    is_below_words = False
    for index, line in enumerate(lines):
        below -= len(line)
        if is_below_words and below <= LONGEST_SIGNATURE_CHARACTERS and SIGNATURE_MARK.match(line):
            lines = lines[:index]
            break
        is_below_words = is_below_words or bool(line)
    return [line for line in lines if not SENT_FROM_LINE.match(line)]


def _without_sign_off(text: str) -> str:
    """Cut "Kind regards, Jane" and what follows, where that is short and holds no afterthought."""
    lines = text.split("\n")
    if len(text) > LONGEST_TEXT_FOR_LIBRARY or max(map(len, lines)) > LONGEST_LINE:
        return text
    if not MAY_SIGN.search("\n".join(lines[-LONGEST_SIGN_OFF_LINES - 1 :])):
        return text
    parser = EmailReplyParser(languages=["en"])
    # The library would take a list with hyphens for a signature unless told not to.
    message = EmailMessage(text=text, languages=parser.languages, keep_hyphen_lists=True).read()
    signature = message.replies[-1].signatures if message.replies else ""
    tail = signature.strip().split("\n")
    if not signature or len(tail) > LONGEST_SIGN_OFF_LINES or len(signature) > LONGEST_SIGN_OFF_CHARACTERS:
        return text
    if len(tail[0].split()) > 5 or AFTERTHOUGHT.search(signature):
        return text
    start = len(lines) - len(tail)
    same = [line.strip() for line in lines[start:]] == [line.strip() for line in tail]
    return "\n".join(lines[:start]).strip() if start > 0 and same else text
