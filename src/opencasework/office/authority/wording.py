"""What a person signs, in their language: the same words on the printed form, on the phone and in the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from opencasework.office.authority.models import Ask
from opencasework.office.places.models import Office


@dataclass(frozen=True)
class Part:
    """One part of the statement: its heading, and its words."""

    heading: str
    text: str


def long_date(day: date) -> str:
    """A date in the language in force."""
    return formats.date_format(day, "j F Y")


def parts(
    ask: Ask, office: Office, *, bodies: Sequence[str], any_body: bool = False, added: str = ""
) -> list[Part]:
    """The statement in three parts, in the language in force, with what the person added."""
    problem = ask.problem if not added else f"{ask.problem}\n\n{added}"
    return [
        Part(_("What the problem is"), problem),
        Part(_("What I want done"), ask.wanted),
        Part(_("Who may speak to whom"), _authority(ask, office, bodies, any_body=any_body)),
    ]


def _authority(ask: Ask, office: Office, bodies: Iterable[str], *, any_body: bool) -> str:
    named = "\n".join(f"• {body}" for body in bodies)
    words = {"member": office.title, "signer": str(ask.person), "person": str(ask.subject)}
    if ask.about and any_body and not named:
        first = _(
            "I, %(signer)s, agree that %(member)s and their office ask any organisation that can help about "
            "%(person)s, for whom I speak."
        )
    elif ask.about:
        first = _(
            "I, %(signer)s, agree that %(member)s and their office ask these organisations about %(person)s, "
            "for whom I speak:"
        )
    elif any_body and not named:
        first = _(
            "I, %(person)s, agree that %(member)s and their office ask any organisation that can help about "
            "me."
        )
    else:
        first = _("I, %(person)s, agree that %(member)s and their office ask these organisations about me:")
    lines = [first % words]
    if named:
        lines.append(named)
    if named and any_body:
        lines.append(_("and any other organisation that can help."))
    lines.append(_("They may tell them what is needed to help me, and those organisations may answer them."))
    lines.append(
        _("This holds until %(day)s, or until I withdraw it.") % {"day": long_date(ask.expires_on)}
        if ask.expires_on
        else _("This holds until I withdraw it. I may do so at any time.")
    )
    return "\n".join(lines)


def as_text(statement: Sequence[Part]) -> str:
    """The statement as one text, as it is hashed and kept."""
    return "\n\n".join(f"{part.heading}\n{part.text}" for part in statement)
