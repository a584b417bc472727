"""One box that finds everything."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SearchConfig(AppConfig):
    name = "opencasework.office.search"
    label = "search"

    def ready(self) -> None:
        from opencasework.office.search.index import after_migrations, before_migrations

        pre_migrate.connect(before_migrations, sender=self)
        post_migrate.connect(after_migrations, sender=self)
