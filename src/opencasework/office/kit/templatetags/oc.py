"""What our templates need beyond Django's own tags: icons, initials, and the Undo of a message."""

from __future__ import annotations

import functools

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_cotton.templatetags import Attrs

register = template.Library()

PILL_ICONS = {
    "late": "clock-alert",
    "due": "bell",
    "waiting": "hourglass",
    "answered": "check",
    "sensitive": "lock",
}
TAG_ICONS = {"urgency": "flag", "sensitivity": "lock", "transferability": "arrow-right-left"}
# By the level in domain/tags.csv: keep, signpost, refer, other representative, shared, handover.
TRANSFERABILITY_ICONS = ("hand", "signpost", "forward", "landmark", "users-round", "arrow-right-left")
NO_ICON = "none"
UNDO = "undo:"  # a message with the extra tag "undo:/some/url/" gets an Undo button that posts there


@register.simple_tag
@functools.lru_cache(maxsize=2048)  # a page draws dozens, always of the same few
def icon(name: str, size: str = "18") -> SafeString:
    """Draw the Lucide icon `name` (see frontend/icons.txt) at 16, 18, 20 or 24 px, in the text's colour.

    It says nothing to a screen reader: the words beside it do, or the label of the button around it.
    """
    size_class = "" if size == "18" else f" icon-{size}"
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size_class,
        static("oc/dist/icons.svg"),
        name,
    )


@register.simple_tag
def pill(state: str, text: str, icon_name: str = "") -> SafeString:
    """Draw a state: late, due, waiting, answered, draft or sensitive, as a round label with its icon.

    Another icon by `icon_name`, or none by "none". As fast as text, for lists; `<c-pill>` is the same.
    """
    name = icon_name or PILL_ICONS.get(state, NO_ICON)
    return format_html(
        '<span class="pill s-{}">{}<span>{}</span></span>', state, "" if name == NO_ICON else icon(name), text
    )


def tag_icon(kind: str, level: int | str = "") -> str:
    """The icon of a tag, or nothing: an issue has none, transferability one for each of its levels 0 to 5."""
    if kind == "transferability" and str(level).isdecimal() and int(level) < len(TRANSFERABILITY_ICONS):
        return TRANSFERABILITY_ICONS[int(level)]
    return TAG_ICONS.get(kind, "")


@register.simple_tag
def tag(kind: str, text: str, level: int | str = "") -> SafeString:
    """Draw a fact: issue, urgency, sensitivity or transferability. As fast as text, for lists."""
    name = tag_icon(kind, level)
    drawing = icon(name) if name else ""
    return format_html('<span class="tag tag-{}">{}<span>{}</span></span>', kind, drawing, text)


@register.simple_tag
def icon_of_tag(kind: str, level: int | str = "") -> SafeString | str:
    """Draw the icon a tag of this kind and level has; nothing for an issue."""
    name = tag_icon(kind, level)
    return icon(name) if name else ""


@register.filter
def html_attributes(attrs: Attrs) -> SafeString:
    """The attributes a component does not know, passed on to its element, every value escaped.

    Cotton's own `{{ attrs }}` does not escape a `:name="value"`, so a name typed by a stranger could
    close the attribute. True writes the bare name; False and None write nothing.
    """
    return format_html_join(
        " ",
        "{}{}",
        (
            (name, "" if value is True else format_html('="{}"', value))
            for name, value in attrs.attrs_dict().items()
            if value is not False and value is not None
        ),
    )


@register.filter
def initials(name: object) -> str:
    """Two letters for a person: first and last name; one for a single name; nothing for nobody."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in ends)


@register.filter
def words(text: object) -> list[str]:
    """The words of a text: `G I` is two key caps."""
    return str(text or "").split()


@register.filter
def undo_url(message: Message) -> str:
    """Where a message's Undo posts to, or nothing.

    `messages.success(request, "Filed away", extra_tags=f"undo:{url}")` puts it there.
    """
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")
