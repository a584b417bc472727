"""A12: the office's key, and anything made with it, must not be in what is published."""

import base64
import hmac
import re
from collections.abc import Iterator

from opencasework.standard.attacks.report import Finding
from opencasework.standard.attacks.view import ROUNDING, Folder, Office

SHORTEST_PIECE = 8  # bytes of the key in a row; as good as all of it to whoever guesses the rest
_HEX = re.compile(rb"[0-9a-fA-F]{16,}")
STREAMS = 4  # numbers of the first digests of a stream of draws
SHORTEST_DIGEST = 16  # hex digits; the public name of a key has as many, and is let through


def hygiene(office: Office, key: bytes) -> Iterator[Finding]:
    """Look for the key and for draws made with it in every file of every folder, and in their names.

    The key is looked for as it is, in hex, in base 64 and in text, whole or by 8 bytes in a row; draws by the
    hex digits of every published cell. Findings never repeat what was found.
    """
    pieces = _pieces(key)
    for folder in office.folders:
        draws = _draws(folder, key)
        for name, data in folder.contents.items():
            if _holds(name.encode() + b"\n" + data, pieces):
                yield Finding(
                    "A12",
                    f"{name} in {folder.path} holds the office's key or a part of it. Whoever has it can "
                    "undo every draw: publish nothing, make a new key, and withdraw what was published "
                    "with this one.",
                )
            elif any(found.group()[:SHORTEST_DIGEST].lower() in draws for found in _HEX.finditer(data)):
                yield Finding(
                    "A12",
                    f"{name} in {folder.path} holds draws made with the office's key. Together with the "
                    "published counts they narrow the true ones: remove them.",
                )


def _holds(data: bytes, pieces: list[bytes]) -> bool:
    lowered = data.lower()
    return any(piece in data or piece in lowered for piece in pieces)


def _pieces(key: bytes) -> list[bytes]:
    """Forms of the key to look for. Eight bytes in a row, in steps of one, are in any longer run of it."""
    runs = [key[start : start + SHORTEST_PIECE] for start in range(max(1, len(key) - SHORTEST_PIECE + 1))]
    found = set()
    for run in runs:
        found |= {run, run.hex().encode()}
        # Base 64 has three ways to cut a run, by where it begins; the ends depend on the neighbours.
        for shift in range(3):
            text = base64.b64encode(bytes(shift) + run)
            whole = text[-(-8 * shift // 6) : 8 * (shift + len(run)) // 6]
            found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return [piece for piece in found if len(piece) >= SHORTEST_PIECE]


def _draws(folder: Folder, key: bytes) -> set[bytes]:
    """The first hex digits of what the methods draw for every published cell, table and month."""
    names: set[tuple[str, ...]] = set()
    for row in folder.publication.observations:
        for method in ROUNDING:
            table = (method, row.period, row.area_code, row.measure)
            names |= {table, *((*table, str(number)) for number in range(STREAMS))}
            names.add((method, row.period, row.area_code, row.category, row.body, row.measure))
    digests = (hmac.digest(key, "\x1f".join(its).encode(), "sha256") for its in names)
    return {digest.hex()[:SHORTEST_DIGEST].encode() for digest in digests}
