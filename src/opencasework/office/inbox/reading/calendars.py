"""An invitation (RFC 5545) as the few lines a person wants: what, when, where, who asks."""

import re

NAMES = {
    "SUMMARY": "",
    "DTSTART": "When",
    "DTEND": "Until",
    "LOCATION": "Where",
    "ORGANIZER": "From",
    "DESCRIPTION": "",
}
LINES = 2_000
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
ANSWER = re.compile(r"(?i)PARTSTAT=\"?(accepted|declined|tentative)\b")
NAMED = re.compile(r"CN=(\"[^\"]{1,200}\"|[^;:\"]{1,200})", re.IGNORECASE)


def summary(text: str) -> str:
    """The first event or task of a calendar in words; empty when there is none."""
    lines = text[:200_000].replace("\n ", "").replace("\n\t", "").split("\n")[:LINES]
    found: dict[str, str] = {}
    inside = False
    for line in lines:
        start, _, value = line.partition(":")
        name, _, more = start.partition(";")
        name = name.strip().upper()
        if name == "BEGIN" and value.strip().upper() in ("VEVENT", "VTODO"):
            inside = True
        elif name == "END" and inside and value.strip().upper() in ("VEVENT", "VTODO"):
            break
        elif name == "BEGIN" and inside:
            inside = False  # an alarm, whose description is its own
        elif inside and name in NAMES and name not in found:
            found[name] = _said(name, more, value)
    return "\n".join(
        f"{label}: {found[name]}" if label else found[name]
        for name, label in NAMES.items()
        if found.get(name)
    )


def reply(text: str) -> str:
    """What a reply to an invitation (METHOD:REPLY) answers, in small letters; empty for anything else."""
    lines = text[:200_000].replace("\r", "").replace("\n ", "").replace("\n\t", "").split("\n")[:LINES]
    if not any(re.fullmatch(r"(?i)method\s*:\s*(?:reply|counter)\s*", line) for line in lines):
        return ""
    answers = (ANSWER.search(line) for line in lines if line[:8].upper() == "ATTENDEE")
    return next((answer[1].lower() for answer in answers if answer), "answered")


def _said(name: str, more: str, value: str) -> str:
    if name in ("DTSTART", "DTEND"):
        time = TIME.match(value.strip())
        if time is None:
            return ""
        zone = " UTC" if time[6] else ""
        clock = f" {time[4]}:{time[5]}{zone}" if time[4] else ""
        return f"{int(time[3])}/{int(time[2])}/{time[1]}{clock}"
    if name == "ORGANIZER":
        person = NAMED.search(more)
        address = re.sub(r"(?i)^mailto:", "", value.strip())
        return f"{person[1].strip(chr(34))} <{address}>" if person else address
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", "\n", value)).strip()
