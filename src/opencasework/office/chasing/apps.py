"""Replies that are due."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChasingConfig(AppConfig):
    name = "opencasework.office.chasing"
    label = "chasing"

    def ready(self) -> None:
        from opencasework.office.chasing.standard import load_ladder

        # After the letters have loaded their wordings: apps migrate in the order they are installed.
        post_migrate.connect(load_ladder, sender=self)
