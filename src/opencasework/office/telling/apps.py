"""What the person hears from the office."""

from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "opencasework.office.telling"
    label = "telling"
