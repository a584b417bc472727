"""Compile translations: each `.po` under `src` becomes the `.mo` beside it. Needs no gettext on the machine.

    python -m tools.catalogues        what `make` does by itself when a source has changed

The `.mo` is not committed; a wheel carries it.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAGIC = 0x950412DE  # as GNU gettext writes it, little end first
LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[(\d+)\])?)\s+)?(".*")')


class CatalogueError(Exception):
    """A `.po` file is not one. The message names the line."""


@dataclass
class Entry:
    """One sentence and its translation, or its translations by plural form."""

    parts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        context = f"{self.parts['msgctxt']}\x04" if "msgctxt" in self.parts else ""
        plural = f"\x00{self.parts['msgid_plural']}" if "msgid_plural" in self.parts else ""
        return f"{context}{self.parts['msgid']}{plural}"

    @property
    def translation(self) -> str:
        """All its forms; empty when one is missing, so that the source is shown instead of half of it."""
        if "msgid_plural" not in self.parts:
            return self.parts.get("msgstr", "")
        forms = [text for name, text in sorted(self.parts.items()) if name.startswith("msgstr[")]
        return "\x00".join(forms) if all(forms) else ""


def entries(text: str) -> Iterator[Entry]:
    """The entries of a `.po` file, the header (its msgid is empty) among them. Raises CatalogueError."""
    entry, current = Entry(), ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if line.startswith("#"):
            if "msgid" in entry.parts and "msgstr" in "".join(entry.parts):
                yield entry
                entry = Entry()
            entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        if not line:
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise CatalogueError(f'line {number}: "{line[:60]}" is no line of a catalogue.')
        name = match.group(1)
        if name in {"msgid", "msgctxt"} and any(part.startswith("msgstr") for part in entry.parts):
            yield entry
            entry = Entry()
        current = name or current
        entry.parts[current] = entry.parts.get(current, "") + ast.literal_eval(match.group(3))
    if "msgid" in entry.parts:
        yield entry


def compiled(text: str) -> bytes:
    """The `.mo` of a `.po`: sorted sources, their translations, and where each stands."""
    pairs = sorted(
        (entry.key.encode(), entry.translation.encode())
        for entry in entries(text)
        if entry.translation and not entry.is_fuzzy
    )
    keys = b"".join(key + b"\x00" for key, _ in pairs)
    start = 28 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    at = [start, start + len(keys)]
    for pair in pairs:
        for table, each in enumerate(pair):
            tables[table] += [len(each), at[table]]
            at[table] += len(each) + 1
    head = [MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start]
    numbers = [*head, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + keys + b"".join(text + b"\x00" for _, text in pairs)


def main() -> int:
    """Compile every catalogue; return 1 when one is no catalogue."""
    for source in sorted((ROOT / "src").rglob("LC_MESSAGES/*.po")):
        try:
            content = compiled(source.read_text(encoding="utf-8"))
        except CatalogueError as error:
            print(f"{source.relative_to(ROOT)}, {error}", file=sys.stderr)
            return 1
        source.with_suffix(".mo").write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
