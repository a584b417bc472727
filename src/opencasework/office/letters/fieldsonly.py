"""Wording that is words and {{ fields }}, and nothing else.

It needs no Django: the child that fills in Word files uses it too.
Neither the wording nor a fact can run anything: what is more than a field or a condition is refused unread,
whoever puts it in. The sandbox behind it is a second wall.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_FIELDS = 500  # in one wording; a letter has some twenty
LONGEST_FILLED = 400_000  # characters
COMPILED_KEPT = 64  # wordings

# All that a letter needs. No call, attribute, filter, sum or loop.
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip
_ITS_OWN = {
    "self",
    "loop",
    "super",
    "caller",
    "varargs",
    "kwargs",
}  # names the engine gives things of its own
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Control characters, halves of a character, and those of private use: outside one program they mean nothing.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")


class TemplateProblem(Exception):
    """The office's wording cannot be used; the message says where and why."""


class Missing(Undefined):
    """A fact that is not on the case: it prints as a gap that nobody can overlook."""

    __slots__ = ()

    def __str__(self) -> str:
        return gap(self._undefined_name or "something")

    def __html__(self) -> str:
        return str(self)


def gap(field: str) -> str:
    """What stands in the letter for a missing fact, e.g. [date of birth missing]."""
    return f"[{field.replace('_', ' ')} missing]"


class FieldsOnly(ImmutableSandboxedEnvironment):
    """The one environment for wording: every source is looked through before it becomes a template."""

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(
            undefined=Missing,
            autoescape=autoescape,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for table in (self.globals, self.filters, self.tests):
            table.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if "{#" in source:
            line = source.count("\n", 0, source.index("{#")) + 1
            raise TemplateProblem(
                f"Line {line} of this template has {{#, which would hide words. Take it out."
            )
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED) or getattr(node, "name", "") in _ITS_OWN:
                raise TemplateProblem(
                    f"Line {node.lineno} of this template is more than words and {{{{ fields }}}}. "
                    "Take out everything else between the braces."
                )
        used = sum(isinstance(node, nodes.Name) for node in tree.find_all(nodes.Name))
        if used > MOST_FIELDS:
            raise TemplateProblem(
                f"This template has {used:,} fields; {MOST_FIELDS} are allowed. Shorten it."
            )
        return tree


_ENVIRONMENTS = {escaping: FieldsOnly(autoescape=escaping) for escaping in (False, True)}


def parsed(text: str) -> nodes.Template:
    """The wording as a tree, once it has been looked through. Raises TemplateProblem."""
    tree: nodes.Template = read_with(_ENVIRONMENTS[False].parse, text)
    return tree


def names_in(text: str) -> list[str]:
    """The fields a wording uses, each once, in order. Raises TemplateProblem."""
    return list(dict.fromkeys(node.name for node in parsed(text).find_all(nodes.Name)))


def render(text: str, facts: Mapping[str, str], *, escaping: bool = False) -> str:
    """The wording with its fields filled in. Raises TemplateProblem.

    A fact is put in once and never read as wording itself. `escaping` is for wording that is HTML.
    """
    used, template = _compiled(text, escaping)
    known = known_of({name: facts[name] for name in used if name in facts})
    if len(text) + sum(len(known.get(name, "")) for name in used) > LONGEST_FILLED:
        raise TemplateProblem(f"Filled in, this is longer than {LONGEST_FILLED:,} characters. Shorten it.")
    return str(template.render(known))


@lru_cache(maxsize=COMPILED_KEPT)
def _compiled(text: str, escaping: bool) -> tuple[tuple[str, ...], Template]:  # noqa: FBT001
    """The fields of a wording and what fills it in; kept, for the chasers of a day have few wordings."""
    used = tuple(node.name for node in parsed(text).find_all(nodes.Name))
    return used, read_with(_ENVIRONMENTS[escaping].from_string, text)


def known_of(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts that say something, without characters that stand for nothing; HTML of ours as it is."""
    kept = {name: value if hasattr(value, "__html__") else printable(value) for name, value in facts.items()}
    return {name: value for name, value in kept.items() if value.strip()}


def printable(value: str) -> str:
    """A fact without the characters that stand for nothing; line breaks and tabs stay."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", value))


def read_with(read: Any, text: str) -> Any:
    """What `read` makes of a wording, its errors turned into a sentence for the office."""
    try:
        return read(text)
    except TemplateSyntaxError as error:
        raise TemplateProblem(
            f"Line {error.lineno} of this template cannot be read: {error.message}. Check its braces."
        ) from error
    except (RecursionError, SyntaxError, MemoryError) as error:  # Python itself allows a hundred levels
        raise TemplateProblem(
            "This template has too many conditions inside one another. Take some of them out."
        ) from error
