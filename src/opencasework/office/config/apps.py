"""Registers the folder with Django, for its management commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "opencasework.office.config"
    label = "config"
