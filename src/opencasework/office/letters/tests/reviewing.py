"""What several colleagues do with one draft, through the front door."""

from __future__ import annotations

from opencasework.office.cases.models import Event
from opencasework.office.letters import rich
from opencasework.office.letters.models import (
    Letter,
)


def write(letter: Letter, html: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(html=rich.clean(html), text=rich.to_text(html))
    letter.refresh_from_db()


def act(client, letter, name, by, *, status=302, **data):
    client.force_login(by)
    response = client.post(f"/letters/{letter.pk}/{name}/", data)
    assert response.status_code == status, response.content.decode()[:3000]
    letter.refresh_from_db()
    return response


def page(client, letter, by) -> str:
    client.force_login(by)
    return client.get(f"/letters/{letter.pk}/").content.decode()


def edit(client, letter, by, **changes):
    names = ("to_contact", "means", "to_email", "subject", "text", "html", "no_authority_reason")
    client.force_login(by)
    data = {name: letter.serializable_value(name) for name in names} | changes
    response = client.post(f"/letters/{letter.pk}/", data)
    letter.refresh_from_db()
    return response


def lines(letter) -> list[str]:
    found = letter.case.events.filter(kind=Event.Kind.REVIEWED).order_by("pk")
    return [event.text.split("\n")[0].split(":")[0] for event in found]
