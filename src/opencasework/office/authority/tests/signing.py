"""Somebody with a private link, at the pages of /sign/."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from opencasework.office.authority.models import Ask, SignLink
from opencasework.office.bodies.tests.factories import body
from opencasework.office.staff.tests.factories import StaffFactory

POSTCODE = "ZZ99 9ZZ"
PHONE = "Mozilla/5.0 (Linux; Android 15; Invented Phone 3)"


def lives_somewhere(person, postcode=POSTCODE):
    """Give a person an address; the office knows it, and so do they."""
    person.addresses.all().delete()
    person.addresses.create(lines="3 Harbour Row\nWexcombe", postcode=postcode)
    return person


def ask_of(case, *codes, by=None, **more):
    """A statement that waits for the signature of the case's constituent."""
    given = {
        "problem": "The housing element of my Universal Credit stopped.",
        "wanted": "Find out why, and have it paid from September.",
        "person": case.constituent,
        "made_by": by or case.owner or StaffFactory(),
    } | more
    ask = Ask.objects.create(case=case, **given)
    ask.bodies.set([body(code) for code in codes or ("DWP",)])
    return ask


def link_for(ask, *, by=None):
    lives_somewhere(ask.person)
    return SignLink.make(ask, origin="http://testserver", by=by or ask.made_by)


class Signer:
    """A constituent with a phone of their own. `page` is what they see."""

    def __init__(self, *, language="en-gb", address="203.0.113.7"):
        self.client = Client(headers={"user-agent": PHONE, "accept-language": language}, REMOTE_ADDR=address)
        self.page = None

    @property
    def words(self):
        text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", self.page.content.decode(), flags=re.S)
        return " ".join(unescape(text).split())

    def get(self, address):
        self.page = self.client.get(address, follow=True)
        return self

    def post(self, address, data=None):
        self.page = self.client.post(address, data or {}, follow=True)
        return self

    def opens(self, link):
        """As the script does: the token goes on by POST."""
        token = link if isinstance(link, str) else link.token
        return self.post("/sign/", {"token": token})

    def is_known(self, factor=POSTCODE):
        return self.post("/sign/who/", {"factor": factor})

    def checks(self, **answers):
        return self.post("/sign/check/", {"address": "3 Harbour Row, Wexcombe"} | answers)

    def ticks(self, *bodies, name="Nkechi Marrowby", **answers):
        return self.post("/sign/bodies/", {"bodies": [each.pk for each in bodies], "name": name} | answers)

    def signs(self):
        """Press the button below the words as they stand."""
        return self.presses_sign(self.get("/sign/sign/").shown)

    def presses_sign(self, shown):
        return self.post("/sign/sign/", {"shown": shown})

    @property
    def shown(self):
        """What the page before them says it shows."""
        return "".join(re.findall(r'name="shown" value="(\w+)"', self.page.content.decode()))

    def does_it_all(self, link):
        """From the link to the signature, with everything agreed."""
        self.opens(link).is_known().checks().ticks(*link.ask.bodies.all())
        return self.signs()
