"""The pages of offices: who publishes what, since when, how protected, under which licence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from opencasework.observatory.collect import Collected
from opencasework.observatory.collect.store import name_of as folder_of
from opencasework.observatory.months import month_after
from opencasework.observatory.places import constituencies
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.language import name_of, title_of
from opencasework.standard import codelists
from opencasework.standard.descriptor import LICENCES


def office_path(publication: Collected) -> str:
    """The folder of an office's page, from the post it is the office of."""
    return f"offices/{folder_of(publication.office.post)}/"


def addresses_of(folders: Sequence[Path]) -> dict[str, str]:
    """Where each publication of a collection came from, by its name there.

    Empty for folders that nobody collects into: of publications that were copied there is no telling.
    """
    found: dict[str, str] = {}
    for folder in folders:
        try:
            listed = json.loads((folder / "registry.json").read_text("utf-8"))["publications"]
            for each in listed:
                if str(each["url"]).startswith(("https://", "http://")):
                    found[f"publications/{folder_of(each['id'])}"] = str(each["url"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def list_of_offices(figures: Figures) -> Mapping[str, object]:
    """All offices, in alphabetical order of area."""
    publications = sorted(
        figures.collection.publications,
        key=lambda publication: (publication.office.area_name, publication.name),
    )
    return {"offices": [page_of_office(figures, publication) for publication in publications]}


def page_of_office(figures: Figures, publication: Collected) -> Mapping[str, object]:
    """Everything said about one office."""
    months = figures.office_months.get(publication.name, [])
    place = constituencies().get(publication.office.area_code)
    method = codelists.load("method").get(publication.method)
    licence = LICENCES.get(publication.licence)
    return {
        "publication": publication,
        "path": office_path(publication),
        "area": name_of(place) if place else publication.office.area_name,
        "kind": title_of(codelists.load("office_kind")[publication.office.kind]),
        "months": months,
        "missing": _missing(months, figures),
        "method": title_of(method) if method else publication.method,
        "method_description": method.description if method else "",
        "licence": licence[0] if licence else publication.licence,
        "licence_address": licence[1] if licence else "",
        "address": figures.addresses.get(publication.name, ""),
    }


def _missing(months: Sequence[str], figures: Figures) -> list[str]:
    """The months between the office's first and the newest on the site that it did not publish."""
    newest = figures.month.months[-1]
    missing = []
    month = months[0] if months else newest
    while months and month <= newest:
        if month not in months:
            missing.append(month)
        month = month_after(month)
    return missing
