"""Loads the wording an office starts with. Safe to repeat; an office's own wording stays."""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from django.utils import timezone

from opencasework.office.constituents.languages import ENGLISH
from opencasework.office.letters.stationery import LetterTemplate, Snippet, Wording

FILES = ("to_bodies.toml", "to_people.toml", "of_the_office.toml")
OTHER_LANGUAGES = ("cymraeg.toml",)


def _folder() -> Traversable:
    return resources.files("opencasework.office.letters").joinpath("data", "letters")


def shipped() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The templates we bring, and their wordings: code, language, subject and text each."""
    templates, wordings = [], []
    for name in FILES:
        for row in tomllib.loads(_folder().joinpath(name).read_text("utf-8"))["template"]:
            words = {"subject": row.pop("subject"), "text": row.pop("text").strip() + "\n"}
            templates.append(row)
            wordings.append({"code": row["code"], "language": ENGLISH, **words})
    for name in OTHER_LANGUAGES:
        for row in tomllib.loads(_folder().joinpath(name).read_text("utf-8"))["wording"]:
            wordings.append({**row, "text": row["text"].strip() + "\n"})
    return templates, wordings


def load_templates(**_signal: Any) -> None:
    """Put every letter and paragraph we bring, and the office has not, into the database.

    A wording nobody here has changed gives way to our newer one, as a new version; any other is left alone.
    """
    templates, wordings = shipped()
    LetterTemplate.objects.bulk_create(
        [LetterTemplate(**row) for row in templates],
        ignore_conflicts=True,  # the code is there: the office may call it something else
    )
    by_code = {template.code: template for template in LetterTemplate.objects.all()}
    latest: dict[tuple[int, str], Wording] = {}
    for wording in Wording.objects.order_by("number"):
        latest[wording.template_id, wording.language] = wording
    Wording.objects.bulk_create(_carried_over(by_code, latest))
    Wording.objects.bulk_create(_new_ones(by_code, latest, wordings))
    Snippet.objects.bulk_create(_snippets(), ignore_conflicts=True)


def _carried_over(
    by_code: dict[str, LetterTemplate], latest: dict[tuple[int, str], Wording]
) -> list[Wording]:
    """The words from before there were versions. Adds them to `latest`."""
    earlier = {line.split()[0] for line in _folder().joinpath("earlier.txt").read_text("utf-8").splitlines()}
    carried = []
    for template in by_code.values():
        if template.text and (template.pk, ENGLISH) not in latest:
            wording = Wording(template=template, subject=template.subject, text=template.text)
            wording.is_ours = wording.fingerprint in earlier
            latest[template.pk, ENGLISH] = wording
            carried.append(wording)
    return carried


def _new_ones(
    by_code: dict[str, LetterTemplate],
    latest: dict[tuple[int, str], Wording],
    wordings: list[dict[str, Any]],
) -> list[Wording]:
    now, made = timezone.now(), []
    for row in wordings:
        template = by_code[row["code"]]
        standing = latest.get((template.pk, row["language"]))
        wording = Wording(
            template=template,
            language=row["language"],
            number=standing.number + 1 if standing else 1,
            subject=row["subject"],
            text=row["text"],
            is_ours=True,
            made_at=now,
        )
        if standing is None or (standing.is_ours and standing.fingerprint != wording.fingerprint):
            made.append(wording)
    return made


def _snippets() -> list[Snippet]:
    rows = tomllib.loads(_folder().joinpath("snippets.toml").read_text("utf-8"))["snippet"]
    return [Snippet(**{**row, "text": row["text"].strip()}) for row in rows]
