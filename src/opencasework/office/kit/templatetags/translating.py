"""Django's tags of `i18n`, of which `translate` and `blocktranslate` ask for each sentence once.

Sentences of a template never change while a process runs, and to look one up takes Django longer than to
write the row of a list it stands in; a page has a hundred. The settings put this under the name `i18n`.
"""

from __future__ import annotations

from typing import Any

from django.template.base import FilterExpression, Node, Parser, Token, render_value_in_context
from django.template.context import Context
from django.templatetags import i18n
from django.utils import translation

register = i18n.register.__class__()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class Sentence(Node):
    """`{% translate "…" %}` of words that stand in the template."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}  # by language

    def render(self, context: Context) -> str:
        language = translation.get_language()
        if (said := self.said.get(language)) is None:
            self.said[language] = said = self.node.render(context)
        return said


class SentenceWithNames(Node):
    """`{% blocktranslate with … %}` without a count: its words are looked up once, its names each time."""

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        self.extra: dict[str, FilterExpression] = node.extra_context
        self.words, self.names = node.render_token_list(node.singular)
        self.said: dict[str | None, str] = {}  # by language

    def render(self, context: Context) -> str:
        language = translation.get_language()
        if (said := self.said.get(language)) is None:
            self.said[language] = said = self._in_this_language()
        extra = {name: value.resolve(context) for name, value in self.extra.items()}
        with context.update(extra):
            values = {name: render_value_in_context(context.get(name, ""), context) for name in self.names}
        return said % values

    def _in_this_language(self) -> str:
        said = translation.gettext(self.words)
        try:
            said % dict.fromkeys(self.names, "")
        except (
            KeyError,
            ValueError,
        ):  # as Django does: a translation that names what is not there is not used
            return self.words
        return said


def translate(parser: Parser, token: Token) -> Node:
    """As Django's; one that is given to a variable, or of a variable, is Django's."""
    node: Any = i18n.do_translate(parser, token)
    is_plain = _is_plain(node) and not node.filter_expression.filters
    of_words = is_plain and node.filter_expression.var.lookups is None
    return Sentence(node) if of_words else node


def blocktranslate(parser: Parser, token: Token) -> Node:
    """As Django's; one that counts, or is given to a variable, is Django's."""
    node: Any = i18n.do_block_translate(parser, token)
    return SentenceWithNames(node) if _is_plain(node) and not node.plural else node


def _is_plain(node: Any) -> bool:
    return not (node.asvar or node.message_context)


for name in ("translate", "trans"):
    register.tag(name, translate)
for name in ("blocktranslate", "blocktrans"):
    register.tag(name, blocktranslate)
