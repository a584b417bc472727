"""What was answered, as a caseworker reads it: a plain text, and a subject."""

from __future__ import annotations

from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext

from opencasework.office.constituents.models import Person
from opencasework.office.inbox.particulars import WebDetails
from opencasework.office.inbox.webform import forms, steps
from opencasework.office.inbox.webform.answers import Answers, one_line
from opencasework.office.kit import references
from opencasework.office.places.models import Office

SUBJECT_CHARACTERS = 80
STAFF_LANGUAGE = "en-gb"
NOT_TO_BE_CONTACTED = "Do not contact them; wait until they get in touch again"
LONGEST_PARTICULAR = 300  # that a person's fields hold; all of it stands in the text
CHANNELS = {"email": Person.Channel.EMAIL, "phone": Person.Channel.PHONE, "post": Person.Channel.LETTER}


def recognised(line: str) -> str:
    """What kind of reference number stands in a line, in the language of the page; "" if not known."""
    names = {
        "NINO": gettext("National Insurance number"),
        "HOREF": gettext("Home Office reference"),
        "GWF": gettext("visa application number"),
        "UAN": gettext("Home Office application number"),
    }
    return ", ".join(names[code] for code, _value in references.found_in(line) if code in names)


def reference_lines(numbers: str) -> list[tuple[str, str]]:
    """Each line that was written, with what is recognised in it."""
    return [(line.strip(), recognised(line)) for line in numbers.splitlines() if line.strip()]


def chosen(form: type[forms.Question], field: str, value: str) -> str:
    """The words of a choice."""
    return str(dict(form.base_fields[field].choices).get(value, value))  # type: ignore[attr-defined]


def subject(happened: str) -> str:
    """The first words of what happened, cut between two words."""
    first = next((line for line in happened.splitlines() if line.strip()), "")
    line = one_line(first, 400)
    sentence = line.split(". ")[0]
    line = sentence if 15 <= len(sentence) <= SUBJECT_CHARACTERS else line
    if len(line) <= SUBJECT_CHARACTERS:
        return line.rstrip(".")
    return f"{line[:SUBJECT_CHARACTERS].rpartition(' ')[0] or line[:SUBJECT_CHARACTERS]} …"


def as_text(answers: Answers, office: Office, *, receipt: str, files: int, language: str) -> str:
    """Everything that was answered, for the inbox: answers as written, the rest in the office's language."""
    with translation.override(STAFF_LANGUAGE):
        said = steps.cleaned(answers, office)
        parts = [_top(said, office, receipt, language), said["happened"]]
        parts += [
            f"{heading}\n{body}"
            for heading, body in (
                ("What they would like us to do", said.get("wanted", "")),
                ("Whom it is about", _about(said)),
                ("Reference numbers", _numbers(said.get("numbers", ""))),
                ("How to reach them", _contact(said)),
                ("Authority to act", _authority(said)),
            )
            if body
        ]
        if files:
            parts.append(f"Files sent with it: {files}")
    return "\n\n".join(parts)


def details(said: dict[str, Any]) -> WebDetails:
    """What a case opened from it is filled in with, besides its text."""
    needs = ["Another language, or an interpreter"] if said.get("language") == "other" else []
    needs += [said["needs"]] if said.get("needs") else []
    wait = [NOT_TO_BE_CONTACTED] if said.get("safe") == "no" else []
    wait += [said["careful"]] if said.get("careful") else []
    found = {
        "safe_contact": ". ".join(wait)[:LONGEST_PARTICULAR],
        "preferred_channel": str(CHANNELS.get(said.get("way", ""), "")),
        "language": said["language"] if said.get("language") in {"en", "cy"} else "",
        "access_needs": ". ".join(needs)[:LONGEST_PARTICULAR],
        "authority": bool(said.get("authority")),
    }
    return cast(WebDetails, {name: value for name, value in found.items() if value})


def _lines(*facts: tuple[str, str]) -> str:
    return "\n".join(f"{name}: {value}" if name else value for name, value in facts if value)


def _top(said: dict[str, Any], office: Office, receipt: str, language: str) -> str:
    postcode = said.get("postcode", "")
    covered = office.covers(postcode) if postcode else None
    where = {True: f"in {office.area_name}", False: f"not in {office.area_name}", None: "area not known"}[
        covered
    ]
    reason = said.get("reason", "")
    return _lines(
        ("Web form", f"receipt {receipt}, written in {'Welsh' if language == 'cy' else 'English'}"),
        ("Postcode", f"{postcode}, {where}" if postcode else "not given"),
        ("Why they write to us", chosen(forms.AreaForm, "reason", reason) if reason else ""),
        ("About that", said.get("more", "") if reason else ""),
        ("A date it must happen by", said.get("urgent", "")),
        ("Take care before you contact them", _care(said)),
    )


def _care(said: dict[str, Any]) -> str:
    """What stands at the top, because a wrong call can do harm."""
    if said.get("safe") not in {"careful", "no"} and not said.get("careful"):
        return ""
    safe = chosen(forms.ReachForm, "safe", said["safe"]) if said.get("safe") else ""
    return ". ".join(part for part in (safe, said.get("careful", "")) if part)


def _about(said: dict[str, Any]) -> str:
    if said.get("about") != "somebody":
        return "" if not said.get("about") else "Whoever writes, or their household"
    knows = said.get("knows", "")
    return _lines(
        ("", "Somebody else"),
        ("Their name", said.get("their_name", "") or "not given"),
        ("How they know them", said.get("relation", "")),
        ("Reach them at", said.get("their_contact", "")),
        ("Do they know of this", chosen(forms.ThemForm, "knows", knows) if knows else "not said"),
    )


def _numbers(numbers: str) -> str:
    return "\n".join(f"{line} ({kind})" if kind else line for line, kind in reference_lines(numbers))


def _contact(said: dict[str, Any]) -> str:
    def words(field: str) -> str:
        return chosen(forms.ReachForm, field, said[field]) if said.get(field) else ""

    return _lines(
        ("Name", said.get("name", "") or "not given"),
        ("Email", said.get("email", "")),
        ("Telephone", said.get("phone", "")),
        ("Address", said.get("address", "").replace("\n", ", ")),
        ("Answer", words("way")),
        ("Language", words("language")),
        ("To make it easier", said.get("needs", "")),
        ("Safe to contact this way", words("safe") or "not said"),
    )


def _authority(said: dict[str, Any]) -> str:
    if said.get("authority"):
        return (
            "Ticked: they ask us to act, to share this with the organisations concerned, and to be answered."
        )
    return "Not ticked. Ask before you write to anybody about this."
