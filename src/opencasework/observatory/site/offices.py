"""The pages of offices: who publishes what, since when, how protected, under which licence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from opencasework.observatory.collect import Collected
from opencasework.observatory.collect.store import name_of as folder_of
from opencasework.observatory.months import month_after
from opencasework.observatory.places import constituencies
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import name_of, title_of
from opencasework.observatory.site.page import Page
from opencasework.observatory.site.parts import Parts
from opencasework.observatory.site.shares import Share, in_shares, listed
from opencasework.standard import codelists
from opencasework.standard.descriptor import LICENCES

BOTH = ("offices", "left out")  # the two lists on the page of data quality


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


def in_order(publications: Sequence[Collected]) -> list[Collected]:
    """By area, the offices of one area by the name of their publication."""
    return sorted(publications, key=lambda each: (each.office.area_name, each.name))


def lists_of_offices(parts: Parts) -> list[Page]:
    """The offices, and what became of every publication: each a page, or several where it is long."""
    collection = parts.whole.collection
    offices = in_shares(in_order(collection.publications))
    wrong = in_shares(collection.left_out)
    all_offices = listed(offices, "offices/all/", lambda each: each.office.area_name)
    checked = listed(offices, "data/quality/offices/", lambda each: each.office.area_name)
    refused = listed(wrong, "data/quality/left-out/", lambda each: each.name)
    first = partial(parts.listed, () if checked else offices[0], () if refused else wrong[0])
    quality = _("Data quality")

    def pages(
        of: str, title: str, shares: Sequence[Share], read: Sequence[Callable[[], Figures]], *given: object
    ) -> list[Page]:
        if not shares:
            return []
        make = _offices if of == "offices" else _quality
        called = _("{title}, {first} to {last}")
        return [
            Page(
                share.path,
                f"{of}.html",
                "data",
                called.format(title=title, first=share.first, last=share.last),
                part,
                make,
                given,
            )
            for share, part in zip(shares, read, strict=True)
        ]

    of_offices = [partial(parts.listed, rows) for rows in offices]
    of_wrong = [partial(parts.listed, (), rows) for rows in wrong]
    return [
        Page("offices/", "offices.html", "data", _("Offices"), first, _offices, (all_offices,)),
        Page("data/quality/", "quality.html", "data", quality, first, _quality, (BOTH, checked, refused)),
        *pages("offices", _("Offices"), all_offices, of_offices),
        *pages("quality", quality, checked, of_offices, BOTH[:1]),
        *pages("quality", quality, refused, of_wrong, BOTH[1:]),
    ]


def _offices(figures: Figures, shares: Sequence[Share] = ()) -> Mapping[str, object]:
    """The offices in this part of the figures, in order of area, or the pages on which they are."""
    offices = [page_of_office(figures, each) for each in figures.collection.publications]
    return {"offices": offices, "shares": shares}


def _quality(
    figures: Figures, shows: Sequence[str], checked: Sequence[Share] = (), refused: Sequence[Share] = ()
) -> Mapping[str, object]:
    """What is in the figures, what was left out and why; or the pages on which they are."""
    return {
        "shows": shows,
        "offices": figures.collection.publications,
        "checked": checked,
        "left_out": figures.collection.left_out,
        "refused": refused,
        "office_path": office_path,
        "methods": {code: title_of(method) for code, method in codelists.load("method").items()},
    }


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
