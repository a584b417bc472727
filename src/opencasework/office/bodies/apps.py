"""Organisations the office writes to."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BodiesConfig(AppConfig):
    name = "opencasework.office.bodies"
    label = "bodies"

    def ready(self) -> None:
        from opencasework.office.bodies.directory import load_packaged

        # After every migration, and after a test empties the tables.
        post_migrate.connect(load_packaged, sender=self)
