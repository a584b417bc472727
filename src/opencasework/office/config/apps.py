"""Registers the folder with Django, and says which addresses show whose case."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "opencasework.office.config"
    label = "config"

    def ready(self) -> None:
        from opencasework.office.config.looks import declare

        declare()
