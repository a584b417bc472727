"""What is new in a reply: the text without the mail it quotes and without the signature.

The whole text is kept besides. So where a rule is unsure it keeps: words that are shown twice cost a glance,
words that are folded away may be the ones that mattered.
"""

import re

from mailparser_reply import EmailReplyParser
from mailparser_reply.parser import EmailMessage

from . import limits

ATTRIBUTION = re.compile(
    r"(?:On|Ar|Le|Am|El|Op|Il)\b.{4,300}"
    r"\b(?:wrote|writes|ysgrifennodd|a écrit|schrieb|escribió|schreef|ha scritto)\b.{0,200}:\s*$"
)
# Without marked lines below it, "On … wrote:" needs a date or an address to be more than a sentence.
WHEN_OR_WHO = re.compile(r"\d|@")
OLD_MESSAGE = re.compile(
    r"[>\s*]*-{2,}\s*(?:Original [Mm]essage|Forwarded [Mm]essage|Neges [Ww]reiddiol)\s*-{2,}"
    r"|Begin forwarded message:"
)
HEADER_LINE = re.compile(
    r"[\s*]*(From|Sent|To|Date|Subject|Cc|Oddi wrth|O|Anfonwyd|At|Dyddiad|Pwnc)\s*:\**\s", re.IGNORECASE
)
FIRST_HEADER_LINES = {"from", "oddi wrth", "o"}
RULE = re.compile(r"\s*[_-]{10,}\s*$")
SIGNATURE_MARK = re.compile(r"--\s*$|__\s*$")
SENT_FROM = re.compile(
    r"(?:Sent from (?:my|Outlook|Mail|Yahoo|Samsung|the all new)|Get Outlook for|Anfonwyd o fy)\b.{0,80}$"
)
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
    lines = _without_quotation(lines)
    lines = _without_signature(lines)
    fresh = "\n".join(lines).strip()
    fresh = _without_sign_off(fresh)
    return re.sub(r"\n{3,}", "\n\n", fresh) or whole


def _without_quotation(lines: list[str]) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        length = _attribution_lines(lines, index)
        if OLD_MESSAGE.match(line) or _starts_old_headers(lines, index):
            break
        if length and _quotes_next(lines, index + length):
            index += length
        elif length and WHEN_OR_WHO.search(" ".join(lines[index : index + length])):
            break  # an old mail that is not marked line by line
        elif line.startswith(">"):
            index += 1
        else:
            kept.append(line)
            index += 1
    return kept


def _attribution_lines(lines: list[str], index: int) -> int:
    """How many lines "On … wrote:" takes here: 0 when it is not one. Mail programs wrap it."""
    if not re.match(r"(?:On|Ar|Le|Am|El|Op|Il)\b", lines[index]):
        return 0
    joined = ""
    for count, line in enumerate(lines[index : index + 4], start=1):
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > 600:
            return 0
        if ATTRIBUTION.match(joined):
            return count
    return 0


def _quotes_next(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 3] if line), "")
    return following.startswith(">")


def _starts_old_headers(lines: list[str], index: int) -> bool:
    """Outlook puts From, Sent, To and Subject in front of the mail it quotes, often under a rule."""
    if RULE.match(lines[index]):
        following = next((i for i in range(index + 1, min(index + 3, len(lines))) if lines[i]), None)
        return following is not None and _starts_old_headers(lines, following)
    first = HEADER_LINE.match(lines[index])
    if first is None or first[1].lower() not in FIRST_HEADER_LINES:
        return False
    names = {found[1].lower() for line in lines[index : index + 7] if (found := HEADER_LINE.match(line))}
    return len(names) >= 3


def _without_signature(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        rest = lines[index + 1 :]
        is_mark = SIGNATURE_MARK.match(line) and any(lines[:index])
        if is_mark and sum(map(len, rest)) <= LONGEST_SIGNATURE_CHARACTERS:
            lines = lines[:index]
            break
    return [line for line in lines if not SENT_FROM.match(line)]


def _without_sign_off(text: str) -> str:
    """Cut "Kind regards, Jane" and what follows, where that is short and holds no afterthought."""
    lines = text.split("\n")
    if len(text) > LONGEST_TEXT_FOR_LIBRARY or max(map(len, lines)) > LONGEST_LINE:
        return text
    parser = EmailReplyParser(languages=["en"])
    # The library would take a list with hyphens for a signature unless told not to.
    message = EmailMessage(text=text, languages=parser.languages, keep_hyphen_lists=True).read()
    signature = message.replies[-1].signatures if message.replies else ""
    tail = signature.strip().split("\n")
    if not signature or len(tail) > LONGEST_SIGN_OFF_LINES or len(signature) > LONGEST_SIGN_OFF_CHARACTERS:
        return text
    if len(tail[0].split()) > 5 or re.search(r"(?im)^\s*(?:p\.?\s?s\b|o\.?n\b)", signature):
        return text
    start = len(lines) - len(tail)
    same = [line.strip() for line in lines[start:]] == [line.strip() for line in tail]
    return "\n".join(lines[:start]).strip() if start > 0 and same else text
