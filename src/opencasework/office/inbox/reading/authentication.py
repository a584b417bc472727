"""Did the mail come from the domain it names? What our own mail provider found, and nobody else's word.

A provider writes its findings into an Authentication-Results header (RFC 8601) above all others. Anybody
can write such a header further down, so only the topmost one is read, and only where it carries the server
name the office has configured. Exchange Online writes no name at all; for it there is a setting of its own.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from .structure import Address

EXCHANGE_ONLINE = "exchange-online"  # the setting, in place of a server name
LONGEST = 10_000  # characters of a header we look at

METHOD = re.compile(r"\s*([a-z0-9-]{1,40})(?:/\d{1,5})?\s*=\s*([a-z]{1,40})\b", re.IGNORECASE)
AT_DOMAIN = re.compile(r"[@\uff20\ufe6b]\s{0,3}([\w.-]{1,253}\w)")
HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]{1,255})", re.IGNORECASE)


class SenderCheck(StrEnum):
    """What we know about the sender's domain."""

    ALIGNED = "aligned"  # DMARC passed for the domain in From
    FAILED = "failed"
    UNKNOWN = "unknown"


def sender_check(results: Sequence[str], *, trusted: str, from_address: str, senders: int = 1) -> SenderCheck:
    """Whether our provider vouches for the domain in From.

    `results` are the Authentication-Results of the message, topmost first; `trusted` is the provider's server
    name (authserv-id), `EXCHANGE_ONLINE`, or empty when the office has not said.
    """
    domain = from_address.rpartition("@")[2].lower().rstrip(".")
    if not results or not trusted or not domain or senders != 1:
        return SenderCheck.UNKNOWN
    name, *findings = _without_comments(results[0]).split(";")
    if trusted == EXCHANGE_ONLINE:
        if not METHOD.match(name):
            return SenderCheck.UNKNOWN  # it has a name, so Exchange did not write it
        findings = [name, *findings]
    elif name.strip().split(" ")[0].lower() != trusted.lower():
        return SenderCheck.UNKNOWN
    return _verdict(findings, domain)


def names_another(sender: Address) -> bool:
    """Whether the name of a sender is an address, or the domain of one, that is not the sender's own."""
    domain = sender["address"].rpartition("@")[2].lower()
    return any(each.lower() != domain for each in AT_DOMAIN.findall(sender["name"][:LONGEST]))


def _verdict(findings: Sequence[str], domain: str) -> SenderCheck:
    verdicts = []
    for finding in findings:
        method = METHOD.match(finding)
        if method is None or method[1].lower() != "dmarc":
            continue
        header_from = HEADER_FROM.search(finding)
        about = header_from[1].lower().rstrip(".") if header_from else ""
        verdicts.append((method[2].lower(), about))
    if len(verdicts) != 1:  # none, or two that may disagree
        return SenderCheck.UNKNOWN
    result, about = verdicts[0]
    if result == "pass" and about == domain:
        return SenderCheck.ALIGNED
    return SenderCheck.FAILED if result == "fail" else SenderCheck.UNKNOWN


def _without_comments(value: str) -> str:
    """A header without its (comments) and with _ in quoted text for all that could be taken for a finding.

    A backslash in either takes its meaning from the character after it (RFC 5322, 3.2.1). Empty where a
    comment or a quotation does not end: then nobody knows what stands in it.
    """
    kept: list[str] = []
    depth = 0
    quoted = False
    characters = iter(value[:LONGEST])
    for character in characters:
        escaped = character == "\\" and (quoted or depth > 0)
        if escaped:
            character = next(characters, "")
        if character == '"' and depth == 0 and not escaped:
            quoted = not quoted
        elif not quoted and not escaped and character in "()":
            depth = max(0, depth + (1 if character == "(" else -1))
        elif depth == 0:
            kept.append("_" if quoted and (character in ';="' or character.isspace()) else character)
    return "" if quoted or depth else "".join(kept)
