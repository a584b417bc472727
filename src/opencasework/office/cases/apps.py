"""Cases, their issues and their timeline."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "opencasework.office.cases"
    label = "cases"
