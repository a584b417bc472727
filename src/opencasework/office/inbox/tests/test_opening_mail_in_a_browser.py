"""Opening a mail runs nothing and asks nobody for anything, in a real browser, whatever is in it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from opencasework.office.inbox.models import Message
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import open_context
from tests.services.canary import Canary

from . import payloads
from .receiving import receive_all

IN_ONE_MAIL = 500


@pytest.fixture
def canary():
    with Canary() as canary:
        yield canary


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory()


def hostile(html: str, number: int) -> bytes:
    """A mail of this HTML, with something of its kind in every other place a mail shows."""
    mail = EmailMessage()
    mail["From"] = f'"<img src={payloads.CANARY}/from onerror={payloads.HOOK}>" <nia@post.example>'
    mail["To"] = "office@member.example"
    mail["Subject"] = f"{number} <script src={payloads.CANARY}/subject>{payloads.HOOK}</script>"
    mail["Message-ID"] = f"<{number}@post.example>"
    mail.set_content(html + f"\n{payloads.CANARY}/text")
    mail.add_alternative(html, subtype="html")
    mail.add_attachment(html.encode(), maintype="text", subtype="html", filename="<b onclick=x>.html")
    return mail.as_bytes()


def watch(context, url):
    """What a page asks for besides itself and our own files, and what it runs that is not ours."""
    heard = []
    context.expose_binding("__pwned", lambda source, *words: heard.append(f"script in {source['frame'].url}"))
    context.on(
        "request",
        lambda request: heard.append(request.url) if not request.url.startswith((url, "about:")) else None,
    )
    context.on("page", lambda page: heard.append(f"window {page.url}") if page.opener() else None)
    return heard


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("home")
def test_opening_a_mail_runs_nothing_and_asks_nobody(live_office, canary, ana):
    bodies = list(payloads.combined(in_one=IN_ONE_MAIL))
    armed = [body.replace(payloads.CANARY, canary.url) for body in bodies]
    receive_all([hostile(body, number) for number, body in enumerate(armed)])
    # Filed away, all but a few: the page of a decided one is the same text with less around it.
    few = list(Message.objects.order_by("pk").values_list("pk", flat=True)[:3])
    Message.objects.exclude(pk__in=few).update(decision=Message.Decision.FILED_AWAY)
    live_office.sign_in(ana)
    heard = watch(live_office.context, live_office.url)
    page = live_office.page()

    for message in Message.objects.order_by("pk"):
        page.goto(f"/inbox/messages/{message.pk}/")
        assert page.locator(".reading-text").inner_text()
        page.goto(f"/inbox/messages/{message.pk}/formatted/")
        page.frame_locator("iframe").get_by_text("The end of this mail.").wait_for()

    assert Message.objects.count() == len(bodies) == 30
    assert (heard, canary.heard) == ([], [])


def test_the_watch_would_notice(browser, canary):
    body = "".join(f"<div>{each}</div>" for each in payloads.bare()[:200] + payloads.LOADERS[:3])
    body = body.replace(payloads.CANARY, canary.url).replace("#", f"{canary.url}/x")
    context = open_context(browser)
    heard = watch(context, "http://nowhere.example")
    page = context.new_page()

    page.set_content(f"<title>x</title>{body}<img src='{canary.url}/last'>")
    page.wait_for_load_state("networkidle")

    assert any(each.startswith("script in") for each in heard)
    assert f"{canary.url}/last" in heard
    assert "connection" in canary.heard
    assert "GET /last" in canary.heard
    context.close()
