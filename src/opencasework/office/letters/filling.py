"""Filling {{ fields }} into an office's wording. Neither the wording nor a fact can run anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from opencasework.office.letters import fieldsonly
from opencasework.office.letters.fieldsonly import TemplateProblem as TemplateProblem
from opencasework.office.letters.fieldsonly import gap as gap

GAP = re.compile(r"\[[^\[\]\n]{1,60} missing\]")


def gaps(text: str) -> list[str]:
    """The gaps still in a text, each once, in order."""
    return list(dict.fromkeys(GAP.findall(text)))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The wording with its fields filled in. An empty fact is a missing one: it becomes a gap.

    This is plain text, so nothing is escaped here; pages escape what they show. A fact is put in once
    and never read as wording itself. Raises TemplateProblem for wording that is more than text and fields.
    """
    filled = fieldsonly.render(text, facts)
    # A line that held nothing but an optional fact closes up.
    return re.sub(r"\n{3,}", "\n\n\n", filled).strip()


def fill_html(html: str, facts: Mapping[str, str]) -> str:
    """The same for formatted wording. Facts are escaped, each a span.field, their line breaks kept.

    What comes back still has to be cleaned (rich.clean), as everything does that becomes a letter's html.
    """
    known = {name: _span(value) for name, value in fieldsonly.known_of(facts).items()}
    return fieldsonly.render(html, known, escaping=True)


def _span(value: str) -> str:
    lines = Markup("<br>").join(escape(line) for line in value.split("\n"))
    return Markup('<span class="field">{}</span>').format(lines)
