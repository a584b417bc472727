"""A message for another member: the mail, an office that knows whose area it is, and the decision."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpResponse
from django.test import Client

from opencasework.office.inbox.models import Message
from opencasework.office.places import loading
from opencasework.office.places.tests import onspd
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .receiving import mail

RAW = mail("Nia Pryce <nia@post.example>", Message_ID="<one@post.example>").replace(
    b"We have looked into it.", b"I live at 4 Mill Lane, ZZ1 2AB. My street light is broken."
)


def sit_down(client: Client, folder: Path) -> Client:
    """Somebody who triages, with the directory and a list of members loaded."""
    OfficeFactory(postcode_prefixes="WX3, WX4")
    for name, text in {
        "onspd.csv": onspd.sheet(),
        "members.csv": f"name,area_gss\nJo Ashdown,{onspd.THEIRS}\n",
    }.items():
        (folder / name).write_text(text)
        loading.load(folder / name)
    client.force_login(StaffFactory(role=Role.CASEWORKER))
    return client


def decide(client: Client, message: Message, act: str = "send", **more: str) -> HttpResponse:
    """Give it to the other member, with the reply as it is offered but for `more`."""
    page = client.get(f"/inbox/messages/{message.pk}/other-member/")
    words = {name: page.context["form"].initial[name] for name in ("note", "subject", "text")}
    return client.post(f"/inbox/messages/{message.pk}/other-member/", words | {"act": act} | more)
