"""The publication as search engines understand it: schema.org Dataset (schema.org/Dataset)."""

from __future__ import annotations

import json
from typing import Any

from opencasework.office.publishing.public.figures import Shown
from opencasework.standard.periods import first_month, last_month

FILES = (
    ("data/counts.csv", "text/csv"),
    ("figures.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("datapackage.json", "application/json"),
)


def markup(view: Shown) -> dict[str, Any]:
    """The publication as a schema.org Dataset. Addresses are relative to the page it stands in."""
    about = view.publication.descriptor
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": about["title"],
        "description": (
            f"{about['description']} Counts of casework by topic and public body, protected so that no "
            "person can be told from them."
        ),
        "identifier": about["id"],
        "license": about["licenses"][0]["path"],
        "conformsTo": about["conformsTo"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": view.publication.office.name},
        "dateModified": view.updated.date().isoformat(),
        "temporalCoverage": f"{first_month(view.periods[0])}/{last_month(view.latest)}",
        "spatialCoverage": {
            "@type": "Place",
            "name": view.publication.office.area_name,
            "identifier": view.publication.office.area_code,
        },
        "measurementTechnique": f"Small counts protected by {about['openCasework']['protection']['method']}",
        "distribution": [
            {"@type": "DataDownload", "contentUrl": path, "encodingFormat": kind} for path, kind in FILES
        ],
    }


def as_bytes(view: Shown) -> bytes:
    """The same as a file beside the page."""
    return (json.dumps(markup(view), indent=2, ensure_ascii=False) + "\n").encode()
