"""What our templates need beyond Django's own tags: icons, initials, and the Undo of a message."""

from __future__ import annotations

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_cotton.templatetags import Attrs

register = template.Library()

UNDO = "undo:"  # a message with the extra tag "undo:/some/url/" gets an Undo button that posts there


@register.simple_tag
def icon(name: str, size: str = "18") -> SafeString:
    """Draw the Lucide icon `name` (listed in frontend/icons.txt) at 16, 18, 20 or 24 px, in the colour of the text.

    It says nothing to a screen reader: the words beside it do, or the label of the button around it.
    """
    size_class = "" if size == "18" else f" icon-{size}"
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size_class,
        static("oc/dist/icons.svg"),
        name,
    )


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
