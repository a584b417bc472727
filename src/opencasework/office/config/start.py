"""Starting Django for a home folder, with every failure as a sentence."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from opencasework.office.config.home import Home, HomeError

SETTINGS = "opencasework.office.config.settings"
COLLECT_AFTER = 20_000  # objects made


NO_OFFICE = "There is no office in {root} yet. Make one with `casework init` or `casework demo`."


def use_home(home: Path | None, *, new: bool = False) -> Home:
    """Make `home` the office of this process: its environment file is read, then Django is started.

    Variables already set win over the file's. Raises click.ClickException with one sentence, also where
    there is no office and a `new` one is not what is wanted: a mistyped folder is left as it was.
    """
    os.umask(0o077)  # what an office keeps is for its own user
    if home is not None:
        os.environ["CASEWORK_HOME"] = str(home.resolve())
    here = Home.from_environment()
    try:
        for name, value in here.environment().items():
            os.environ.setdefault(name, value)
        if not new and not os.environ.get("CASEWORK_PG_NAME") and not here.database.exists():
            raise click.ClickException(NO_OFFICE.format(root=here.root))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        import django

        django.setup()
        # What is loaded now stays; looking through it again and again took a tenth of the processor's time.
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER)
    except HomeError as error:
        raise click.ClickException(str(error)) from error
    return here


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what can be expected to go wrong into one sentence and exit status 1."""
    from django.core.management.base import CommandError
    from django.db import DatabaseError, OperationalError

    from opencasework.office.places.models import OfficeMissing

    try:
        yield
    except (CommandError, OfficeMissing, HomeError) as error:
        raise click.ClickException(str(error)) from error
    except DatabaseError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            raise click.ClickException(NO_OFFICE.format(root=Home.from_environment().root)) from error
        if isinstance(error, OperationalError):
            raise click.ClickException(f"The database cannot be opened: {error}.") from error
        raise click.ClickException(
            f"The database cannot be read ({error}). If its key has changed, put the old one back into keys/."
        ) from error
