"""Whose an email address is: a body's, by the address itself or by what stands behind the @."""

from __future__ import annotations

from collections import defaultdict

from opencasework.office.bodies.models import BodyContact

# Where anybody gets an address: that a body's clerk has one there makes no body of all the others.
EVERYBODYS = {
    "aol.com", "aol.co.uk", "blueyonder.co.uk", "btinternet.com", "btopenworld.com", "fastmail.com",
    "gmail.com", "gmx.com", "gmx.co.uk", "googlemail.com", "hotmail.com", "hotmail.co.uk",
    "icloud.com", "live.com", "live.co.uk", "mac.com", "mail.com", "me.com", "msn.com", "ntlworld.com",
    "outlook.com", "plus.com", "proton.me", "protonmail.com", "rocketmail.com", "sky.com",
    "talktalk.net", "tiscali.co.uk", "virginmedia.com", "yahoo.com", "yahoo.co.uk", "ymail.com",
    "zoho.com",
}  # fmt: skip


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].lower()


class Holders:
    """The bodies by the addresses kept of them, read once: asked of one address after another.

    With a `domain`, of addresses there alone: whoever asks of a single one need not read them all.
    """

    def __init__(self, *, domain: str = "") -> None:
        self._addresses: dict[str, set[int]] = defaultdict(set)
        self._domains: dict[str, set[int]] = defaultdict(set)
        contacts = BodyContact.objects.exclude(email="")
        if domain:
            contacts = contacts.filter(email__iendswith=f"@{domain}")
        for body, email in contacts.values_list("body", "email").order_by():
            self._addresses[email.lower()].add(body)
            if domain_of(email) not in EVERYBODYS:
                self._domains[domain_of(email)].add(body)

    def of(self, address: str) -> set[int]:
        """The numbers of the bodies with that address, else of those with one at its domain."""
        return self._addresses.get(address.lower()) or self._domains.get(domain_of(address)) or set()
