"""The right route: what to do with a problem, which time limits run, and what the office decided."""

from django.apps import AppConfig


class RoutesConfig(AppConfig):
    name = "opencasework.office.routes"
    label = "routes"
