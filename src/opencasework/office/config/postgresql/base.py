"""Django's own PostgreSQL backend, which lets a transaction do something last."""

from django.db.backends.postgresql import base

from opencasework.office.kit.commits import ActsBeforeCommit


class DatabaseWrapper(ActsBeforeCommit, base.DatabaseWrapper):
    """The database of a hosted office."""
