"""Where the office keeps its things while it is tested: set before Django reads its settings.

`CASEWORK_TEST_DATABASE=postgresql` makes the run start a PostgreSQL of its own; anything else, or
nothing, is SQLite in a file. Worker processes of pytest-xdist inherit what the first process set.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys

from tests.services.local import ServiceUnavailableError, short_folder
from tests.services.postgresql import PostgreSQL

DATABASES = ("sqlite", "postgresql")

# A test never depends on what the developer's shell happens to hold.
DUMMY_SECRETS = {
    "CASEWORK_SECRET_KEY": "only-for-tests-" + "0" * 40,
    "CASEWORK_DATABASE_KEY": "0" * 63 + "1",
    # The development switch: unhashed static files and passkeys on http://localhost.
    "CASEWORK_DEBUG": "yes",
    "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
}


def chosen_database() -> str:
    """Return "sqlite" or "postgresql"; raises ServiceUnavailableError for any other wish."""
    wish = os.environ.get("CASEWORK_TEST_DATABASE") or "sqlite"
    if wish not in DATABASES:
        raise ServiceUnavailableError(f'CASEWORK_TEST_DATABASE is "{wish}"; write "sqlite" or "postgresql".')
    return wish


def prepare() -> None:
    """Give this process an empty home folder and, if asked, a PostgreSQL; both go when it ends."""
    resources = contextlib.ExitStack()
    atexit.register(resources.close)
    # A run that is told to stop leaves no server behind either.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    inherited = "PYTEST_XDIST_WORKER" in os.environ
    if not inherited:
        for name in [name for name in os.environ if name.startswith("CASEWORK_") and "TEST" not in name]:
            del os.environ[name]
        if chosen_database() == "postgresql":
            os.environ.update(resources.enter_context(PostgreSQL()).environment())
    os.environ.update(DUMMY_SECRETS)
    # Each process its own: two workers keep two SQLite files and two sets of blobs.
    home = resources.enter_context(short_folder("home"))
    (home / "static").mkdir()  # WhiteNoise warns about every web server without one
    os.environ["CASEWORK_HOME"] = str(home)
