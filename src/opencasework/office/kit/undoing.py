"""What an act leaves for whoever takes it back, in the address of its *Undo*: read by nobody but this office.

Addresses stand in the logs of proxies and in what a browser remembers, so the words of a case are encrypted
there, not only signed.
"""

from __future__ import annotations

import json
from typing import Any

from opencasework.office.kit import secrets


class NothingToTakeBack(Exception):
    """A token is of another kind of act, was altered, or is from an office with another key."""


def sealed(act: Any, *, of: str) -> str:
    """An act as a token for an address. `act` is what JSON holds; `of` is the kind of act."""
    return secrets.encrypt(json.dumps([of, act], separators=(",", ":")))


def opened(token: str, *, of: str) -> Any:
    """The act in a token of this kind. Raises NothingToTakeBack."""
    try:
        kind, act = json.loads(secrets.decrypt(token) or "[null, null]")
    except secrets.SecretUnreadable as error:
        raise NothingToTakeBack from error
    if kind != of:
        raise NothingToTakeBack
    return act
