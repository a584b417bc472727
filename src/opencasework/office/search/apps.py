"""One box that finds everything."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "opencasework.office.search"
    label = "search"
