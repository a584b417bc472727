"""The public form on a telephone: in both languages, without scripts, over a connection that fails."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.webform.models import WebDraft, WebForm
from opencasework.office.places.tests.factories import OfficeFactory
from tests.services.browser import Complaints, axe, open_context

from .writing import HAPPENED, Constituent

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, SMALL_PHONE = {"width": 390, "height": 844}, {"width": 320, "height": 640}
LETTER = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a letter"}
OFFLINE = "net::ERR_INTERNET_DISCONNECTED"


@pytest.fixture(autouse=True)
def _open_form(home, monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 0)
    OfficeFactory()
    WebForm.objects.create(
        pk=1, is_on=True, intro="We answer in two days.", intro_cy="Atebwn o fewn deuddydd."
    )


class Writer:
    """Somebody at the form, with a browser whose console is watched."""

    def __init__(self, page):
        self.page = page

    def go_on(self, to):
        self.page.locator("main .btn-primary").click()
        self.page.wait_for_selector(f"[data-page={to}]")
        self.look()

    def look(self):
        """What every page owes whoever reads it."""

    def write(self):
        page = self.page
        page.get_by_role("textbox").first.fill("ZZ99 9ZZ")
        self.go_on("area")
        page.locator("#id_reason_0").check()
        self.go_on("happened")
        page.locator("#id_happened").fill(HAPPENED)
        self.go_on("wanted")
        self.go_on("about")
        page.locator("#id_about_1").check()
        self.go_on("them")
        self.go_on("numbers")
        page.locator("#id_numbers").fill("QQ 12 34 56 C")
        self.go_on("files")
        page.locator("#id_chosen").set_input_files([LETTER])
        self.go_on("you")
        page.locator("#id_phone").fill("01632 960123")
        self.go_on("reach")
        self.go_on("consent")
        page.locator("#id_authority").check()
        self.go_on("check")

    def has_answered_everything(self, client):
        """Be at the last page with a draft written elsewhere."""
        Constituent(client).write(until="check")
        address = self.page.url
        key = client.cookies["write_key"].value
        self.page.context.add_cookies([{"name": "write_key", "value": key, "url": address}])
        self.page.goto(f"{address}check/")

    def send(self):
        self.page.locator("main .btn-primary").click()
        self.page.wait_for_selector("[data-page=sent]")

    @property
    def receipt(self):
        return self.page.locator(".receipt-number").inner_text()


class Careful(Writer):
    """One who looks at every page as a screen reader and a small screen would."""

    pages_by_ear = frozenset({"postcode", "area", "happened", "them", "files", "consent", "check", "sent"})

    def look(self):
        if self.page.locator("#main").get_attribute("data-page") in self.pages_by_ear:
            assert axe(self.page) == []
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width


class Hurried(Careful):
    """The same in the other language and theme, where only what differs is looked at again."""

    pages_by_ear = frozenset({"postcode", "files", "check"})


@contextmanager
def somebody(browser, live_server, *, kind=Writer, path="/write/", **options):
    options = {"viewport": PHONE, "is_mobile": True, "has_touch": True} | options
    with open_context(browser, base_url=live_server.url, **options) as context:
        page = context.new_page()
        complaints = Complaints()
        complaints.watch(page)
        page.goto(path)
        yield kind(page)
        assert [line for line in complaints.lines if OFFLINE not in line] == []


@pytest.mark.parametrize(
    ("kind", "path", "size", "scheme"),
    [(Careful, "/write/", PHONE, "light"), (Hurried, "/write/?lang=cy", SMALL_PHONE, "dark")],
)
def test_every_page_is_free_of_barriers_and_fits_a_phone(browser, live_server, kind, path, size, scheme):
    with somebody(browser, live_server, kind=kind, path=path, viewport=size, color_scheme=scheme) as writer:
        writer.look()
        writer.write()
        writer.send()
        writer.look()

        assert writer.receipt in Message.objects.get().text
        assert Message.objects.get().attachments.get().filename == "letter.pdf"
        assert writer.page.evaluate("localStorage.length") == 0


def test_without_scripts_it_is_a_row_of_plain_pages(browser, live_server):
    with somebody(browser, live_server, path="/write/?lang=cy", java_script_enabled=False) as writer:
        writer.write()
        writer.page.locator(".switch").click()
        assert writer.page.locator("html").get_attribute("lang") == "en-GB"
        writer.send()

        assert writer.receipt in Message.objects.get().text


def test_scripts_may_stop_working_half_way(browser, live_server):
    with somebody(browser, live_server) as writer:
        writer.page.locator("#id_postcode").fill("WX4 7QP")
        writer.go_on("happened")
        writer.page.route("**/write.js", lambda route: route.abort())
        writer.page.reload()
        writer.page.locator("#id_happened").fill(HAPPENED)
        writer.go_on("wanted")

        assert WebDraft.objects.get().answers["happened"] == {"happened": HAPPENED}


def test_an_answer_that_never_came_back_is_sent_again_and_arrives_once(browser, live_server, client):
    with somebody(browser, live_server) as writer:
        writer.has_answered_everything(client)

        def arrives_and_is_not_heard_of(route):
            route.fetch()
            route.abort()

        writer.page.route("**/write/check/", arrives_and_is_not_heard_of)
        writer.page.locator("main .btn-primary").click()
        writer.page.get_by_text("we do not know whether this arrived").wait_for()
        assert Message.objects.count() == 1
        writer.page.unroute("**/write/check/")
        writer.send()

        assert Message.objects.count() == 1
        assert writer.receipt in Message.objects.get().text


def test_what_is_sent_without_a_connection_goes_by_itself_when_it_is_back(browser, live_server, client):
    with somebody(browser, live_server) as writer:
        writer.has_answered_everything(client)
        writer.page.context.set_offline(True)
        writer.page.locator("main .btn-primary").click()
        writer.page.get_by_text("There is no connection just now").wait_for()
        assert not Message.objects.exists()

        writer.page.context.set_offline(False)
        writer.page.wait_for_selector("[data-page=sent]")

        assert Message.objects.count() == 1


def test_words_typed_on_this_device_outlive_the_browser_and_the_offices_draft(browser, live_server):
    with somebody(browser, live_server) as writer:
        page = writer.page
        page.locator("#id_postcode").fill("WX4 7QP")
        writer.go_on("happened")
        page.locator("#id_happened").fill(HAPPENED)  # not sent
        WebDraft.objects.all().delete()
        page.context.clear_cookies()
        page.close()

        writer.page = page = page.context.new_page()
        page.goto("/write/")
        assert page.locator("#id_postcode").input_value() == "WX4 7QP"
        assert "put back" in page.locator("#status").inner_text()
        writer.go_on("happened")

        assert page.locator("#id_happened").input_value() == HAPPENED


def test_words_typed_on_a_shared_device_are_gone_after_three_days(browser, live_server):
    with somebody(browser, live_server) as writer:
        page = writer.page
        page.locator("#id_postcode").fill("WX4 7QP")
        page.context.clear_cookies()
        page.clock.install(time=timezone.now() + timedelta(hours=73))
        page.goto("/write/")

        assert page.locator("#id_postcode").input_value() == ""
        assert page.evaluate("localStorage.length") == 0


def test_going_back_and_reloading_keep_every_answer(browser, live_server):
    with somebody(browser, live_server) as writer:
        page = writer.page
        page.locator("#id_postcode").fill("WX4 7QP")
        writer.go_on("happened")
        page.locator("#id_happened").fill(HAPPENED)
        writer.go_on("wanted")
        page.go_back()
        page.wait_for_selector("[data-page=happened]")
        assert page.locator("#id_happened").input_value() == HAPPENED
        page.reload()

        assert page.locator("#id_happened").input_value() == HAPPENED


def test_clearing_leaves_nothing_on_the_device_nor_in_the_office(browser, live_server):
    with somebody(browser, live_server) as writer:
        writer.page.locator("#id_postcode").fill("WX4 7QP")
        writer.go_on("happened")
        writer.page.locator("#id_happened").fill(HAPPENED)
        writer.page.get_by_role("button", name="Clear them").click()
        writer.page.get_by_role("heading", name="have been cleared").wait_for()

        assert writer.page.evaluate("localStorage.length") == 0
        assert not WebDraft.objects.exists()


def test_enter_goes_on_and_never_changes_the_language(browser, live_server):
    with somebody(browser, live_server) as writer:
        writer.page.locator("#id_postcode").fill("WX4 7QP")
        writer.page.keyboard.press("Enter")
        writer.page.wait_for_selector("[data-page=happened]")

        assert writer.page.locator("html").get_attribute("lang") == "en-GB"


def test_what_is_wrong_takes_the_focus_and_names_itself_in_the_title(browser, live_server):
    with somebody(browser, live_server, kind=Careful) as writer:
        writer.page.locator("#id_postcode").fill("WX4 7Q")
        writer.page.locator("main .btn-primary").click()
        writer.page.wait_for_selector("#errors:focus")

        assert writer.page.title().startswith("Error:")
        writer.look()
        writer.page.locator("#errors a").click()
        assert re.search("id_postcode", writer.page.evaluate("document.activeElement.id"))


def test_a_page_is_light_for_a_slow_connection(browser, live_server):
    sizes = {}
    with somebody(browser, live_server, path="about:blank") as writer:
        writer.page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        writer.page.goto("/write/")
        writer.page.wait_for_load_state("networkidle")

    code = sum(size for url, size in sizes.items() if not url.endswith((".woff2", ".svg")))
    assert 10_000 < code < 40_000
    assert all(url.startswith(live_server.url) for url in sizes)
