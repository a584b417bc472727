"""Is a registry feed what the standard asks for?"""

import json
from collections.abc import Iterator
from typing import Any

from opencasework.standard.checks.package import schema_findings
from opencasework.standard.rules import Finding, finding

REGISTRY = "registry.json"
SCHEMA = "registry.schema.json"


def check_registry(name: str, data: bytes) -> list[Finding]:
    """What is wrong with the feed `data`, a JSON file called `name`."""
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        message = f"{name} is not JSON in UTF-8 ({error}); write the feed again."
        return [finding("registry-schema", message, file=name)]
    return schema_findings(feed, SCHEMA, "registry-schema", name) or [*_check_entries(feed, name)]


def _check_entries(feed: dict[str, Any], name: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, entry in enumerate(feed["publications"]):
        place, url = f"publications.{number}", entry["url"]
        if url in seen:
            message = f"{url} stands in {name} twice; keep one of them."
            yield finding("registry-entry", message, file=name, column=f"{place}.url", found=url)
        seen.add(url)
        last_valid = entry["last_valid"] or ""
        if last_valid > entry["last_seen"]:
            message = f"{url} was last valid at {last_valid}, after it was last seen; mend one of them."
            column = f"{place}.last_valid"
            yield finding("registry-entry", message, file=name, column=column, found=last_valid)
        if entry["state"] == "valid" and not (last_valid and entry["sha256"]):
            message = f"{url} is said to be valid; say since when (last_valid) and with what sha256."
            yield finding("registry-entry", message, file=name, column=f"{place}.state", found="valid")
