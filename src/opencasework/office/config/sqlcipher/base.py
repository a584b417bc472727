"""Django's own SQLite backend, loaded with `sqlcipher3` in the place of `sqlite3`.

The system's SQLite has the WAL-reset corruption bug (sqlite.org/wal.html#walresetbug) and no encryption;
the one inside `sqlcipher3` has neither fault. Django offers no seam to change the driver, so its backend is
imported once while `sys.modules` names ours, and `sys.modules` is put back at once.
"""

from __future__ import annotations

import sqlite3 as system_sqlite
import sqlite3.dbapi2 as system_dbapi2
import sys
from typing import Any

import sqlcipher3
import sqlcipher3.dbapi2
from django.core.exceptions import ImproperlyConfigured

from opencasework.office.kit.commits import ActsBeforeCommit

DJANGO_BASE = "django.db.backends.sqlite3.base"
SAFE_SQLITE = (3, 51, 3)  # the first without the WAL-reset bug, which silently drops committed pages


def refuse_unsafe(version: tuple[int, ...]) -> None:
    """Raise ImproperlyConfigured for a SQLite that can lose data in WAL mode: no office starts on it."""
    if version < SAFE_SQLITE:
        raise ImproperlyConfigured(
            f"SQLite {'.'.join(map(str, version))} can lose data. Install sqlcipher3 0.6.4 or later."
        )


def _load_django_base() -> Any:
    already = sys.modules.get(DJANGO_BASE)
    if already is not None:
        if already.Database is not sqlcipher3.dbapi2:
            raise RuntimeError(f"{DJANGO_BASE} was loaded with another SQLite before the encrypted backend.")
        return already
    sys.modules["sqlite3"] = sqlcipher3
    sys.modules["sqlite3.dbapi2"] = sqlcipher3.dbapi2
    try:
        __import__(DJANGO_BASE)
    finally:
        sys.modules["sqlite3"] = system_sqlite
        sys.modules["sqlite3.dbapi2"] = system_dbapi2
    return sys.modules[DJANGO_BASE]


refuse_unsafe(sqlcipher3.dbapi2.sqlite_version_info)
_base: Any = _load_django_base()


def connection_factory(key: str) -> type[Any]:
    """A connection class that gives the raw key (64 hex digits) before anything else reads the file."""

    class KeyedConnection(sqlcipher3.dbapi2.Connection):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            # Raw key: 0.5 ms an opening, where a passphrase costs 0.2 s. Only hex digits can get here.
            self.execute(f"PRAGMA key=\"x'{int(key, 16):064x}'\"")

    return KeyedConnection


class DatabaseFeatures(_base.DatabaseFeatures):  # type: ignore[misc]
    """What the SQLite inside sqlcipher3 can do."""

    # Django assumes 999, as of 2020: a batch of fifty wide rows would take four statements.
    max_query_params = 32_766


class DatabaseWrapper(ActsBeforeCommit, _base.DatabaseWrapper):  # type: ignore[misc]
    """The encrypted database. OPTIONS takes `key`, 64 hex digits; without one the file is plain."""

    features_class = DatabaseFeatures

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        key = params.pop("key", "")
        if key:
            params["factory"] = connection_factory(key)
        return params
