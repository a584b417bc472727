"""Categories and the three levels."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TagsConfig(AppConfig):
    name = "opencasework.office.tags"
    label = "tags"

    def ready(self) -> None:
        from opencasework.office.tags.reference import load_categories

        # After every migration, and after a test empties the tables.
        post_migrate.connect(load_categories, sender=self)
