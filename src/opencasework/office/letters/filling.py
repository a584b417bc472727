"""Filling {{ fields }} into an office's wording. Neither the wording nor a fact can run anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jinja2 import TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

GAP = re.compile(r"\[[^\[\]\n]{1,60} missing\]")

# All that a letter needs. No call, attribute, filter, sum or loop: what is not here is refused unread.
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip


class TemplateProblem(Exception):
    """The office's wording cannot be used; the message says where and why."""


class Missing(Undefined):
    """A fact that is not on the case: it prints as a gap that nobody can overlook."""

    __slots__ = ()

    def __str__(self) -> str:
        return gap(self._undefined_name or "something")


def gap(field: str) -> str:
    """What stands in the letter for a missing fact, e.g. [date of birth missing]."""
    return f"[{field.replace('_', ' ')} missing]"


def gaps(text: str) -> list[str]:
    """The gaps still in a text, each once, in order."""
    return list(dict.fromkeys(GAP.findall(text)))


_environment = ImmutableSandboxedEnvironment(
    undefined=Missing, autoescape=False, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
)


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The wording with its fields filled in. An empty fact is a missing one: it becomes a gap.

    Letters are plain text, so nothing is escaped here; pages escape what they show. A fact is put in once
    and never read as wording itself. Raises TemplateProblem for wording that is more than text and fields.
    """
    try:
        tree = _environment.parse(text)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise TemplateProblem(
                    f"Line {node.lineno} of this template is more than words and {{{{ fields }}}}. "
                    "Take out everything else between the braces."
                )
        template = _environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise TemplateProblem(
            f"Line {error.lineno} of this template cannot be read: {error.message}. Check its braces."
        ) from error
    except (RecursionError, SyntaxError) as error:  # Python itself allows a hundred levels
        raise TemplateProblem(
            "This template has too many conditions inside one another. Take some of them out."
        ) from error
    known = {name: value for name, value in facts.items() if value}
    filled = template.render(known)
    # A line that held nothing but an optional fact closes up.
    return re.sub(r"\n{3,}", "\n\n\n", filled).strip()
