"""Small pure helpers, the design system and its templates."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "opencasework.office.kit"
    label = "kit"
