"""Somebody who writes to the office with the public form, for tests."""

from __future__ import annotations

import json
import re

import pytest

from opencasework.office.inbox.webform.models import WebForm
from opencasework.office.places.tests.factories import OfficeFactory

JPEG = b"\xff\xd8\xff\xe0" + b"photograph " * 20
PDF = b"%PDF-1.7 a letter"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + b"photograph"
HAPPENED = "My Universal Credit stopped in March. Nobody answers the telephone."
USUAL = {
    "postcode": {"postcode": "WX4 7QP"},
    "area": {"reason": "moved"},
    "happened": {"happened": HAPPENED},
    "wanted": {"wanted": "Find out why."},
    "about": {"about": "me"},
    "them": {"their_name": "Gwen Marrowby", "relation": "mother", "knows": "agreed"},
    "numbers": {"numbers": "QQ 12 34 56 C\nthe blue card 7"},
    "files": {},
    "you": {"name": "Nkechi Marrowby", "email": "Nkechi@Post.example", "phone": "01632 960123"},
    "reach": {"way": "phone", "language": "cy", "safe": "careful", "careful": "Not after six."},
    "consent": {"authority": "on"},
    "check": {},
}


class Constituent:
    """Somebody with a browser that keeps cookies, at the form; or one that keeps none."""

    def __init__(self, client, *, keeps_cookies=True, language="en"):
        self.client = client
        self.keeps_cookies = keeps_cookies
        self.page = self.get("/write/", headers={"accept-language": language})

    def get(self, path, **more):
        return self._then(self.client.get(path, **more))

    @property
    def html(self):
        return self.page.content.decode()

    @property
    def hidden(self):
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.html)
        return {name: value.replace("&quot;", '"').replace("&amp;", "&") for name, value in found}

    def post(self, step, answers=None, **more):
        path = "/write/" if step == "postcode" else f"/write/{step}/"
        response = self.client.post(path, self.hidden | (answers or {}), **more)
        return self._then(response)

    def _then(self, response):
        if not self.keeps_cookies:
            self.client.cookies.clear()
        if response.status_code == 303:
            return self._then(self.client.get(response.url))
        self.page = response
        return response

    @property
    def step(self):
        return re.search(r'data-page="(\w+)"', self.html).group(1)

    def write(self, until="sent", *, page_by_page=False, **answers):
        """Answer until the page `until` is shown: page by page, or many at once, as a kept page does."""
        given = {step: usual | answers.get(step, {}) for step, usual in USUAL.items()}
        if self.step == "postcode" and not page_by_page:
            self._jump(until, given)
        for _turn in range(20):
            if self.step == until:
                return self
            before = self.step
            self.post(self.step, given[self.step])
            assert self.step != before, self.html
        raise AssertionError(f"stuck at {self.step}")

    @property
    def receipt(self):
        return re.search(r"WEB-\w{4}-\w{4}", self.html).group(0)

    def _jump(self, until, given):
        pages = [step for step in USUAL if step not in {"area", "them"} or step in {until}]
        at = pages.index("check" if until == "sent" else until)
        if at > 1:
            brought = {step: given[step] for step in pages[: at - 1]}
            self.post(pages[at - 1], given[pages[at - 1]] | {"carried": json.dumps(brought)})


@pytest.fixture(autouse=True)
def open_form(home):
    OfficeFactory()
    return WebForm.objects.create(pk=1, is_on=True, privacy_url="https://www.amira-selwood.example/privacy")


@pytest.fixture(autouse=True)
def _people_take_their_time(monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 0)
