"""The formatted view holds nothing that acts or loads."""

import re
import time

import pytest

from opencasework.office.inbox.reading.html import cleaned, formatted

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>x</script></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa\tScript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='/cases/5/closure/'>x</a>",
    "<a href='//evil.example/'>x</a>",
    "<form action=/cases/5/closure/><button>x</button></form>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=https://evil.example></object><embed src=https://evil.example>",
    "<link rel=stylesheet href=https://evil.example><base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<style>@import 'https://evil.example'</style><p style='background:url(https://evil.example)'>x</p>",
    "<table background=https://evil.example><td background=https://evil.example>x</table>",
    "<video src=https://evil.example poster=https://evil.example></video><audio src=https://evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<p id=window class=banner name=x>x</p>",
    "<input autofocus onfocus=alert(1)><select onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<div><xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
]
ACTS = re.compile(
    r"<[^>]*\s(on\w+|src|style|class|id|name|background|action|poster)\s*=|<(script|img|svg|form)", re.I
)


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_in_the_formatted_view_acts_or_loads(html):
    shown = formatted(f"<p>before</p>{html}")["html"]

    assert shown.startswith("<p>before</p>")
    assert not ACTS.search(shown)
    assert not re.search(r'href="(?!https?://|mailto:|tel:)', shown)


def test_ordinary_formatting_stays():
    html = '<p>See <a href="https://council.example/">this</a>, <b>soon</b>.</p><ul><li>one</li></ul>'

    assert formatted(html)["html"] == html.replace('/">', '/" rel="noopener noreferrer nofollow">')


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
        ("https://[a]@evil.example/", "//[a]@evil.example/"),
        ("https://℀@evil.example/", "//℀@evil.example/"),
    ],
)
def test_where_a_link_leads_is_said(href, host):
    [link] = formatted(f'<a href="{href}">your <b>bank</b></a>')["links"]

    assert link == {"words": "your bank", "host": host, "url": href}
