"""The formatted view of a mail: a stranger's HTML, cleaned of everything that acts, loads or disguises.

The plain text is what people see first. This view is shown in a sandboxed frame with a policy of its own that
loads nothing, so a fault here alone does no harm.
"""

import re

import nh3

from . import characters, limits

TAGS = characters.words(
    "a abbr b blockquote br code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre q s small span strong"
    " sub sup table tbody td tfoot th thead tr u ul"
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
# Their content goes too: it is code, or text in which the next parser might find code.
GONE_WITH_CONTENT = characters.words(
    "script style title svg math noscript template iframe object xmp noembed noframes plaintext textarea"
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
MOST_ATTRIBUTES = 20_000
CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
    clean_content_tags=set(GONE_WITH_CONTENT),
)


def formatted(html: str) -> str | None:
    """The cleaned HTML, or None where it is too large or too deep to clean in reasonable time."""
    if len(html) > limits.HTML_CHARACTERS or html.count("=") > MOST_ATTRIBUTES * 5:
        return None
    return CLEANER.clean(html) if _is_shallow(html) else None


def _is_shallow(html: str) -> bool:
    """Whether tags are nested no deeper, and are no more, than the limits. Unclosed tags count as nested."""
    depth = 0
    for number, tag in enumerate(TAG.finditer(html)):
        if number > limits.HTML_TAGS:
            return False
        if tag[1]:
            depth = max(0, depth - 1)
        elif tag[2].lower() not in VOID:
            depth += 1
        if depth > limits.HTML_DEPTH:
            return False
    return True


def remote_pictures(html: str) -> list[str]:
    """The addresses of pictures the mail wanted loaded. They are listed for the reader, never fetched."""
    found = re.findall(
        r"<img\b[^>]{0,2000}?\bsrc\s*=\s*[\"']?(https?://[^\s\"'>]{1,500})",
        html[: limits.HTML_CHARACTERS],
        re.I,
    )
    return list(dict.fromkeys(found))[:100]
