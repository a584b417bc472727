"""The formatted view holds nothing that acts or loads."""

import re
import time
from html.parser import HTMLParser

import pytest

from opencasework.office.inbox.reading.html import TAGS, cleaned, formatted

from . import payloads

ATTRIBUTES = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "img": {"alt", "src"},
}
HARMLESS = {"title", "lang"}  # on any tag
OUR_PICTURE = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/]+={0,2}")


class Looking(HTMLParser):
    """What a browser would find in it that we did not put there."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in {*TAGS, "img"}:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in HARMLESS | ATTRIBUTES.get(tag, set()) or (
                name == "src" and not OUR_PICTURE.fullmatch(value)
            ):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_comment(self, data):
        self.found.append(f"<!--{data}-->")

    handle_decl = unknown_decl = handle_pi = handle_comment


def acting_in(html):
    looking = Looking()
    looking.feed(html)
    looking.close()
    return looking.found


def test_nothing_in_the_formatted_view_acts_or_loads():
    shown = {formatted(html)["html"] for html in payloads.every()}

    assert len(shown) > 100
    assert [found for html in shown if (found := acting_in(html))] == []


def test_nothing_acts_in_many_payloads_at_once_or_in_a_mail_cut_off_anywhere():
    mixed = list(payloads.combined(in_one=120))
    torn = [body[: len(body) * (number % 7 + 1) // 8] for number, body in enumerate(mixed)]

    views = [formatted(body) for body in mixed + torn]

    assert sum(view is not None for view in views) > len(views) * 0.9
    assert [found for view in views if view and (found := acting_in(view["html"]))] == []


def test_what_looks_for_it_would_find_it():
    assert [each for each in payloads.bare()[:100] if not acting_in(each)] == []


def test_ordinary_formatting_stays():
    html = "<p>See <b>soon</b>.</p><ul><li>one</li></ul><blockquote>was</blockquote>"

    assert formatted(html)["html"] == html


def test_a_link_cannot_be_clicked_and_shows_its_host():
    html = '<a href="https://evil.example/x?a=1&amp;b=2">https://bank.example</a>'
    html += ' <a href="http://a.example">a.example</a>'

    shown = formatted(html)["html"]

    assert shown == (
        '<u title="https://evil.example/x?a=1&amp;b=2">https://bank.example</u> <small>[evil.example]</small>'
        ' <u title="http://a.example">a.example</u>'
    )


def test_a_picture_that_came_along_is_shown_as_we_drew_it():
    html = '<p><img src="cid:logo%40x" alt="Logo" width=1 onerror=x><img src=cid:gone alt="Map"></p>'

    view = formatted(html, draw=lambda wanted: {each: b"RIFF" for each in wanted if each == "logo@x"})

    assert view["html"] == '<p><img alt="Logo" src="data:image/webp;base64,UklGRg==">[Map]</p>'
    assert view["unshown"] == 1


def test_nothing_but_a_picture_may_point_to_what_came_along():
    assert formatted('<a href="cid:x">a</a><ol start="cid:x"></ol>')["links"] == []


@pytest.mark.parametrize(
    "html",
    ["<div>" * 80_000, "x" * 1_000_001, "<p " + "a=1 " * 200_000 + ">", "<b>x</b>" * 60_000],
    ids=["deep", "large", "attributes", "tags"],
)
def test_html_that_would_cost_too_much_has_no_formatted_view(html):
    started = time.monotonic()

    assert formatted(html) is None
    assert time.monotonic() - started < 1


def test_html_that_grows_when_cleaned_has_no_formatted_view():
    grows = "<p>" + "".join(f"<b x{number}>" for number in range(100)) + "</p>" + "<p>x</p>" * 1_500

    assert len(cleaned(grows)) > 1_000_000
    assert formatted(grows) is None


def test_pictures_from_elsewhere_are_listed():
    shown = formatted("<IMG width=1 SRC='https://track.example/1.gif'><img src='cid:x'>")

    assert shown["pictures"] == ["https://track.example/1.gif"]


def test_looking_for_pictures_takes_no_longer_for_what_only_begins_as_one():
    started = time.monotonic()

    assert formatted('<p title="' + "<img " * 40_000 + '">')["pictures"] == []
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://bank.example@evil.example/pay", "evil.example"),
        ("mailto:nia@post.example", "nia@post.example"),
        ("https://[a]@evil.example/", "evil.example"),
        ("https://℀@evil.example/", "evil.example"),
        ("https:///evil.example/bank.example", "evil.example"),
        ("https://evil.example\\@bank.example/", "evil.example"),
        ("https://bank.example:8443/", "bank.example:8443"),
        ("https://www%2Eevil.example/", "www.evil.example"),
        ("https://bаnk.example/", "xn--bnk-6cd.example"),
        ("https://EVIL.example?bank.example", "evil.example"),
        ("tel:01632960417", "01632960417"),
    ],
)
def test_where_a_link_leads_is_said(href, host):
    [link] = formatted(f'<a href="{href}">your <b>bank</b></a>')["links"]

    assert link == {"words": "your bank", "host": host, "url": href}
